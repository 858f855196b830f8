// The published keys, told apart: which pair signs what, and which of the two is its stand-by. They come as one JWK set, pair after pair,
// the active one first; whose pair it is follows from the algorithm and from the last key ring of orders.
export type Jwk = Readonly<Record<string, unknown>>

export type Signs = 'orders' | 'status' | 'shared-signals'

export interface KeyPair {
  of: Signs
  active: Jwk
  standBy: Jwk
}

export const signsTexts: Record<Signs, { name: string; means: string }> = {
  orders: { name: 'Kill orders', means: 'What agents believe when they are told that a version is dead.' },
  status: { name: 'Status lists', means: 'The validity of every version, checkable offline, and passports.' },
  'shared-signals': { name: 'Shared signals', means: 'What other systems believe about kills.' },
}

/** What a ring says, which nobody has to believe here: it only tells names. null: it cannot be read. */
export function readRing(
  ring: string | undefined,
): { serial: number; active: string; standBy: string } | null {
  try {
    const part = ring?.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''
    const bytes = Uint8Array.from(atob(part), char => char.charCodeAt(0))
    const { serial, active, standBy } = JSON.parse(new TextDecoder().decode(bytes)) as {
      serial: number
      active: { kid?: string; x?: string }
      standBy: { kid?: string; x?: string }
    }
    return { serial, active: active.x ?? '', standBy: standBy.x ?? '' }
  } catch {
    return null
  }
}

export function pairsOf(keys: readonly Jwk[], lastRing: string | undefined): KeyPair[] {
  const ring = readRing(lastRing)
  const isOfRing = (key: Jwk) => ring !== null && key['x'] === ring.active
  const pairs: KeyPair[] = []
  for (let at = 0; at + 1 < keys.length; at += 2) {
    const [active, standBy] = [keys[at]!, keys[at + 1]!]
    const of: Signs =
      active['alg'] === 'RS256'
        ? 'shared-signals'
        : isOfRing(active) || (ring === null && at === 0)
          ? 'orders'
          : 'status'
    pairs.push({ of, active, standBy })
  }
  return pairs
}
