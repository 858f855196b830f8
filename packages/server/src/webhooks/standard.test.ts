import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@rekey/core'
import fc from 'fast-check'
import {
  publicKeyOf,
  sharedSecret,
  sign,
  signingSecret,
  type Verifying,
  verify,
  WebhookError,
} from './standard.ts'

// From the tests of the standard's own libraries.
const published = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampS: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  secret: new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
// RFC 8032, 7.1, test 1: the seed, and the public key that belongs to it.
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
const publicKey = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')

const { id, timestampS, body } = published
const nowMs = timestampS * 1_000
const shared = [sharedSecret(randomBytes(32)), sharedSecret(randomBytes(24))] as const
const pair = signingSecret(randomBytes(32))
const open = new Secret(publicKeyOf(pair))

const signedBy = (...secrets: Secret[]) => ({ ...sign({ id, timestampS, body, secrets }) })
const check = (headers: Verifying['headers'], keys: readonly Secret[], more: Partial<Verifying> = {}) => {
  const verdict = verify({ headers, body, keys, nowMs, ...more })
  return verdict.ok ? `key ${verdict.key}` : verdict.code
}

describe('the published vector', () => {
  test('is signed the same', () => {
    assert.deepEqual(sign({ id, timestampS, body, secrets: [published.secret] }), {
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': published.signature,
    })
  })

  test('verifies, and says what was signed', () => {
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': published.signature,
    }
    const verdict = verify({ headers, body, keys: [published.secret], nowMs })
    assert.deepEqual(verdict, { ok: true, id, timestampS, key: 0 })
  })

  test('of Ed25519 gives the public key that belongs to the seed', () => {
    assert.equal(publicKeyOf(signingSecret(seed)), `whpk_${publicKey.toString('base64')}`)
    assert.equal(signingSecret(seed).reveal(), `whsk_${Buffer.concat([seed, publicKey]).toString('base64')}`)
  })
})

describe('a signature', () => {
  test('of a shared secret, and of a key pair, verifies with what the receiver has', () => {
    assert.equal(check(signedBy(shared[0]), [shared[0]]), 'key 0')
    assert.equal(check(signedBy(pair), [open]), 'key 0')
    assert.match(signedBy(pair)['webhook-signature'], /^v1a,[\w+/]{86}==$/)
  })

  test('is accepted while the secret is rotated, whichever of the two each side knows', () => {
    const [old, young] = shared
    assert.equal(check(signedBy(old, young), [old]), 'key 0')
    assert.equal(check(signedBy(old, young), [young]), 'key 0')
    assert.equal(check(signedBy(old), [young, old]), 'key 1')
    assert.equal(check(signedBy(old, pair), [young, open]), 'key 1')
  })

  test('of another key, another body, another id or another time is refused', () => {
    const headers = signedBy(shared[0], pair)
    const keys = [shared[0], open]
    assert.equal(check(headers, [shared[1], new Secret(publicKeyOf(signingSecret(seed)))]), 'bad-signature')
    assert.equal(check(headers, keys, { body: Buffer.concat([body, Buffer.from(' ')]) }), 'bad-signature')
    assert.equal(check({ ...headers, 'webhook-id': `${id}x` }, keys), 'bad-signature')
    assert.equal(check({ ...headers, 'webhook-timestamp': String(timestampS + 1) }, keys), 'bad-signature')
  })

  test('covers the bytes as they are, even where they are no text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe])
    const headers = { ...sign({ id, timestampS, body: bytes, secrets: [shared[0]] }) }
    assert.equal(check(headers, [shared[0]], { body: bytes }), 'key 0')
    assert.equal(check(headers, [shared[0]], { body: Buffer.from(bytes.toString('utf8')) }), 'bad-signature')
  })

  test('of one scheme is never taken for one of the other', () => {
    const headers = signedBy(shared[0])
    const as = (version: string) => ({
      ...headers,
      'webhook-signature': headers['webhook-signature'].replace('v1', version),
    })
    for (const version of ['v1a', 'v2', 'V1', ''])
      assert.equal(check(as(version), [shared[0], open]), 'bad-signature')
  })

  test('has one text: another that decodes to the same is refused', () => {
    const headers = signedBy(shared[0])
    const good = headers['webhook-signature']
    const cut = good.replace(/=$/, '')
    for (const other of [
      cut,
      `${good}=`,
      `${good},x`,
      `v1,${good}`,
      good.replace('v1,', 'v1,\n'),
      'v1,',
      'v1',
      'v1a,',
    ]) {
      assert.equal(check({ ...headers, 'webhook-signature': other }, [shared[0]]), 'bad-signature', other)
    }
  })

  test('is found among others that are not known, but not among any number', () => {
    const headers = signedBy(shared[0])
    const others = (count: number) =>
      `${Array.from({ length: count }, () => 'v9,eA==').join(' ')} ${headers['webhook-signature']}`
    assert.equal(check({ ...headers, 'webhook-signature': others(15) }, [shared[0]]), 'key 0')
    assert.equal(check({ ...headers, 'webhook-signature': others(16) }, [shared[0]]), 'bad-signature')
  })
})

