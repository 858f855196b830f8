// The second door: every provider, with the schemas of their settings. Whoever needs the contract only enters by the first, and
// does not wait for these.
export { execProvider } from './exec/exec.ts'
export { type Plugin, type PluginRead, readPlugin } from './exec/plugin.ts'
export { providersWith } from './folder.ts'
export * from './http/vendors.ts'
export * from './kinds.ts'
export { manual } from './manual/manual.ts'
