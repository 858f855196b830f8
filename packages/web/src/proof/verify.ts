// Is the event on the screen in the log? Each step with its outcome, so that a person sees what was checked and not only that it was.
// Nothing here asks anybody: what it needs was fetched before, or lies in a file.
import { ProofError, toBase64, toHex, toUtf8 } from './bytes.ts'
import { type Checkpoint, checkSigned } from './checkpoint.ts'
import { leafHash } from './hash.ts'
import { type InclusionProof, parseProof, walk } from './inclusion.ts'
import { type LogKey, parseKey } from './key.ts'
import { differences, digestOf, type Leaf, parseLeaf, type SealedEvent } from './leaf.ts'

export interface Evidence {
  event: SealedEvent
  /** The leaf as it was sealed. */
  leaf: string
  /** A C2SP tlog-proof. */
  proof: string
  /** The verifier key of the log. */
  key: string
}

/** `unknown` is never taken for `holds`. */
export type Outcome = 'holds' | 'fails' | 'unknown'

export interface Step {
  id: 'read' | 'event' | 'data' | 'leaf' | 'root' | 'signature'
  title: string
  outcome: Outcome
  /** What came of it, in a sentence. */
  text: string
  /** Hashes and the like, for whoever wants to compare them. */
  shown: readonly { name: string; value: string }[]
}

export interface Verdict {
  outcome: Outcome
  steps: readonly Step[]
  /** Only where everything holds: what was signed, and by whom. */
  checkpoint: Checkpoint | null
  key: LogKey | null
}

export async function verify({ event, leaf, proof, key }: Evidence): Promise<Verdict> {
  const read = await attempt(async () => ({
    proof: parseProof(proof),
    leaf: parseLeaf(leaf),
    key: await parseKey(key),
  }))
  if (!read.ok)
    return verdict([step('read', 'The proof can be read', 'fails', `It cannot be read. ${read.why}`)], null)
  const { value } = read
  const hash = await leafHash(toUtf8(leaf))
  const steps = [
    step(
      'read',
      'The proof can be read',
      'holds',
      'Proof, leaf, checkpoint and key are what their formats ask for.',
    ),
    isOfEvent(value.leaf, value.proof.index, event),
    await isOfData(value.leaf, event),
    step(
      'leaf',
      'The leaf is hashed',
      'holds',
      'SHA-256 over a zero byte and the leaf, as RFC 6962 has it.',
      {
        'leaf hash': toHex(hash),
      },
    ),
    await isInTree(value.proof, hash),
    await isSigned(value.proof.checkpoint, value.key),
  ]
  return verdict(steps, { checkpoint: value.proof.checkpoint, key: value.key })
}

function verdict(steps: Step[], known: { checkpoint: Checkpoint; key: LogKey } | null): Verdict {
  const outcomes = steps.map(one => one.outcome)
  const outcome = outcomes.includes('fails') ? 'fails' : outcomes.includes('unknown') ? 'unknown' : 'holds'
  const shown = outcome === 'holds' ? known : null
  return { outcome, steps, checkpoint: shown?.checkpoint ?? null, key: shown?.key ?? null }
}

function isOfEvent(leaf: Leaf, index: number, event: SealedEvent): Step {
  const found = differences(leaf, index, event)
  const title = 'The leaf is of this event'
  return found.length === 0
    ? step(
        'event',
        title,
        'holds',
        'Who, what, when, its stream and the event before it are as they were sealed.',
      )
    : step('event', title, 'fails', `It is of another event, or this one was changed. ${found.join('; ')}.`)
}

async function isOfData(leaf: Leaf, event: SealedEvent): Promise<Step> {
  const title = 'The data are those that were sealed'
  const digest = await attempt(() => digestOf(event.data))
  if (!digest.ok) return step('data', title, 'fails', digest.why)
  const isSame = leaf.evidence.length === 1 && leaf.evidence[0] === digest.value
  return step(
    'data',
    title,
    isSame ? 'holds' : 'fails',
    isSame
      ? 'The SHA-256 of the data on this page is the digest that the leaf names.'
      : 'The SHA-256 of the data on this page is not the digest that the leaf names: they were changed.',
    { 'of the data': digest.value, 'in the leaf': leaf.evidence.join(', ') },
  )
}

async function isInTree(
  { index, path, checkpoint }: InclusionProof,
  hash: Uint8Array<ArrayBuffer>,
): Promise<Step> {
  const title = 'The leaf leads to the root that was signed'
  const { size, root } = checkpoint
  const walked = await walk(hash, index, size, path)
  const shown = {
    'computed root': walked === null ? 'none' : toHex(walked.root),
    'root of the checkpoint': toHex(root),
  }
  if (walked === null)
    return step('root', title, 'fails', `The path does not fit leaf ${index} of a tree of ${size}.`, shown)
  const holds = shown['computed root'] === shown['root of the checkpoint']
  return step(
    'root',
    title,
    holds ? 'holds' : 'fails',
    holds
      ? `Leaf ${index} and ${path.length === 1 ? 'one hash' : `${path.length} hashes`} beside its way up give the root of the tree of ${size}.`
      : `Leaf ${index} and the hashes beside its way up give another root than that of the tree of ${size}.`,
    shown,
  )
}

async function isSigned(checkpoint: Checkpoint, key: LogKey): Promise<Step> {
  const title = `The checkpoint is signed by the key ${key.keyId}`
  const shown = { log: checkpoint.origin, key: `${key.name}+${key.keyId}`, root: toBase64(checkpoint.root) }
  if (checkpoint.origin !== key.name)
    return step('signature', title, 'fails', 'The checkpoint is of another log than the key.', shown)
  const texts = {
    good: ['holds', `The Ed25519 signature of ${key.name} over the size and the root is good.`],
    bad: ['fails', 'The signature is not good: the checkpoint was changed, or somebody else signed it.'],
    missing: ['fails', 'No signature of the checkpoint is by this key.'],
    unknown: [
      'unknown',
      'This browser cannot check Ed25519 signatures. Use a newer one, or check the package offline.',
    ],
  } as const
  const [outcome, text] = texts[await checkSigned(checkpoint, key)]
  return step('signature', title, outcome, text, shown)
}

const step = (
  id: Step['id'],
  title: string,
  outcome: Outcome,
  text: string,
  shown: Record<string, string> = {},
): Step => ({
  id,
  title,
  outcome,
  text,
  shown: Object.entries(shown).map(([name, value]) => ({ name, value })),
})

/** What cannot be read is refused like what does not hold. Bugs still throw. */
async function attempt<T>(
  read: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; why: string }> {
  try {
    return { ok: true, value: await read() }
  } catch (error) {
    if (error instanceof ProofError) return { ok: false, why: error.message }
    throw error
  }
}