describe('a message', () => {
  const headers = signedBy(shared[0])

  test('counts for five minutes to both sides, or as long as is asked', () => {
    const at = (offMs: number, more = {}) => check(headers, [shared[0]], { nowMs: nowMs + offMs, ...more })
    assert.deepEqual([at(300_000), at(-300_000)], ['key 0', 'key 0'])
    assert.deepEqual([at(300_001), at(-300_001)], ['too-old', 'too-new'])
    assert.deepEqual([at(1_001, { toleranceMs: 1_000 }), at(Number.NaN)], ['too-old', 'too-old'])
  })

  test('without one of its headers, or with one that came twice, is refused', () => {
    for (const name of Object.keys(headers)) {
      assert.equal(check({ ...headers, [name]: undefined }, [shared[0]]), 'missing-header')
      assert.equal(check({ ...headers, [name]: '' }, [shared[0]]), 'missing-header')
      assert.equal(check({ ...headers, [name]: ['a', 'b'] }, [shared[0]]), 'missing-header')
    }
  })

  test('whose id holds a full stop is refused: it could be parted in two ways', () => {
    for (const bad of ['a.b', 'a b', 'é', 'x'.repeat(257)]) {
      assert.equal(check({ ...headers, 'webhook-id': bad }, [shared[0]]), 'bad-id')
      assert.throws(() => sign({ id: bad, timestampS, body, secrets: [shared[0]] }), { code: 'bad-id' })
    }
  })

  test('whose time is not written as a number of seconds is refused', () => {
    for (const bad of [
      `0${timestampS}`,
      `${timestampS}.0`,
      `+${timestampS}`,
      ' 1',
      '1e9',
      '-1',
      'now',
      '9'.repeat(13),
    ]) {
      assert.equal(check({ ...headers, 'webhook-timestamp': bad }, [shared[0]]), 'bad-timestamp', bad)
    }
    for (const bad of [-1, 1.5, Number.NaN]) {
      assert.throws(() => sign({ id, timestampS: bad, body, secrets: [shared[0]] }), {
        code: 'bad-timestamp',
      })
    }
  })

  test('whatever it says is accepted or refused, and never throws', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(id, String(timestampS), published.signature, 'v1,', 'v1a,AA=='),
    )
    fc.assert(
      fc.property(
        fc.record({ 'webhook-id': text, 'webhook-timestamp': text, 'webhook-signature': text }),
        rubbish =>
          ['key 0', 'missing-header', 'bad-id', 'bad-timestamp', 'too-old', 'bad-signature'].includes(
            check(rubbish, [published.secret, open]),
          ),
      ),
    )
  })
})

describe('a key', () => {
  const bad = [
    ...[
      'whsec_xx',
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS',
      'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'whsec_%%%%',
    ],
    ...[`whsec_${Buffer.alloc(23).toString('base64')}`, `whsec_${Buffer.alloc(65).toString('base64')}`],
    ...[
      `whsk_${Buffer.alloc(31).toString('base64')}`,
      `whsk_${Buffer.concat([seed, seed]).toString('base64')}`,
    ],
    ...[`whpk_${Buffer.alloc(31).toString('base64')}`, 'no-key-at-all'],
  ].map(text => new Secret(text))

  test('that is none verifies nothing, and signs nothing; the fault does not repeat it', () => {
    for (const key of bad) {
      assert.equal(check(signedBy(shared[0]), [key]), 'no-keys')
      assert.equal(check(signedBy(shared[0]), [key, shared[0]]), 'key 1')
      assert.throws(
        () => signedBy(key),
        (error: unknown) =>
          error instanceof WebhookError &&
          error.code === 'bad-key' &&
          !inspect(error).includes(key.reveal().slice(5)),
      )
    }
    assert.equal(check(signedBy(shared[0]), []), 'no-keys')
  })

  test('that is public does not sign, and one that signs does not verify: the receiver needs only the public one', () => {
    assert.throws(() => signedBy(open), { code: 'bad-key' })
    assert.equal(check(signedBy(pair), [pair, shared[0]]), 'bad-signature')
    assert.throws(() => publicKeyOf(shared[0]), { code: 'bad-key' })
  })

  test('pair may be written as its seed alone', () => {
    const short = new Secret(`whsk_${seed.toString('base64')}`)
    assert.deepEqual(signedBy(short), signedBy(signingSecret(seed)))
  })

  test('that is new has the length that the standard asks for', () => {
    assert.equal(
      sharedSecret(Buffer.alloc(24, 1)).reveal(),
      `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
    )
    for (const length of [0, 23, 65])
      assert.throws(() => sharedSecret(Buffer.alloc(length)), { code: 'bad-key' })
    assert.throws(() => signingSecret(Buffer.alloc(31)))
    assert.throws(() => sign({ id, timestampS, body, secrets: [] }), { code: 'bad-key' })
  })
})
