import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, minuteMs } from '@rekey/core'
import { bench, isEnded, lives, mintUnheard, person } from '../fixtures.ts'
import { ask } from './commit.ts'
import { clearOrphans } from './orphans.ts'
import { tick } from './tick.ts'

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
  const { wrap } = mintUnheard('timeout')
  const b = await bench({ abilities: { maxLive: 1 }, wrap })
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
