import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, judgeEveryMs, minuteMs, next, type Rotation } from '@rekey/core'
import { type Provider, ProviderError } from '@rekey/providers'
import { allEvents, bench, isEnded, person, startMs } from '../fixtures.ts'
import type { Ground } from '../ground.ts'
import { ask } from './commit.ts'
import { clearOrphans } from './orphans.ts'
import { tick } from './tick.ts'

const lives = (versions: readonly { number: number; state: string }[]) =>
  versions.map(version => `${version.number} ${version.state}`)

test('a target that did it and said that it failed is found again, and nothing is minted twice', async () => {
  let calls = 0
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        if (++calls === 1) throw new ProviderError('unexpected', 'the answer was lost')
        return minted
      },
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  assert.equal(calls, 1)
  assert.equal(b.world.versions.length, 2)
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
})

test('a value that the target made and nobody kept is void: it is destroyed, and another is minted', async () => {
  let calls = 0
  const b = await bench({
    abilities: { secretFrom: 'target', maxLive: 2 },
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        if (++calls === 1) throw new ProviderError('timeout', 'the answer was lost')
        return minted
      },
    }),
  })
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

function down(provider: Provider, isDown: () => boolean): Provider {
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
  return copy as unknown as Provider
}

test('a new version that the target refuses is discarded when a person tries again, and another takes its place', async () => {
  let refused: string | null = null
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        refused ??= minted.handle
        return minted
      },
      probe: async (context, handle, secret) =>
        handle === refused ? 'refused' : provider.probe(context, handle, secret),
    }),
  })
  const { rotation } = await b.open({
    order: 'revoke-first',
    trigger: { why: 'incident', by: 'alice', reason: 'leaked', reference: null },
  })
  const stuck = await b.until(rotation, one => one.phase === 'stuck')
  assert.ok(stuck.phase === 'stuck' && stuck.problem.code === 'probe-refused')
  b.clock.nowMs += 24 * 60 * minuteMs
  await tick(b.ground)
  assert.equal(b.world.effects['mint'], 1, 'no machine mints another one')

  const retry = { do: 'retry', reason: 'it was never set up there' } as const
  assert.ok((await ask(b.ground, rotation, retry, person)).ok)
  const [, discarded] = await b.store.versions(b.credential)
  assert.deepEqual([discarded?.state, discarded?.handle], ['void', refused])
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 void', '3 active'])
  assert.equal(b.world.versions.find(version => version.handle === refused)?.state, 'gone')
  const live = b.world.versions.filter(version => version.state !== 'gone')
  const [, void2, third] = await b.store.versions(b.credential)
  assert.deepEqual(
    live.map(version => version.handle),
    [third?.handle],
  )
  assert.equal(void2?.handle, null, 'it was cleared, and its name forgotten')
  const events = await b.store.events(0, 10_000)
  const said = events.find(event => event.type === 'versionDiscarded')
  assert.deepEqual(JSON.parse(said?.data ?? '{}'), { handle: refused, version: 2 })
})

test('where the target keeps one name for all its values, clearing a discarded one leaves the one in use alone', async () => {
  let tries = 0
  const destroyed: string[] = []
  const b = await bench({
    abilities: { maxLive: 1 },
    wrap: provider => ({
      ...provider,
      // One account whose password changes: the name stays.
      async mint(context, operation) {
        await provider.mint(context, operation)
        for (const version of b.world.versions) {
          if (version.operation === operation.key) version.handle = 'account'
          else if (version.handle === 'account') version.handle = 'account before'
        }
        tries++
        return { handle: 'account', secret: null }
      },
      probe: async (context, handle, secret) =>
        tries === 1 && handle === 'account' ? 'refused' : provider.probe(context, handle, secret),
      async destroy(context, handle) {
        destroyed.push(handle)
        return provider.destroy(context, handle)
      },
    }),
  })
  const [first] = await b.store.versions(b.credential)
  const writes = [{ put: 'version', row: { ...first!, handle: 'account' } } as const]
  assert.ok((await b.store.commit({ fence: null, appends: [], writes })).ok)
  b.world.versions[0]!.handle = 'account'
  const { rotation } = await b.open()
  await b.until(rotation, one => one.phase === 'stuck')
  assert.ok((await ask(b.ground, rotation, { do: 'retry', reason: 'again' }, person)).ok)
  await b.until(rotation, isEnded)
  await tick(b.ground)
  assert.deepEqual(
    (await b.store.versions(b.credential)).map(({ state, handle }) => `${state} ${handle}`),
    ['dead account', 'void account', 'active account'],
  )
  assert.equal(await clearOrphans(b.ground, b.credential, Number.POSITIVE_INFINITY), 0)
  assert.deepEqual(destroyed, [])
  assert.equal(b.world.versions.find(version => version.handle === 'account')?.state, 'enabled')
})

