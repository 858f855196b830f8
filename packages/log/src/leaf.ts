// The entries of our logs: canonical JSON (RFC 8785), small, and without personal data, because a leaf cannot be taken
// back. What it speaks of is kept elsewhere and committed to by digest; a secret only by a keyed one, since the plain hash
// of a guessable password gives it away. The property names are those of the format, so there is nothing to translate.
import { checkEntry } from './bundle.ts'
import { canonicalBytes, parseCanonicalJson } from './canonical.ts'
import { fromUtf8, isSize } from './encoding.ts'
import { LogError } from './error.ts'

export interface Leaf {
  v: 1
  /** The place in the log, counted from 0. */
  seq: number
  /** Unix time in milliseconds. */
  ts: number
  /** An opaque id, not a name. */
  actor: string
  /** As in `credential.revoke`. */
  action: string
  /** As in `cred/…/v/7`. */
  subject: string
  /** `sha256:` or `hmac-sha256:` and 64 hex digits each. */
  evidence: readonly string[]
  /** The state before, in the words of whoever keeps it; null where there was none. */
  prev_state: string | null
  /** The actor's own signature over the leaf without this property. */
  sig?: string
}

type Rule = (value: unknown) => boolean

const isText: Rule = value => typeof value === 'string' && value !== ''
const isCount: Rule = value => typeof value === 'number' && isSize(value)
const isDigest: Rule = value => typeof value === 'string' && /^(hmac-)?sha256:[0-9a-f]{64}$/.test(value)

const rules: Readonly<Record<keyof Leaf, { holds: Rule; mustBe: string }>> = {
  v: { holds: value => value === 1, mustBe: '1' },
  seq: { holds: isCount, mustBe: 'an integer from 0 to 2^53 - 1' },
  ts: { holds: isCount, mustBe: 'a Unix time in whole milliseconds' },
  actor: { holds: isText, mustBe: 'a text that is not empty' },
  action: { holds: isText, mustBe: 'a text that is not empty' },
  subject: { holds: isText, mustBe: 'a text that is not empty' },
  evidence: {
    holds: value => Array.isArray(value) && value.every(isDigest),
    mustBe: 'a list of digests, sha256:<hex> or hmac-sha256:<hex>',
  },
  prev_state: { holds: value => value === null || isText(value), mustBe: 'null or a text that is not empty' },
  sig: { holds: value => value === undefined || isText(value), mustBe: 'absent or a text that is not empty' },
}

/** All that is wrong with it, in one go. Version 1 has these properties and no others. */
function faults(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['it is not an object']
  const unknown = Object.keys(value).filter(key => !Object.hasOwn(rules, key))
  const wrong = Object.entries(rules).filter(
    ([key, { holds }]) => !holds((value as Record<string, unknown>)[key]),
  )
  return [
    ...unknown.map(key => `${key} is not known`),
    ...wrong.map(([key, { mustBe }]) => `${key} must be ${mustBe}`),
  ]
}

function checkLeaf(value: unknown): asserts value is Leaf {
  const found = faults(value)
  if (found.length > 0) throw new LogError('bad-leaf', `not a leaf: ${found.join('; ')}`)
}

/** The bytes that are hashed, kept and shown: the entry. */
export function leafBytes(leaf: Leaf): Uint8Array {
  checkLeaf(leaf)
  const bytes = canonicalBytes(leaf)
  checkEntry(bytes)
  return bytes
}

export function parseLeaf(bytes: Uint8Array): Leaf {
  checkEntry(bytes)
  const text = fromUtf8(bytes)
  if (text === null) throw new LogError('bad-leaf', 'the leaf is not UTF-8')
  const value = parseCanonicalJson(text)
  checkLeaf(value)
  return value
}
