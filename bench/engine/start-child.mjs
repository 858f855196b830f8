// Opens an existing store and answers one query, in the way the product's own main.mjs does. Arguments: the path, an id,
// and where the compiled form of the modules is kept ("none" for nowhere).
import { enableCompileCache } from 'node:module'

const [path = '', id = '', compiled = 'none'] = process.argv.slice(2)
if (compiled !== 'none') enableCompileCache(compiled)
const { openSqliteStore } = await import('@rekey/store')
const store = await openSqliteStore(path)
const row = await store.credential(id)
console.log(row?.id)
await store.close()
