export * from './check.ts'
export * from './memory.ts'
export * from './naming.ts'
export * from './provider.ts'
