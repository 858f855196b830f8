// What the browser is asked for in a ceremony of WebAuthn Level 3 (sections 5.4 and 5.5), in the form that its own parser of JSON takes.
import { createHash } from 'node:crypto'
import { coseAlgorithms } from './authenticator-data.ts'
import { toBase64Url } from './base64url.ts'

export interface RelyingParty {
  /** The domain that passkeys belong to. */
  id: string
  name: string
  /** The addresses of our pages, as browsers name them. */
  origins: readonly string[]
}

/** What is kept between asking and the answer. Good once: whoever takes it up removes it. */
export interface PendingPasskey {
  challenge: string
}

type Random = (bytes: number) => Uint8Array

const challengeBytes = 32
const timeoutMs = 300_000

export function registrationOptions(
  party: RelyingParty,
  person: { id: string; name: string },
  { existing, random }: { existing: readonly string[]; random: Random },
) {
  const challenge = toBase64Url(random(challengeBytes))
  const options = {
    rp: { id: party.id, name: party.name },
    user: { id: userHandle(party, person.id), name: person.id, displayName: person.name },
    challenge,
    pubKeyCredParams: Object.values(coseAlgorithms).map(alg => ({ type: 'public-key', alg })),
    timeout: timeoutMs,
    excludeCredentials: existing.map(id => ({ type: 'public-key', id })),
    authenticatorSelection: {
      residentKey: 'preferred',
      requireResidentKey: false,
      userVerification: 'required',
    },
    attestation: 'none',
  }
  return { options, pending: { challenge } satisfies PendingPasskey }
}

/** `allowed` empty: any passkey that the device has for us, so that nobody need be named. */
export function signInOptions(
  party: RelyingParty,
  { allowed, random }: { allowed: readonly string[]; random: Random },
) {
  const challenge = toBase64Url(random(challengeBytes))
  const options = {
    challenge,
    timeout: timeoutMs,
    rpId: party.id,
    allowCredentials: allowed.map(id => ({ type: 'public-key', id })),
    userVerification: 'required',
  }
  return { options, pending: { challenge } satisfies PendingPasskey }
}

/** Devices show it to anybody who asks, so it is a hash: it names nobody (section 14.6.1). */
export const userHandle = ({ id }: RelyingParty, personId: string): string =>
  createHash('sha256').update(`rekey user handle\n${id}\n${personId}`).digest('base64url')
