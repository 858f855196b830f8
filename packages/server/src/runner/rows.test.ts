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
