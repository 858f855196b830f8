// C2SP signed-note v1.0.0: a text, an empty line, and signature lines `— name base64(key id, signature)`.
import { algorithms, ed25519Type } from './algorithm.ts'
import { fromBase64, fromHex, isPlainText, toBase64, toHex, toUtf8 } from './encoding.ts'
import { LogError, refused, type Verdict } from './error.ts'
import { checkSignature, isKeyName, isSameKey, type Signer, type VerifierKey } from './key.ts'

/** The standard asks for 16 at least; a limit keeps a stranger's note from costing a thousand verifications. */
export const maxSignatures = 100

export interface NoteSignature {
  name: string
  keyId: string
  /** What follows the key id; for a cosignature this begins with its time. */
  bytes: Uint8Array
}

export interface Note {
  /** With its last newline, without the empty line after it. */
  text: string
  signatures: readonly NoteSignature[]
}

export interface VerifiedSignature extends NoteSignature {
  key: VerifierKey
  timestampS: number | null
}

export type NoteVerdict = Verdict<{
  text: string
  /** One for each known key that signed. */
  signatures: readonly VerifiedSignature[]
  /** By known keys of a type that cannot be checked here: no reason to trust the note, none to reject it. */
  unchecked: readonly NoteSignature[]
}>

export function formatNote({ text, signatures }: Note): string {
  if (!isPlainText(text, '\n'))
    throw new LogError('bad-note', 'the text has control characters or lone surrogates')
  if (!text.endsWith('\n')) throw new LogError('bad-note', 'the text of a note ends with a newline')
  if (signatures.length === 0) throw new LogError('bad-note', 'a note has at least one signature')
  checkCount(signatures.length)
  return `${text}\n${formatSignatures(signatures)}`
}

export function formatSignatures(signatures: readonly NoteSignature[]): string {
  return signatures.map(formatSignature).join('')
}

function formatSignature({ name, keyId, bytes }: NoteSignature): string {
  const id = fromHex(keyId)
  if (!isKeyName(name) || id?.length !== 4 || bytes.length === 0)
    throw new LogError(
      'bad-note',
      'a signature has a key name without spaces or +, a key id of 8 hex digits, and bytes',
    )
  return `— ${name} ${toBase64(Buffer.concat([id, bytes]))}\n`
}

export function parseNote(note: string): Note {
  if (!isPlainText(note, '\n'))
    throw new LogError('bad-note', 'the note has control characters or lone surrogates')
  // The text may have empty lines of its own: the last one is the border.
  const border = note.lastIndexOf('\n\n')
  if (border < 0) throw new LogError('bad-note', 'no empty line parts the text from its signatures')
  return { text: note.slice(0, border + 1), signatures: parseSignatures(note.slice(border + 2)) }
}

export function parseSignatures(lines: string): NoteSignature[] {
  if (lines === '') throw new LogError('bad-note', 'there is no signature line')
  if (!lines.endsWith('\n'))
    throw new LogError('bad-note', 'the last signature line does not end with a newline')
  const split = lines.slice(0, -1).split('\n')
  checkCount(split.length)
  return split.map(parseSignature)
}

function parseSignature(line: string): NoteSignature {
  const [dash, name = '', base64 = '', ...rest] = line.split(' ')
  const bytes = fromBase64(base64)
  if (dash !== '—' || !isKeyName(name) || bytes === null || bytes.length <= 4 || rest.length > 0)
    throw new LogError(
      'bad-note',
      `a signature line reads "— name base64", not ${JSON.stringify(line.slice(0, 80))}`,
    )
  return { name, keyId: toHex(bytes.subarray(0, 4)), bytes: bytes.slice(4) }
}

function checkCount(count: number): void {
  if (count > maxSignatures)
    throw new LogError('bad-note', `a note has at most ${maxSignatures} signatures, not ${count}`)
}

export function signNote(text: string, signers: readonly Signer[]): string {
  const message = toUtf8(text)
  const signatures = signers.map(signer => {
    if (signer.type !== ed25519Type)
      throw new LogError(
        'bad-key',
        `${signer.name} signs as ${algorithms[signer.type].title}, not plain notes`,
      )
    return { name: signer.name, keyId: signer.keyId, bytes: signer.sign(message) }
  })
  return formatNote({ text, signatures })
}

/** Appends signatures that others made on the same text, as a log does with cosignatures; known lines are kept once. */
export function addSignatures(note: string, added: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note)
  const isAdded = (line: NoteSignature) =>
    signatures.some(kept => formatSignature(kept) === formatSignature(line))
  return formatNote({ text, signatures: [...signatures, ...added.filter(line => !isAdded(line))] })
}

/**
 * Signatures by unknown keys are ignored: that is how keys are rotated and witnesses added. One bad signature by a known
 * key rejects the note, whatever else it carries.
 */
export function verifyNote({ text, signatures }: Note, keys: readonly VerifierKey[]): NoteVerdict {
  const verified: VerifiedSignature[] = []
  const unchecked: NoteSignature[] = []
  for (const signature of signatures) {
    const key = keys.find(known => isSameKey(known, signature))
    if (key === undefined) continue
    const checked = checkSignature(key, text, signature.bytes)
    if (checked.answer === 'bad')
      return refused('bad-signature', `the signature of ${key.name} does not verify`)
    if (checked.answer === 'unsupported') unchecked.push(signature)
    else if (!verified.some(other => isSameKey(other, key)))
      verified.push({ ...signature, key, timestampS: checked.timestampS })
  }
  if (verified.length === 0) {
    const names = keys.map(key => key.name).join(', ') || 'no key'
    return refused('not-signed', `no signature that can be checked is by a known key (known: ${names})`)
  }
  return { ok: true, text, signatures: verified, unchecked }
}
