#!/usr/bin/env node
// The command `rekey`. Plain JavaScript, so that nothing has to be compiled before the cache of compiled modules is on, and so that
// an older Node is told what is missing. The cache is in a folder of ours; one that others may write to could be poisoned.
import * as modules from 'node:module'
import { fileURLToPath } from 'node:url'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`rekey needs Node 24 or newer; this is ${process.version}.\n`)
  process.exit(78)
}
modules.enableCompileCache(fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)))
await import('./main.ts')
