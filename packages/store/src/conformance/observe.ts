// What observations become: entries, ghosts, coverage; of buckets the file beside this one tells.
import assert from 'node:assert/strict'
import { emptyEntry, fold } from '@rekey/core'
import { bucketRules } from './buckets.ts'
import {
  batchOf,
  claimBy,
  commitOf,
  committed,
  credentialRow,
  minuteMs,
  nowMs,
  observation,
  type Rule,
  used,
  version,
  withConsumers,
} from './setting.ts'

const failed = { ...used, outcome: 'auth-failure' } as const

export function observeRules(rule: Rule): void {
  rule('observations are folded into the entry of their consumer as the core folds them', async store => {
    await withConsumers(store, 'web', 'job')
    const first = [
      observation({ atMs: nowMs - 2 }),
      observation({ version: 2 }),
      observation({ consumer: 'job' }),
    ]
    const second = [
      observation({ version: 2, statement: failed, atMs: nowMs + 1 }),
      observation({ atMs: nowMs - 9 }),
    ]
    assert.deepEqual(await store.observe(batchOf(first)), { ok: true, folded: 3, ghosts: 0 })
    await store.observe(batchOf(second))
    const { entries } = await store.ledger('doc')
    const expected = [...first, ...second]
      .filter(one => one.consumer === 'web')
      .reduce(fold, emptyEntry('doc', 'web'))
    assert.deepEqual(entries, [fold(emptyEntry('doc', 'job'), first[2]!), expected])
  })

  rule(
    'when a consumer last worked is known, whatever the version and the order of what is heard',
    async store => {
      await withConsumers(store, 'web', 'job')
      const worked = async () =>
        Object.fromEntries((await store.consumers('doc')).map(one => [one.id, one.lastExercisedAtMs ?? null]))
      const away = { ...used, path: 'fallback' } as const
      await store.observe(
        batchOf([
          observation({ statement: failed, atMs: nowMs + 9 }),
          observation({ statement: away, atMs: nowMs + 8 }),
          observation({ statement: { says: 'loaded' }, atMs: nowMs + 7 }),
        ]),
      )
      assert.deepEqual(await worked(), { job: null, web: null }, 'none of these is work, done its own way')
      await store.observe(batchOf([observation({ atMs: nowMs })]))
      for (let version = 2; version < 9; version++) {
        const late = observation({ version, statement: failed, atMs: nowMs + version })
        await store.observe(batchOf([late, observation({ version, atMs: nowMs - version })]))
      }
      assert.deepEqual(
        await worked(),
        { job: null, web: nowMs },
        'the ledger keeps no word of that version any more',
      )
      const [job, web] = await store.allConsumers({ after: null, limit: 9 })
      assert.deepEqual([job?.lastExercisedAtMs ?? null, web?.lastExercisedAtMs], [null, nowMs])
      await committed(
        store,
        commitOf([], [{ put: 'consumer', row: { ...web!, lastExercisedAtMs: nowMs + 1 } }]),
      )
      assert.equal((await worked())['web'], nowMs + 1, 'the later of what is written and what was seen')
    },
  )

  rule('the version in use is remembered, however many came and went after it', async store => {
    await withConsumers(store, 'web')
    const versions = [1, 2, 3, 4, 5, 6].map(number => ({
      ...version('doc', number),
      state: number === 1 || number === 6 ? ('active' as const) : ('dead' as const),
    }))
    await committed(
      store,
      commitOf(
        [],
        versions.map(row => ({ put: 'version', row })),
      ),
    )
    for (const { number } of versions) await store.observe(batchOf([observation({ version: number })]))
    const { entries } = await store.ledger('doc')
    assert.deepEqual(
      entries[0]?.versions.map(one => one.version),
      [1, 4, 5, 6],
    )
  })

  rule('the same batch of the same source counts once', async store => {
    await withConsumers(store, 'web')
    const batch = batchOf([observation(), observation({ consumer: 'who' })])
    assert.equal((await store.observe(batch)).ok, true)
    assert.deepEqual(await store.observe(batch), { ok: false, why: 'repeated' })
    assert.equal((await store.observe({ ...batch, source: 'sdk-2' })).ok, true)
    const { entries, ghosts } = await store.ledger('doc')
    assert.equal(entries[0]?.minutes[0]?.uses, 2)
    assert.equal(ghosts[0]?.count, 2)
  })

  rule('the number of a batch is remembered for three days', async store => {
    const batch = batchOf([])
    await store.observe(batch)
    await store.closeBuckets(nowMs + 3 * 24 * 60 * minuteMs)
    assert.equal((await store.observe(batch)).ok, false)
    await store.closeBuckets(nowMs + 3 * 24 * 60 * minuteMs + 1)
    assert.equal((await store.observe(batch)).ok, true)
  })

  rule('whoever is not registered becomes a ghost, with or without an id of its own', async store => {
    await withConsumers(store, 'web')
    const answer = await store.observe(
      batchOf([
        observation({ consumer: null, seenAs: '10.0.0.9', version: 3, atMs: nowMs - 5 }),
        observation({ consumer: null, seenAs: '10.0.0.9', version: null }),
        observation({ consumer: 'old-cron' }),
        observation({ credential: 'unknown' }),
      ]),
    )
    assert.deepEqual(answer, { ok: true, folded: 0, ghosts: 4 })
    const { ghosts, entries } = await store.ledger('doc')
    assert.deepEqual(entries, [])
    assert.deepEqual(ghosts, [
      {
        id: 'doc/10.0.0.9',
        credential: 'doc',
        seenAs: '10.0.0.9',
        version: 3,
        firstMs: nowMs - 5,
        lastMs: nowMs,
        count: 2,
        state: 'open',
        by: null,
      },
      {
        id: 'doc/old-cron',
        credential: 'doc',
        seenAs: 'old-cron',
        version: 1,
        firstMs: nowMs,
        lastMs: nowMs,
        count: 1,
        state: 'open',
        by: null,
      },
    ])
    assert.equal((await store.ledger('unknown')).ghosts[0]?.id, 'unknown/web')
  })

  rule('a ghost that was dismissed stays dismissed, and is still counted', async store => {
    const seen = (atMs: number) => batchOf([observation({ consumer: null, seenAs: 'x', atMs })])
    await store.observe(seen(nowMs))
    const [ghost] = (await store.ledger('doc')).ghosts
    await store.observe(seen(nowMs - 5))
    // The person decided on what they had read; the sighting since then must survive the decision.
    await committed(
      store,
      commitOf([], [{ put: 'ghost', row: { ...ghost!, state: 'dismissed', by: 'person:p-1' } }]),
    )
    await store.observe(seen(nowMs + 5))
    assert.deepEqual((await store.ledger('doc')).ghosts, [
      { ...ghost, state: 'dismissed', by: 'person:p-1', firstMs: nowMs - 5, lastMs: nowMs + 5, count: 3 },
    ])
  })

  rule('a name that no index could hold is cut, not refused', async store => {
    const names = ['x'.repeat(9_000), 'a\0b', '\ud800']
    await store.observe(batchOf(names.map(seenAs => observation({ consumer: null, seenAs }))))
    const { ghosts } = await store.ledger('doc')
    assert.deepEqual(
      ghosts.map(({ seenAs }) => seenAs),
      ['a\ufffdb', 'x'.repeat(200), '\ufffd'],
    )
  })

  rule('coverage without a consumer is the target’s own, and joins', async store => {
    const covered = (fromMs: number, atMs: number) =>
      observation({ consumer: null, version: null, statement: { says: 'covered', fromMs }, atMs })
    await store.observe(batchOf([covered(nowMs - 9 * minuteMs, nowMs - 5 * minuteMs)]))
    await store.observe(
      batchOf([covered(nowMs - 5 * minuteMs, nowMs - minuteMs), covered(nowMs - minuteMs, nowMs)]),
    )
    const { targetCovered, ghosts } = await store.ledger('doc')
    assert.deepEqual(targetCovered, { fromMs: nowMs - 9 * minuteMs, toMs: nowMs })
    assert.deepEqual(ghosts, [])
  })

  rule('coverage of a consumer that is not registered proves nothing and accuses nobody', async store => {
    const covered = observation({ statement: { says: 'covered', fromMs: nowMs - 5 } })
    assert.deepEqual(await store.observe(batchOf([covered])), { ok: true, folded: 0, ghosts: 0 })
    assert.deepEqual(await store.ledger('doc'), { entries: [], ghosts: [], targetCovered: null })
  })

  rule('an observation wakes the open rotation of its credential within a second', async store => {
    await withConsumers(store, 'web')
    await committed(
      store,
      commitOf(
        [],
        [
          { put: 'credential', row: credentialRow('doc', { openRotation: 'r1' }) },
          { put: 'due', subject: 'rotation/r1', atMs: nowMs + 60 * minuteMs },
        ],
      ),
    )
    await store.observe(batchOf([observation()]))
    await store.observe(batchOf([observation()], nowMs + 500))
    assert.deepEqual(await store.claim(claimBy('me', nowMs + 999)), [])
    assert.equal((await store.claim(claimBy('me', nowMs + 1_000)))[0]?.dueMs, nowMs + 1_000)
  })

  bucketRules(rule)
}
