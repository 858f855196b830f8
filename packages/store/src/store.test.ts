import { conformance } from './conformance.ts'
import { dropSchema, freshFile, freshSchema, postgresIsThere, postgresUrl } from './fixtures.ts'
import { inline, openPostgres, openSqlite, openSqliteStore } from './index.ts'

conformance('SQLite in memory', async () => {
  const store = inline(openSqlite(':memory:'))
  return { store, another: null, end: () => store.close() }
})

conformance('SQLite in a file, in a thread', async () => {
  const file = freshFile()
  const store = await openSqliteStore(file.path)
  const end = async () => {
    await store.close()
    file.remove()
  }
  return { store, another: null, end }
})

if (await postgresIsThere('the store on PostgreSQL')) {
  conformance('PostgreSQL', async () => {
    const schema = freshSchema()
    const open = () => openPostgres({ connection: postgresUrl, schema, max: 6 })
    const store = await open()
    const end = async () => {
      await store.close()
      await dropSchema(schema)
    }
    return { store, another: open, end }
  })
}
