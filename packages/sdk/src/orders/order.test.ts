import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { orderKey, signed, TestOrders } from '../fixture-orders.ts'
import { KeyRing, OrderReceiver, type Taken } from './index.ts'

const part = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

async function receiverOf(orders: TestOrders): Promise<OrderReceiver> {
  return new OrderReceiver({ ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing })
}
const why = async (receiver: OrderReceiver, text: string): Promise<Taken['why']> => {
  const taken = await receiver.take(text)
  assert.equal(taken.said, taken.why === undefined ? 'applied' : 'refused')
  return taken.why
}

test('an order that is signed by the key of the ring kills the version that it names, and no other', async () => {
  const orders = new TestOrders()
  const receiver = await receiverOf(orders)
  const taken = await receiver.take(orders.kill('docs/a b', 3).text)
  assert.deepEqual([taken.said, taken.epoch, taken.repeated, taken.why], ['applied', 1, false, undefined])
  assert.ok(receiver.isDenied('docs/a b', 3))
  assert.ok(!receiver.isDenied('docs/a b', 4) && !receiver.isDenied('docs%2Fa%20b', 3))
})

test('what is forged, altered or cut is refused, each with its code, and kills nothing', async () => {
  const orders = new TestOrders()
  const receiver = await receiverOf(orders)
  const good = orders.order('docs', 1)
  const [header, claims, signature] = good.split('.') as [string, string, string]
  const other = orders.order('docs', 2).split('.') as [string, string, string]
  const thief = orderKey()
  const cases: [string, Taken['why']][] = [
    [orders.order('docs', 1, { by: thief }), 'unknown-key'],
    [orders.order('docs', 1, { by: thief, header: { kid: orders.active.kid } }), 'bad-signature'],
    [`${header}.${other[1]}.${signature}`, 'bad-signature'],
    [`${header}.${claims}.${signature.slice(0, -4)}AAAA`, 'bad-signature'],
    [`${header}.${claims}.${signature.slice(0, -6)}`, 'malformed'],
    [`${header}.${claims.slice(0, -4)}.${signature}`, 'bad-signature'],
    [`${header}.${claims}`, 'malformed'],
    [`${header}.${claims}.`, 'malformed'],
    [`${good}.${signature}`, 'malformed'],
    [`${header}.${claims}=.${signature}`, 'malformed'],
    [` ${good}`, 'malformed'],
    ['', 'malformed'],
    [orders.order('docs', 1, { event: { reason_admin: { en: 'x'.repeat(20_000) } } }), 'malformed'],
    [orders.order('docs', 1, { claims: { iss: 'https://elsewhere.example' } }), 'wrong-issuer'],
    [orders.order('docs', 1, { claims: { aud: 'https://gateway.example' } }), 'wrong-audience'],
    [orders.order('docs', 1, { claims: { aud: [`${orders.issuer}/agents`] } }), 'wrong-audience'],
    [orders.order('docs', 1, { claims: { aud: undefined } }), 'wrong-audience'],
    [orders.order('docs', 1, { claims: { jti: '' } }), 'malformed'],
    [orders.order('docs', 1, { event: { x_revocation_epoch: '7' } }), 'malformed'],
    [orders.order('docs', 1, { claims: { sub_id: { format: 'opaque', id: 'cred/docs/v/1' } } }), 'malformed'],
    [
      signed({ typ: 'secevent+jwt', alg: 'Ed25519', kid: orders.active.kid }, 'no json', orders.active),
      'malformed',
    ],
  ]
  for (const sub of ['cred/docs', 'cred/docs/v/0', 'cred/docs/v/1.5', 'cred/docs/v/1/more', 'cred/%zz/v/1']) {
    const claim = { sub_id: { format: 'iss_sub', iss: orders.issuer, sub } }
    cases.push([orders.order('docs', 1, { claims: claim }), 'malformed'])
  }
  for (const [text, expected] of cases) assert.equal(await why(receiver, text), expected, text.slice(0, 200))
  assert.ok(!receiver.isDenied('docs', 1))
  assert.equal(await why(receiver, good), undefined, 'and the whole one is taken after all of that')
})

test('another algorithm or type is refused, by whatever name, before anything is verified', async () => {
  const orders = new TestOrders()
  const receiver = await receiverOf(orders)
  const text = orders.order('docs', 1)
  const claims = text.split('.')[1]!
  const { kid, jwk } = orders.active
  const header = (alg: string, typ = 'secevent+jwt') => part({ typ, alg, kid })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
  // The public key, which everybody has, taken for a secret.
  const hmac = createHmac('sha256', Buffer.from(jwk.x, 'base64url'))
  const cases: [string, Taken['why']][] = [
    [`${header('none')}.${claims}.`, 'wrong-algorithm'],
    [
      `${header('HS256')}.${claims}.${hmac.update(`${header('HS256')}.${claims}`).digest('base64url')}`,
      'wrong-algorithm',
    ],
    [
      `${header('RS256')}.${claims}.${sign('sha256', Buffer.from(`${header('RS256')}.${claims}`), rsa).toString('base64url')}`,
      'wrong-algorithm',
    ],
    [orders.order('docs', 1, { header: { alg: 'EdDSA' } }), 'wrong-algorithm'],
    [orders.order('docs', 1, { header: { alg: 'ed25519' } }), 'wrong-algorithm'],
    [orders.order('docs', 1, { header: { typ: 'JWT' } }), 'wrong-type'],
    [orders.order('docs', 1, { header: { typ: undefined } }), 'wrong-type'],
    [orders.ring(), 'wrong-type'],
  ]
  for (const [one, expected] of cases) assert.equal(await why(receiver, one), expected)
})

