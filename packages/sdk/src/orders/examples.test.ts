// The examples that the standards publish, as far as they are security event tokens: each is whole and right by its own standard, and
// none of them is an order of this channel.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBase64url } from '../encoding.ts'
import { signed, TestOrders } from '../fixture-orders.ts'
import { thumbprintOf } from '../key.ts'
import { KeyRing, OrderReceiver } from './index.ts'
import { isSigned } from './ring.ts'

const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
const risc = 'https://schemas.openid.net/secevent/risc/event-type/'

/** RFC 8417, section 2.2 and figure 1 to 5: SCIM, OpenID back-channel logout, consent, RISC. */
const rfc8417: Record<string, object> = {
  scim: {
    iss: 'https://scim.example.com',
    iat: 1458496404,
    jti: '4d3559ec67504aaba65d40b0363faad8',
    aud: [
      'https://scim.example.com/Feeds/98d52461fa5bbc879593b7754',
      'https://scim.example.com/Feeds/5d7604516b1d08641d7676ee7',
    ],
    events: {
      'urn:ietf:params:scim:event:create': {
        ref: 'https://scim.example.com/Users/44f6142df96bd6ab61e7521d9',
        attributes: ['id', 'name', 'userName', 'password', 'emails'],
      },
    },
  },
  logout: {
    iss: 'https://server.example.com',
    sub: '248289761001',
    aud: 's6BhdRkqt3',
    iat: 1471566154,
    jti: 'bWJq',
    sid: '08a5019c-17e1-4977-8f42-65a12843ea02',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  },
  risc: {
    iss: 'https://idp.example.com/',
    jti: '756E69717565206964656E746966696572',
    iat: 1508184845,
    aud: '636C69656E745F6964',
    events: {
      [`${risc}account-disabled`]: {
        subject: { subject_type: 'iss-sub', iss: 'https://idp.example.com/', sub: '7375626A656374' },
        reason: 'hijacking',
      },
    },
  },
}

/** CAEP 1.0, sections 3.3 and 3.1, in the form that the shared signals framework asks for. */
const caepExamples: Record<string, object> = {
  'credential-change': {
    iss: 'https://idp.example.com/3456789/',
    jti: '07efd930f0977e4fcc1149a733ce7f78',
    iat: 1615305159,
    aud: 'https://sp.example2.net/caep',
    sub_id: { format: 'iss_sub', iss: 'https://idp.example.com/3456789/', sub: 'jane.smith@example.com' },
    events: {
      [`${caep}credential-change`]: {
        credential_type: 'fido2-roaming',
        change_type: 'create',
        fido2_aaguid: 'accced6a-63f5-490a-9eea-e59bc1896cfc',
        friendly_name: "Jane's USB authenticator",
        initiating_entity: 'user',
        reason_admin: { en: 'User self-enrollment' },
        event_timestamp: 1615304991,
      },
    },
  },
  'session-revoked': {
    iss: 'https://idp.example.com/123456789/',
    jti: '24c63fb56e5a2d77a6b512616ca9fa24',
    iat: 1615305159,
    aud: 'https://sp.example.com/caep',
    txn: '8675309',
    sub_id: { format: 'opaque', id: 'dMTlD|1600802906337.16|16008.16' },
    events: { [`${caep}session-revoked`]: { event_timestamp: 1615304991 } },
  },
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function refusalOf(text: string, orders = new TestOrders()): Promise<string | undefined> {
  const receiver = new OrderReceiver({ ring: (await KeyRing.first(orders.rings[0]!)) as KeyRing })
  return (await receiver.take(text)).why
}

test('the examples of RFC 8417 are signed with nothing, as they stand there, and refused for it', async () => {
  // Its appendix has them with this header.
  for (const claims of Object.values(rfc8417))
    assert.equal(
      await refusalOf(`${part({ typ: 'secevent+jwt', alg: 'none' })}.${part(claims)}.`),
      'wrong-algorithm',
    )
})

test('the header that the shared signals framework shows, and the one that CAEP asks for, are not of this channel', async () => {
  for (const alg of ['HS256', 'RS256'])
    for (const claims of Object.values(caepExamples)) {
      const text = `${part({ typ: 'secevent+jwt', alg, kid: '11' })}.${part(claims)}.c2ln`
      assert.equal(await refusalOf(text), 'wrong-algorithm')
    }
  const typed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(caepExamples['session-revoked']!)}.c2ln`
  assert.equal(await refusalOf(typed), 'wrong-type')
})

test('signed with the key of this channel they are still none of its orders: by issuer, then by audience, then by what happened', async () => {
  const orders = new TestOrders()
  const header = { typ: 'secevent+jwt', alg: 'Ed25519', kid: orders.active.kid }
  for (const claims of [...Object.values(rfc8417), ...Object.values(caepExamples)]) {
    const said = (more: object) => refusalOf(signed(header, { ...claims, ...more }, orders.active), orders)
    assert.equal(await said({}), 'wrong-issuer')
    assert.equal(await said({ iss: orders.issuer }), 'wrong-audience')
    assert.equal(await said({ iss: orders.issuer, aud: `${orders.issuer}/agents` }), 'not-a-revocation')
  }
})

test('an order is what RFC 8417, the framework and CAEP ask of such a token', async () => {
  const [header, claims] = new TestOrders()
    .order('docs', 1)
    .split('.')
    .slice(0, 2)
    .map(one => JSON.parse(Buffer.from(one, 'base64url').toString()))
  assert.equal(header.typ, 'secevent+jwt')
  for (const name of ['iss', 'iat', 'jti', 'aud', 'txn', 'sub_id', 'events']) assert.ok(name in claims, name)
  for (const name of ['sub', 'exp']) assert.ok(!(name in claims), name)
  assert.equal(Object.keys(claims.events).length, 1)
  const event = claims.events[`${caep}credential-change`]
  assert.ok(
    ['create', 'revoke', 'update', 'delete'].includes(event.change_type) && event.reason_admin.en !== '',
  )
})

/** RFC 8037, appendix A: the key, its thumbprint, and a JWS that it has signed. */
const rfc8037 = {
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  signed: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc',
  signature: 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
}

test('the signature that RFC 8037 publishes is verified as an order’s is, and its key goes by the published thumbprint', async () => {
  const { x, thumbprint, signed: text, signature } = rfc8037
  assert.equal(await thumbprintOf(x), thumbprint)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x }
  const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify'])
  const jws = {
    kid: thumbprint,
    signed: text,
    claims: new Uint8Array(),
    signature: fromBase64url(signature)!,
  }
  assert.equal(await isSigned(jws, key), true)
  assert.equal(await isSigned({ ...jws, signed: `${text}A` }, key), false)
})
