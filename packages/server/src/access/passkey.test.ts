import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  type PasskeyCredential,
  type StoredPasskey,
  signInOptions,
  userHandle,
  verifyRegistration,
  verifySignIn,
} from './passkey.ts'
import {
  Authenticator,
  type Bend,
  cbor,
  coseOf,
  type Encodable,
  flag,
  party,
  personId,
  seen,
  text,
} from './software-authenticator.ts'

const { present, verified, backUp, backedUp, extended } = flag
const { pending } = signInOptions(party, { allowed: [], random: randomBytes })
const { challenge } = pending
const register = (credential: PasskeyCredential) => {
  const answer = verifyRegistration(party, pending, credential)
  return answer.ok ? 'ok' : answer.code
}
function registered(device: Authenticator, bend: Partial<Bend> = {}): StoredPasskey {
  const answer = verifyRegistration(party, pending, device.register(challenge, bend))
  assert.ok(answer.ok, 'text' in answer ? answer.text : '')
  return answer.passkey
}
const signIn = (credential: PasskeyCredential, stored: StoredPasskey) => {
  const answer = verifySignIn(party, pending, credential, { stored, personId })
  return answer.ok ? 'ok' : answer.code
}

const devices = {
  ES256: new Authenticator('ES256'),
  EdDSA: new Authenticator('EdDSA'),
  RS256: new Authenticator('RS256'),
}

for (const [kind, device] of Object.entries(devices)) {
  describe(`a passkey with ${kind}`, () => {
    const stored = registered(device)

    test('is registered, and signs in', () => {
      assert.equal(stored.algorithm, kind)
      assert.equal(stored.id, text(device.id))
      const answer = verifySignIn(party, pending, device.signIn(challenge), { stored, personId })
      assert.deepEqual(answer, { ok: true, passkey: stored })
    })

    test('is stored as JSON', () => {
      assert.equal(signIn(device.signIn(challenge), JSON.parse(JSON.stringify(stored))), 'ok')
    })

    test('is refused with a signature of another key, or over anything else', () => {
      const other = new Authenticator(device.kind)
      const foreign = { ...other.signIn(challenge), id: stored.id }
      assert.equal(signIn(foreign, stored), 'bad-signature')
      const right = device.signIn(challenge)
      const response = {
        ...right.response,
        authenticatorData: device.signIn(challenge, { counter: 9 }).response.authenticatorData!,
      }
      assert.equal(signIn({ ...right, response }, stored), 'bad-signature')
      for (const signature of ['', 'AAAA', text(randomBytes(64))])
        assert.equal(
          signIn({ ...right, response: { ...right.response, signature } }, stored),
          'bad-signature',
        )
    })

    test('is checked by the algorithm of its record', () => {
      for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
        if (algorithm === kind) continue
        assert.equal(signIn(device.signIn(challenge), { ...stored, algorithm }), 'bad-signature', algorithm)
      }
    })

    test('cut at any byte is refused, and never a crash', () => {
      const registration = device.register(challenge)
      const assertion = device.signIn(challenge)
      const cuts = (credential: PasskeyCredential, name: keyof PasskeyCredential['response']) => {
        const bytes = Buffer.from(credential.response[name] ?? '', 'base64url')
        return Array.from({ length: bytes.length }, (_, i) => ({
          ...credential,
          response: { ...credential.response, [name]: text(bytes.subarray(0, i)) },
        }))
      }
      for (const cut of [...cuts(registration, 'clientDataJSON'), ...cuts(registration, 'attestationObject')])
        assert.notEqual(register(cut), 'ok')
      const parts = ['clientDataJSON', 'authenticatorData', 'signature'] as const
      for (const cut of parts.flatMap(name => cuts(assertion, name)))
        assert.notEqual(signIn(cut, stored), 'ok')
    })
  })
}

