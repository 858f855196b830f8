import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, minuteMs, type Rotation } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { allEvents, bench, firstValue, isEnded, lives, person } from '../fixtures.ts'
import { changeCredential, registerConsumer } from '../registry/credentials.ts'
import { dismissGhost } from '../registry/ghosts.ts'
import { ask } from './commit.ts'
import { tick } from './tick.ts'

test('a rotation ends with the old version proved dead and everyone assigned to the new', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
  assert.deepEqual(
    (await b.store.assignments(b.credential)).map(row => row.version),
    [2, 2],
  )
  const row = await b.store.credential(b.credential)
  assert.equal(row?.currentVersion, 2)
  assert.equal(row?.openRotation, null)
  assert.ok(row?.nextRotationMs != null && row.nextRotationMs > b.clock.nowMs)
  assert.deepEqual(b.trouble, [])
})

test('no value shows in any event, whoever made it', async () => {
  for (const secretFrom of ['us', 'target'] as const) {
    const b = await bench({ abilities: { secretFrom } })
    const { rotation } = await b.open()
    await b.until(rotation, isEnded)
    const values = b.world.versions.map(version => version.value)
    assert.ok(values.length === 2 && values.includes(firstValue))
    const events = await allEvents(b.store)
    for (const value of values) assert.ok(!events.includes(value), 'a value stands in an event')
    assert.ok(!events.includes('must-never-show'))
  }
})

test('the first version of a credential is issued when there is none', async () => {
  const b = await bench({ existing: false })
  const { rotation } = await b.open({ trigger: { why: 'time' } })
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 active'])
  assert.equal((await b.store.credential(b.credential))?.currentVersion, 1)
})

test('a consumer that is registered in the middle of a rotation holds it back until it has worked', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.progress.step.kind === 'observe')
  const late = aConsumer({ id: 'late', cadence: { how: 'on-demand' }, pathClass: 'exception' })
  assert.ok(await registerConsumer(b.ground, late, person))
  b.clock.nowMs += 6 * 60 * minuteMs
  await b.work()
  await tick(b.ground)
  const waiting = await b.state(rotation)
  assert.ok(isUnderway(waiting) && waiting.old?.life === 'active')
  assert.equal(waiting.assignments['late']?.side, 'new')
  await b.until(rotation, isEnded)
})

test('a ghost holds a rotation back until a person dismisses it', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.say(
    'web',
    1,
    { says: 'used', outcome: 'success', lane: null, path: 'usual' },
    { consumer: null, seenAs: '10.1.2.3 curl' },
  )
  await assert.rejects(b.until(rotation, isEnded, 12 * 60 * minuteMs), /still running/)
  const [ghost] = (await b.store.ledger(b.credential)).ghosts
  assert.ok(ghost !== undefined && ghost.state === 'open')
  assert.ok(await dismissGhost(b.ground, ghost, 'our own test', person))
  await b.until(rotation, isEnded)
})

test('a version that somebody reaches for after it was disabled is given back, and retired later', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.progress.step.kind === 'watch')
  await b.say(
    'queue',
    1,
    { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' },
    { instance: null },
  )
  b.clock.nowMs += minuteMs
  await tick(b.ground)
  const state = await b.state(rotation)
  assert.ok(isUnderway(state))
  assert.equal(state.old?.life, 'active')
  assert.equal(b.world.versions[0]?.state, 'enabled')
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
})

