// SPIFFE-ID, section 2: `spiffe://<trust domain>/<path>`, to the letter. What a URL parser would forgive (capitals, a port, dots,
// an escape) would let two texts name one workload.

export interface SpiffeId {
  trustDomain: string
  /** With its first slash; empty: the trust domain itself. */
  path: string
}

const longestId = 2_048
const longestDomain = 255
const pattern = /^spiffe:\/\/([a-z0-9._-]+)((?:\/[A-Za-z0-9._-]+)*)$/

export function parseSpiffeId(text: unknown): SpiffeId | null {
  if (typeof text !== 'string' || text.length > longestId) return null
  const [, trustDomain = '', path = ''] = pattern.exec(text) ?? []
  if (trustDomain === '' || trustDomain.length > longestDomain) return null
  return path.split('/').some(segment => segment === '.' || segment === '..') ? null : { trustDomain, path }
}