describe('a ceremony', () => {
  const device = devices.ES256
  const stored = registered(device)
  const both = (bend: Partial<Bend>) => [
    register(device.register(challenge, bend)),
    signIn(device.signIn(challenge, bend), stored),
  ]

  test('with another challenge is refused', () => {
    assert.equal(register(device.register(text(randomBytes(32)))), 'wrong-challenge')
    assert.equal(signIn(device.signIn(text(randomBytes(32))), stored), 'wrong-challenge')
    for (const bent of [undefined, '', null, [challenge], `${challenge}=`])
      assert.deepEqual(both({ client: { challenge: bent } }), ['wrong-challenge', 'wrong-challenge'])
  })

  test('that was never begun is refused, even by who knows that', () => {
    const nothing = { challenge: '' }
    const answer = verifySignIn(party, nothing, device.signIn(''), { stored, personId })
    assert.equal(answer.ok || answer.code, 'wrong-challenge')
  })

  test('of the other kind is refused', () => {
    assert.equal(register(device.register(challenge, { client: { type: 'webauthn.get' } })), 'wrong-ceremony')
    assert.equal(
      signIn(device.signIn(challenge, { client: { type: 'webauthn.create' } }), stored),
      'wrong-ceremony',
    )
    assert.deepEqual(both({ client: { type: 'payment.get' } }), ['wrong-ceremony', 'wrong-ceremony'])
  })

  test('on another page, or in a frame, is refused', () => {
    const origins = [
      'https://evil.example',
      'http://rekey.example',
      'https://rekey.example:8443',
      'https://x.rekey.example',
      'https://rekey.example/',
      'null',
      undefined,
      ['https://rekey.example'],
    ]
    for (const origin of origins)
      assert.deepEqual(both({ client: { origin } }), ['wrong-origin', 'wrong-origin'], String(origin))
    for (const client of [
      { crossOrigin: true },
      { crossOrigin: 'no' },
      { topOrigin: 'https://rekey.example' },
    ])
      assert.deepEqual(both({ client }), ['wrong-origin', 'wrong-origin'])
    assert.deepEqual(both({ client: { crossOrigin: undefined, more: 'may be added' } }), ['ok', 'ok'])
  })

  test('for another site is refused', () => {
    for (const rpId of ['evil.example', 'example', 'REKEY.example', ''])
      assert.deepEqual(both({ rpId }), ['wrong-party', 'wrong-party'], rpId)
  })

  test('without the person there, or without proof of who it is, is refused', () => {
    assert.deepEqual(both({ flags: verified }), ['not-present', 'not-present'])
    assert.deepEqual(both({ flags: present }), ['not-verified', 'not-verified'])
    assert.deepEqual(both({ flags: 0 }), ['not-present', 'not-present'])
  })

  test('that says it was backed up and could not be is refused', () => {
    assert.deepEqual(both({ flags: seen | backedUp }), ['malformed', 'malformed'])
  })

  test('with extensions is read past them, and with anything else behind is refused', () => {
    const after = cbor(
      new Map<string, Encodable>([
        ['credProtect', 2],
        ['more', new Map()],
      ]),
    )
    assert.deepEqual(both({ flags: seen | extended, after }), ['ok', 'ok'])
    assert.deepEqual(both({ flags: seen, after }), ['malformed', 'malformed'])
    assert.deepEqual(both({ flags: seen | extended }), ['malformed', 'malformed'])
    assert.deepEqual(both({ flags: seen | extended, after: cbor(7) }), ['malformed', 'malformed'])
    const long = Buffer.concat([after, Buffer.alloc(1)])
    assert.deepEqual(both({ flags: seen | extended, after: long }), ['malformed', 'malformed'])
  })

  test('in any other form is refused', () => {
    const [registration, assertion] = [device.register(challenge), device.signIn(challenge)]
    for (const odd of [
      undefined,
      null,
      7,
      '',
      '=',
      'a b',
      text(Buffer.from('[]')),
      text(Buffer.from('null')),
      'A'.repeat(100_000),
    ]) {
      for (const name of ['clientDataJSON', 'attestationObject'] as const) {
        const response = { ...registration.response, [name]: odd }
        assert.equal(
          register({ ...registration, response } as PasskeyCredential),
          'malformed',
          `${name} ${odd}`,
        )
      }
      for (const name of ['clientDataJSON', 'authenticatorData'] as const) {
        const response = { ...assertion.response, [name]: odd }
        assert.equal(signIn({ ...assertion, response } as PasskeyCredential, stored), 'malformed', name)
      }
    }
  })
})

