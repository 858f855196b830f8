import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, isEnded, person } from '../fixtures.ts'
import { logSigner } from '../sealing/key.ts'
import { seal } from '../sealing/seal.ts'
import { verifyLog } from '../sealing/verify.ts'
import { liftFence } from './fence.ts'

const origin = 'test.rekey.local/log'

test('a fenced store seals nothing, and its log goes by another name afterwards', async () => {
  const b = await bench()
  const before = await logSigner(b.store, b.ground.vault, origin, b.ground.random)
  await seal(b.ground, before)
  const { size } = await b.store.logState()
  await b.open()
  await b.store.setMeta('fenced', '{"because":"restored"}')
  assert.equal(await seal(b.ground, before), null)
  assert.equal((await b.store.logState()).size, size)

  assert.ok((await liftFence(b.ground, 'compared with the targets', person)).ok)
  const after = await logSigner(b.store, b.ground.vault, origin, b.ground.random)
  assert.match(after.name, /^test\.rekey\.local\/log\/restored-/)
  assert.ok((await seal(b.ground, after))! > 0)
  assert.deepEqual((await verifyLog(b.store, after)).faults, [])
  const types = (await b.store.events(0, 1_000)).map(event => event.type)
  assert.ok(types.includes('fenceLifted'))
})

test('only a person who says why lifts the fence, and only where there is one', async () => {
  const b = await bench()
  const refusedTo = async (reason: string, kind: 'person' | 'system') =>
    (await liftFence(b.ground, reason, { kind, id: 'x' })).ok === false
  assert.ok(await refusedTo('no fence', 'person'))
  await b.store.setMeta('fenced', '{}')
  assert.ok(await refusedTo('  ', 'person'))
  assert.ok(await refusedTo('by itself', 'system'))
  assert.ok(!(await refusedTo('compared', 'person')))
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
})
