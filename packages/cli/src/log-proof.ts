// A proof that an event is in the sealed log, checked offline: the leaf, the signed checkpoint, and whoever witnessed it. Nothing here
// asks anybody; the key comes from whoever verifies, for a proof that brings its own key proves nothing.
import {
  type Leaf,
  type Policy,
  parseKey,
  parseLeaf,
  parsePolicy,
  sha256,
  type VerifierKey,
  verifyProof,
} from '@rekey/log'
import { usage } from './exit.ts'

/** What `rekey log proof` writes. */
export interface ProofFile {
  proof: string
  data: string
}

export interface Trusted {
  /** The log's key, as `rekey log checkpoint` shows it; null: a policy says which. */
  key: string | null
  /** A tlog-policy, with witnesses. */
  policy: string | null
  origin: string | null
}

export interface Verified {
  ok: boolean
  /** Why it is not proved. */
  why: string | null
  origin: string
  size: number | null
  index: number | null
  leaf: Leaf | null
  witnesses: readonly string[]
  /** Whether the event that was shown is the one that was sealed; null: none was shown. */
  isSealed: boolean | null
}

export function verifiedOffline(file: ProofFile, trusted: Trusted, event: unknown): Verified {
  const { keys, policy } = policyOf(trusted)
  const origin = trusted.origin ?? keys[0]!.name
  const record = Buffer.from(file.data, 'utf8')
  const verdict = verifyProof(file.proof, { record, policy, origin })
  const nothing = { origin, size: null, index: null, leaf: null, witnesses: [], isSealed: null }
  if (!verdict.ok) return { ...nothing, ok: false, why: verdict.why }
  const leaf = leafOf(record)
  if (leaf === null) return { ...nothing, ok: false, why: 'what is proved is no leaf of this log' }
  const isSealed = event === undefined ? null : isOf(leaf, event)
  const { checkpoint, index, witnesses } = verdict
  return {
    ok: isSealed !== false,
    why: isSealed === false ? 'the event that was shown is not the one that was sealed' : null,
    origin,
    size: checkpoint.size,
    index,
    leaf,
    witnesses: witnesses.map(one => one.name),
    isSealed,
  }
}

function policyOf({ key, policy }: Trusted): { policy: Policy; keys: VerifierKey[] } {
  if (policy !== null) {
    const parsed = tried(() => parsePolicy(policy), 'The policy')
    if (parsed.logs.length === 0) throw usage('The policy names no log.')
    return { policy: parsed, keys: parsed.logs.map(one => one.key) }
  }
  const parsed = tried(() => parseKey((key ?? '').trim()), 'The key')
  return {
    policy: { logs: [{ key: parsed, url: null }], witnesses: [], quorum: { kind: 'none' } },
    keys: [parsed],
  }
}

function tried<T>(read: () => T, what: string): T {
  try {
    return read()
  } catch (error) {
    throw usage(`${what} cannot be read: ${(error as Error).message}.`)
  }
}

function leafOf(record: Uint8Array): Leaf | null {
  try {
    return parseLeaf(record)
  } catch {
    return null
  }
}

/** The leaf names the event's data by their digest; who, what and when stand in the open. */
function isOf(leaf: Leaf, event: unknown): boolean {
  const { atMs, by, data, stream, type } = event as Record<string, unknown>
  const digest = `sha256:${Buffer.from(sha256(Buffer.from(JSON.stringify(data ?? null)))).toString('hex')}`
  const isSame = leaf.action === type && leaf.subject === stream && leaf.actor === by && leaf.ts === atMs
  return isSame && leaf.evidence.includes(digest)
}
