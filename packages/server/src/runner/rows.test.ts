import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, stepOf } from '@rekey/core'
import { bench, isEnded, person } from '../fixtures.ts'
import { ask } from './commit.ts'

const aliasMoves = async (b: Awaited<ReturnType<typeof bench>>) =>
  (await b.store.events(0, 10_000)).filter(event => event.type === 'aliasMoved').length

test('the alias names the first version although nobody was registered to be moved to it', async () => {
  const b = await bench({ existing: false, consumers: [] })
  const { rotation } = await b.open({ trigger: { why: 'time' } })
  await b.until(rotation, isEnded)
  assert.equal((await b.store.credential(b.credential))?.currentVersion, 1)
  assert.equal(await aliasMoves(b), 1)
  const again = await b.open()
  assert.equal((await b.state(again.rotation)).old?.version, 1, 'the next one is no first one')
})

test('the alias leaves a version that was revoked although nobody was registered to be moved', async () => {
  const b = await bench({ consumers: [] })
  const { rotation } = await b.open({
    order: 'revoke-first',
    trigger: { why: 'incident', by: 'alice', reason: 'leaked', reference: null },
  })
  await b.until(rotation, isEnded)
  assert.equal((await b.store.credential(b.credential))?.currentVersion, 2)
})

test('the alias moves once in a rotation, with its last wave', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  assert.equal(await aliasMoves(b), 1)
})

test('the alias names nothing new when a rotation is given up', async () => {
  const b = await bench({
    existing: false,
    consumers: [],
    wrap: provider => ({ ...provider, probe: async () => 'refused' }),
  })
  const { rotation } = await b.open({ trigger: { why: 'time' } })
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'aborted')
  assert.equal((await b.store.credential(b.credential))?.currentVersion, null)
})

test('the alias goes home when everyone was moved back one by one and the rotation is then given up', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, state => isUnderway(state) && stepOf(state).do === 'observe')
  assert.equal((await b.store.credential(b.credential))?.currentVersion, 2)
  for (const { id } of b.consumers) {
    const moved = { do: 'moveConsumer', consumer: id, to: 'old', reason: 'it looks odd' } as const
    assert.ok((await ask(b.ground, rotation, moved, person)).ok)
  }
  assert.ok((await ask(b.ground, rotation, { do: 'rollBack', reason: 'no good' }, person)).ok)
  await b.until(rotation, isEnded)
  assert.equal((await b.store.credential(b.credential))?.currentVersion, 1)
  const again = await b.open()
  assert.equal((await b.state(again.rotation)).old?.version, 1, 'nobody forgets the version in use')
})

const lastRollbackMs = async (b: Awaited<ReturnType<typeof bench>>) =>
  (await b.store.credential(b.credential))!.lastRollbackMs

test('one consumer that is moved to the new version and back has tried the way back; a rotation without it has not', async () => {
  const b = await bench()
  const plain = await b.open()
  await b.until(plain.rotation, isEnded)
  assert.equal(await lastRollbackMs(b), null, 'nobody went back')
  const { rotation } = await b.open()
  await b.until(rotation, state => isUnderway(state) && stepOf(state).do === 'observe')
  const consumer = b.consumers[0]!.id
  const move = (to: 'old' | 'new') =>
    ask(b.ground, rotation, { do: 'moveConsumer', consumer, to, reason: 'rehearsal' }, person)
  assert.ok((await move('old')).ok)
  const triedMs = await lastRollbackMs(b)
  assert.ok(triedMs !== null)
  assert.ok((await move('new')).ok)
  await b.until(rotation, isEnded)
  assert.equal(await lastRollbackMs(b), triedMs, 'to go on is no going back')
})

test('a rotation that is rolled back has tried the way back', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, state => isUnderway(state) && stepOf(state).do === 'observe')
  assert.ok((await ask(b.ground, rotation, { do: 'rollBack', reason: 'no good' }, person)).ok)
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'rolled-back')
  assert.ok((await lastRollbackMs(b)) !== null)
})

test('where the target holds one version, another that was issued in its place is what stands for the way back', async () => {
  const b = await bench({ abilities: { maxLive: 1 } })
  const { rotation } = await b.open()
  assert.equal(await lastRollbackMs(b), null)
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.equal(await lastRollbackMs(b), ended.endedMs)
})
