import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { registrationOptions, signInOptions, userHandle } from './passkey-options.ts'
import { party, personId } from './software-authenticator.ts'

describe('options', () => {
  test('ask for a verified person, for no attestation, and for one of three algorithms', () => {
    const person = { id: personId, name: 'Mira Keller' }
    const { options, pending } = registrationOptions(party, person, {
      existing: ['AAAA'],
      random: randomBytes,
    })
    assert.equal(Buffer.from(options.challenge, 'base64url').length, 32)
    assert.equal(pending.challenge, options.challenge)
    assert.deepEqual(options.pubKeyCredParams.map(({ alg }) => alg).sort(), [-257, -7, -8])
    assert.equal(options.attestation, 'none')
    assert.equal(options.authenticatorSelection.userVerification, 'required')
    assert.deepEqual(options.excludeCredentials, [{ type: 'public-key', id: 'AAAA' }])
  })

  test('name a person to the device by a hash of at most 64 bytes, the same each time', () => {
    const handle = userHandle(party, personId)
    assert.equal(handle, userHandle(party, personId))
    assert.notEqual(handle, userHandle({ ...party, id: 'other.example' }, personId))
    assert.ok(Buffer.from(handle, 'base64url').length <= 64)
  })

  test('have a new challenge each time', () => {
    const made = Array.from(
      { length: 5 },
      () => signInOptions(party, { allowed: [], random: randomBytes }).pending.challenge,
    )
    assert.equal(new Set(made).size, 5)
  })
})
