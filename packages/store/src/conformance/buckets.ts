// What observations are counted as: buckets of five minutes, which close and are digested.
import assert from 'node:assert/strict'
import { emptyEntry, fold } from '@rekey/core'
import {
  batchOf,
  commitOf,
  committed,
  minuteMs,
  nowMs,
  observation,
  type Rule,
  used,
  withConsumers,
} from './setting.ts'

export function bucketRules(rule: Rule): void {
  rule('buckets count who did what with which version, in five minutes, additively', async store => {
    await withConsumers(store, 'web')
    const lane = { ...used, lane: 'replay' }
    await store.observe(
      batchOf([observation({ atMs: nowMs - 3 }), observation(), observation({ statement: lane })]),
    )
    await store.observe(
      batchOf([
        observation({ atMs: nowMs + 4 }),
        observation({ consumer: null, seenAs: 'x', version: null }),
      ]),
    )
    const whole = { credential: 'doc', fromMs: 0, toMs: nowMs * 2 }
    const rows = await store.buckets(whole)
    assert.deepEqual(
      rows.map(row => [
        row.consumer,
        row.version,
        row.lane,
        row.count,
        row.firstMs - nowMs,
        row.lastMs - nowMs,
      ]),
      [
        ['ghost:x', -1, 'any', 1, 0, 0],
        ['web', 1, 'any', 3, -3, 4],
        ['web', 1, 'replay', 1, 0, 0],
      ],
    )
    assert.deepEqual(rows[1], {
      ...rows[1],
      bucketMs: nowMs,
      source: 'sdk-1',
      says: 'used',
      outcome: 'success',
    })
    assert.equal((await store.buckets({ ...whole, consumer: 'web' })).length, 2)
    assert.deepEqual(await store.buckets({ ...whole, fromMs: nowMs + 5 }), [])
    assert.equal((await store.buckets({ ...whole, fromMs: nowMs + 4 })).length, 1)
    assert.equal((await store.buckets({ ...whole, toMs: nowMs })).length, 1)
  })

  rule(
    'uses that are said together count as often as they happened, from the first of them on',
    async store => {
      await withConsumers(store, 'web')
      const many = (times: number, firstMs: number) => ({ ...used, times, firstMs })
      const seenAs = { consumer: null, seenAs: 'x' }
      await store.observe(
        batchOf([
          observation({ statement: many(40, nowMs - 8) }),
          observation({ statement: many(2, nowMs - 3), atMs: nowMs + 4 }),
          observation({ atMs: nowMs - 1 }),
          observation({ ...seenAs, statement: many(5, nowMs - 7) }),
          observation({ ...seenAs, statement: many(6, nowMs - 9) }),
          observation({ ...seenAs, atMs: nowMs - 2 }),
        ]),
      )
      await store.observe(batchOf([observation({ ...seenAs, statement: many(100, nowMs - 11) })]))
      const { entries, ghosts } = await store.ledger('doc')
      assert.equal(
        entries[0]?.minutes.reduce((sum, { uses }) => sum + uses, 0),
        43,
      )
      assert.deepEqual(
        [entries[0]?.versions[0]?.firstSuccessMs, entries[0]?.versions[0]?.lastSuccessMs],
        [nowMs - 8, nowMs + 4],
      )
      assert.deepEqual(
        ghosts.map(({ count, firstMs, lastMs }) => [count, firstMs - nowMs, lastMs - nowMs]),
        [[112, -11, 0]],
      )
      const rows = await store.buckets({ credential: 'doc', fromMs: 0, toMs: nowMs * 2 })
      assert.deepEqual(
        rows.map(row => [row.consumer, row.count, row.firstMs - nowMs, row.lastMs - nowMs]),
        [
          ['ghost:x', 112, -11, 0],
          ['web', 43, -8, 4],
        ],
      )
    },
  )

  rule('a sum of uses is counted as those that were refused and the others, and is no use', async store => {
    await withConsumers(store, 'web')
    const sum = (uses: number, authFailures: number, atMs = nowMs) =>
      observation({ version: null, statement: { says: 'counted', uses, authFailures }, atMs })
    const said = [sum(100, 7), sum(50, 0, nowMs + minuteMs), sum(3, 3, nowMs + 2 * minuteMs), sum(0, 0)]
    assert.deepEqual(await store.observe(batchOf(said)), { ok: true, folded: 4, ghosts: 0 })
    const { entries } = await store.ledger('doc')
    assert.deepEqual(entries, [said.reduce(fold, emptyEntry('doc', 'web'))])
    assert.deepEqual([entries[0]?.versions, entries[0]?.unknownUseMs], [[], null])
    const rows = await store.buckets({ credential: 'doc', fromMs: 0, toMs: nowMs * 2 })
    const seen = rows.map(row => [row.says, row.outcome, row.version, row.count, row.lastMs - nowMs])
    assert.deepEqual(seen, [
      ['counted', 'auth-failure', -1, 10, 2 * minuteMs],
      ['counted', 'success', -1, 143, minuteMs],
    ])
  })

  rule('a sum of uses by nobody who is registered accuses nobody', async store => {
    const statement = { says: 'counted', uses: 9, authFailures: 1 } as const
    const said = [
      observation({ version: null, statement }),
      observation({ consumer: null, seenAs: 'x', version: null, statement }),
      observation({ consumer: null, version: null, statement }),
    ]
    assert.deepEqual(await store.observe(batchOf(said)), { ok: true, folded: 0, ghosts: 0 })
    assert.deepEqual(await store.ledger('doc'), { entries: [], ghosts: [], targetCovered: null })
    assert.deepEqual(await store.buckets({ credential: 'doc', fromMs: 0, toMs: nowMs * 2 }), [])
  })

  rule('what comes late for a closed bucket goes into the first open one', async store => {
    await withConsumers(store, 'web')
    await store.observe(batchOf([observation()]))
    const closed = await store.closeBuckets(nowMs + 12 * minuteMs)
    assert.deepEqual(
      closed.map(({ bucketMs, rows }) => [bucketMs, rows.length, rows[0]?.count]),
      [[nowMs, 1, 1]],
    )
    await store.observe(batchOf([observation()], nowMs + 3 * minuteMs))
    const rows = await store.buckets({ credential: 'doc', fromMs: 0, toMs: nowMs * 2 })
    assert.deepEqual(
      rows.map(({ bucketMs, count }) => [bucketMs - nowMs, count]),
      [
        [0, 1],
        [10 * minuteMs, 1],
      ],
    )
    assert.deepEqual(await store.closeBuckets(0), closed, 'closing earlier opens nothing again')
  })

  rule('a closed bucket is returned until a commit says that it is digested', async store => {
    await store.observe(batchOf([observation()]))
    await store.observe(batchOf([observation()], nowMs + 5 * minuteMs))
    const closed = await store.closeBuckets(nowMs + 10 * minuteMs)
    assert.equal(closed.length, 2)
    assert.deepEqual(await store.closeBuckets(nowMs + 10 * minuteMs), closed)
    await committed(store, commitOf([], [{ put: 'digested', beforeMs: nowMs + 1 }]))
    assert.deepEqual(await store.closeBuckets(nowMs + 10 * minuteMs), closed.slice(1))
    await committed(store, commitOf([], [{ put: 'digested', beforeMs: nowMs + 10 * minuteMs }]))
    assert.deepEqual(await store.closeBuckets(nowMs + 10 * minuteMs), [])
  })
}
