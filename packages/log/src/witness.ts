// C2SP tlog-witness v1.0.0, add-checkpoint, both ends without the HTTP between them. A witness keeps the last checkpoint of
// each log and cosigns the next only if that one is part of it, so a log cannot show different trees to different people.
import { parseCheckpoint, type ReadCheckpoint, type TreeHead, verifyCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { fromDecimal, toHex, toUtf8 } from './encoding.ts'
import { attempt, LogError, refused, type Verdict } from './error.ts'
import { emptyRoot, type Hash, hashFromText, hashToText, sha256 } from './hash.ts'
import type { Signer, VerifierKey } from './key.ts'
import {
  formatNote,
  formatSignatures,
  parseNote,
  parseSignatures,
  type VerifiedSignature,
  verifyNote,
} from './note.ts'
import { verifyConsistency } from './tree.ts'

export const maxProofHashes = 63
export const sizeContentType = 'text/x.tlog.size'

export interface AddCheckpoint {
  oldSize: number
  proof: readonly Hash[]
  /** The signed checkpoint as it is. */
  note: string
}

export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  if (proof.length > maxProofHashes)
    throw new LogError('bad-request', `a proof has at most ${maxProofHashes} hashes`)
  return `old ${oldSize}\n${proof.map(hash => `${hashToText(hash)}\n`).join('')}\n${note}`
}

/** What arrived. The checkpoint in it is unverified: its origin serves to find the log, no more. */
export interface ReadAddCheckpoint extends AddCheckpoint {
  text: string
  checkpoint: ReadCheckpoint
}

/** Throws where the witness answers 400. */
export function parseAddCheckpoint(body: string): ReadAddCheckpoint {
  const border = body.indexOf('\n\n')
  if (border < 0) throw new LogError('bad-request', 'no empty line before the checkpoint')
  const [first = '', ...lines] = body.slice(0, border).split('\n')
  const oldSize = first.startsWith('old ') ? fromDecimal(first.slice(4)) : null
  if (oldSize === null) throw new LogError('bad-request', 'the first line must read "old <size>"')
  if (lines.length > maxProofHashes)
    throw new LogError('bad-request', `a proof has at most ${maxProofHashes} hashes`)
  const proof = lines.map(line => {
    const hash = hashFromText(line)
    if (hash === null) throw new LogError('bad-request', 'a line of the proof is not the base64 of 32 bytes')
    return hash
  })
  const note = body.slice(border + 2)
  const { text } = parseNote(note)
  return { oldSize, proof, note, text, checkpoint: parseCheckpoint(text) }
}

/** What a witness knows of one log. */
export interface WitnessedLog {
  keys: readonly VerifierKey[]
  /** The latest that it cosigned; null before the first. */
  latest: TreeHead | null
}

export type WitnessAnswer =
  /**
   * `latest` must be stored before the body is sent, and only if what was stored has not changed since it was read.
   * `note` is the cosigned checkpoint, for monitors.
   */
  | { status: 200; body: string; latest: TreeHead; note: string }
  | { status: 409; body: string; contentType: typeof sizeContentType }
  | { status: 403 | 404 | 400 | 422; body: string }

/** `log` is null for an origin that this witness does not follow. */
export function answerAddCheckpoint(
  request: ReadAddCheckpoint,
  log: WitnessedLog | null,
  cosigners: readonly Signer[],
  nowS: number,
): WitnessAnswer {
  if (cosigners.length === 0) throw new LogError('bad-key', 'a witness without a key has nothing to answer')
  if (log === null) return { status: 404, body: 'unknown log\n' }
  const verdict = verifyCheckpoint(request.note, log.keys)
  if (!verdict.ok) return { status: 403, body: `${verdict.why}\n` }
  const { oldSize, proof } = request
  const { size, root } = verdict.checkpoint
  if (oldSize > size) return { status: 400, body: 'the old size is larger than the checkpoint\n' }
  const latest = log.latest ?? { size: 0, root: emptyRoot() }
  if (oldSize !== latest.size) return { status: 409, body: `${latest.size}\n`, contentType: sizeContentType }
  // This covers the size 0 as well: what went before is then the empty tree, and its root must be equal.
  if (!verifyConsistency(oldSize, size, latest.root, root, proof))
    return { status: 422, body: 'the checkpoint is not consistent with the one before\n' }
  const signatures = cosigners.map(signer => cosign(request.text, signer, nowS))
  const note = formatNote({ text: request.text, signatures: [...verdict.signatures, ...signatures] })
  return { status: 200, body: formatSignatures(signatures), latest: { size, root }, note }
}

/** Where a monitor finds that note, below the witness's prefix for monitors. */
export const monitorPath = (origin: string): string => `${toHex(sha256(toUtf8(origin)))}/checkpoint`

export type ReadWitnessAnswer = Verdict<
  | { answer: 'cosigned'; signatures: readonly VerifiedSignature[] }
  /** Ask again with a proof from this size. The witness says so unsigned: it can delay us, not deceive us. */
  | { answer: 'old-size'; size: number }
>

/** The log's side. `keys` are those of the witness that was asked; lines by other keys are dropped. */
export function readWitnessAnswer(
  response: { status: number; contentType: string; body: string },
  note: string,
  keys: readonly VerifierKey[],
): ReadWitnessAnswer {
  const { status, contentType, body } = response
  if (status === 409 && contentType.split(';')[0]?.trim() === sizeContentType) {
    const size = body.endsWith('\n') ? fromDecimal(body.slice(0, -1)) : null
    return size === null
      ? refused('bad-answer', 'the size in the answer is not a number')
      : { ok: true, answer: 'old-size', size }
  }
  if (status !== 200)
    return refused('bad-answer', `the witness answered ${status}: ${JSON.stringify(body.slice(0, 200))}`)
  const parsed = attempt(() => ({ text: parseNote(note).text, signatures: parseSignatures(body) }))
  if (!parsed.ok) return parsed
  const verdict = verifyNote(parsed.value, keys)
  return verdict.ok ? { ok: true, answer: 'cosigned', signatures: verdict.signatures } : verdict
}
