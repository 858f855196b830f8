// npm start. Plain JavaScript, so that an older Node can say what it lacks, and so that nothing has to be compiled before
// the cache of compiled modules is on: it makes every start but the first three times as fast. The cache is in a folder of
// ours; one that others may write to could be poisoned.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Rekey needs Node 24 or newer; this is ${process.version}.`)
  console.error('Start it with "npm start": on Linux that uses the Node that npm ci installed beside it.')
  process.exit(1)
}
enableCompileCache(fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)))
await import('./main.ts')
