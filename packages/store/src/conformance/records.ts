// What is kept beside rotations: there until it expires, and put once by one of many.
import assert from 'node:assert/strict'
import type { RecordRow } from '../contract.ts'
import { append, commitOf, committed, minuteMs, nowMs, type Rule } from './setting.ts'

const row = (id: string, overrides: Partial<RecordRow> = {}): RecordRow => ({
  kind: 'person',
  id,
  record: { name: `Größe of ${id} \0`, roles: [], last: null },
  expiresMs: null,
  ...overrides,
})
const put = (...rows: RecordRow[]) =>
  commitOf(
    [],
    rows.map(row => ({ put: 'record', row })),
  )
const page = { after: null, limit: 100 }

export function recordRules(rule: Rule): void {
  rule('a record is what was put last under its kind and id, or nothing once it is removed', async store => {
    assert.equal(await store.record('person', 'a', nowMs), null)
    await committed(store, put(row('a'), row('a', { kind: 'agent', record: ['other'] })))
    assert.deepEqual(await store.record('person', 'a', nowMs), row('a'))
    await committed(store, put(row('a', { record: 'text', expiresMs: nowMs + 1 })))
    assert.deepEqual(
      await store.record('person', 'a', nowMs),
      row('a', { record: 'text', expiresMs: nowMs + 1 }),
    )
    await committed(store, commitOf([], [{ remove: 'record', kind: 'person', id: 'a' }]))
    assert.equal(await store.record('person', 'a', nowMs), null)
    assert.deepEqual((await store.record('agent', 'a', nowMs))?.record, ['other'])
  })

  rule('of a record that one commit puts and removes the last word counts', async store => {
    const remove = { remove: 'record', kind: 'person', id: 'a' } as const
    await committed(store, commitOf([], [{ put: 'record', row: row('a') }, remove]))
    assert.equal(await store.record('person', 'a', nowMs), null)
    await committed(store, commitOf([], [remove, { put: 'record', row: row('a') }]))
    assert.deepEqual(await store.record('person', 'a', nowMs), row('a'))
  })

  rule('a commit that is refused changes no record', async store => {
    await committed(store, { ...put(row('a')), appends: [append('s', 0, 'x')] })
    const refused = await store.commit({
      fence: null,
      appends: [append('s', 0, 'y')],
      writes: [
        { put: 'record', row: row('b') },
        { remove: 'record', kind: 'person', id: 'a' },
      ],
    })
    assert.equal(refused.ok, false)
    assert.deepEqual(await store.records('person', page, nowMs), [row('a')])
  })

  rule('records of one kind come by id, page by page, without those that have expired', async store => {
    const ids = ['b', 'a/b', 'ä', 'B', 'a b']
    const gone = row('a', { expiresMs: nowMs })
    const still = row('c', { expiresMs: nowMs + 1 })
    await committed(store, put(...ids.map(id => row(id)), gone, still, row('x', { kind: 'agent' })))
    const sorted = ['B', 'a b', 'a/b', 'b', 'c', 'ä']
    const all = await store.records('person', page, nowMs)
    assert.deepEqual(
      all.map(({ id }) => id),
      sorted,
    )
    const paged: string[] = []
    for (let after: string | null = null; ; ) {
      const some = await store.records('person', { after, limit: 2 }, nowMs)
      paged.push(...some.map(({ id }) => id))
      if (some.length < 2) break
      after = some.at(-1)!.id
    }
    assert.deepEqual(paged, sorted)
    assert.equal((await store.records('person', page, nowMs + 1)).length, 5)
    assert.equal(await store.record('person', 'a', nowMs), null)
    assert.deepEqual(await store.record('person', 'a', nowMs - 1), gone)
  })

  rule('what is put once stays until it expires, and may be put again then', async store => {
    const nonce = row('n', { kind: 'nonce', record: 1, expiresMs: nowMs + minuteMs })
    assert.equal(await store.putRecordOnce(nonce, nowMs), true)
    assert.equal(await store.putRecordOnce(nonce, nowMs), false)
    assert.equal(await store.putRecordOnce({ ...nonce, record: 2 }, nowMs + minuteMs - 1), false)
    assert.deepEqual(await store.record('nonce', 'n', nowMs), nonce)
    const again = { ...nonce, record: 2, expiresMs: null }
    assert.equal(await store.putRecordOnce(again, nowMs + minuteMs), true)
    assert.deepEqual(await store.record('nonce', 'n', nowMs), again)
    const later = { ...nonce, expiresMs: nowMs + 2e9 }
    assert.equal(await store.putRecordOnce(later, nowMs + 1e9), false, 'what never expires stays')
  })

  rule('what a commit has put is not put once more, and what it has removed may be', async store => {
    await committed(store, put(row('a')))
    assert.equal(await store.putRecordOnce(row('a'), nowMs), false)
    await committed(store, commitOf([], [{ remove: 'record', kind: 'person', id: 'a' }]))
    assert.equal(await store.putRecordOnce(row('a'), nowMs), true)
  })

  rule('a guard that has expired before it is put is refused: it would guard nothing', async store => {
    const late = row('n', { kind: 'nonce', expiresMs: nowMs })
    await assert.rejects(store.putRecordOnce(late, nowMs), /expired/)
    assert.equal(await store.record('nonce', 'n', nowMs - 1), null)
  })

  rule('clearing removes what has expired, the oldest first and no more than asked for', async store => {
    const expiring = [5, 1, 4, 2, 3].map(at => row(`x${at}`, { kind: 'nonce', expiresMs: nowMs + at }))
    await committed(store, put(...expiring, row('a')))
    assert.equal(await store.clearExpired(nowMs, 10), 0)
    assert.equal(await store.clearExpired(nowMs + 4, 3), 3)
    const left = async () => (await store.records('nonce', page, nowMs)).map(({ id }) => id)
    assert.deepEqual(await left(), ['x4', 'x5'])
    assert.equal(await store.clearExpired(nowMs + 4, 3), 1)
    assert.equal(await store.clearExpired(nowMs + 4, 3), 0)
    assert.deepEqual(await left(), ['x5'])
    assert.deepEqual(await store.record('person', 'a', nowMs), row('a'))
  })
}
