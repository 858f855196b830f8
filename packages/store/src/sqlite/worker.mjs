// The entry of the store's thread. The compiled form of the modules is taken from the process's cache where it keeps one,
// which a thread does not inherit; and this file is plain JavaScript, because stripping the types of even one file loads
// the stripper. Together that is half of what a start costs.
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compiled !== null) enableCompileCache(workerData.compiled)
await import('./serve.ts')
