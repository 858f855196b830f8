// For tests only: somebody who signs passports and lists, well or badly, by Node's own crypto and zlib.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { deflateSync } from 'node:zlib'

export const issuer = 'https://rekey.example'
export const uri = `${issuer}/api/v1/status/1`
export const nowMs = 1_790_000_000_000
export const nowS = nowMs / 1_000

export interface Signer {
  kid: string
  jwk: { kty: string; crv: string; x: string }
  key: KeyObject
}

export function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const text = `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`
  const kid = createHash('sha256').update(text).digest('base64url')
  return { kid, jwk: { kty: 'OKP', crv: 'Ed25519', x }, key: privateKey }
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function jws({ kid, key }: Signer, header: object, claims: unknown): string {
  const text = `${part({ alg: 'Ed25519', kid, ...header })}.${part(claims)}`
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}

export const passport = (signer: Signer, claims: object = {}, header: object = {}) =>
  jws(
    signer,
    { typ: 'rekey-passport+jwt', ...header },
    {
      iss: issuer,
      sub: 'cred/payments%2Feu/v/7',
      iat: nowS,
      fingerprint: 'hmac-sha256:00',
      status: { status_list: { idx: 3, uri } },
      ...claims,
    },
  )

export const lstOf = (bytes: Uint8Array) => deflateSync(bytes, { level: 9 }).toString('base64url')
/** One byte of two bits a slot. */
export const oneByte = (...values: number[]) =>
  Uint8Array.of(values.reduce((byte, value, at) => byte | (value << (at * 2)), 0))

export const listToken = (signer: Signer, bytes: Uint8Array, claims: object = {}, header: object = {}) =>
  jws(
    signer,
    { typ: 'statuslist+jwt', ...header },
    {
      sub: uri,
      iat: nowS,
      exp: nowS + 600,
      ttl: 30,
      status_list: { bits: 2, lst: lstOf(bytes) },
      ...claims,
    },
  )
