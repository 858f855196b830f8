// For tests only: somebody who signs passports and lists, well or badly, by Node's own crypto and zlib.
import { deflateSync } from 'node:zlib'
import { type OrderKey, signed } from '../fixture-orders.ts'

export const issuer = 'https://rekey.example'
export const uri = `${issuer}/api/v1/status/1`
export const nowMs = 1_790_000_000_000
export const nowS = nowMs / 1_000

export const jws = (by: OrderKey, header: object, claims: object) =>
  signed({ alg: 'Ed25519', kid: by.kid, ...header }, claims, by)

export const passport = (signer: OrderKey, claims: object = {}, header: object = {}) =>
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

export const listToken = (signer: OrderKey, bytes: Uint8Array, claims: object = {}, header: object = {}) =>
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
