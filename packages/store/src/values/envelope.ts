// The envelope around every value and every key of ours, format 1:
//
//   ciphertext = seal(data key, value)      bound to: "rekey value 1", credential id, version number
//   wrappedKey = seal(root key, data key)   bound to: "rekey value key 1", credential id, version number, root key id
//
// and for keys of ours the same with "rekey key 1", name and "rekey key key 1", name, root key id.
//
//   seal(key, plain) = iv (12 bytes) ‖ AES-256-GCM ciphertext (as long as the plain text) ‖ tag (16 bytes)
//
// What it is bound to is GCM's associated data: every field as UTF-8 behind its length in 4 bytes, big-endian, so that no
// two lists of fields have the same bytes. The format's number is part of it, so a later format cannot be passed off as
// this one. The ciphertext is not bound to the root key: rotating the root key leaves it as it is.
//
// Random ivs are safe because a data key seals once, and a root key far fewer than 2^32 times. AES-GCM: NIST SP 800-38D.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { RootKey } from './root-key.ts'

export type Random = (bytes: number) => Uint8Array

/** What an envelope is for; opened for anything else, it does not open. */
export type Purpose = { of: 'value'; credential: string; version: number } | { of: 'key'; name: string }

export interface Envelope {
  wrappedKey: Uint8Array
  ciphertext: Uint8Array
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16
const dataKeyBytes = 32

export function close(rootKey: RootKey, purpose: Purpose, plain: Uint8Array, random: Random): Envelope {
  const bytes = take(random, dataKeyBytes)
  const ciphertext = encrypt(createSecretKey(bytes), contentBinding(purpose), plain, random)
  const wrappedKey = encrypt(rootKey.key, keyBinding(purpose, rootKey.id), bytes, random)
  bytes.fill(0)
  return { wrappedKey, ciphertext }
}

/** null: damaged, or made for another purpose or under another root key. GCM does not say which. */
export function reopen(rootKey: RootKey, purpose: Purpose, envelope: Envelope): Uint8Array | null {
  const bytes = decrypt(rootKey.key, keyBinding(purpose, rootKey.id), envelope.wrappedKey)
  if (bytes?.length !== dataKeyBytes) return null
  const plain = decrypt(createSecretKey(bytes), contentBinding(purpose), envelope.ciphertext)
  bytes.fill(0)
  return plain
}

/** The same data key under another root key; the value itself is not opened. null: as above. */
export function rewrap(
  from: RootKey,
  to: RootKey,
  purpose: Purpose,
  envelope: Envelope,
  random: Random,
): Envelope | null {
  const bytes = decrypt(from.key, keyBinding(purpose, from.id), envelope.wrappedKey)
  if (bytes?.length !== dataKeyBytes) return null
  const wrappedKey = encrypt(to.key, keyBinding(purpose, to.id), bytes, random)
  bytes.fill(0)
  return { wrappedKey, ciphertext: envelope.ciphertext }
}

function take(random: Random, count: number): Uint8Array {
  const bytes = random(count)
  if (bytes.length !== count) throw new RangeError('the random source gave another number of bytes')
  return bytes
}

function encrypt(key: KeyObject, binding: Uint8Array, plain: Uint8Array, random: Random): Uint8Array {
  const iv = take(random, ivBytes)
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes })
  cipher.setAAD(binding)
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: KeyObject, binding: Uint8Array, bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < ivBytes + tagBytes) return null
  const tagAt = bytes.length - tagBytes
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
  decipher.setAAD(binding)
  decipher.setAuthTag(bytes.subarray(tagAt))
  // Nothing of it may be looked at before final() has checked the tag.
  const plain = decipher.update(bytes.subarray(ivBytes, tagAt))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return null
  } finally {
    plain.fill(0)
  }
}

function contentBinding(purpose: Purpose): Uint8Array {
  return purpose.of === 'value'
    ? encodeFields(['rekey value 1', purpose.credential, String(purpose.version)])
    : encodeFields(['rekey key 1', purpose.name])
}

function keyBinding(purpose: Purpose, rootKey: string): Uint8Array {
  return purpose.of === 'value'
    ? encodeFields(['rekey value key 1', purpose.credential, String(purpose.version), rootKey])
    : encodeFields(['rekey key key 1', purpose.name, rootKey])
}

function encodeFields(fields: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const field of fields) {
    // Lone surrogates all become the same bytes, and two names would be one.
    if (!field.isWellFormed()) throw new TypeError('a name that is not well-formed Unicode cannot be bound')
    const bytes = Buffer.from(field, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}
