import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench } from './fixtures.ts'
import { startLoops } from './loops.ts'
import { logSigner } from './sealing/key.ts'

test('the loops end when they are told to, also in the middle of a round, and whatever fails in one', async () => {
  const b = await bench()
  let failed = 0
  const ground = { ...b.ground, journal: { trouble: () => failed++ } }
  const signer = () => logSigner(b.store, b.ground.vault, 'test.rekey.local/log', b.ground.random)
  for (let round = 0; round < 5; round++) {
    const loops = startLoops(ground, signer, 1)
    if (round % 2 === 1) await new Promise(resolve => setTimeout(resolve, 5))
    const ended = loops.stop().then(() => 'ended')
    const late = new Promise(resolve => setTimeout(() => resolve('late'), 2_000).unref())
    assert.equal(await Promise.race([ended, late]), 'ended')
  }
  assert.equal(failed, 0)

  const noKey = async () => {
    throw new Error('no key')
  }
  const broken = startLoops(ground, noKey, 1)
  await new Promise(resolve => setTimeout(resolve, 20))
  await broken.stop()
  assert.ok(failed > 0, 'a round that fails is reported')
})
