// C2SP tlog-proof: one text file that shows, offline and for good, that a record is in a log: index, path, and the
// checkpoint with its cosignatures. File extension `.tlog-proof`.
import { parseCheckpoint, type ReadCheckpoint } from './checkpoint.ts'
import { fromBase64, fromDecimal, isSize, toBase64 } from './encoding.ts'
import { attempt, LogError, refused, type Verdict } from './error.ts'
import { type Hash, hashFromText, hashToText, leafHash } from './hash.ts'
import { parseNote } from './note.ts'
import type { Policy } from './policy.ts'
import { verifyByPolicy, type Witnessed } from './quorum.ts'
import { verifyInclusion } from './tree.ts'

const firstLine = 'c2sp.org/tlog-proof@v1'
/** No tree is higher. */
const maxPathHashes = 63

export interface LogProof {
  index: number
  path: readonly Hash[]
  /** The signed checkpoint as it is. */
  note: string
  /** For whoever wants to carry something along; nothing authenticates it. */
  extra: Uint8Array | null
}

export function formatProof({ index, path, note, extra }: LogProof): string {
  if (!isSize(index)) throw new LogError('bad-proof', `${index} is not an index`)
  const lines = [firstLine]
  if (extra !== null) lines.push(`extra ${toBase64(extra)}`)
  lines.push(`index ${index}`, ...path.map(hashToText))
  return `${lines.join('\n')}\n\n${note}`
}

export function parseProof(text: string): LogProof {
  const border = text.indexOf('\n\n')
  if (border < 0) throw new LogError('bad-proof', 'no empty line before the checkpoint')
  const lines = text.slice(0, border).split('\n')
  if (lines.shift() !== firstLine) throw new LogError('bad-proof', `the first line must be ${firstLine}`)
  const extra = lines[0]?.startsWith('extra ') ? readExtra(lines.shift()!) : null
  const indexLine = lines.shift()
  const index = indexLine?.startsWith('index ') ? fromDecimal(indexLine.slice(6)) : null
  if (index === null) throw new LogError('bad-proof', 'the line "index <n>" is missing or not a number')
  if (lines.length > maxPathHashes)
    throw new LogError('bad-proof', `a path has at most ${maxPathHashes} hashes`)
  const path = lines.map(line => {
    const hash = hashFromText(line)
    if (hash === null) throw new LogError('bad-proof', 'a line of the path is not the base64 of 32 bytes')
    return hash
  })
  const note = text.slice(border + 2)
  parseCheckpoint(parseNote(note).text)
  return { index, path, note, extra }
}

function readExtra(line: string): Uint8Array {
  const extra = fromBase64(line.slice(6))
  if (extra === null) throw new LogError('bad-proof', 'the extra line is not base64')
  return extra
}

export type ProofVerdict = Verdict<{
  index: number
  checkpoint: ReadCheckpoint
  witnesses: readonly Witnessed[]
  extra: Uint8Array | null
}>

export interface ProofQuestion {
  /** The bytes that are said to be logged. The proof does not hold them: they come from whoever shows the record. */
  record: Uint8Array
  policy: Policy
  /** The log in which the record must be, where the policy knows several; a tenant's proof must not pass for another's. */
  origin: string
}

/** Record to leaf hash, signature of the log for that origin, quorum, inclusion; the first that fails is named. */
export function verifyProof(text: string, { record, policy, origin }: ProofQuestion): ProofVerdict {
  const parsed = attempt(() => parseProof(text))
  if (!parsed.ok) return parsed
  const { index, path, note, extra } = parsed.value
  const trusted = verifyByPolicy(note, policy)
  if (!trusted.ok) return trusted
  const { checkpoint, witnesses } = trusted
  if (checkpoint.origin !== origin)
    return refused(
      'bad-proof',
      `the proof is from the log ${JSON.stringify(checkpoint.origin)}, not from ${JSON.stringify(origin)}`,
    )
  if (!verifyInclusion(index, checkpoint.size, leafHash(record), path, checkpoint.root))
    return refused('not-included', `the record is not entry ${index} of the tree of ${checkpoint.size}`)
  return { ok: true, index, checkpoint, witnesses, extra }
}
