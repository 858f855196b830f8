import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { readAuthenticatorData } from './authenticator-data.ts'
import { type RelyingParty, verifyRegistration, verifySignIn } from './passkey.ts'
import { personId, sha256, text } from './software-authenticator.ts'

interface Vector {
  section: string
  registration: { id: string; challenge: string; clientDataJSON: string; attestationObject: string }
  signIn: { challenge: string; clientDataJSON: string; authenticatorData: string; signature: string }
}
const { vectors } = JSON.parse(readFileSync(new URL('./passkey-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[]
}

describe('the test vectors of WebAuthn Level 3', () => {
  const example: RelyingParty = { id: 'example.org', name: 'Example', origins: ['https://example.org'] }
  // Some were made without verifying the person. That is looked at last, so "not-verified" says that all else holds.
  const expected: Record<string, [string, string]> = {
    'none-es256': ['not-verified', 'not-verified'],
    'packed-self-es256': ['ok', 'not-verified'],
    'none-es256-crossOrigin': ['wrong-origin', 'wrong-origin'],
    'none-es256-topOrigin': ['wrong-origin', 'wrong-origin'],
    'none-es256-long-credential-id': ['not-verified', 'ok'],
    'packed-es384': ['wrong-algorithm', 'none'],
    'packed-rs256': ['ok', 'not-verified'],
    'packed-eddsa': ['not-verified', 'not-verified'],
    'tpm-es256': ['ok', 'ok'],
    'apple-es256': ['not-verified', 'not-verified'],
    'fido-u2f-es256': ['not-verified', 'not-verified'],
  }
  for (const { section, registration, signIn } of vectors) {
    test(`are answered as they should be: ${section}`, () => {
      const { id, challenge, clientDataJSON, attestationObject } = registration
      const first = verifyRegistration(
        example,
        { challenge },
        { id, response: { clientDataJSON, attestationObject } },
      )
      const codes = [first.ok ? 'ok' : first.code, signInCode(example, { section, registration, signIn })]
      assert.deepEqual(codes, expected[section])
    })
  }

  /** With the key as it was registered, even where that was without verifying the person. */
  function signInCode(example: RelyingParty, { registration, signIn }: Vector): string {
    const bytes = Buffer.from(registration.attestationObject, 'base64url')
    const data = readAuthenticatorData(bytes.subarray(bytes.indexOf(sha256(example.id))))
    const key = data?.attested?.key
    if (data === null || key === null || key === undefined) return 'none'
    const publicKey = text(key.publicKey.export({ type: 'spki', format: 'der' }))
    const { counter, mayBackUp, isBackedUp } = data
    const stored = {
      id: registration.id,
      algorithm: key.algorithm,
      publicKey,
      counter,
      mayBackUp,
      isBackedUp,
    }
    const { challenge, ...response } = signIn
    const answer = verifySignIn(
      example,
      { challenge },
      { id: registration.id, response },
      { stored, personId },
    )
    return answer.ok ? 'ok' : answer.code
  }
})
