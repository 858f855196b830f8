// A checkpoint: C2SP signed-note with the text of C2SP tlog-checkpoint. Origin, size and root, an empty line, and who signed.
import { type Bytes, fromBase64, fromDecimal, isPlain, ProofError, toHex, toUtf8 } from './bytes.ts'
import { hashLength } from './hash.ts'
import { type Checked, checkSignature, isKeyName, type LogKey } from './key.ts'

export interface Checkpoint {
  /** Which log this is. */
  origin: string
  size: number
  root: Bytes
  /** The signed note as it came. */
  note: string
  /** What was signed: with its last newline. */
  text: string
  signatures: readonly NoteSignature[]
}

interface NoteSignature {
  name: string
  keyId: string
  bytes: Bytes
}

/** A stranger's note must not cost a thousand verifications. */
const maxSignatures = 100

export function parseCheckpoint(note: string): Checkpoint {
  if (!isPlain(note, true)) throw new ProofError('The checkpoint has control characters in it.')
  // The last empty line is the border: the text may have some of its own.
  const border = note.lastIndexOf('\n\n')
  if (border < 0) throw new ProofError('No empty line parts the checkpoint from its signatures.')
  const text = note.slice(0, border + 1)
  return { ...parseText(text), note, text, signatures: parseSignatures(note.slice(border + 2)) }
}

function parseText(text: string): Pick<Checkpoint, 'origin' | 'size' | 'root'> {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n')
  const size = fromDecimal(sizeText)
  const root = fromBase64(rootText)
  if (rest.pop() !== '' || origin === '') throw new ProofError('The checkpoint is cut short.')
  if (size === null) throw new ProofError('The size in the checkpoint is not a number.')
  if (root?.length !== hashLength) throw new ProofError('The root in the checkpoint is not 32 bytes.')
  if (rest.includes('')) throw new ProofError('The checkpoint has an empty line where none belongs.')
  return { origin, size, root }
}

function parseSignatures(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw new ProofError('The signatures of the checkpoint are cut short.')
  const split = lines.slice(0, -1).split('\n')
  if (split.length > maxSignatures)
    throw new ProofError(`The checkpoint has more than ${maxSignatures} signatures.`)
  return split.map(line => {
    const [dash, name = '', base64 = '', ...rest] = line.split(' ')
    const bytes = fromBase64(base64)
    if (dash !== '—' || !isKeyName(name) || bytes === null || bytes.length <= 4 || rest.length > 0)
      throw new ProofError('A line of signature of the checkpoint cannot be read.')
    return { name, keyId: toHex(bytes.subarray(0, 4)), bytes: bytes.slice(4) }
  })
}

/** By that very key. One signature of it that is bad rejects the note, whatever else it carries. */
export async function checkSigned(
  { text, signatures }: Checkpoint,
  key: LogKey,
): Promise<Checked | 'missing'> {
  const own = signatures.filter(one => one.name === key.name && one.keyId === key.keyId)
  let found: Checked | 'missing' = 'missing'
  for (const { bytes } of own) {
    const checked = await checkSignature(key, toUtf8(text), bytes)
    if (checked === 'bad') return 'bad'
    found = checked
  }
  return found
}
