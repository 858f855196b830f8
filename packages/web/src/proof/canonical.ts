// RFC 8785, JSON Canonicalization Scheme: the one text of a value, so that what is on the screen can be compared with what was sealed.
// Only what JSON itself can say comes here, for it came as JSON.
import { type Bytes, ProofError, toUtf8 } from './bytes.ts'

/** Deeper than any event. */
const maxDepth = 128

export function canonicalText(value: unknown, depth = 0): string {
  if (depth > maxDepth) throw new ProofError(`The data is nested more than ${maxDepth} levels deep.`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value === 'string') return textOf(value)
  if (Array.isArray(value)) return `[${value.map(one => canonicalText(one, depth + 1)).join(',')}]`
  if (typeof value !== 'object') throw new ProofError('The data is not JSON.')
  const members = Object.entries(value)
    // By UTF-16 unit, as the RFC has it and `<` does.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${textOf(name)}:${canonicalText(member, depth + 1)}`)
  return `{${members.join(',')}}`
}

export const canonicalBytes = (value: unknown): Bytes => toUtf8(canonicalText(value))

function textOf(value: string): string {
  if (!value.isWellFormed()) throw new ProofError('The data has a broken character in it.')
  return JSON.stringify(value)
}

/** Reads canonical text and nothing else: what was hashed is then all there is, with no second spelling and no doubled name. */
export function parseCanonical(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ProofError('The leaf is not JSON.')
  }
  if (canonicalText(value) !== text) throw new ProofError('The leaf is JSON, but not in its canonical form.')
  return value
}
