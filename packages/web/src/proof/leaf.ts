// What was sealed of an event (docs/log.md), compared with the event that is on the screen. The leaf names the data by their digest.
import { ProofError, toHex } from './bytes.ts'
import { canonicalBytes, parseCanonical } from './canonical.ts'
import { sha256 } from './hash.ts'

/** An event as the API shows it, as far as it was sealed. */
export interface SealedEvent {
  stream: string
  seq: number
  type: string
  atMs: number
  by: string
  data: unknown
}

const properties = ['v', 'seq', 'ts', 'actor', 'action', 'subject', 'evidence', 'prev_state']

export interface Leaf {
  seq: number
  ts: number
  actor: string
  action: string
  subject: string
  evidence: readonly string[]
  prev_state: string | null
}

/** Of our own events a leaf has these properties and no others. */
export function parseLeaf(text: string): Leaf {
  const value = parseCanonical(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProofError('The leaf is not an object.')
  const names = Object.keys(value)
  const known = value as Leaf & { v: unknown }
  if (known.v !== 1 || names.length !== properties.length || !properties.every(one => names.includes(one)))
    throw new ProofError('The leaf is of another kind than those that seal events.')
  if (!Array.isArray(known.evidence)) throw new ProofError('The leaf names no evidence.')
  return known
}

/** In words: what of the event is not what the leaf says. None: it is that event. */
export function differences(leaf: Leaf, index: number, event: SealedEvent): string[] {
  const before = event.seq > 1 ? `${event.stream}@${event.seq - 1}` : null
  const compared: [string, unknown, unknown][] = [
    ['its place in the log', leaf.seq, index],
    ['when it was', leaf.ts, event.atMs],
    ['who did it', leaf.actor, event.by],
    ['what happened', leaf.action, event.type],
    ['the stream', leaf.subject, event.stream],
    ['the event before it', leaf.prev_state, before],
  ]
  return compared
    .filter(([, sealed, shown]) => sealed !== shown)
    .map(
      ([what, sealed, shown]) => `${what}: sealed ${JSON.stringify(sealed)}, shown ${JSON.stringify(shown)}`,
    )
}

export async function digestOf(data: unknown): Promise<string> {
  return `sha256:${toHex(await sha256(canonicalBytes(data)))}`
}
