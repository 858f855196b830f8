import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayMs, hourMs, minuteMs, type Observation, type Used } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { person } from '../fixtures.ts'
import { takeObservations, takeSaid } from '../intake/said.ts'
import { kill } from '../kill/kill.ts'
import { note } from '../registry/credentials.ts'
import { dismissGhost } from '../registry/ghosts.ts'
import { changesOf } from './changes.ts'
import { type Post, post } from './fixtures.ts'
import { watching, watchOf } from './watch.ts'

async function watched(t: Parameters<typeof post>[0], options: Parameters<typeof post>[1] = {}) {
  const p = await post(t, options)
  t.after(watching(p.b.ground.journal, p.plane.signals.watch))
  const { clock, credential } = p.b
  let batch = 0
  const say = async (more: Partial<Observation> = {}, used: Partial<Used> = {}) => {
    const statement = { says: 'used', outcome: 'success', lane: null, path: 'usual', ...used } as const
    const bindings = ['web', 'queue', 'nobody'].map(consumer => ({ credential, consumer }))
    const speaker = { id: 'source/x', kind: 'telemetry', lagMs: dayMs, complete: false, bindings } as const
    const one: Observation = {
      credential,
      consumer: 'web',
      seenAs: null,
      instance: null,
      version: 1,
      statement,
      atMs: clock.nowMs,
      source: 'source/x',
      ...more,
    }
    const taken = await takeObservations(p.plane, speaker, `b${++batch}`, [one])
    assert.deepEqual(taken.refused, [])
    await p.plane.signals.watch.settled()
  }
  const kinds = async () => {
    await p.plane.signals.watch.settled()
    await p.work()
    return (await p.incidents()).flatMap(one => one.kinds)
  }
  return { p, say, kinds }
}

const killFirst = async ({ plane, b }: Post) => {
  const scope = { of: 'version', credential: b.credential, version: 1 } as const
  await kill(plane, { scope, reason: 'a test', by: person, cause: { why: 'person' } })
}

describe('a version that was killed', () => {
  test('and is used with success is paged, with a hint to revoke it again, and kills nothing by itself', async t => {
    const { p, say, kinds } = await watched(t)
    await killFirst(p)
    p.b.clock.nowMs += 10 * minuteMs
    await say()
    assert.deepEqual(await kinds(), ['dead-version-success'])
    const [incident] = await p.incidents()
    assert.deepEqual([incident?.reaction, incident?.version, incident?.how], ['page', 1, 'hint'])
    assert.match(incident?.summary ?? '', /revoke it there again/)
    assert.equal((await p.plane.keep.all('kill')).length, 1)
  })

  test('and is refused is noted', async t => {
    const { p, say, kinds } = await watched(t)
    await killFirst(p)
    p.b.clock.nowMs += 10 * minuteMs
    await say({}, { outcome: 'auth-failure' })
    assert.deepEqual(await kinds(), ['dead-version-refused'])
    assert.equal((await p.incidents())[0]?.reaction, 'note')
    assert.ok(!(await p.told()).includes('signalPaged'))
  })

  test('says nothing of uses before it was', async t => {
    const { p, say, kinds } = await watched(t)
    const atMs = p.b.clock.nowMs
    p.b.clock.nowMs += 10 * minuteMs
    await killFirst(p)
    p.b.clock.nowMs += 10 * minuteMs
    await say({ atMs })
    assert.deepEqual(await kinds(), [])
  })

  test('is seen though the credential was known before as well', async t => {
    const { p, say, kinds } = await watched(t)
    await say()
    assert.deepEqual(await kinds(), [])
    await killFirst(p)
    await p.plane.signals.known.upToDate()
    p.b.clock.nowMs += 10 * minuteMs
    await say()
    assert.deepEqual(await kinds(), ['dead-version-success'])
  })
})

describe('a ghost', () => {
  test('is told once an hour, and not when a person has dismissed it', async t => {
    const { p, say, kinds } = await watched(t)
    const stranger = { consumer: null, seenAs: 'stranger' }
    await say(stranger)
    await say(stranger)
    assert.deepEqual(await kinds(), ['ghost-use'])
    const { ghosts } = await p.b.store.ledger(p.b.credential)
    await dismissGhost(p.b.ground, ghosts[0]!, 'known', person)
    p.b.clock.nowMs += 2 * hourMs
    await say(stranger)
    assert.deepEqual(await kinds(), ['ghost-use'])
  })

  test('is none where a consumer goes by that name', async t => {
    const { say, kinds } = await watched(t, { consumers: [aConsumer({ id: 'web', seenAs: ['pod-1'] })] })
    await say({ consumer: null, seenAs: 'pod-1' })
    assert.deepEqual(await kinds(), [])
  })
})

