// Checking an event against the log, and the log against what was seen of it before: what is asked for, in which order. What is checked is
// in proof/, which asks nobody.
import type { EventView } from '@rekey/wire'
import type { Answer } from '../../api/ask.ts'
import { type Checkpoint, checkSigned, parseCheckpoint } from '../../proof/checkpoint.ts'
import { compare, type Growth, leafToProve, provedBy } from '../../proof/growth.ts'
import { parseProof } from '../../proof/inclusion.ts'
import { type LogKey, parseKey } from '../../proof/key.ts'
import { type Evidence, type Verdict, verify } from '../../proof/verify.ts'
import { eventOfLeaf, type ReadHistory } from './history.ts'

export interface LogAsks {
  history: ReadHistory
  proof: (position: number) => Promise<Answer<'record.proof'>>
  checkpoint: () => Promise<Answer<'record.checkpoint'>>
}

export interface Checked {
  evidence: Evidence
  verdict: Verdict
}

/** What it takes to check an event, as yet unchecked. */
export async function evidenceFor(asks: LogAsks, event: EventView): Promise<Evidence> {
  const [{ key }, { proof, data }] = await Promise.all([asks.checkpoint(), asks.proof(event.position)])
  return { event, leaf: data, proof, key }
}

export async function checkEvent(asks: LogAsks, event: EventView): Promise<Checked> {
  const evidence = await evidenceFor(asks, event)
  return { evidence, verdict: await verify(evidence) }
}

export interface Grown {
  growth: Growth
  /** The newest checkpoint of which it was shown; null: of none. */
  upTo: Checkpoint | null
  /** What was kept is no good: it is not compared with again. */
  isAnew?: true
}

const damaged =
  'The checkpoint that was kept here is not signed by the key of the log: it was changed in this browser. From now on it is compared anew.'

/** Whether what was seen before is the beginning of what is there now. */
export async function checkGrowth(
  asks: LogAsks,
  before: Checkpoint | null,
  now: Checkpoint,
  key: LogKey,
): Promise<Grown> {
  // Only what was signed can be held against anybody.
  if (before !== null && before.origin === key.name && (await checkSigned(before, key)) !== 'good')
    return { growth: { is: 'unknown', why: damaged }, upTo: now, isAnew: true }
  const known = compare(before, now)
  if (known !== null || before === null) {
    const growth = known ?? { is: 'first' }
    return { growth, upTo: growth.is === 'forked' || growth.is === 'unknown' ? null : now }
  }
  const event = await eventOfLeaf(asks.history, leafToProve(before))
  if (event === null)
    return {
      growth: {
        is: 'unknown',
        why: `It takes the proof of leaf ${leafToProve(before)}, the last one that was known then, and you may not see that event. Somebody who may read in all environments can check it.`,
      },
      upTo: null,
    }
  const { proof, data } = await asks.proof(event.position)
  const { checkpoint } = parseProof(proof)
  const isSigned = checkpoint.origin === key.name && (await checkSigned(checkpoint, key)) === 'good'
  if (!isSigned)
    return {
      growth: { is: 'unknown', why: 'The checkpoint of that proof is not signed by the key of the log.' },
      upTo: null,
    }
  const growth = await provedBy(before, { proof, leaf: data }, checkpoint)
  return { growth, upTo: growth.is === 'grown' ? checkpoint : null }
}

/** Of the log by itself, without an event: that its checkpoint is signed. */
export async function checkLog(asks: LogAsks): Promise<{
  key: LogKey
  keyText: string
  checkpoint: Checkpoint | null
  signed: 'good' | 'bad' | 'missing' | 'unknown'
}> {
  const { checkpoint: note, key: keyText } = await asks.checkpoint()
  const key = await parseKey(keyText)
  if (note === null) return { key, keyText, checkpoint: null, signed: 'missing' }
  const checkpoint = parseCheckpoint(note)
  const signed = checkpoint.origin === key.name ? await checkSigned(checkpoint, key) : 'missing'
  return { key, keyText, checkpoint, signed }
}
