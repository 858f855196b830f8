// What a commit promises: all or nothing, in order, under its fence.
import assert from 'node:assert/strict'
import type { Write } from '../contract.ts'
import {
  append,
  batchOf,
  claimBy,
  commitOf,
  committed,
  consumer,
  credentialRow,
  event,
  nowMs,
  observation,
  type Rule,
  refused,
  rotationRow,
  version,
} from './setting.ts'

export function commitRules(rule: Rule): void {
  rule('a commit numbers the events of each stream from 1, and positions rise', async store => {
    const first = await committed(store, commitOf([append('a', 0, 'x', 'y'), append('b', 0, 'z')]))
    const second = await committed(store, commitOf([append('a', 2, 'w')]))
    const positions = [...first, ...second]
    assert.equal(positions.length, 4)
    assert.deepEqual(
      positions,
      [...positions].sort((a, b) => a - b),
    )
    const stored = await store.stream('a', 0, 10)
    assert.deepEqual(
      stored.map(({ seq, type, position }) => [seq, type, position]),
      [
        [1, 'x', first[0]],
        [2, 'y', first[1]],
        [3, 'w', second[0]],
      ],
    )
  })

  rule('an event keeps its data as canonical JSON, and who did it when', async store => {
    const data = { z: [1, null, { b: 'ä', a: true }], a: 0.5 }
    await committed(store, commitOf([{ stream: 'a', expected: 0, events: [event('made', data)] }]))
    const [stored] = await store.stream('a', 0, 1)
    assert.equal(stored?.data, '{"a":0.5,"z":[1,null,{"a":true,"b":"ä"}]}')
    assert.deepEqual([stored?.by, stored?.atMs, stored?.leaf], ['person:p-1', nowMs, null])
  })

  rule('data that is not JSON fails the commit, which leaves nothing', async store => {
    const bad = { stream: 'a', expected: 0, events: [event('made', { when: new Date(0) })] }
    await assert.rejects(store.commit(commitOf([append('b', 0, 'x'), bad])), /plain object/)
    assert.deepEqual(await store.events(0, 10), [])
  })

  rule(
    'a stream of another length than expected refuses the whole commit, and says its length',
    async store => {
      await committed(store, commitOf([append('a', 0, 'x')]))
      const writes: Write[] = [{ put: 'credential', row: credentialRow('doc') }]
      const answer = await store.commit(commitOf([append('b', 0, 'y'), append('a', 0, 'z')], writes))
      assert.deepEqual(answer, { ok: false, why: 'conflict', stream: 'a', expected: 0, actual: 1 })
      assert.deepEqual(await store.stream('b', 0, 10), [])
      assert.equal(await store.credential('doc'), null)
      assert.equal(refused(await store.commit(commitOf([append('c', 5, 'x')]))).why, 'conflict')
    },
  )

  rule('an append without events only checks the length', async store => {
    await committed(store, commitOf([append('a', 0, 'x')]))
    await committed(store, commitOf([append('a', 1), append('b', 0, 'y')]))
    assert.equal(refused(await store.commit(commitOf([append('a', 0), append('b', 1, 'y')]))).why, 'conflict')
    assert.equal((await store.stream('b', 0, 10)).length, 1)
  })

  rule('pages of a stream and of all events continue where the last one ended', async store => {
    for (let at = 0; at < 5; at++)
      await committed(store, commitOf([append('a', at, `t${at}`), append(`s${at}`, 0, 'x')]))
    const types = async (after: number) => (await store.stream('a', after, 2)).map(({ type }) => type)
    assert.deepEqual([await types(0), await types(2), await types(4)], [['t0', 't1'], ['t2', 't3'], ['t4']])
    const all = await store.events(0, 100)
    assert.equal(all.length, 10)
    assert.deepEqual(await store.events(all[3]!.position, 3), all.slice(4, 7))
  })

  rule('rows are written with the events and read back as they were', async store => {
    const credential = credentialRow('doc', {
      openRotation: 'r1',
      nextRotationMs: nowMs,
      lastRotationMs: 7,
      lastRollbackMs: 6,
    })
    const assignment = { credential: 'doc', consumer: 'web', version: 2, sinceMs: nowMs }
    await committed(
      store,
      commitOf(
        [append('credential/doc', 0, 'registered')],
        [
          { put: 'credential', row: credential },
          { put: 'consumer', row: consumer('doc', 'web') },
          { put: 'version', row: version('doc', 2) },
          { put: 'version', row: version('doc', 1) },
          { put: 'rotation', row: rotationRow('r1', 'doc') },
          { put: 'assignment', row: assignment },
        ],
      ),
    )
    assert.deepEqual(await store.credential('doc'), credential)
    assert.deepEqual(await store.consumers('doc'), [consumer('doc', 'web')])
    assert.deepEqual(await store.versions('doc'), [version('doc', 1), version('doc', 2)])
    assert.deepEqual(await store.rotation('r1'), rotationRow('r1', 'doc'))
    assert.deepEqual(await store.assignments('doc'), [assignment])
    assert.deepEqual([await store.credential('no'), await store.rotation('no')], [null, null])
  })

  rule('the last write of a key wins, within a commit and after it', async store => {
    const put = (lastVersion: number): Write => ({
      put: 'credential',
      row: credentialRow('doc', { lastVersion }),
    })
    await committed(store, commitOf([], [put(1), put(2)]))
    assert.equal((await store.credential('doc'))?.lastVersion, 2)
    await committed(store, commitOf([], [put(3)]))
    assert.equal((await store.credential('doc'))?.lastVersion, 3)
  })

  rule('removing a consumer takes its assignment along', async store => {
    const row = { credential: 'doc', consumer: 'web', version: 1, sinceMs: nowMs }
    await committed(
      store,
      commitOf(
        [],
        [
          { put: 'consumer', row: consumer('doc', 'web') },
          { put: 'assignment', row },
        ],
      ),
    )
    await committed(store, commitOf([], [{ remove: 'consumer', credential: 'doc', consumer: 'web' }]))
    assert.deepEqual([await store.consumers('doc'), await store.assignments('doc')], [[], []])
  })

  rule('credentials and rotations are paged by id, byte by byte', async store => {
    const ids = ['B', 'a', 'b', 'ä', 'Z']
    const writes = ids.flatMap((id): Write[] => [
      { put: 'credential', row: credentialRow(id) },
      { put: 'rotation', row: rotationRow(`r-${id}`, id) },
      { put: 'rotation', row: rotationRow(`q-${id}`, id, 'ended') },
    ])
    await committed(store, commitOf([], writes))
    const found: string[] = []
    for (let after: string | null = null; ; ) {
      const page = await store.credentials({ after, limit: 2 })
      if (page.length === 0) break
      found.push(...page.map(({ id }) => id))
      after = found.at(-1)!
    }
    assert.deepEqual(found, ['B', 'Z', 'a', 'b', 'ä'])
    const of = async (credential: string | null, after: string | null) =>
      (await store.rotations({ credential, after, limit: 3 })).map(({ id }) => id)
    assert.deepEqual(await of('a', null), ['q-a', 'r-a'])
    assert.deepEqual(await of('a', 'q-a'), ['r-a'])
    assert.deepEqual(await of(null, 'q-b'), ['q-ä', 'r-B', 'r-Z'])
  })

  rule('a credential has at most one rotation under way', async store => {
    const put = (row: ReturnType<typeof rotationRow>): Write => ({ put: 'rotation', row })
    await committed(store, commitOf([], [put(rotationRow('r1', 'doc'))]))
    const second = commitOf([append('rotation/r2', 0, 'opened')], [put(rotationRow('r2', 'doc'))])
    assert.deepEqual(await store.commit(second), {
      ok: false,
      why: 'conflict',
      stream: 'rotation-of/doc',
      expected: 0,
      actual: 1,
    })
    assert.deepEqual(await store.stream('rotation/r2', 0, 1), [])
    const both = [put(rotationRow('r3', 'other')), put(rotationRow('r4', 'other'))]
    assert.equal(refused(await store.commit(commitOf([], both))).why, 'conflict')
    await committed(store, commitOf([], [put(rotationRow('r1', 'doc', 'running'))]))
    const change = [put(rotationRow('r2', 'doc')), put(rotationRow('r1', 'doc', 'ended'))]
    await committed(store, commitOf([append('rotation/r2', 0, 'opened')], change))
  })

  rule('a commit under a fence needs the lease: holder and token', async store => {
    const [claimed] = [await store.claimOne('rotation/r1', claimBy('me'))]
    assert.ok(claimed)
    const fence = { subject: claimed.subject, holder: claimed.holder, token: claimed.token }
    await committed(store, commitOf([append('a', 0, 'x')], [], fence))
    for (const wrong of [
      { ...fence, token: fence.token + 1 },
      { ...fence, holder: 'other' },
      { ...fence, subject: 'rotation/none' },
    ]) {
      const answer = await store.commit(commitOf([append('a', 1, 'y')], [], wrong))
      assert.deepEqual(answer, { ok: false, why: 'lost-lease', subject: wrong.subject })
    }
    assert.equal((await store.stream('a', 0, 10)).length, 1)
  })

  rule('a lease that has run out still fences until somebody else claims the subject', async store => {
    const mine = await store.claimOne('s', claimBy('me'))
    assert.ok(mine)
    await committed(store, commitOf([append('a', 0, 'x')], [], mine))
    const theirs = await store.claimOne('s', claimBy('you', mine.untilMs))
    assert.equal(theirs?.token, mine.token + 1)
    assert.equal(refused(await store.commit(commitOf([append('a', 1, 'y')], [], mine))).why, 'lost-lease')
    assert.equal(await store.release(theirs), true)
    assert.equal(refused(await store.commit(commitOf([append('a', 1, 'y')], [], theirs))).why, 'lost-lease')
  })

  rule(
    'the facts of a rotation are all that a decision needs; of an unknown one there are none',
    async store => {
      const assignment = { credential: 'doc', consumer: 'web', version: 2, sinceMs: nowMs }
      const credential = credentialRow('doc', { openRotation: 'r1' })
      await committed(
        store,
        commitOf(
          [],
          [
            { put: 'credential', row: credential },
            { put: 'consumer', row: consumer('doc', 'web') },
            { put: 'version', row: version('doc', 2) },
            { put: 'rotation', row: rotationRow('r1', 'doc') },
            { put: 'assignment', row: assignment },
            { put: 'credential', row: credentialRow('other') },
            { put: 'consumer', row: consumer('other', 'job') },
            { put: 'version', row: version('other', 1) },
          ],
        ),
      )
      await store.observe(batchOf([observation(), observation({ consumer: null, seenAs: 'somebody' })]))
      const ledger = await store.ledger('doc')
      assert.deepEqual([ledger.entries.length, ledger.ghosts.length], [1, 1])
      assert.deepEqual(await store.rotationFacts('r1'), {
        row: rotationRow('r1', 'doc'),
        credential,
        consumers: [{ ...consumer('doc', 'web'), lastExercisedAtMs: nowMs }],
        versions: [version('doc', 2)],
        assignments: [assignment],
        ledger,
        fenced: false,
      })
      await store.setMeta('fenced', '{}')
      assert.equal((await store.rotationFacts('r1'))?.fenced, true)
      assert.equal(await store.rotationFacts('r2'), null)
    },
  )

  rule('what a reader does to the records that it was given, no other reader sees', async store => {
    const writes: Write[] = [
      { put: 'credential', row: credentialRow('doc', { openRotation: 'r1' }) },
      { put: 'consumer', row: consumer('doc', 'web') },
      { put: 'version', row: version('doc', 1) },
      { put: 'rotation', row: rotationRow('r1', 'doc', 'running') },
    ]
    await committed(store, commitOf([], writes))
    const read = async () => ({
      facts: await store.rotationFacts('r1'),
      rotation: await store.rotation('r1'),
      rotations: await store.rotations({ credential: null, after: null, limit: 9 }),
      credential: await store.credential('doc'),
      credentials: await store.credentials({ after: null, limit: 9 }),
      consumers: await store.consumers('doc'),
      versions: await store.versions('doc'),
    })
    const before = structuredClone(await read())
    spoilt(await read())
    assert.deepEqual(await read(), before)
  })
}

/** Changes whatever lets itself be changed, to the bottom. */
function spoilt(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, part] of Object.entries(value)) {
    spoilt(part)
    if (typeof part !== 'object') Reflect.set(value, name, 'spoilt')
  }
  Reflect.set(value, 'added', 'spoilt')
}
