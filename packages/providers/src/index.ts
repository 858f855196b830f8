export * from './memory.ts'
export * from './provider.ts'
