import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, minuteMs, type Rotation } from '@rekey/core'
import type { Sighting, Usage } from '@rekey/providers'
import type { Store } from '@rekey/store'
import { type Bench, bench } from '../fixtures.ts'
import { gather } from './gather.ts'
import { tick } from './tick.ts'
import { pollUsage } from './usage.ts'

const forever = Number.POSITIVE_INFINITY
const lagMs = 10 * minuteMs

/** A target that sees who uses what, ten minutes late; `covers`: whether it promises to have seen everyone. */
async function watched(covers: boolean) {
  const seen: Sighting[] = []
  const b = await bench({
    abilities: { usage: 'perCaller', usageLagMs: lagMs },
    wrap: provider => ({
      ...provider,
      async usage(_context, _handles, sinceMs): Promise<Usage> {
        const toMs = b.clock.nowMs - lagMs
        const sightings = seen.filter(one => one.atMs >= sinceMs).toReversed()
        const covered = covers && sinceMs <= toMs ? { fromMs: sinceMs, toMs } : null
        return { sightings, asOfMs: toMs, covered, gaps: [] }
      },
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, isUnderway)
  const poll = async (store: Store = b.store) => {
    const ground = { ...b.ground, store }
    return pollUsage(ground, (await gather(ground, rotation))!, forever)
  }
  const use = (instance = 'web-1') =>
    seen.push({ handle: 'v1', seenAs: 'web', instance, outcome: 'success', atMs: b.clock.nowMs })
  return { b, poll, use, rotation }
}

async function counted({ store, credential, clock }: Bench, says = 'used'): Promise<number> {
  const rows = await store.buckets({ credential, fromMs: 0, toMs: clock.nowMs + 24 * 60 * minuteMs })
  const told = rows.filter(row => row.source === 'provider/memory' && row.says === says)
  return told.reduce((sum, row) => sum + row.count, 0)
}

/** A store that goes away the next time that this call has been done. */
function failingAfter(store: Store, call: 'observe' | 'setMeta', times: number): Store {
  let left = times
  return new Proxy(store, {
    get(of, name) {
      const found = of[name as keyof Store]
      if (name !== call) return found
      return async (...args: unknown[]) => {
        if (left-- === 0) throw new Error('the process was killed')
        return (found as (...asked: unknown[]) => Promise<unknown>)(...args)
      }
    },
  })
}

test('each use is counted once and none is left out, whether or not the target promises that it saw all', async () => {
  for (const covers of [true, false]) {
    const { b, poll, use } = await watched(covers)
    for (let n = 0; n < 40; n++) {
      use()
      use('web-2')
      await poll()
      b.clock.nowMs += minuteMs
    }
    b.clock.nowMs += lagMs
    await poll()
    await poll()
    assert.equal(await counted(b), 80, `covers: ${covers}`)
  }
})

test('a stretch that was told before a crash is not told again after it, nor is anything that came since left out', async () => {
  for (const covers of [true, false]) {
    const { b, poll, use } = await watched(covers)
    for (let n = 0; n < 5; n++) use(`web-${n}`)
    b.clock.nowMs += 2 * lagMs
    use('later')
    // It is killed after the stretch was counted, and before it was noted that it was: the second note.
    await assert.rejects(poll(failingAfter(b.store, 'setMeta', 1)), /killed/)
    assert.equal(await counted(b), 5)
    b.clock.nowMs += 2 * lagMs
    await poll()
    await poll()
    assert.equal(await counted(b), 6, `covers: ${covers}`)
  }
})

test('silence is claimed no further than what was told', async () => {
  const { b, poll, use } = await watched(true)
  use()
  b.clock.nowMs += 2 * lagMs
  const untilMs = b.clock.nowMs - lagMs
  await assert.rejects(poll(failingAfter(b.store, 'observe', 0)), /killed/)
  b.clock.nowMs += 2 * lagMs
  await poll()
  assert.equal((await b.store.ledger(b.credential)).targetCovered?.toMs, untilMs)
  await poll()
  assert.equal((await b.store.ledger(b.credential)).targetCovered?.toMs, b.clock.nowMs - lagMs)
})

test('a target that never tells who used what keeps nobody waiting', async () => {
  const b = await bench({
    abilities: { usage: 'perCaller' },
    wrap: provider => ({ ...provider, usage: () => new Promise(() => {}) }),
  })
  b.ground.limits.callMs = 20
  const { rotation } = await b.open()
  await b.until(rotation, isUnderway)
  const gathered = await gather(b.ground, rotation)
  assert.equal(await pollUsage(b.ground, gathered!, forever), false)
  assert.ok(b.trouble.length > 0)
})

test('whoever lost the lease while the target answered tells nothing', async () => {
  const { b, use, rotation } = await watched(true)
  use()
  b.clock.nowMs += 2 * lagMs
  const gathered = await gather(b.ground, rotation)
  const provider = b.ground.providers.get('fake')!
  const slow = {
    ...provider,
    usage: async (...asked: Parameters<NonNullable<typeof provider.usage>>) => {
      b.clock.nowMs += 60 * minuteMs
      return provider.usage!(...asked)
    },
  }
  const ground = { ...b.ground, providers: new Map([['fake', slow]]) }
  assert.equal(await pollUsage(ground, gathered!, b.clock.nowMs + minuteMs), false)
  assert.equal(await counted(b), 0)
})

/** A rotation at such a target in which everyone works well; `seen` is what the target saw of strangers. */
async function quietlyGoing() {
  const seen: Sighting[] = []
  const b = await bench({
    abilities: { usage: 'perCaller', usageLagMs: minuteMs },
    wrap: provider => ({
      ...provider,
      async usage(_context, _handles, sinceMs): Promise<Usage> {
        // It promises nothing of those whom it did not see: then nothing but the stranger is heard.
        return { sightings: seen.filter(one => one.atMs >= sinceMs), asOfMs: 0, covered: null, gaps: [] }
      },
    }),
  })
  const { rotation } = await b.open()
  const retiring = (state: Rotation) => isUnderway(state) && state.old?.life !== 'active'
  const untilMs = async (atMs: number) => {
    await b.until(rotation, () => b.clock.nowMs >= atMs - 5 * minuteMs)
    b.clock.nowMs = atMs
    await b.work()
  }
  return { b, rotation, retiring, untilMs, seen }
}

test('a stranger of whom the target tells in the round that would retire the version stops it there and then', async () => {
  const first = await quietlyGoing()
  await first.b.until(first.rotation, first.retiring)
  const retiredMs = first.b.clock.nowMs

  const { b, rotation, retiring, untilMs, seen } = await quietlyGoing()
  await untilMs(retiredMs)
  assert.deepEqual((await b.store.ledger(b.credential)).ghosts, [])
  const atMs = b.clock.nowMs - 2 * minuteMs
  seen.push({ handle: 'v1', seenAs: 'somebody', instance: null, outcome: 'success', atMs })
  await tick(b.ground)
  assert.equal(retiring(await b.state(rotation)), false, 'it was retired under a stranger')
  const { ghosts } = await b.store.ledger(b.credential)
  assert.deepEqual(
    ghosts.map(ghost => [ghost.seenAs, ghost.version, ghost.lastMs]),
    [['somebody', 1, atMs]],
  )
})

test('a poll says that something was heard when it only names a stranger, and not when it heard nothing', async () => {
  const { b, poll } = await watched(true)
  b.clock.nowMs += lagMs
  await poll()
  b.clock.nowMs += lagMs
  const usage = async (): Promise<Usage> => ({
    sightings: [
      {
        handle: 'v1',
        seenAs: 'somebody',
        instance: null,
        outcome: 'success',
        atMs: b.clock.nowMs - lagMs - 1,
      },
    ],
    asOfMs: 0,
    gaps: [],
    covered: null,
  })
  const provider = b.ground.providers.get('fake')!
  const answering = (one: typeof usage) => ({
    ...b.ground,
    providers: new Map([['fake', { ...provider, usage: one }]]),
  })
  const { openRotation } = (await b.store.credential(b.credential))!
  const gathered = (await gather(b.ground, openRotation!))!
  const nothing = async (): Promise<Usage> => ({ sightings: [], asOfMs: 0, covered: null, gaps: [] })
  assert.equal(await pollUsage(answering(nothing), gathered, forever), false)
  await b.store.setMeta(`usage/${b.credential}`, String(b.clock.nowMs - 2 * lagMs))
  assert.equal(await pollUsage(answering(usage), gathered, forever), true)
})
