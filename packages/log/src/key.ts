// Keys of signed notes (C2SP signed-note, "verifier keys"): a name, a short id, a type and the public key. The id only
// finds the key; whoever forges an equal id gains a signature that does not verify.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { algorithms, ed25519Type, isKeyType, type KeyType } from './algorithm.ts'
import { fromBase64, fromHex, isPlainText, toBase64, toHex, toUtf8 } from './encoding.ts'
import { LogError } from './error.ts'
import { sha256 } from './hash.ts'

export interface VerifierKey {
  name: string
  /** Eight lower-case hex digits. */
  keyId: string
  type: KeyType
  publicKey: Uint8Array
}

/** Whoever can sign for a key: this process, or a key service behind `sign`. It signs bytes and knows no notes. */
export interface Signer extends VerifierKey {
  sign: (message: Uint8Array) => Uint8Array
}

export function isKeyName(name: string): boolean {
  return name !== '' && isPlainText(name, '') && !/[+\p{White_Space}]/u.test(name)
}

export function verifierKey(name: string, type: KeyType, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name))
    throw new LogError('bad-key', `${JSON.stringify(name)} cannot be a key name (no spaces, no +)`)
  const { title, publicKeyBytes } = algorithms[type]
  if (publicKey.length !== publicKeyBytes)
    throw new LogError(
      'bad-key',
      `${title} public keys have ${publicKeyBytes} bytes, not ${publicKey.length}`,
    )
  const digest = sha256(Buffer.concat([toUtf8(`${name}\n`), Uint8Array.of(type), publicKey]))
  return { name, keyId: toHex(digest.subarray(0, 4)), type, publicKey: new Uint8Array(publicKey) }
}

/** The vkey text: name, id, and type with public key, joined by plus signs. */
export function formatKey({ name, keyId, type, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(Buffer.concat([Uint8Array.of(type), publicKey]))}`
}

export function parseKey(vkey: string): VerifierKey {
  const [name = '', keyId = '', ...rest] = vkey.split('+')
  // Base64 has plus signs of its own: only the first two are separators.
  const material = fromBase64(rest.join('+'))
  const type = material?.[0]
  if (material === null || type === undefined || fromHex(keyId)?.length !== 4)
    throw new LogError('bad-key', 'a verifier key reads name+id+base64')
  if (!isKeyType(type))
    throw new LogError('bad-key', `the key of ${name} has type ${type}, which is not supported`)
  const key = verifierKey(name, type, material.subarray(1))
  if (key.keyId !== keyId)
    throw new LogError('bad-key', `the id of the key of ${name} is ${keyId}, by its content ${key.keyId}`)
  return key
}

export const isSameKey = (a: { name: string; keyId: string }, b: { name: string; keyId: string }): boolean =>
  a.name === b.name && a.keyId === b.keyId

// RFC 8410: what stands before the 32 raw bytes of an Ed25519 key in SPKI and in PKCS 8.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

export function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new LogError('bad-key', `an Ed25519 seed has 32 bytes, not ${seed.length}`)
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
}

export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  if (raw.length !== 32)
    throw new LogError('bad-key', `an Ed25519 public key has 32 bytes, not ${raw.length}`)
  return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
}

/** The raw public key of a private or public Ed25519 key. */
export function ed25519Raw(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new LogError('bad-key', `this is not an Ed25519 key but ${key.asymmetricKeyType ?? key.type}`)
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length))
}

/** A log signs as ed25519Type; the same call with cosignatureType makes a witness. */
export function ed25519Signer(name: string, privateKey: KeyObject, type: KeyType = ed25519Type): Signer {
  const key = verifierKey(name, type, ed25519Raw(privateKey))
  return { ...key, sign: message => new Uint8Array(sign(null, message, privateKey)) }
}

export type Checked =
  | { answer: 'valid'; timestampS: number | null }
  | { answer: 'bad' }
  | { answer: 'unsupported' }

/** Three answers, never two: a signature that cannot be checked here is neither good nor forged. */
export function checkSignature(key: VerifierKey, text: string, bytes: Uint8Array): Checked {
  const { open, signatureBytes } = algorithms[key.type]
  if (open === null) return { answer: 'unsupported' }
  const opened = bytes.length === signatureBytes ? open(text, bytes) : null
  if (opened === null) return { answer: 'bad' }
  const isValid = verify(null, opened.message, ed25519PublicKey(key.publicKey), opened.signature)
  return isValid ? { answer: 'valid', timestampS: opened.timestampS } : { answer: 'bad' }
}
