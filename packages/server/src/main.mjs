// npm start. Plain JavaScript, so that nothing has to be compiled before the cache of compiled modules is on: it makes every
// start but the first three times as fast. The cache is in a folder of ours; one that others may write to could be poisoned.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)))
await import('./main.ts')