test('a target that goes on accepting a revoked version leaves a rotation that can still be worked on', async () => {
  const b = await bench({
    abilities: { maxLive: 1 },
    wrap: provider => ({
      ...provider,
      probe: async (context, handle, secret) =>
        handle === 'v1' ? 'accepted' : provider.probe(context, handle, secret),
    }),
  })
  const { rotation } = await b.open()
  // The new one was accepted, and nobody has been moved to it yet.
  b.ground.limits.steps = 1
  await b.until(rotation, one => isUnderway(one) && one.progress.step.kind === 'move')
  b.ground.limits.steps = 50
  assert.ok((await ask(b.ground, rotation, { do: 'revokeNow', reason: 'it leaked' }, person)).ok)
  await b.until(rotation, one => one.phase === 'stuck')
  for (let round = 0; round < 12; round++) {
    b.clock.nowMs += 5 * minuteMs
    await b.work()
    await tick(b.ground)
  }
  assert.deepEqual(
    b.trouble.map(({ error }) => String(error)),
    [],
  )
})

test('giving up where the one live value was replaced unheard goes forward, and finds what was minted', async () => {
  let calls = 0
  const b = await bench({
    abilities: { maxLive: 1 },
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        if (++calls === 1) throw new ProviderError('timeout', 'the answer was lost')
        return minted
      },
    }),
  })
  const { rotation } = await b.open()
  await tick(b.ground)
  const waiting = await b.state(rotation)
  assert.ok(isUnderway(waiting) && waiting.new?.life === 'intended')
  assert.ok((await ask(b.ground, rotation, { do: 'abort', reason: 'no need' }, person)).ok)
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.equal(b.world.effects['mint'], 1)
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
  assert.ok((await b.store.assignments(b.credential)).every(row => row.version === 2))
})

/** Each control plane with a target of its own in front of the one world, so that it shows who calls. */
function calledBy(ground: Ground, holder: string, calls: string[]): Ground {
  const provider = ground.providers.get('fake')!
  const told = Object.fromEntries(
    (['mint', 'find', 'probe', 'disable', 'destroy'] as const).map(verb => [
      verb,
      (...args: unknown[]) => {
        calls.push(`${holder} ${verb}`)
        return (provider[verb] as (...asked: unknown[]) => unknown)(...args)
      },
    ]),
  )
  return { ...ground, holder, providers: new Map([['fake', { ...provider, ...told }]]) }
}

test('who was paused between its decision and its call does not call once the lease is another’s', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const calls: string[] = []
  const other = calledBy(b.ground, 'other', calls)
  const slept = calledBy(b.ground, 'paused', calls)
  let isPaused = false
  // The value is read right before the call that needs it.
  const store = new Proxy(b.store, {
    get(of, name) {
      if (name !== 'sealed' || isPaused) return of[name as keyof typeof of]
      return async (credential: string, version: number) => {
        const row = await of.sealed(credential, version)
        isPaused = true
        b.clock.nowMs += 2 * b.ground.limits.leaseMs
        await tick(other)
        return row
      }
    },
  })
  await tick({ ...slept, store })
  assert.ok(isPaused)
  assert.deepEqual(
    calls.filter(call => call.startsWith('paused')),
    [],
  )
  assert.deepEqual(calls.slice(0, 2), ['other find', 'other mint'])
  assert.deepEqual(b.trouble, [])
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
})

test('who was paused for so long that the lease no longer covers the call renews it first, and finds what was begun', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const { leaseMs, callMs } = b.ground.limits
  const calls: string[] = []
  let isPaused = false
  let pausedMs = 0
  const left: number[] = []
  const store = new Proxy(b.store, {
    get(of, name) {
      if (name === 'sealed' && !isPaused) {
        return async (credential: string, version: number) => {
          isPaused = true
          pausedMs = leaseMs - callMs + 1
          b.clock.nowMs += pausedMs
          return of.sealed(credential, version)
        }
      }
      if (name === 'renew') {
        return async (...[fence, untilMs]: Parameters<typeof of.renew>) => {
          calls.push('renewed')
          left.push(untilMs - b.clock.nowMs)
          return of.renew(fence, untilMs)
        }
      }
      return of[name as keyof typeof of]
    },
  })
  await tick({ ...calledBy(b.ground, 'paused', calls), store })
  assert.deepEqual(calls.slice(0, 3), ['renewed', 'paused find', 'paused mint'])
  assert.ok(left.every(ms => ms >= callMs))
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
})
