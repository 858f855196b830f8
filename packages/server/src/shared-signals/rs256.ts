// RSA keys of 2048 bits and RS256 (RFC 7518, 3.3): what the CAEP interoperability profile asks of every event. Signing takes a millisecond,
// so it is done beside the main thread.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyKind } from '../signing/standing-keys.ts'

export interface RsaKey {
  kid: string
  jwk: { kty: 'RSA'; n: string; e: string }
  key: KeyObject
}

const made = promisify(generateKeyPair)

export const rs256: KeyKind<RsaKey> = {
  algorithm: 'RS256',
  async make() {
    const { privateKey } = await made('rsa', { modulusLength: 2_048 })
    return new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }))
  },
  open(bytes) {
    const key = createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' })
    const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' })
    // RFC 7638.
    const kid = createHash('sha256').update(`{"e":"${e}","kty":"RSA","n":"${n}"}`).digest('base64url')
    return { kid, jwk: { kty: 'RSA', n, e }, key }
  },
}

const signing = promisify(sign) as (algorithm: string, data: Buffer, key: KeyObject) => Promise<Buffer>
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function signedSet({ kid, key }: RsaKey, claims: object): Promise<string> {
  const text = `${part({ typ: 'secevent+jwt', alg: 'RS256', kid })}.${part(claims)}`
  return `${text}.${(await signing('sha256', Buffer.from(text), key)).toString('base64url')}`
}
