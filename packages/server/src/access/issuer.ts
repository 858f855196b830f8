// Whose word counts: an issuer of identities that somebody here has decided to trust, and for which audience.
import type { JSONWebKeySet } from 'jose'

export interface Issuer {
  id: string
  kind: 'oidc' | 'kubernetes' | 'spiffe'
  /** Exactly as its tokens name it; for SPIFFE the trust domain, as in `spiffe://example.org`. */
  issuer: string
  /** What its tokens have to be made for, exactly. */
  audience: string
  /** Where its keys are; without this and without `jwks` they are found by discovery, which SPIFFE does not have. */
  jwksUrl?: string
  jwks?: JSONWebKeySet
  /** Fewer than its kind allows. */
  algorithms?: readonly string[]
}

const rsaAndCurves = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']

/** Public-key signatures and no others: with HS* whoever knows the public key could sign. JWT-SVID leaves EdDSA out. */
const algorithmsOf: Record<Issuer['kind'], readonly string[]> = {
  oidc: [...rsaAndCurves, 'EdDSA', 'Ed25519'],
  kubernetes: [...rsaAndCurves, 'EdDSA', 'Ed25519'],
  spiffe: rsaAndCurves,
}

export function acceptedAlgorithms({ kind, algorithms }: Issuer): string[] {
  const possible = algorithmsOf[kind]
  return algorithms === undefined ? [...possible] : possible.filter(alg => algorithms.includes(alg))
}
