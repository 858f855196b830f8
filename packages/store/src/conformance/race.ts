// What holds when several callers come at once.
import assert from 'node:assert/strict'
import type { Store, Write } from '../contract.ts'
import {
  append,
  batchOf,
  claimBy,
  commitOf,
  committed,
  consumer,
  credentialRow,
  minuteMs,
  nowMs,
  observation,
  type Rule,
  rotationRow,
  version,
  withConsumers,
} from './setting.ts'

const numbers = (count: number) => [...Array(count).keys()]

/** Rules about several callers at once; on PostgreSQL they come through two stores, as two control planes do. */
export function raceRules(rule: Rule): void {
  const raced = (title: string, holds: (stores: readonly [Store, Store]) => Promise<void>) =>
    rule(title, async (store, { another }) => {
      const other = another === null ? store : await another()
      try {
        await holds([store, other])
      } finally {
        if (other !== store) await other.close()
      }
    })

  raced('of many that append to one stream at once, one wins each place', async stores => {
    const tries = numbers(24).map(at => stores[at % 2]!.commit(commitOf([append('a', 0, `t${at}`)])))
    const answers = await Promise.all(tries)
    assert.equal(answers.filter(({ ok }) => ok).length, 1)
    for (const answer of answers) if (!answer.ok) assert.equal(answer.why, 'conflict')
    assert.equal((await stores[0].stream('a', 0, 99)).length, 1)
  })

  raced('many that try again until they succeed leave no gap and lose nothing', async stores => {
    const add = async (at: number) => {
      for (let length = 0; ; ) {
        const answer = await stores[at % 2]!.commit(commitOf([append('a', length, `t${at}`)]))
        if (answer.ok) return
        assert.equal(answer.why, 'conflict')
        if (answer.why === 'conflict') length = answer.actual
      }
    }
    await Promise.all(numbers(16).map(add))
    const stored = await stores[1].stream('a', 0, 99)
    assert.deepEqual(
      stored.map(({ seq }) => seq),
      numbers(16).map(at => at + 1),
    )
    assert.equal(new Set(stored.map(({ type }) => type)).size, 16)
  })

  raced('of two that open a rotation for one credential at once, one does', async stores => {
    for (const round of numbers(8)) {
      const open = (id: string) =>
        commitOf(
          [append(`rotation/${id}`, 0, 'opened')],
          [{ put: 'rotation', row: rotationRow(id, `doc${round}`) }],
        )
      const answers = await Promise.all(stores.map((store, at) => store.commit(open(`r${round}-${at}`))))
      assert.equal(answers.filter(({ ok }) => ok).length, 1, JSON.stringify(answers))
    }
  })

  raced('each subject is claimed once, however many ask', async stores => {
    const writes = numbers(200).map((at): Write => ({ put: 'due', subject: `s${at}`, atMs: nowMs - at }))
    await committed(stores[0], commitOf([], writes))
    const claims = numbers(16).map(at => stores[at % 2]!.claim(claimBy(`holder-${at}`, nowMs, 30)))
    const claimed = (await Promise.all(claims)).flat()
    for (;;) {
      const rest = await stores[0].claim(claimBy('last', nowMs, 30))
      if (rest.length === 0) break
      claimed.push(...rest)
    }
    assert.equal(claimed.length, 200)
    assert.equal(new Set(claimed.map(({ subject }) => subject)).size, 200)
    assert.ok(claimed.every(({ token }) => token === 1))
  })

  raced('tokens rise with every claim, and one holder at a time gets it', async stores => {
    const tokens: number[] = []
    for (const round of numbers(5)) {
      const asked = numbers(6).map(at =>
        stores[at % 2]!.claimOne('s', claimBy(`h${round}-${at}`, nowMs + round * minuteMs)),
      )
      const got = (await Promise.all(asked)).filter(one => one !== null)
      assert.equal(got.length, 1)
      tokens.push(got[0]!.token)
    }
    assert.deepEqual(tokens, [1, 2, 3, 4, 5])
  })

  raced('of many that seal at once, one does', async stores => {
    const [position] = await committed(stores[0], commitOf([append('a', 0, 'x')]))
    const seals = numbers(8).map(at =>
      stores[at % 2]!.seal({ expectedSize: 0, positions: [position!], tiles: [], checkpoint: `c${at}` }),
    )
    assert.equal((await Promise.all(seals)).filter(done => done).length, 1)
    assert.equal((await stores[1].logState()).size, 1)
  })

  raced('of many that put one record once, one is told so, and again when it has expired', async stores => {
    for (const round of numbers(6)) {
      const atMs = nowMs + round * minuteMs
      const row = { kind: 'nonce', id: 'n', record: {}, expiresMs: atMs + minuteMs }
      const answers = await Promise.all(numbers(12).map(at => stores[at % 2]!.putRecordOnce(row, atMs)))
      assert.equal(answers.filter(first => first).length, 1, `round ${round}`)
    }
  })

  raced('several that clear at once remove each expired record, and none that was renewed', async stores => {
    const row = (id: string, expiresMs: number) => ({ kind: 'session', id, record: {}, expiresMs })
    const put = (rows: readonly ReturnType<typeof row>[]) =>
      commitOf(
        [],
        rows.map(row => ({ put: 'record', row })),
      )
    await committed(stores[0], put(numbers(60).map(at => row(`s${at}`, nowMs))))
    const renewed = put(numbers(20).map(at => row(`s${at}`, nowMs + minuteMs)))
    const cleared = numbers(8).map(at => stores[at % 2]!.clearExpired(nowMs, 10))
    const [, ...counts] = await Promise.all([committed(stores[1], renewed), ...cleared])
    let sum = counts.reduce((sum, count) => sum + count, 0)
    for (let count = 1; count > 0; sum += count) count = await stores[0].clearExpired(nowMs, 100)
    assert.ok(sum >= 40 && sum <= 60, `${sum} were removed`)
    const left = await stores[1].records('session', { after: null, limit: 100 }, nowMs)
    assert.deepEqual(
      left.map(({ id }) => id).sort(),
      numbers(20)
        .map(at => `s${at}`)
        .sort(),
    )
  })

  raced('batches that come at once are all folded, and a repeated one once', async stores => {
    await withConsumers(stores[0], 'web', 'job')
    await committed(
      stores[0],
      commitOf([], [{ put: 'credential', row: credentialRow('doc', { openRotation: 'r1' }) }]),
    )
    const batches = numbers(12).map(() =>
      batchOf([
        observation(),
        observation({ consumer: 'job' }),
        observation({ consumer: null, seenAs: 'x' }),
        observation({ consumer: null, statement: { says: 'covered', fromMs: nowMs - 5 } }),
      ]),
    )
    const answers = await Promise.all(batches.flatMap(batch => stores.map(store => store.observe(batch))))
    assert.equal(answers.filter(({ ok }) => ok).length, 12)
    const { entries, ghosts } = await stores[0].ledger('doc')
    assert.deepEqual(
      entries.map(({ minutes }) => minutes[0]?.uses),
      [12, 12],
    )
    assert.equal(ghosts[0]?.count, 12)
    const rows = await stores[1].buckets({ credential: 'doc', fromMs: 0, toMs: nowMs * 2 })
    assert.deepEqual(
      rows.map(({ count }) => count),
      [12, 12, 12, 12],
    )
  })

  raced('nothing is added to a bucket after it was returned as closed', async stores => {
    const batches = numbers(20).map(() => batchOf([observation()]))
    const [closed] = await Promise.all([
      stores[1].closeBuckets(nowMs + 5 * minuteMs),
      ...batches.map((batch, at) => stores[at % 2]!.observe(batch)),
    ])
    const rows = await stores[0].buckets({ credential: 'doc', fromMs: 0, toMs: nowMs * 2 })
    const inClosed = closed.flatMap(({ rows }) => rows).reduce((sum, { count }) => sum + count, 0)
    const stillThere = rows
      .filter(({ bucketMs }) => bucketMs === nowMs)
      .reduce((sum, { count }) => sum + count, 0)
    assert.equal(stillThere, inClosed)
    assert.equal(
      rows.reduce((sum, { count }) => sum + count, 0),
      20,
    )
  })

  raced('a reader that follows the positions misses no event', async stores => {
    const seen: string[] = []
    let writing = true
    const read = async () => {
      let after = 0
      for (;;) {
        const last = !writing
        const page = await stores[1].events(after, 7)
        for (const { stream, position } of page) {
          seen.push(stream)
          after = position
        }
        if (last && page.length === 0) return
        if (page.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
      }
    }
    const reading = read()
    await Promise.all(
      numbers(150).map(at => stores[at % 2]!.commit(commitOf([append(`s${at}`, 0, 'x', 'y')]))),
    )
    writing = false
    await reading
    assert.equal(seen.length, 300)
  })

  raced('one commit that fails harms none of those that came with it', async stores => {
    const bad = { stream: 'bad', expected: 0, events: [{ type: 'x', atMs: 0.5, by: 'b', data: {} }] }
    const tries = numbers(30).map(at =>
      stores[at % 2]!.commit(
        commitOf(at % 3 === 0 ? [append(`s${at}`, 0, 'x'), bad] : [append(`s${at}`, 0, 'x')]),
      ).then(
        ({ ok }) => ok,
        () => 'failed',
      ),
    )
    const answers = await Promise.all(tries)
    assert.deepEqual(
      answers,
      numbers(30).map(at => (at % 3 === 0 ? 'failed' : true)),
    )
    const stored = await stores[0].events(0, 99)
    assert.equal(stored.length, 20)
  })

  raced('the facts of a rotation are all of one moment, however often it changes meanwhile', async stores => {
    const changed = (seq: number) => {
      const row = { ...rotationRow('r1', 'doc', 'running'), seq }
      return commitOf(
        [append('rotation/r1', seq - 1, 'changed')],
        [
          { put: 'rotation', row },
          { put: 'credential', row: credentialRow('doc', { openRotation: 'r1', seq }) },
          { put: 'consumer', row: { ...consumer('doc', 'web'), name: `${seq}` } },
          { put: 'version', row: { ...version('doc', 1), handle: `${seq}` } },
          { put: 'assignment', row: { credential: 'doc', consumer: 'web', version: seq, sinceMs: nowMs } },
        ],
      )
    }
    await committed(stores[0], changed(1))
    let writing = true
    const seen = new Set<number>()
    const read = async () => {
      for (let last = false; !last; ) {
        last = !writing
        const facts = await stores[1].rotationFacts('r1')
        assert.ok(facts !== null)
        const { row, credential, consumers, versions, assignments } = facts
        const parts = [credential.seq, consumers[0]?.name, versions[0]?.handle, assignments[0]?.version]
        assert.deepEqual(
          parts.map(Number),
          parts.map(() => row.seq),
        )
        seen.add(row.seq)
        await new Promise(resolve => setImmediate(resolve))
      }
    }
    const write = async () => {
      try {
        for (let seq = 2; seq <= 80; seq++) {
          await committed(stores[0], changed(seq))
          await new Promise(resolve => setImmediate(resolve))
        }
      } finally {
        writing = false
      }
    }
    await Promise.all([write(), read(), read(), read()])
    assert.ok(seen.has(80) && seen.size > 3, `${seen.size} moments were seen: nothing was proved`)
  })
}
