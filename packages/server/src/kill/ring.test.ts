import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { importJWK, jwtVerify } from 'jose'
import { agentOn, codeOf, ok, signedInAs, town, until } from '../http/fixtures.ts'

describe('the keys of orders', () => {
  test('are followed by their stand-by, which signs the ring that names its own; and what was ordered is signed anew', async t => {
    const w = await town()
    t.after(() => w.stop())
    const { site: here, b } = w
    const admin = await signedInAs(here, 'alice', { '*': 'admin' })
    const robot = await agentOn(here, admin, 'robot', [{ credential: b.credential, consumer: 'web' }])
    const scope = { of: 'version', credential: b.credential, version: 1 }
    await ok(here, 'POST', '/kills', { as: admin, body: { reason: 'it leaked', scope } }, 201)
    const before = await ok(here, 'GET', '/order-keys/rings')
    const made = await ok(here, 'POST', '/order-keys/replace', {
      as: admin,
      body: { reason: 'key 1 may be stolen' },
    })
    const { keys, serial } = await ok(here, 'GET', '/order-keys/rings')
    assert.deepEqual([serial, keys.length], [before.serial + 1, before.keys.length + 1])
    const claims = keys.map((text: string) =>
      JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString()),
    )
    assert.deepEqual(claims[1].active, claims[0].standBy)
    const header = JSON.parse(Buffer.from(keys[1].split('.')[0], 'base64url').toString())
    assert.equal(header.kid, made.active)
    await jwtVerify(keys[1], await importJWK(claims[0].standBy, 'Ed25519'), { typ: 'rekey-order-keys+jwt' })
    // Whoever joins from now on believes nothing that the old key has signed: the orders are signed anew, and say the same.
    const { orders } = await until(
      () => ok(here, 'GET', '/agent/orders', { as: robot }),
      one => one.keys.length === keys.length,
    )
    for (const order of orders) {
      const [head = ''] = order.split('.')
      assert.equal(JSON.parse(Buffer.from(head, 'base64url').toString()).kid, made.active)
    }
    assert.equal(
      await codeOf(here, 'POST', '/order-keys/replace', { body: { reason: 'because' } }),
      'not-signed-in',
    )
  })
})
