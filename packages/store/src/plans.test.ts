// What runs at every tick or every page must go by an index, whatever the size of the store and whether or not the
// planner has statistics.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { administer, dropSchema, freshSchema, postgresIsThere, postgresUrl } from './fixtures.ts'
import { openPostgres } from './index.ts'
import { migrationsFor } from './migrate.ts'
import { dialect } from './postgres/statement.ts'
import type { One, Script } from './script.ts'
import { allConsumers, allGhosts, currentVersions, eventsBefore, openGhosts } from './scripts/across.ts'
import { closeBuckets } from './scripts/buckets.ts'
import { claim } from './scripts/due.ts'
import { sealedNotUnder } from './scripts/keys.ts'
import { credentials, events, rotations, stream } from './scripts/read.ts'
import { clearExpired, record, records } from './scripts/records.ts'
import { leaves, unsealed } from './scripts/seal.ts'
import { dialect as lite } from './sqlite/engine.ts'

const nowMs = 1_000_000
const page = { after: 'x', limit: 100 }
const across = { after: { credential: 'x', id: 'y' }, limit: 100 }
const past = { from: 10_000, before: 15_000, limit: 100 }

/** The statements that are asked on the way; they are answered with nothing. */
function asked(script: Script<unknown>): One[] {
  const found: One[] = []
  for (let step = script.next(); !step.done; step = script.next([])) {
    if ('sql' in step.value && /^\s*(SELECT|WITH)/.test(step.value.sql)) found.push(step.value)
  }
  return found
}

const scriptsOf = (on: typeof dialect) => ({
  claim: claim(on, { holder: 'me', nowMs, leaseMs: 1, limit: 1_000 }),
  unsealed: unsealed(on, 500),
  leaves: leaves(on, 100, 500),
  stream: stream(on, 's', 3, 100),
  events: events(on, 5, 100),
  credentials: credentials(on, page),
  rotations: rotations(on, { ...page, credential: null }),
  'rotations of one credential': rotations(on, { ...page, credential: 'c' }),
  allConsumers: allConsumers(on, across),
  currentVersions: currentVersions(on, page),
  allGhosts: allGhosts(on, { ...across, state: null }),
  'ghosts of one state': allGhosts(on, { ...across, state: 'open' }),
  openGhosts: openGhosts(),
  eventsBefore: eventsBefore(on, past),
  'events before, sorted out': eventsBefore(on, { ...past, type: 't', by: 'a', text: 'x' }),
  'events before, of one credential': eventsBefore(on, { ...past, credential: 'c', fromMs: 1, toMs: 2 }),
  closeBuckets: closeBuckets(on, nowMs),
  sealedNotUnder: sealedNotUnder(on, 'k', 100),
  record: record(on, 'nonce', 'x', nowMs),
  records: records(on, 'session', page, nowMs),
  clearExpired: clearExpired(on, nowMs, 100),
})

test('on SQLite nothing is scanned or sorted to find what is due, unsealed or next', () => {
  const database = new DatabaseSync(':memory:')
  for (const { sql } of migrationsFor('sqlite')) database.exec(sql)
  for (const [name, script] of Object.entries(scriptsOf(lite))) {
    for (const { sql, params } of asked(script)) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\$(\d+)/g, '?$1')}`).all(...params)
      const steps = plan.map(step => String(step['detail']))
      // Few keys exist; the two halves of a union are read one after the other; and what has expired was found by its index.
      const bad = steps.filter(step =>
        /SCAN (?!keys|below|above|expired)|(?<!RIGHT PART OF )TEMP B-TREE/.test(step),
      )
      if (name !== 'closeBuckets') assert.deepEqual(bad, [], `${name}: ${steps.join('; ')}`)
      else assert.ok(!bad.some(step => step.startsWith('SCAN')), steps.join('; '))
    }
  }
  database.close()
})

if (await postgresIsThere('how PostgreSQL finds what is due')) {
  test('on PostgreSQL the same goes by an index, with statistics and without', async context => {
    const schema = freshSchema()
    context.after(() => dropSchema(schema))
    await (await openPostgres({ connection: postgresUrl, schema })).close()
    await administer(async client => {
      await client.query(`SET search_path = ${schema}; SET random_page_cost = 1.1; ALTER TABLE due SET (autovacuum_enabled = false);
        ALTER TABLE events SET (autovacuum_enabled = false); ALTER TABLE records SET (autovacuum_enabled = false);
        ALTER TABLE consumers SET (autovacuum_enabled = false); ALTER TABLE ghosts SET (autovacuum_enabled = false)`)
      await client.query(
        `INSERT INTO due (subject, at_ms, token) SELECT 's' || i, i * 100, 0 FROM generate_series(1, 30000) i`,
      )
      await client.query(`INSERT INTO events (stream, seq, type, at_ms, actor, data, leaf)
        SELECT 's' || i, 1, 't', i, 'a', '{}', CASE WHEN i < 29000 THEN i END FROM generate_series(1, 30000) i`)
      await client.query(`INSERT INTO records (kind, id, record, expires_ms)
        SELECT CASE WHEN i % 3 = 0 THEN 'session' ELSE 'nonce' END, 's' || i, '{}', i * 100 FROM generate_series(1, 30000) i`)
      await client.query(`INSERT INTO consumers (credential, id, record)
        SELECT 's' || i % 10000, 'c' || i, '{}' FROM generate_series(1, 30000) i`)
      await client.query(`INSERT INTO ghosts (id, credential, seen_as, first_ms, last_ms, count, state)
        SELECT 'g' || i, 's' || i % 10000, 'x', 1, 2, 3, CASE WHEN i % 100 = 0 THEN 'open' ELSE 'claimed' END
        FROM generate_series(1, 30000) i`)
      for (const state of ['without statistics', 'with statistics']) {
        const scripts = scriptsOf(dialect)
        for (const name of [
          'claim',
          'unsealed',
          'leaves',
          'stream',
          'events',
          'eventsBefore',
          'events before, sorted out',
          'allConsumers',
          'allGhosts',
          'ghosts of one state',
          'record',
          'records',
          'clearExpired',
        ] as const) {
          for (const { sql, params } of asked(scripts[name])) {
            const plan = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [...params])
            const lines = plan.rows.map(row => row['QUERY PLAN']).join('\n')
            // Without statistics what is found is taken to be little, and is sorted once it is found.
            const isSorted = name === 'records' || name === 'events before, sorted out'
            const bad = isSorted && state === 'without statistics' ? /Seq Scan/ : /Seq Scan|Sort/
            assert.doesNotMatch(lines, bad, `${name} ${state}`)
            assert.match(lines, /Index (Only )?Scan/, `${name} ${state}`)
          }
        }
        await client.query('ANALYZE due; ANALYZE events; ANALYZE records; ANALYZE consumers; ANALYZE ghosts')
      }
    })
  })
}
