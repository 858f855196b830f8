// C2SP tlog-checkpoint v1.0.0: a signed note whose text is origin, size and root. Who signs must hold the fenced lock of
// its log and have stored the checkpoint before it lets it out: two inconsistent ones, once signed, are proof of fraud.
import { algorithms } from './algorithm.ts'
import { fromDecimal, isPlainText, isSize } from './encoding.ts'
import { attempt, LogError, refused, type Verdict } from './error.ts'
import { type Hash, hashFromText, hashToText } from './hash.ts'
import type { Signer, VerifierKey } from './key.ts'
import { type NoteSignature, parseNote, signNote, type VerifiedSignature, verifyNote } from './note.ts'

export interface TreeHead {
  size: number
  root: Hash
}

export interface Checkpoint extends TreeHead {
  /** Which log this is: `host/tenant`, without a scheme. */
  origin: string
}

/** As read: others may add extension lines, which we never write, since ML-DSA cosignatures do not cover them. */
export interface ReadCheckpoint extends Checkpoint {
  extensions: readonly string[]
}

/** The text that is signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!isOrigin(origin)) throw new LogError('bad-checkpoint', 'the origin is empty or not one plain line')
  if (!isSize(size)) throw new LogError('bad-size', `${size} is not a tree size (0 to 2^53 - 1)`)
  return `${origin}\n${size}\n${hashToText(root)}\n`
}

export function parseCheckpoint(text: string): ReadCheckpoint {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n')
  if (rest.pop() !== '')
    throw new LogError('bad-checkpoint', 'a checkpoint has at least three lines, each with its newline')
  const size = fromDecimal(sizeText)
  const root = hashFromText(rootText)
  if (!isOrigin(origin)) throw new LogError('bad-checkpoint', 'the origin is empty or not plain text')
  if (size === null) throw new LogError('bad-checkpoint', 'the size is not a decimal number up to 2^53 - 1')
  if (root === null) throw new LogError('bad-checkpoint', 'the root is not the base64 of 32 bytes')
  if (!rest.every(line => line !== '' && isPlainText(line, '')))
    throw new LogError('bad-checkpoint', 'an extension line is empty or not plain text')
  return { origin, size, root, extensions: rest }
}

const isOrigin = (origin: string) => origin !== '' && isPlainText(origin, '')

export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): string {
  for (const { name } of signers) {
    if (name !== checkpoint.origin)
      throw new LogError('bad-key', `the key of ${name} cannot sign for the origin ${checkpoint.origin}`)
  }
  return signNote(formatCheckpoint(checkpoint), signers)
}

export type CheckpointVerdict = Verdict<{
  checkpoint: ReadCheckpoint
  /** By logs and witnesses alike, among the keys that were given. */
  signatures: readonly VerifiedSignature[]
  unchecked: readonly NoteSignature[]
}>

/**
 * Holds when a key of the log itself has signed: one whose name is the origin. Keys of witnesses may be given as well;
 * their cosignatures are verified with it, but do not stand in for the log.
 */
export function verifyCheckpoint(note: string, keys: readonly VerifierKey[]): CheckpointVerdict {
  const parsed = attempt(() => {
    const read = parseNote(note)
    return { read, checkpoint: parseCheckpoint(read.text) }
  })
  if (!parsed.ok) return parsed
  const { read, checkpoint } = parsed.value
  const verdict = verifyNote(read, keys)
  if (!verdict.ok) return verdict
  const { signatures, unchecked } = verdict
  const isByLog = ({ key }: VerifiedSignature) =>
    key.name === checkpoint.origin && algorithms[key.type].signs.includes('log')
  if (!signatures.some(isByLog))
    return refused(
      'not-signed',
      `the log ${JSON.stringify(checkpoint.origin)} has not signed with a known key`,
    )
  return { ok: true, checkpoint, signatures, unchecked }
}
