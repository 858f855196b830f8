// rekey demo, npm run demo. Plain JavaScript, so that nothing has to be compiled before the cache of compiled modules is on, as with the control plane.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)))
await import('./main.ts')
