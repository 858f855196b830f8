// What is read across all credentials, and the record from its newest end.
import assert from 'node:assert/strict'
import type { Past, Store, StoredEvent, Write } from '../contract.ts'
import {
  append,
  batchOf,
  commitOf,
  committed,
  consumer,
  credentialRow,
  nowMs,
  observation,
  type Rule,
  rotationRow,
  version,
} from './setting.ts'

const credential = (id: string, more: object = {}): Write => ({
  put: 'credential',
  row: credentialRow(id, more),
})
const put = (store: Store, ...writes: Write[]) => committed(store, commitOf([], writes))

/** All of it, two at a time. */
async function paged<T extends { credential: string; id: string }>(
  read: (after: { credential: string; id: string } | null) => Promise<T[]>,
): Promise<string[]> {
  const found: string[] = []
  for (let after: { credential: string; id: string } | null = null; ; ) {
    const some: T[] = await read(after)
    found.push(...some.map(one => `${one.credential} ${one.id}`))
    const last = some.at(-1)
    if (last === undefined || some.length < 2) return found
    after = { credential: last.credential, id: last.id }
  }
}

export function acrossRules(rule: Rule): void {
  rule('consumers of all credentials come by credential and then by id, page by page', async store => {
    const ids = ['b a', 'B c', 'b c', 'a z', 'ä a', 'a a', 'aa a']
    await put(
      store,
      ...ids.map((id): Write => ({ put: 'consumer', row: consumer(id.split(' ')[0]!, id.split(' ')[1]!) })),
    )
    const sorted = ['B c', 'a a', 'a z', 'aa a', 'b a', 'b c', 'ä a']
    assert.deepEqual(await paged(after => store.allConsumers({ after, limit: 2 })), sorted)
    const [first] = await store.allConsumers({ after: null, limit: 1 })
    assert.deepEqual(first, consumer('B', 'c'))
  })

  rule(
    'of each credential comes the version that is its current one, and none where there is none',
    async store => {
      await put(
        store,
        credential('a', { currentVersion: 2 }),
        credential('b', { currentVersion: null }),
        credential('c', { currentVersion: 1 }),
        credential('d', { currentVersion: 9 }),
        ...[version('a', 1), version('a', 2), version('b', 1), version('c', 1)].map(
          (row): Write => ({ put: 'version', row }),
        ),
      )
      assert.deepEqual(await store.currentVersions({ after: null, limit: 9 }), [
        version('a', 2),
        version('c', 1),
      ])
      assert.deepEqual(await store.currentVersions({ after: 'a', limit: 9 }), [version('c', 1)])
      assert.deepEqual(await store.currentVersions({ after: null, limit: 1 }), [version('a', 2)])
    },
  )

  rule(
    'ghosts of all credentials come by credential and then by id, all of them or those of one state',
    async store => {
      const seen = (id: string, seenAs: string, atMs = nowMs) =>
        observation({ credential: id, consumer: null, seenAs, atMs })
      await put(store, credential('a'), credential('b'))
      await store.observe(batchOf([seen('b', 'x'), seen('a', 'y'), seen('a', 'x'), seen('b', 'z')]))
      await store.observe(batchOf([seen('b', 'z', nowMs + 5)]))
      const all = await store.allGhosts({ after: null, limit: 9, state: null })
      assert.deepEqual(
        all.map(one => one.credential),
        ['a', 'a', 'b', 'b'],
      )
      const names = all.map(one => `${one.credential} ${one.id}`)
      assert.deepEqual(await paged(after => store.allGhosts({ after, limit: 2, state: null })), names)
      const x = all.find(one => one.credential === 'b' && one.seenAs === 'x')!
      await put(store, { put: 'ghost', row: { ...x, state: 'claimed', by: 'p-1' } })
      const open = names.filter(name => name !== `b ${x.id}`)
      assert.deepEqual(await paged(after => store.allGhosts({ after, limit: 2, state: 'open' })), open)
      const claimed = await store.allGhosts({ after: null, limit: 9, state: 'claimed' })
      assert.deepEqual(
        claimed.map(one => [one.id, one.state, one.by]),
        [[x.id, 'claimed', 'p-1']],
      )
      assert.deepEqual(await store.allGhosts({ after: null, limit: 9, state: 'dismissed' }), [])

      const z = all.find(one => one.credential === 'b' && one.seenAs === 'z')!
      const [ofA, ofB] = await store.openGhosts()
      assert.deepEqual([ofA?.credential, ofA?.count], ['a', 2])
      assert.deepEqual(ofB, {
        credential: 'b',
        count: 1,
        firstMs: nowMs,
        lastMs: nowMs + 5,
        ghost: z.id,
        seenAs: 'z',
      })
    },
  )

  rule('the record is read from its newest end, a stretch at a time', async store => {
    const positions = await committed(
      store,
      commitOf([append('s', 0, 'a', 'b', 'c'), append('t', 0, 'd', 'e')]),
    )
    const last = positions.at(-1)!
    const first = Math.min(...positions)
    const types = async (past: Partial<Past>) =>
      typesOf(await store.eventsBefore({ from: 0, before: last + 1, limit: 9, ...past }))
    assert.deepEqual(await types({}), ['e', 'd', 'c', 'b', 'a'])
    assert.deepEqual(await types({ limit: 2 }), ['e', 'd'])
    assert.deepEqual(await types({ before: last }), ['d', 'c', 'b', 'a'])
    assert.deepEqual(await types({ from: last - 1 }), ['e', 'd'])
    assert.deepEqual(await types({ before: first }), [])
    const [newest] = await store.eventsBefore({ from: 0, before: last + 1, limit: 1 })
    assert.deepEqual(newest, (await store.events(last - 1, 1))[0])
  })

  rule('of a stretch of the record comes what was asked for', async store => {
    const event = (type: string, atMs: number, by: string, data: unknown) => ({ type, atMs, by, data })
    await committed(
      store,
      commitOf(
        [
          { stream: 'credential/a', expected: 0, events: [event('one', 1, 'person:Eve', {})] },
          { stream: 'rotation/r', expected: 0, events: [event('two', 2, 'system:x', { said: 'a "Größe"' })] },
          { stream: 'rotation/s', expected: 0, events: [event('two', 3, 'person:bob', { said: 'Eve' })] },
          {
            stream: 'signal/1',
            expected: 0,
            events: [
              event('three', 4, 'system:x', { credential: 'a', n: 1 }),
              event('four', 5, 'system:y', null),
            ],
          },
        ],
        [
          { put: 'rotation', row: rotationRow('r', 'a') },
          { put: 'rotation', row: rotationRow('s', 'ab') },
        ],
      ),
    )
    const asked = async (past: Partial<Past>) =>
      (await store.eventsBefore({ from: 0, before: 99, limit: 9, ...past })).map(one => one.atMs)
    assert.deepEqual(await asked({ type: 'two' }), [3, 2])
    assert.deepEqual(await asked({ by: 'system:x' }), [4, 2])
    assert.deepEqual(await asked({ fromMs: 2, toMs: 4 }), [3, 2])
    assert.deepEqual(await asked({ credential: 'a' }), [4, 2, 1])
    assert.deepEqual(await asked({ credential: 'ab' }), [3])
    assert.deepEqual(await asked({ text: 'eve' }), [3, 1], 'who did it, and the data')
    assert.deepEqual(await asked({ text: 'SIGNAL/' }), [5, 4], 'the stream')
    assert.deepEqual(await asked({ text: 'THREE' }), [4], 'the type')
    assert.deepEqual(await asked({ text: '"größe"' }), [2], 'as it was said, and not as JSON writes it')
    assert.deepEqual(await asked({ text: 'GRÖSSE' }), [])
    assert.deepEqual(await asked({ text: '%' }), [], 'nothing stands for something else')
    assert.deepEqual(await asked({ text: 'e', type: 'two', limit: 1 }), [3])
  })
}

const typesOf = (events: readonly StoredEvent[]) => events.map(one => one.type)
