// A process of its own for the tests: something to kill, or to be in the way. Arguments: what to do, where, and more.
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { openPostgres, openSqlite, openSqliteStore } from './index.ts'
import { migrationsFor } from './migrate.ts'

const [what, where = '', more = ''] = process.argv.slice(2)
const say = (line: string) => writeSync(1, `${line}\n`)

switch (what) {
  case 'hold':
    openSqlite(where)
    say('held')
    setInterval(() => {}, 1_000)
    break
  case 'migrate-sqlite':
    say('migrating')
    openSqlite(where, { migrations: migrationsFor('sqlite', pathToFileURL(more)) })
    break
  case 'migrate-postgres':
    say('migrating')
    await openPostgres({
      connection: where,
      schema: more.split(' ')[0]!,
      migrations: migrationsFor('postgres', pathToFileURL(more.split(' ')[1]!)),
    })
    break
  case 'commit': {
    // Says the stream of each commit once it is acknowledged: many at a time, so that groups form.
    const store = await openSqliteStore(where)
    for (let at = 0; ; at++) {
      const write = async (part: number) => {
        const stream = `${more}-${at}-${part}`
        const events = [{ type: 'made', atMs: 1, by: 'child', data: { at, part } }]
        const subject = `subject/${stream}`
        const { ok } = await store.commit({
          fence: null,
          appends: [{ stream, expected: 0, events }],
          writes: [{ put: 'due', subject, atMs: 1 }],
        })
        if (ok) say(stream)
      }
      await Promise.all([...Array(16).keys()].map(write))
    }
  }
}
