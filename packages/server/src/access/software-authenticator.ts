// For tests only: an authenticator in software. It writes what a device would, and every piece of that can be bent.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { type PasskeyCredential, type RelyingParty, userHandle } from './passkey.ts'

export const party: RelyingParty = {
  id: 'rekey.example',
  name: 'Rekey',
  origins: ['https://rekey.example'],
}
export const personId = 'mira'
export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

export type Encodable = number | string | Uint8Array | Map<number | string, Encodable>
export function cbor(value: Encodable): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])])
}
function head(type: number, length: number): Buffer {
  const first = type << 5
  if (length < 24) return Buffer.from([first | length])
  return length < 256
    ? Buffer.from([first | 24, length])
    : Buffer.from([first | 25, length >> 8, length & 255])
}

const kinds = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
}
type Kind = keyof typeof kinds

export function coseOf(publicKey: KeyObject): Map<number, Encodable> {
  const { kty, x = '', y = '', n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const bytes = (part: string) => Buffer.from(part, 'base64url')
  if (kty === 'EC')
    return new Map<number, Encodable>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ])
  if (kty === 'OKP')
    return new Map<number, Encodable>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(x)],
    ])
  return new Map<number, Encodable>([
    [1, 3],
    [3, -257],
    [-1, bytes(n)],
    [-2, bytes(e)],
  ])
}

export interface Bend {
  client: object
  rpId: string
  flags: number
  counter: number
  cose: Uint8Array
  after: Uint8Array
  statement: Map<string, Encodable>
  format: string
  handle: string | undefined
}
export const flag = { present: 0x01, verified: 0x04, backUp: 0x08, backedUp: 0x10, extended: 0x80 }
export const seen = flag.present | flag.verified

export class Authenticator {
  readonly id = randomBytes(32)
  readonly #keys: { publicKey: KeyObject; privateKey: KeyObject }
  readonly kind: Kind

  constructor(kind: Kind) {
    this.kind = kind
    this.#keys = kinds[kind]()
  }

  get cose() {
    return coseOf(this.#keys.publicKey)
  }

  register(challenge: string, bend: Partial<Bend> = {}): PasskeyCredential {
    const client = clientOf('webauthn.create', challenge, bend)
    const length = Buffer.from([this.id.length >> 8, this.id.length & 255])
    const attested = [Buffer.alloc(16), length, this.id, bend.cose ?? cbor(this.cose)]
    const data = Buffer.concat([headOf(bend, 0x40), ...attested, bend.after ?? Buffer.alloc(0)])
    const attestation = new Map<string, Encodable>([
      ['fmt', bend.format ?? 'none'],
      ['attStmt', bend.statement ?? new Map()],
      ['authData', data],
    ])
    return {
      id: text(this.id),
      response: { clientDataJSON: text(client), attestationObject: text(cbor(attestation)) },
    }
  }

  signIn(challenge: string, bend: Partial<Bend> = {}): PasskeyCredential {
    const client = clientOf('webauthn.get', challenge, bend)
    const data = Buffer.concat([headOf(bend, 0), bend.after ?? Buffer.alloc(0)])
    const digest = this.kind === 'EdDSA' ? null : 'sha256'
    const signature = sign(digest, Buffer.concat([data, sha256(client)]), this.#keys.privateKey)
    const handle = 'handle' in bend ? bend.handle : userHandle(party, personId)
    return {
      id: text(this.id),
      response: {
        clientDataJSON: text(client),
        authenticatorData: text(data),
        signature: text(signature),
        ...(handle !== undefined && { userHandle: handle }),
      },
    }
  }
}

const clientOf = (type: string, challenge: string, { client = {} }: Partial<Bend>) =>
  Buffer.from(JSON.stringify({ type, challenge, origin: party.origins[0], crossOrigin: false, ...client }))

function headOf({ rpId = party.id, flags = seen, counter = 0 }: Partial<Bend>, more: number): Buffer {
  const rest = Buffer.alloc(5)
  rest[0] = flags | more
  rest.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(rpId), rest])
}
