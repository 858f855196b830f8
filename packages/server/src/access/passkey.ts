// The relying party of WebAuthn Level 3 (sections 7.1 and 7.2): passkeys of people, registered and used to sign in. The person has to be
// there and to have proved it to the device. We ask for no attestation; a statement that comes all the same is read past, for it
// could only vouch for the maker, whom nobody here asks about.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type AuthenticatorData, type PasskeyAlgorithm, readAuthenticatorData } from './authenticator-data.ts'
import { fromBase64Url, readObject, toBase64Url } from './base64url.ts'
import { CborError, decodeWhole } from './cbor.ts'
import { type PendingPasskey, type RelyingParty, userHandle } from './passkey-options.ts'
import { type Refusal, refuse } from './refusal.ts'

export {
  type PendingPasskey,
  type RelyingParty,
  registrationOptions,
  signInOptions,
  userHandle,
} from './passkey-options.ts'

/** To be kept with the person; there is nothing secret in it. */
export interface StoredPasskey {
  /** In base64url, as all here. */
  id: string
  algorithm: PasskeyAlgorithm
  /** DER of the SubjectPublicKeyInfo. */
  publicKey: string
  counter: number
  mayBackUp: boolean
  isBackedUp: boolean
}

/** What navigator.credentials answers, as JSON. */
export interface PasskeyCredential {
  id: string
  response: {
    clientDataJSON: string
    attestationObject?: string
    authenticatorData?: string
    signature?: string
    userHandle?: string
  }
}

export type PasskeyCode =
  | 'malformed'
  | 'wrong-ceremony'
  | 'wrong-challenge'
  | 'wrong-origin'
  | 'wrong-party'
  | 'wrong-algorithm'
  | 'wrong-credential'
  | 'bad-signature'
  | 'not-present'
  | 'not-verified'
  | 'counter'

export type PasskeyAnswer = { ok: true; passkey: StoredPasskey } | Refusal<PasskeyCode>

const longestText = 65_536

/** That no other person has a passkey of this id is for the caller to see. */
export function verifyRegistration(
  party: RelyingParty,
  { challenge }: PendingPasskey,
  { id, response }: PasskeyCredential,
): PasskeyAnswer {
  const client = readClientData(response.clientDataJSON)
  const data = readAttestation(response.attestationObject)
  if (client === null || data === null || data.attested === null) return malformed()
  const fault = clientFault(party, client.object, 'webauthn.create', challenge) ?? partyFault(party, data)
  if (fault !== null) return fault
  const { credentialId, key } = data.attested
  if (key === null)
    return refuse(
      'wrong-algorithm',
      'The passkey has a key of a kind that was not asked for.',
      'Use a device that can do ES256, EdDSA or RS256.',
    )
  if (id !== toBase64Url(credentialId)) return wrongCredential()
  const { counter, mayBackUp, isBackedUp } = data
  const publicKey = toBase64Url(key.publicKey.export({ type: 'spki', format: 'der' }))
  const passkey = { id, algorithm: key.algorithm, publicKey, counter, mayBackUp, isBackedUp }
  return presenceFault(data) ?? { ok: true, passkey }
}

/** What comes back takes the place of `stored`: its counter has moved on. */
export function verifySignIn(
  party: RelyingParty,
  { challenge }: PendingPasskey,
  { id, response }: PasskeyCredential,
  { stored, personId }: { stored: StoredPasskey; personId: string },
): PasskeyAnswer {
  const client = readClientData(response.clientDataJSON)
  const bytes = decoded(response.authenticatorData)
  const data = bytes === null ? null : readAuthenticatorData(bytes)
  const signature = decoded(response.signature)
  if (client === null || bytes === null || data === null || signature === null) return malformed()
  const fault = clientFault(party, client.object, 'webauthn.get', challenge) ?? partyFault(party, data)
  if (fault !== null) return fault
  const handle = response.userHandle
  const isTheirs = handle === undefined || handle === null || handle === userHandle(party, personId)
  if (id !== stored.id || !isTheirs) return wrongCredential()
  const signed = Buffer.concat([bytes, createHash('sha256').update(client.bytes).digest()])
  if (!isSigned(stored, signed, signature))
    return refuse(
      'bad-signature',
      'The answer is not signed by the key of this passkey.',
      'Try again; if it stays so, register the passkey anew.',
    )
  return presenceFault(data) ?? stateFault(data, stored) ?? { ok: true, passkey: movedOn(stored, data) }
}