test('a consumer that is refused right after it was moved stops the rotation', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(
    rotation,
    one => isUnderway(one) && one.progress.step.kind === 'move' && one.progress.step.movedMs !== null,
  )
  b.clock.nowMs += 20_000
  for (const consumer of ['web', 'queue']) {
    await b.say(consumer, 2, { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' })
  }
  b.clock.nowMs += 30 * minuteMs
  await tick(b.ground)
  const state = await b.state(rotation)
  assert.ok(state.phase === 'contained', `it is ${state.phase}`)
  assert.match(state.cause, /immediate-hard-failure/)
  assert.equal(state.old?.life, 'active')
})

test('where the policy is to go back and the old version is gone, it is stopped', async () => {
  const b = await bench({ abilities: { maxLive: 1 }, credential: { policy: { onFailure: 'roll-back' } } })
  const { rotation } = await b.open({ wish: 'atomic' })
  await b.until(
    rotation,
    one => isUnderway(one) && one.progress.step.kind === 'move' && one.progress.step.movedMs !== null,
  )
  b.clock.nowMs += 20_000
  await b.say('web', 2, { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' })
  b.clock.nowMs += minuteMs
  await tick(b.ground)
  assert.equal((await b.state(rotation)).phase, 'contained')
})

test('revocation comes first in an emergency: the old version is dead before the new one is minted', async () => {
  const order: string[] = []
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        order.push('mint')
        return provider.mint(context, operation)
      },
      async destroy(context, handle) {
        order.push(`destroy ${handle}`)
        return provider.destroy(context, handle)
      },
    }),
  })
  const { rotation } = await b.open({
    order: 'revoke-first',
    trigger: { why: 'incident', by: 'alice', reason: 'leaked', reference: null },
  })
  await b.until(rotation, isEnded)
  assert.deepEqual(order, ['destroy v1', 'mint'])
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
})

test('rolling back returns everyone and ends the new version', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.progress.step.kind === 'observe')
  assert.ok((await ask(b.ground, rotation, { do: 'rollBack', reason: 'the new one is slow' }, person)).ok)
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'rolled-back')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 active', '2 dead'])
  assert.ok((await b.store.assignments(b.credential)).every(row => row.version === 1))
  assert.equal((await b.store.credential(b.credential))?.currentVersion, 1)
})

test('a credential whose time has come is rotated by itself', async () => {
  const b = await bench()
  const due = (await b.store.credential(b.credential))?.nextRotationMs
  assert.ok(due != null)
  b.clock.nowMs = due - minuteMs
  assert.equal((await tick(b.ground)).claimed, 0)
  b.clock.nowMs = due
  await tick(b.ground)
  const row = await b.store.credential(b.credential)
  assert.ok(row?.openRotation != null)
})

test('a credential whose settings are not good is not rotated, is told of, and tried again once they are', async () => {
  const b = await bench({ credential: { settings: { pasword: 'hunter2' } } })
  b.clock.nowMs = (await b.store.credential(b.credential))!.nextRotationMs!
  await tick(b.ground)
  assert.equal((await b.store.credential(b.credential))?.openRotation, null)
  const told = b.trouble.map(({ error }) => (error as Error).message).join()
  assert.match(told, /"pasword" is not a setting/)
  assert.ok(!told.includes('hunter2'))
  const { record } = (await b.store.credential(b.credential))!
  await changeCredential(b.ground, { ...record, settings: {} }, person)
  b.clock.nowMs += 15 * minuteMs
  await tick(b.ground)
  assert.ok((await b.store.credential(b.credential))?.openRotation != null)
})

test('whom people have restricted may go on failing: it does not stop the others again', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const isMoved = (one: Rotation) =>
    isUnderway(one) && one.progress.step.kind === 'move' && one.progress.step.movedMs !== null
  await b.until(rotation, isMoved)
  const fails = (consumer: string) =>
    b.say(consumer, 2, { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' })
  b.clock.nowMs += 20_000
  await fails('web')
  b.clock.nowMs += 30 * minuteMs
  await tick(b.ground)
  assert.equal((await b.state(rotation)).phase, 'contained')

  b.clock.nowMs += minuteMs
  const reason = 'nobody knows what it does'
  assert.ok((await ask(b.ground, rotation, { do: 'restrict', consumer: 'web', reason }, person)).ok)
  await b.say('queue', 2, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
  assert.ok((await ask(b.ground, rotation, { do: 'resume' }, person)).ok)
  for (let round = 0; round < 5; round++) {
    b.clock.nowMs += minuteMs
    await fails('web')
    await tick(b.ground)
    assert.equal((await b.state(rotation)).phase, 'running')
  }
  // The other one is looked at as before.
  b.clock.nowMs += minuteMs
  assert.ok((await ask(b.ground, rotation, { do: 'lift', consumer: 'web', reason: 'try' }, person)).ok)
  await tick(b.ground)
  assert.equal((await b.state(rotation)).phase, 'contained')
})