describe('a registration', () => {
  const device = devices.ES256

  test('under another id than the device gave is refused', () => {
    assert.equal(register({ ...device.register(challenge), id: text(randomBytes(32)) }), 'wrong-credential')
  })

  test('with a statement of attestation is read past it; "none" has none', () => {
    const statement = new Map<string, Encodable>([
      ['alg', -7],
      ['sig', randomBytes(64)],
    ])
    assert.equal(register(device.register(challenge, { format: 'packed', statement })), 'ok')
    assert.equal(register(device.register(challenge, { statement })), 'malformed')
  })

  test('with a key that was not asked for, or is none, is refused', () => {
    const { cose } = device
    const withMember = (label: number, value: Encodable) => cbor(new Map([...cose, [label, value]]))
    const bent = [
      withMember(3, -35),
      withMember(3, -8),
      withMember(1, 3),
      withMember(-1, 2),
      withMember(-2, randomBytes(31)),
      withMember(-2, Buffer.alloc(32)),
      withMember(-2, 'x'),
      withMember(2, randomBytes(4)),
      cbor(new Map([...cose].slice(0, 4))),
      cbor(new Map()),
      cbor(7),
    ]
    for (const one of bent)
      assert.equal(register(device.register(challenge, { cose: one })), 'wrong-algorithm')
  })

  test('with an RSA key that is too short, or of another exponent, is refused', () => {
    const small = coseOf(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey)
    const { cose } = devices.RS256
    const odd = new Map([...cose, [-2, Buffer.from([0, 0, 3])] as [number, Encodable]])
    for (const one of [small, odd])
      assert.equal(register(devices.RS256.register(challenge, { cose: cbor(one) })), 'wrong-algorithm')
  })

  test('with bytes after the key is refused', () => {
    const long = Buffer.concat([cbor(device.cose), Buffer.alloc(1)])
    assert.equal(register(device.register(challenge, { cose: long })), 'malformed')
  })
})

describe('a sign-in', () => {
  const device = devices.EdDSA
  const stored = registered(device, { flags: seen | backUp, counter: 5 })
  const at = (counter: number, from = stored) =>
    signIn(device.signIn(challenge, { flags: seen | backUp, counter }), from)

  test('has to count up, unless the device does not count at all', () => {
    assert.equal(stored.counter, 5)
    assert.equal(at(6), 'ok')
    assert.equal(at(2 ** 32 - 1), 'ok')
    for (const counter of [5, 4, 0]) assert.equal(at(counter), 'counter', String(counter))
    assert.equal(at(0, { ...stored, counter: 0 }), 'ok')
    assert.equal(at(1, { ...stored, counter: 0 }), 'ok')
  })

  test('gives the record that takes the place of the old one', () => {
    const credential = device.signIn(challenge, { flags: seen | backUp | backedUp, counter: 8 })
    const answer = verifySignIn(party, pending, credential, { stored, personId })
    assert.deepEqual(answer, { ok: true, passkey: { ...stored, counter: 8, isBackedUp: true } })
  })

  test('that contradicts the registration about back-ups is refused', () => {
    assert.equal(signIn(device.signIn(challenge, { counter: 9 }), stored), 'wrong-credential')
  })

  test('with the passkey of somebody else is refused', () => {
    const bend = { flags: seen | backUp, counter: 9 }
    for (const handle of [userHandle(party, 'otto'), '', 'x'])
      assert.equal(signIn(device.signIn(challenge, { ...bend, handle }), stored), 'wrong-credential')
    assert.equal(signIn(device.signIn(challenge, { ...bend, handle: undefined }), stored), 'ok')
    assert.equal(signIn({ ...device.signIn(challenge, bend), id: 'AAAA' }, stored), 'wrong-credential')
  })
})
