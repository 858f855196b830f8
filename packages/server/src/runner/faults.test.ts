import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, judgeEveryMs, minuteMs, next, type Rotation } from '@rekey/core'
import { type AutomaticProvider, ProviderError } from '@rekey/providers'
import { allEvents, bench, isEnded, lives, mintUnheard, startMs } from '../fixtures.ts'
import { tick } from './tick.ts'

test('a target that did it and said that it failed is found again, and nothing is minted twice', async () => {
  const { wrap, minted } = mintUnheard('unexpected')
  const b = await bench({ wrap })
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  assert.equal(minted.times, 1)
  assert.equal(b.world.versions.length, 2)
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
})

test('a value that the target made and nobody kept is void: it is destroyed, and another is minted', async () => {
  const { wrap } = mintUnheard('timeout')
  const b = await bench({ abilities: { secretFrom: 'target', maxLive: 2 }, wrap })
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 void', '3 active'])
  const live = b.world.versions.filter(version => version.state !== 'gone')
  assert.equal(live.length, 1)
  const kinds = (await b.store.events(0, 10_000)).map(event => event.type)
  assert.ok(kinds.includes('valueLost') && kinds.includes('orphanCleared'))
})

test('a target that is down for an hour delays a rotation and costs nothing', async () => {
  const b = await bench({
    wrap: provider => down(provider, () => b.clock.nowMs < startMs + 60 * minuteMs),
  })
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
})

test('a target that never answers is unreachable, and never refused', async () => {
  const b = await bench({
    wrap: provider => ({ ...provider, probe: () => new Promise(() => {}) }),
  })
  b.ground.limits.callMs = 20
  const { rotation } = await b.open()
  const state = await b.until(rotation, one => one.phase === 'stuck')
  assert.ok(state.phase === 'stuck' && state.problem.code === 'timeout')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 active', '2 pre-active'])
})

test('an error that is not a provider’s own is kept by its name only', async () => {
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(_context, operation) {
        throw new Error(`could not set ${operation.secret?.reveal()}`)
      },
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, one => one.phase === 'stuck')
  const events = await allEvents(b.store)
  assert.ok(events.includes('the provider failed (Error)'))
  assert.ok(!events.includes('must-never-show'))
})

test('whoever lost the lease writes nothing', async () => {
  let stall: (() => void) | null = null
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        if (stall === null) {
          // While the first control plane is paused in here, its lease runs out and another one takes over.
          await new Promise<void>(resolve => {
            stall = resolve
          })
        }
        return minted
      },
    }),
  })
  b.ground.limits.callMs = 60_000
  const { rotation } = await b.open()
  const paused = tick(b.ground)
  while (stall === null) await new Promise(resolve => setTimeout(resolve, 1))
  b.clock.nowMs += 60 * minuteMs
  const other = { ...b.ground, holder: 'another' }
  await tick(other)
  const before = await b.state(rotation)
  ;(stall as () => void)()
  await paused
  assert.deepEqual(await b.state(rotation), before)
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
})

test('whoever is told that the lease is lost stops there and then', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  let refused = 0
  const store = new Proxy(b.store, {
    get(of, name) {
      if (name !== 'commit') return of[name as keyof typeof of]
      return async ({ fence }: { fence: { subject: string } | null }) => {
        refused++
        return { ok: false, why: 'lost-lease', subject: fence?.subject ?? '' }
      }
    },
  })
  await tick({ ...b.ground, store })
  assert.equal(refused, 1)
  assert.equal((await b.state(rotation)).phase, 'planned')
})

test('a step by hand is looked at again after a while and not at once, and its deadline is not slept through', async () => {
  const b = await bench({ abilities: { byHand: ['disable'] } })
  const { rotation } = await b.open()
  const byHand = (state: Rotation) => {
    const step = next(state, b.clock.nowMs)
    return step.do === 'resolve' && step.byHand
  }
  await b.until(rotation, byHand)
  await tick(b.ground)
  assert.equal((await tick(b.ground)).claimed, 0)
  b.clock.nowMs += judgeEveryMs
  assert.equal((await tick(b.ground)).claimed, 1)
  const overdue = (state: Rotation) => isUnderway(state) && state.overdueMs !== null
  assert.ok(byHand(await b.until(rotation, overdue)))
})

test('two control planes at once never do the same work twice', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const other = { ...b.ground, holder: 'another' }
  for (let round = 0; round < 200; round++) {
    await b.work()
    await Promise.all([tick(b.ground), tick(other)])
    if (isEnded(await b.state(rotation))) break
    b.clock.nowMs += 5 * minuteMs
  }
  assert.ok(isEnded(await b.state(rotation)))
  assert.deepEqual(b.world.effects, { mint: 1, disable: 1, destroy: 1 })
})

test('a fenced store touches no target until a person lifts the fence', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.store.setMeta('fenced', '{"because":"restored"}')
  for (let round = 0; round < 5; round++) {
    await tick(b.ground)
    b.clock.nowMs += minuteMs
  }
  assert.deepEqual(b.world.effects, {})
  await b.store.setMeta('fenced', null)
  await b.until(rotation, isEnded)
})

test('a clock that jumps a day forward makes nobody look silent in a good sense', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.progress.step.kind === 'observe')
  b.clock.nowMs += 24 * 60 * minuteMs
  await tick(b.ground)
  const state = await b.state(rotation)
  assert.ok(isUnderway(state) && state.old?.life === 'active', 'it was retired on a day that never was')
})

test('a clock that jumps a day back and returns delays a rotation and breaks nothing', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.progress.step.kind === 'move')
  b.clock.nowMs -= 24 * 60 * minuteMs
  await b.work()
  await tick(b.ground)
  b.clock.nowMs += 24 * 60 * minuteMs
  await b.until(rotation, isEnded)
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
  assert.deepEqual(b.trouble, [])
})

function down(provider: AutomaticProvider, isDown: () => boolean): AutomaticProvider {
  const verbs = [
    'mint',
    'find',
    'probe',
    'disable',
    'enable',
    'endSessions',
    'destroy',
    'list',
    'compareRights',
  ] as const
  const copy = { ...provider } as Record<string, unknown>
  for (const verb of verbs) {
    const act = provider[verb] as ((...args: unknown[]) => Promise<unknown>) | undefined
    if (act === undefined) continue
    copy[verb] = async (...args: unknown[]) => {
      if (isDown()) throw new ProviderError('unreachable', 'the target is down')
      return act.apply(provider, args)
    }
  }
  return copy as unknown as AutomaticProvider
}
