import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderKey, TestOrders } from '../fixture-orders.ts'
import { KeyRing, OrderReceiver } from './index.ts'

const codeOf = (ring: KeyRing | string) => (typeof ring === 'string' ? ring : ring.serial)

test('the first ring is believed when it is whole, or only when its keys are those that were told beforehand', async () => {
  const orders = new TestOrders()
  const [text] = orders.rings as [string]
  const pins = orders.pins.split(',')
  assert.equal(codeOf(await KeyRing.first(text)), 1)
  assert.equal(codeOf(await KeyRing.first(text, { pins })), 1)
  assert.equal(await KeyRing.first(text, { pins: [pins[0]!, orderKey().kid] }), 'not-pinned')
  assert.equal(await KeyRing.first(text, { issuer: 'https://elsewhere.example' }), 'wrong-issuer')
  assert.equal(await KeyRing.first(new TestOrders().rings[0]!, { pins }), 'not-pinned')
})

test('keys that were told beforehand are found among all rings there were, and those after them are believed', async () => {
  const orders = new TestOrders()
  orders.replace()
  const pins = orders.pins.split(',')
  orders.replace()
  const receiver = new OrderReceiver({ pins })
  const taken = []
  for (const text of orders.rings) taken.push(codeOf(await receiver.takeRing(text)))
  assert.deepEqual(taken, ['not-pinned', 2, 3])
})

test('a ring that is not whole is refused with its code', async () => {
  const orders = new TestOrders()
  const { active, standBy } = orders
  const cases: [string, string][] = [
    [orders.ring({ by: orderKey() }), 'unknown-key'],
    [orders.ring({ by: standBy, header: { kid: active.kid } }), 'bad-signature'],
    [orders.ring({ header: { alg: 'EdDSA' } }), 'wrong-algorithm'],
    [orders.ring({ header: { typ: 'jwk-set+jwt' } }), 'wrong-type'],
    [orders.ring({ header: { jwk: active.jwk } }), 'malformed'],
    [orders.order('docs', 1), 'wrong-type'],
    [orders.ring({ standBy: active }), 'malformed'],
    [
      orders.ring({ claims: { active: { ...active.jwk, d: active.key.export({ format: 'jwk' }).d } } }),
      'malformed',
    ],
    [orders.ring({ claims: { serial: -1 } }), 'malformed'],
    [orders.ring({ claims: { revoked: 'none' } }), 'malformed'],
    [orders.ring({ revoked: [active.kid] }), 'revoked-key'],
    [orders.ring({ revoked: [standBy.kid] }), 'revoked-key'],
  ]
  for (const [text, code] of cases) assert.equal(await KeyRing.first(text), code)
})

test('several rings in a row are believed one by one, a key that is revoked stays revoked, and its orders are refused', async () => {
  const orders = new TestOrders()
  const receiver = new OrderReceiver()
  const [first, second] = [orders.active, orders.standBy]
  for (let n = 0; n < 3; n++) orders.replace()
  const taken = await Promise.all(orders.rings.map(text => receiver.takeRing(text)))
  assert.deepEqual(taken.map(codeOf), [1, 2, 3, 4])
  for (const by of [first, second])
    assert.equal((await receiver.take(orders.order('docs', 1, { by }))).why, 'revoked-key')
  assert.equal((await receiver.take(orders.order('docs', 1, { by: orders.standBy }))).why, undefined)
  // The last ring does not name the first key any more, and the one who has it signs again.
  assert.equal(
    await receiver.takeRing(orders.ring({ by: first, active: first, claims: { serial: 5 } })),
    'revoked-key',
  )
})

test('whoever has stolen the active key can kill, and can name no keys', async () => {
  const orders = new TestOrders()
  const stolen = orders.active
  const thief = orderKey()
  const receiver = new OrderReceiver({ ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing })
  const serial = { serial: 2 }
  const takeovers = {
    'it names the next ones itself': orders.ring({
      by: stolen,
      active: stolen,
      standBy: thief,
      claims: serial,
    }),
    'it makes its own key the active one': orders.ring({ by: stolen, active: thief, claims: serial }),
    'its own key signs for itself': orders.ring({ by: thief, active: thief, claims: serial }),
    'it calls itself the one that stood by': orders.ring({
      by: thief,
      header: { kid: orders.standBy.kid },
      active: orders.standBy,
      standBy: thief,
      claims: serial,
    }),
    'it names the one that stands by, and signs': orders.ring({
      by: stolen,
      active: orders.standBy,
      standBy: thief,
      claims: serial,
    }),
    'the same serial again': orders.ring({ by: stolen, standBy: thief }),
    'an earlier serial': orders.ring({ by: stolen, standBy: thief, claims: { serial: 0 } }),
  }
  for (const [how, text] of Object.entries(takeovers)) {
    const ring = await receiver.takeRing(text)
    assert.equal(typeof ring, 'string', how)
    assert.equal(receiver.ring!.text, orders.rings[0], how)
  }
  assert.equal((await receiver.take(orders.order('docs', 1, { by: stolen }))).said, 'applied')
  assert.equal((await receiver.take(orders.order('docs', 2, { by: thief }))).why, 'unknown-key')
})

test('a ring that leaves one out is not believed, nor one that the key that stood by signed and that names another, nor another issuer’s', async () => {
  const orders = new TestOrders()
  const { standBy } = orders
  const ring = (await KeyRing.first(orders.rings[0]!)) as KeyRing
  const made = (more: object, claims: object = {}) =>
    orders.ring({
      by: standBy,
      active: standBy,
      standBy: orderKey(),
      ...more,
      claims: { serial: 2, ...claims },
    })
  assert.equal(await ring.next(made({}, { serial: 3 })), 'not-the-successor')
  assert.equal(await ring.next(made({ active: orderKey() })), 'not-the-successor')
  assert.equal(await ring.next(made({}, { iss: 'https://elsewhere.example' })), 'wrong-issuer')
  assert.equal(codeOf(await ring.next(made({}))), 2)
  orders.replace()
  const third = orders.replace()
  assert.equal(await ring.next(third), 'not-the-successor')
  assert.equal(codeOf(await ring.next(orders.rings[0]!)), 1, 'the same one again is no news')
})

test('an order with an unknown key asks for newer rings once, and is believed when they bring it', async () => {
  const orders = new TestOrders()
  let asked = 0
  const receiver: OrderReceiver = new OrderReceiver({
    ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing,
    askForKeys: async () => {
      asked++
      for (const text of orders.rings.slice(1)) await receiver.takeRing(text)
    },
  })
  orders.replace()
  orders.replace()
  assert.equal((await receiver.take(orders.kill('docs', 1).text)).said, 'applied')
  assert.equal(asked, 1)
  assert.equal((await receiver.take(orders.order('docs', 2, { by: orderKey() }))).why, 'unknown-key')
  assert.equal(asked, 2)
})
