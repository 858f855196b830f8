import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, type Version } from '@rekey/core'
import { type Listed, ProviderError } from '@rekey/providers'
import { type Bench, bench, isEnded } from '../fixtures.ts'
import { clearOrphans } from './orphans.ts'
import { tick } from './tick.ts'

const forever = Number.POSITIVE_INFINITY

/** Something that bears a key of ours and that the record does not know. */
function left(b: Bench, handle: string, operation = `lost/${handle}`): void {
  const [first] = b.world.versions
  b.world.versions.push({ ...first!, handle, operation, state: 'enabled' })
}

const isGone = (b: Bench, handle: string) =>
  b.world.versions.find(version => version.handle === handle)?.state === 'gone'

const events = async (b: Bench, type: string) =>
  (await b.store.events(0, 10_000)).filter(event => event.type === type).length

test('one orphan that cannot be destroyed keeps none of the others alive', async () => {
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async destroy(context, handle) {
        if (handle === 'b') throw new ProviderError('rejected', 'it is locked')
        return provider.destroy(context, handle)
      },
    }),
  })
  for (const handle of ['a', 'b', 'c']) left(b, handle)
  assert.equal(await clearOrphans(b.ground, b.credential, forever), null)
  assert.deepEqual(
    ['a', 'b', 'c'].map(handle => isGone(b, handle)),
    [true, false, true],
  )
  assert.equal(b.trouble.length, 1)
  assert.equal(await events(b, 'orphanCleared'), 2)
})

test('a target that never answers a list or a destroy keeps nobody waiting', async () => {
  for (const verb of ['list', 'destroy'] as const) {
    const b = await bench({ wrap: provider => ({ ...provider, [verb]: () => new Promise(() => {}) }) })
    b.ground.limits.callMs = 20
    left(b, 'a')
    assert.equal(await clearOrphans(b.ground, b.credential, forever), null, verb)
    assert.equal(b.trouble.length, 1)
  }
})

test('nothing is destroyed by whoever may lose the lease while he does it', async () => {
  const paused = 10 * 60_000
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async list(context, credential): Promise<Listed[]> {
        b.clock.nowMs += paused
        return provider.list!(context, credential)
      },
    }),
  })
  left(b, 'a')
  const leaseUntilMs = b.clock.nowMs + b.ground.limits.leaseMs
  assert.equal(await clearOrphans(b.ground, b.credential, leaseUntilMs), null)
  assert.ok(!isGone(b, 'a'))
  assert.deepEqual(b.trouble, [])
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 1)
})

test('of two values under one operation key the one that no version bears is an orphan', async () => {
  let twin = ''
  const b = await bench({
    abilities: { maxLive: 3 },
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        twin = `${minted.handle}-b`
        left(b, twin, operation.key)
        return minted
      },
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  await tick(b.ground)
  assert.ok(isGone(b, twin))
  const live = b.world.versions.filter(version => version.state === 'enabled')
  const [, second] = await b.store.versions(b.credential)
  assert.deepEqual(
    live.map(version => version.handle),
    [second?.handle],
  )
})

test('while nobody knows yet which of the values under its key is the version, none is touched', async () => {
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        await provider.mint(context, operation)
        throw new ProviderError('timeout', 'the answer was lost')
      },
    }),
  })
  const { rotation } = await b.open()
  await tick(b.ground)
  const state = await b.state(rotation)
  assert.ok(isUnderway(state) && state.new?.handle === null)
  left(b, 'twin', state.new.operation!)
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 0)
  assert.deepEqual(
    b.world.versions.map(version => version.state),
    ['enabled', 'enabled', 'enabled'],
  )
})

test('what was proved dead and is listed all the same is destroyed again, also where we did not mint it', async () => {
  const b = await bench({
    wrap: provider => ({
      ...provider,
      // What was there before us bears no key of ours.
      list: async (context, credential) =>
        (await provider.list!(context, credential)).map(one =>
          one.handle === 'v1' ? { ...one, operation: null } : one,
        ),
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  const [first, second] = await b.store.versions(b.credential)
  assert.equal(first?.state, 'dead')
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 0)
  const told = await events(b, 'orphanCleared')
  for (const version of b.world.versions) if (version.handle === 'v1') version.state = 'disabled'
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 1)
  assert.ok(isGone(b, 'v1'))
  assert.ok(!isGone(b, second!.handle!))
  assert.equal(await events(b, 'orphanCleared'), told + 1)
})

test('a dead version whose name the one in use bears as well is not destroyed again', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  const [first, second] = await b.store.versions(b.credential)
  await put(b, { ...first!, handle: second!.handle })
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 0)
  assert.ok(!isGone(b, second!.handle!))
})

const put = async (b: Bench, version: Version) => {
  const writes = [{ put: 'version', row: version } as const]
  assert.ok((await b.store.commit({ fence: null, appends: [], writes })).ok)
}

test('a void version is destroyed by its name, but not where the one in use bears that name', async () => {
  const b = await bench({ abilities: { canList: false } })
  left(b, 'a')
  const [first] = await b.store.versions(b.credential)
  assert.equal(first?.handle, 'v1')
  for (const [number, handle] of [
    [8, 'v1'],
    [9, 'a'],
  ] as const) {
    await put(b, { ...first, number, handle, state: 'void', operation: `op-${number}` })
  }
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 1)
  assert.deepEqual([isGone(b, 'v1'), isGone(b, 'a')], [false, true])
  const [, eight, nine] = await b.store.versions(b.credential)
  assert.deepEqual([eight?.handle, nine?.handle], ['v1', null])
  assert.equal(await clearOrphans(b.ground, b.credential, forever), 0, 'once is enough')
})
