// Verifier keys of C2SP signed-note: a name, a short id, and the public key. A log signs with Ed25519; signatures of other types
// are for witnesses and are not looked at here.
import {
  type Bytes,
  fromBase64,
  fromHex,
  isPlain,
  isSame,
  joined,
  ProofError,
  toHex,
  toUtf8,
} from './bytes.ts'
import { sha256 } from './hash.ts'

const ed25519Type = 1

export interface LogKey {
  name: string
  /** Eight lower-case hex digits. */
  keyId: string
  publicKey: Bytes
}

export const isKeyName = (name: string) => name !== '' && isPlain(name) && !/[+\p{White_Space}]/u.test(name)

export async function parseKey(text: string): Promise<LogKey> {
  const [name = '', keyId = '', ...rest] = text.split('+')
  // Base64 has plus signs of its own: only the first two are separators.
  const material = fromBase64(rest.join('+'))
  if (!isKeyName(name) || fromHex(keyId)?.length !== 4 || material === null)
    throw new ProofError('A verifier key reads name+id+base64.')
  if (material[0] !== ed25519Type || material.length !== 33)
    throw new ProofError(`The key of ${name} is not an Ed25519 key of a log.`)
  const digest = await sha256(joined(toUtf8(`${name}\n`), material))
  if (!isSame(digest.subarray(0, 4), fromHex(keyId)!))
    throw new ProofError(
      `The key of ${name} says that its id is ${keyId}; by its content it is ${toHex(digest.subarray(0, 4))}.`,
    )
  return { name, keyId, publicKey: material.slice(1) }
}

/** unknown: this browser does not know Ed25519, so it can neither be trusted nor rejected here. */
export type Checked = 'good' | 'bad' | 'unknown'

export async function checkSignature(
  { publicKey }: LogKey,
  message: Bytes,
  signature: Bytes,
): Promise<Checked> {
  if (signature.length !== 64) return 'bad'
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  } catch (error) {
    // What is no point of the curve is refused when it is imported, as an error of another name.
    return (error as { name?: string } | null)?.name === 'NotSupportedError' ? 'unknown' : 'bad'
  }
  return (await crypto.subtle.verify('Ed25519', key, signature, message)) ? 'good' : 'bad'
}
