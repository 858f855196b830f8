// Has the log only grown since this browser saw it last? Two signed checkpoints say how large it was and what its root was; whether
// the one is the beginning of the other takes a proof. The API has no consistency proofs (RFC 9162 section 2.1.4), and none is needed: the
// path of the last leaf of the older tree, in the newer one, has the older root in it (inclusion.ts).
import { isSame, toUtf8 } from './bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { leafHash } from './hash.ts'
import { parseProof, walk } from './inclusion.ts'

export type Growth =
  /** Nothing was seen before: from here on it can be compared. */
  | { is: 'first' }
  | { is: 'same' }
  /** Everything that was there is still there, at its place. */
  | { is: 'grown'; by: number }
  /** Two histories were signed: whoever holds both checkpoints can show it to anybody. */
  | { is: 'forked'; why: string }
  | { is: 'unknown'; why: string }

/** What the two checkpoints say by themselves; null: it takes the proof of one leaf, `leafToProve`. */
export function compare(before: Checkpoint | null, now: Checkpoint): Growth | null {
  if (before === null) return { is: 'first' }
  if (before.origin !== now.origin)
    return { is: 'unknown', why: `It was the log ${before.origin}, and is ${now.origin} now.` }
  const sameRoot = isSame(before.root, now.root)
  if (now.size === before.size)
    return sameRoot
      ? { is: 'same' }
      : { is: 'forked', why: `Two trees of ${now.size} leaves were signed, with different roots.` }
  if (now.size < before.size)
    return { is: 'forked', why: `It had ${before.size} leaves, and has ${now.size} now: the log has shrunk.` }
  return before.size === 0 ? { is: 'grown', by: now.size } : null
}

export const leafToProve = (before: Checkpoint) => before.size - 1

/**
 * From the proof of that leaf, in the tree of `now` or in a later one: what it leads to is held against `signed`, the checkpoint that
 * the proof carries, whose signature has to have been checked.
 */
export async function provedBy(
  before: Checkpoint,
  proof: { proof: string; leaf: string },
  signed: Checkpoint,
): Promise<Growth> {
  const { index, path } = parseProof(proof.proof)
  if (index !== leafToProve(before))
    return { is: 'unknown', why: `The proof is of leaf ${index}, not of leaf ${leafToProve(before)}.` }
  const walked = await walk(await leafHash(toUtf8(proof.leaf)), index, signed.size, path)
  if (walked === null || !isSame(walked.root, signed.root))
    return { is: 'unknown', why: 'The proof of the last leaf that was known does not hold.' }
  return isSame(walked.rootThen, before.root)
    ? { is: 'grown', by: signed.size - before.size }
    : {
        is: 'forked',
        why: `What was the tree of ${before.size} leaves is not the beginning of the tree of ${signed.size}: something before was changed.`,
      }
}