test('a key that an order brings along is not looked at, and the order is refused', async () => {
  const orders = new TestOrders()
  const receiver = await receiverOf(orders)
  const thief = orderKey()
  for (const header of [
    { jwk: thief.jwk },
    { jku: 'https://thief.example/keys' },
    { x5u: 'https://thief.example/chain' },
    { x5c: ['MIIB'] },
    { crit: ['exp'], exp: 1 },
    { b64: false },
    { cty: 'JWT' },
  ])
    for (const by of [thief, orders.active])
      assert.equal(await why(receiver, orders.order('docs', 1, { by, header })), 'malformed')
  assert.equal(await why(receiver, orders.order('docs', 1, { header: { kid: undefined } })), 'malformed')
})

test('there is no order that takes one back, whoever signed it', async () => {
  const orders = new TestOrders()
  const receiver = await receiverOf(orders)
  assert.equal(await why(receiver, orders.kill('docs', 1).text), undefined)
  for (const change_type of ['create', 'update', 'delete', 'unrevoke', undefined])
    assert.equal(await why(receiver, orders.order('docs', 1, { event: { change_type } })), 'not-a-revocation')
  const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
  const revoke = { change_type: 'revoke', x_revocation_epoch: 9 }
  for (const events of [
    {},
    null,
    [revoke],
    { [`${caep}session-established`]: revoke },
    { [`${caep}credential-change`]: revoke, [`${caep}session-established`]: {} },
  ])
    assert.equal(await why(receiver, orders.order('docs', 1, { claims: { events } })), 'not-a-revocation')
  assert.ok(receiver.isDenied('docs', 1))
})

test('the same order again is answered and does nothing, and one of an old epoch that was never seen is applied', async () => {
  const orders = new TestOrders()
  const applied: number[] = []
  const receiver = new OrderReceiver({
    ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing,
    apply: ({ version }) => applied.push(version) > 0,
  })
  const [first, second] = [orders.kill('docs', 1), orders.kill('docs', 2)]
  await receiver.take(second.text)
  receiver.reached(2)
  const late = await receiver.take(first.text)
  assert.deepEqual([late.said, late.repeated], ['applied', false])
  const again = await receiver.take(second.text)
  assert.deepEqual([again.said, again.repeated, again.epoch], ['applied', true, 2])
  assert.deepEqual(applied, [2, 1])
})

test('the same order twice at once is kept and applied once, and the time in it is not judged', async () => {
  const orders = new TestOrders()
  let [kept, applied] = [0, 0]
  const receiver = new OrderReceiver({
    ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing,
    keep: async () => {
      kept++
      await new Promise(resolve => setTimeout(resolve, 20))
      assert.equal(applied, 0, 'it is kept first')
    },
    apply: () => ++applied > 0,
  })
  const hourMs = 3_600
  for (const off of [-hourMs, hourMs, 10 * 365 * 24 * hourMs]) {
    const at = Math.floor(Date.now() / 1_000) + off
    const { text } = orders.kill('docs', 1, { claims: { iat: at }, event: { event_timestamp: at } })
    const taken = await Promise.all([receiver.take(text), receiver.take(text), receiver.take(text)])
    assert.deepEqual(taken.map(one => `${one.said} ${one.repeated}`).sort(), [
      'applied false',
      'applied true',
      'applied true',
    ])
    assert.deepEqual([kept, applied], [1, 1])
    ;[kept, applied] = [0, 0]
  }
})

test('an order from before it could be written down moves no epoch, and is the same one when it comes with its own', async () => {
  const orders = new TestOrders()
  const applied: number[] = []
  const receiver = new OrderReceiver({
    ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing,
    apply: ({ epoch }) => applied.push(epoch) > 0,
  })
  const claims = { jti: 'glass-1' }
  const early = orders.order('docs', 1, { claims, event: { x_revocation_epoch: 4, x_provisional: true } })
  assert.equal((await receiver.take(early)).said, 'applied')
  assert.ok(!receiver.knows(4))
  const recorded = await receiver.take(orders.order('docs', 1, { claims, event: { x_revocation_epoch: 5 } }))
  assert.deepEqual([recorded.said, recorded.repeated, recorded.epoch], ['applied', true, 5])
  assert.ok(receiver.knows(5))
  assert.deepEqual(applied, [4])
})

test('an order under the name of an earlier one, about another version, is applied all the same', async () => {
  const orders = new TestOrders()
  const receiver = await receiverOf(orders)
  for (const version of [1, 2])
    await receiver.take(orders.kill('docs', version, { claims: { jti: 'one' } }).text)
  assert.ok(receiver.isDenied('docs', 1) && receiver.isDenied('docs', 2))
})

test('what cannot be kept is dead all the same, is not confirmed, and is kept when it comes again', async () => {
  const orders = new TestOrders()
  let isFull = true
  const receiver = new OrderReceiver({
    ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing,
    keep: () => (isFull ? Promise.reject(new Error('no space')) : Promise.resolve()),
  })
  const { text } = orders.kill('docs', 1)
  assert.equal(await why(receiver, text), 'not-kept')
  assert.ok(receiver.isDenied('docs', 1))
  isFull = false
  assert.equal(await why(receiver, text), undefined)
})
