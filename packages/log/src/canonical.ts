// RFC 8785, JSON Canonicalization Scheme: one value, one text, so that the same record always has the same leaf hash.
// ECMAScript's own number and string forms are what the RFC prescribes; its sort order by UTF-16 unit is that of `sort`.
import { toUtf8 } from './encoding.ts'
import { LogError } from './error.ts'

/** Deeper than any record, shallow enough that a hostile one (or one that holds itself) cannot exhaust the stack. */
const maxDepth = 128

export function canonicalJson(value: unknown): string {
  return write(value, '$', 0)
}

export const canonicalBytes = (value: unknown): Uint8Array => toUtf8(canonicalJson(value))

/**
 * Reads only canonical text: what was signed is then all there is, no duplicate keys and no second spelling. Writing it
 * again also guards against JSON.parse itself, which in Node 24 and 26 can take an escaped key for another
 * (nodejs/node#63785); such a text is refused, so keys of records are best plain words.
 */
export function parseCanonicalJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new LogError('not-canonical', 'this is not JSON')
  }
  if (canonicalJson(value) !== text)
    throw new LogError('not-canonical', 'this is JSON, but not in canonical form')
  return value
}

function write(value: unknown, path: string, depth: number): string {
  if (depth > maxDepth)
    fail(path.slice(0, 80), `is nested more than ${maxDepth} levels deep, or holds itself`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeString(value, path)
  if (typeof value === 'number')
    return Number.isFinite(value) ? JSON.stringify(value) : fail(path, `is ${value}`)
  if (typeof value !== 'object')
    fail(path, `is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`)
  if (Array.isArray(value)) {
    // Array.from, not map: holes must be seen and refused, not skipped.
    return `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`, depth + 1)).join(',')}]`
  }
  return writeObject(value, path, depth)
}

function writeObject(value: object, path: string, depth: number): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype)
    fail(
      path,
      'is not a plain object: how a Date, a Map or a class instance reads is for the caller to decide',
    )
  if (Object.getOwnPropertySymbols(value).length > 0) fail(path, 'has symbols for keys')
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => {
      const at = `${path}.${key}`
      return `${writeString(key, at)}:${write(member, at, depth + 1)}`
    })
  return `{${members.join(',')}}`
}

function writeString(value: string, path: string): string {
  return value.isWellFormed() ? JSON.stringify(value) : fail(path, 'has a lone surrogate')
}

function fail(path: string, why: string): never {
  throw new LogError('not-canonical', `${path} ${why}`)
}
