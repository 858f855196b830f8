// Ed25519 keys as pairs with a stand-by (RFC 8032, RFC 8037; by the name of RFC 9864).
import { createHash } from 'node:crypto'
import { ed25519PrivateKey } from '@rekey/log'
import { type SigningKey, signingKey } from '../kill/order.ts'
import type { KeyKind } from './standing-keys.ts'

export type Ed25519Key = Omit<SigningKey, 'jwk'> & { jwk: SigningKey['jwk'] & Record<string, string> }

export const ed25519: KeyKind<Ed25519Key> = {
  algorithm: 'Ed25519',
  // Of randomness and its own name: no two of them are ever the same.
  make: async (random, name) => createHash('sha256').update(random(32)).update(name).digest(),
  open(seed) {
    const { jwk, ...rest } = signingKey(ed25519PrivateKey(seed))
    return { ...rest, jwk: { ...jwk } }
  },
}
