// Two people who change one credential: what each of them changed, put together where it does not touch, and named where it does.
import type { CredentialView } from '@rekey/wire'
import { exactLength } from '../../../parts/length.ts'
import { wordsOf } from '../../../parts/schema-shape.ts'
import type { CredentialInput } from '../about-draft.ts'

/** What of a credential can be changed, without what Rekey keeps of it. */
export function inputOf(one: CredentialView): CredentialInput {
  const { id: _, currentVersion, lastVersion, openRotation, nextRotationMs, lastRotationMs, ...rest } = one
  void [currentVersion, lastVersion, openRotation, nextRotationMs, lastRotationMs]
  const { fingerprint: __, issuedAtMs: ___, ...input } = rest
  return input
}

/** Its parts by path; policy and settings are taken apart, so that two people may change two parts of them. */
type Parts = Readonly<Record<string, unknown>>
const apart = ['policy', 'settings'] as const

export function partsOf(input: CredentialInput): Parts {
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) =>
      (apart as readonly string[]).includes(name)
        ? Object.entries(value as object).map(([inner, one]) => [`${name}.${inner}`, one as unknown])
        : [[name, value as unknown]],
    ),
  )
}

function wholeOf(parts: Parts): CredentialInput {
  const whole: Record<string, unknown> = { policy: {}, settings: {} }
  for (const [path, value] of Object.entries(parts)) {
    const [name = '', ...inner] = path.split('.')
    if (inner.length === 0) whole[name] = value
    else (whole[name] as Record<string, unknown>)[inner.join('.')] = value
  }
  return whole as unknown as CredentialInput
}

const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, one]) => [name, sorted(one)]),
        )
      : value

export interface Change {
  path: string
  was: unknown
  is: unknown
}

export function changesBetween(before: CredentialInput, after: CredentialInput): Change[] {
  const [was, is] = [partsOf(before), partsOf(after)]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter(path => !same(was[path], is[path]))
    .map(path => ({ path, was: was[path], is: is[path] }))
}

export interface Clash extends Change {
  mine: unknown
}

export interface Merged {
  /** Theirs and mine; where both changed the same, mine. */
  input: CredentialInput
  clashes: Clash[]
}

export function merged(base: CredentialInput, mine: CredentialInput, theirs: CredentialInput): Merged {
  const parts: Record<string, unknown> = { ...partsOf(theirs) }
  const own = partsOf(mine)
  const there = partsOf(theirs)
  const clashes: Clash[] = []
  for (const { path, was } of changesBetween(base, mine)) {
    if (!same(was, there[path]) && !same(own[path], there[path]))
      clashes.push({ path, was, is: there[path], mine: own[path] })
    if (path in own) parts[path] = own[path]
    else delete parts[path]
  }
  return { input: wholeOf(parts), clashes }
}

/** Theirs after all, of one part. */
export function withTheirs(input: CredentialInput, { path, is }: Change): CredentialInput {
  const parts: Record<string, unknown> = { ...partsOf(input) }
  if (is === undefined) delete parts[path]
  else parts[path] = is
  return wholeOf(parts)
}

/** `policy.everyMs` as "Policy: every". */
export function pathText(path: string): string {
  const [first = '', ...rest] = path.split('.')
  const words = (name: string) => wordsOf(name.replace(/Ms$/, ''))
  return rest.length === 0 ? words(first) : `${words(first)}: ${words(rest.join('.')).toLowerCase()}`
}

export function valueText(path: string, value: unknown): string {
  if (value === undefined) return 'not set'
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return path.endsWith('Ms') ? exactLength(value) : String(value)
  if (path === 'owner') return (value as { name: string }).name
  return typeof value === 'string' ? value : JSON.stringify(value)
}