const movedOn = (stored: StoredPasskey, { counter, isBackedUp }: AuthenticatorData): StoredPasskey => ({
  ...stored,
  counter,
  isBackedUp,
})

function decoded(text: unknown): Buffer | null {
  return typeof text === 'string' && text.length <= longestText ? fromBase64Url(text) : null
}

function readClientData(text: unknown) {
  const bytes = decoded(text)
  const object = readObject(bytes)
  return bytes === null || object === null ? null : { bytes, object }
}

function readAttestation(text: unknown): AuthenticatorData | null {
  const bytes = decoded(text)
  if (bytes === null) return null
  try {
    const attestation = decodeWhole(bytes)
    if (!(attestation instanceof Map)) return null
    const statement = attestation.get('attStmt')
    const data = attestation.get('authData')
    if (!(statement instanceof Map) || !(data instanceof Uint8Array)) return null
    const format = attestation.get('fmt')
    if (typeof format !== 'string' || (format === 'none' && statement.size > 0)) return null
    return readAuthenticatorData(data)
  } catch (error) {
    if (error instanceof CborError) return null
    throw error
  }
}

function clientFault(
  { origins }: RelyingParty,
  { type, challenge, origin, crossOrigin, topOrigin }: Record<string, unknown>,
  ceremony: string,
  asked: string,
): Refusal<PasskeyCode> | null {
  if (type !== ceremony)
    return refuse('wrong-ceremony', 'The answer is to another question than was asked.', again)
  if (challenge !== asked || asked === '')
    return refuse('wrong-challenge', 'The answer is to another challenge than ours.', again)
  const isOurs = typeof origin === 'string' && origins.includes(origin)
  // A page of ours in a frame of another's could be clicked without being seen.
  const isFramed = (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined
  if (isOurs && !isFramed) return null
  return refuse(
    'wrong-origin',
    'The answer was given on another page than ours.',
    `Open one of ${origins.join(', ')} in a window of its own.`,
  )
}

const again = 'Begin again: a challenge is good once, and for a few minutes.'

function partyFault({ id }: RelyingParty, { rpIdHash }: AuthenticatorData): Refusal<PasskeyCode> | null {
  const right = createHash('sha256').update(id).digest()
  if (right.equals(rpIdHash)) return null
  return refuse('wrong-party', 'The passkey belongs to another site.', `Use one that was made for ${id}.`)
}

/** After the signature: until then the flags are anybody's word. */
function presenceFault({ isPresent, isVerified }: AuthenticatorData): Refusal<PasskeyCode> | null {
  if (!isPresent)
    return refuse('not-present', 'Nobody touched the device.', 'Confirm at the device when it asks.')
  if (!isVerified)
    return refuse(
      'not-verified',
      'The device did not ask who is there.',
      'Set up a PIN, a fingerprint or a face at the device, and use it.',
    )
  return null
}

function stateFault(data: AuthenticatorData, stored: StoredPasskey): Refusal<PasskeyCode> | null {
  if (data.mayBackUp !== stored.mayBackUp)
    return refuse('wrong-credential', 'The device tells otherwise of this passkey than it did.', renew)
  const counts = data.counter !== 0 || stored.counter !== 0
  if (!counts || data.counter > stored.counter) return null
  return refuse('counter', 'The passkey has counted back: there may be a copy of it.', renew)
}

const renew = 'Remove the passkey, see who has the device, and register a new one.'

/** What the key of each algorithm is to the platform, which would check with whatever key it is given. */
const platform: Record<PasskeyAlgorithm, { keyType: string; digest: string | null }> = {
  ES256: { keyType: 'ec', digest: 'sha256' },
  EdDSA: { keyType: 'ed25519', digest: null },
  RS256: { keyType: 'rsa', digest: 'sha256' },
}

/** By the algorithm of the record, never by one that the answer could name. */
function isSigned({ algorithm, publicKey }: StoredPasskey, signed: Buffer, signature: Buffer): boolean {
  const { keyType, digest } = platform[algorithm]
  try {
    const key = keyOf(publicKey)
    return key.asymmetricKeyType === keyType && verify(digest, signed, key, signature)
  } catch {
    return false
  }
}

const keyOf = (publicKey: string): KeyObject =>
  createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' })

const malformed = () =>
  refuse(
    'malformed' as const,
    'The answer of the device cannot be read.',
    'Try again, or with another browser.',
  )

const wrongCredential = () =>
  refuse('wrong-credential' as const, 'The answer is of another passkey than the one it names.', again)
