// Passports: a value that is no token carries no claims, so what a token would say of its status is said beside it. A small JWT that names
// a version and where its bits are; whether it is good stands there, so the passport itself does not end.
import type { Version } from '@rekey/core'
import { type SigningKey, signed, subjectOf } from '../kill/order.ts'

export interface PassportTerms {
  issuer: string
  version: Version
  place: { uri: string; idx: number }
  atMs: number
}

export function passportText(key: SigningKey, { issuer, version, place, atMs }: PassportTerms): string {
  const { credential, fingerprint, number } = version
  return signed(key, 'rekey-passport+jwt', {
    iss: issuer,
    sub: subjectOf({ credential, version: number }),
    iat: Math.floor(atMs / 1_000),
    ...(fingerprint !== null && { fingerprint }),
    status: { status_list: { idx: place.idx, uri: place.uri } },
  })
}
