// Which outside identities a rule lets in. A rule that says nothing lets nobody in, and one that cannot be understood neither.
import { isObject } from './base64url.ts'
import type { Identity } from './identity.ts'

export interface Rule {
  /**
   * The subject. `*` as a whole segment stands for one segment between slashes; at the end of a longer text for whatever
   * follows, slashes and all, but not for nothing. Nowhere else.
   */
  subject?: string
  /** By dotted path: the claim is this text, number or truth value, or a list that has it. */
  claims?: Readonly<Record<string, string>>
}

const longestPath = 200

export function matches(rule: Rule, { subject, claims }: Omit<Identity, 'issuer'>): boolean {
  if (ruleFaults(rule).length > 0) return false
  if (rule.subject !== undefined && !fits(rule.subject, subject)) return false
  return Object.entries(rule.claims ?? {}).every(([path, wanted]) => has(claimAt(claims, path), wanted))
}

/** All that is wrong with a rule, as sentences. */
export function ruleFaults({ subject, claims = {} }: Rule): string[] {
  const faults: string[] = []
  const paths = Object.keys(claims)
  if (subject === undefined && paths.length === 0)
    faults.push('The rule says nothing: name a subject, a claim, or both.')
  if (subject === '') faults.push('The subject is empty: leave it out, or name it.')
  if (subject !== undefined && /^[*/]+$/.test(subject))
    faults.push(`The subject "${subject}" would be anybody: name what they have in common.`)
  else if (hasStrayStar(subject ?? ''))
    faults.push(
      `The subject "${subject}" has a * in the middle: it is a whole segment, or stands at the end.`,
    )
  for (const path of paths) {
    const isPath = path.length <= longestPath && path.split('.').every(name => name !== '')
    if (!isPath) faults.push(`"${path.slice(0, longestPath)}" is no path of a claim: names joined by dots.`)
  }
  return faults
}

function hasStrayStar(subject: string): boolean {
  const segments = subject.split('/')
  const last = segments.pop() ?? ''
  const isStray = (segment: string) => segment !== '*' && segment.includes('*')
  return segments.some(isStray) || last.slice(0, -1).includes('*')
}

function fits(glob: string, subject: string): boolean {
  const wanted = glob.split('/')
  const given = subject.split('/')
  const last = wanted.at(-1) ?? ''
  const isOpen = last !== '*' && last.endsWith('*')
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false
  return wanted.every((segment, i) => {
    if (isOpen && i === wanted.length - 1) {
      const rest = given.slice(i).join('/')
      return rest.startsWith(segment.slice(0, -1)) && rest.length >= segment.length
    }
    return segment === '*' ? given[i] !== '' : segment === given[i]
  })
}

/**
 * Names of claims may have dots themselves (Kubernetes has "kubernetes.io"), so at each step the longest name that is there is
 * taken. Only own names: "constructor" is no claim.
 */
function claimAt(value: unknown, path: string): unknown {
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, path)) return value[path]
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot)
    if (Object.hasOwn(value, name)) return claimAt(value[name], path.slice(dot + 1))
  }
  return undefined
}

const has = (claim: unknown, wanted: string): boolean =>
  Array.isArray(claim) ? claim.some(one => isSame(one, wanted)) : isSame(claim, wanted)

const isSame = (claim: unknown, wanted: string): boolean =>
  claim === wanted || ((typeof claim === 'number' || typeof claim === 'boolean') && String(claim) === wanted)