describe('a pact', () => {
  const consumers = [aConsumer({ id: 'web', pact: { models: ['small'], addresses: ['10.0.0.0/8'] } })]

  test('that is kept says nothing, and one that is not is paged', async t => {
    const { p, say, kinds } = await watched(t, { consumers })
    await say({}, { seen: { model: 'small', address: '10.1.1.1' } })
    assert.deepEqual(await kinds(), [])
    await say({}, { seen: { model: 'large', address: '192.0.2.1' } })
    assert.deepEqual(await kinds(), ['outside-pact'])
    assert.deepEqual(
      (await p.incidents()).map(one => [one.count, one.reaction]),
      [[2, 'page']],
    )
  })

  test('is held against what an agent says of a use, which evidence does not look at', async t => {
    const { p, kinds } = await watched(t, { consumers })
    const { credential, clock } = p.b
    const bindings = [{ credential, consumer: 'web' }]
    const speaker = { id: 'source/x', kind: 'sdk', lagMs: 0, complete: false, bindings } as const
    const one = {
      ...bindings[0]!,
      version: 1,
      says: 'used',
      atMs: clock.nowMs,
      seen: { model: 'large' },
    } as const
    const taken = await takeSaid(p.plane, speaker, 'b', [one], 'web-1')
    assert.deepEqual([taken.folded, taken.refused], [1, []])
    assert.deepEqual(await kinds(), ['outside-pact'])
    assert.ok(!JSON.stringify(await p.b.store.ledger(credential)).includes('large'))
  })

  test('that is changed counts from then on', async t => {
    const { p, say, kinds } = await watched(t, { consumers })
    await say({}, { seen: { model: 'small' } })
    const row = { ...consumers[0]!, credential: p.b.credential, pact: { models: ['large'] } }
    const event = { type: 'consumerChanged', consumer: row, atMs: p.b.clock.nowMs, by: person } as const
    await note(p.b.ground, p.b.credential, [event], [{ put: 'consumer', row }])
    await p.plane.signals.known.upToDate()
    await p.plane.signals.watch.settled()
    await say({}, { seen: { model: 'small' } })
    assert.deepEqual(await kinds(), ['outside-pact'])
  })
})

describe('habits', () => {
  /** At noon, on each of the days before. */
  const livedFor = async (
    { p, say }: { p: Post; say: (more: object, used: object) => Promise<void> },
    days: number,
  ) => {
    for (let day = 0; day < days; day++) {
      for (let hour = 0; hour < 6; hour++) {
        await say({}, { times: 20 })
        p.b.clock.nowMs += hourMs
      }
      p.b.clock.nowMs += 18 * hourMs
    }
  }

  test('of the week before are read from the store, so that they outlive a start', async t => {
    const first = await watched(t)
    await livedFor(first, 6)
    const { p } = first
    first.p.b.clock.nowMs += 12 * hourMs
    const trouble = (error: unknown) => p.b.trouble.push({ where: 'watch', error })
    const changes = changesOf(p.b.ground.store, p.plane.feed, p.plane.assignments, trouble)
    const watch = watchOf({ plane: () => p.plane, changes, wake: () => undefined, trouble })
    // Instead of the one that saw it all.
    p.b.ground.journal.observed = watch.observed
    await first.say()
    await watch.settled()
    p.b.clock.nowMs += 3 * hourMs
    await first.say()
    await watch.settled()
    assert.deepEqual([...new Set(await first.kinds())], ['unusual-hours'])
    assert.deepEqual(p.b.trouble, [])
  })

  test('of somebody who is new are none', async t => {
    const all = await watched(t)
    await livedFor(all, 2)
    all.p.b.clock.nowMs += 12 * hourMs
    await all.say()
    await all.say({}, { times: 10_000 })
    assert.deepEqual(await all.kinds(), [])
  })
})

test('a detector that fails fails alone: what was observed counts', async t => {
  const { p, say } = await watched(t)
  p.b.ground.journal.observed = observations => {
    p.plane.signals.watch.observed(observations)
    p.plane.signals.watch.observed([null] as unknown as Observation[])
  }
  await say()
  assert.equal(p.b.trouble.length, 1)
  assert.equal((await p.b.store.ledger(p.b.credential)).entries.length, 1)
})
