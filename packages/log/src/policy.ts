// C2SP tlog-policy: which logs are known, which witnesses, and how many of them must have cosigned. One file that an
// auditor can read, and the same for whoever verifies offline. Names are compared byte for byte; the file is UTF-8.
import { algorithms } from './algorithm.ts'
import { fromDecimal, isPlainText, toHex } from './encoding.ts'
import { attempt, LogError } from './error.ts'
import { parseKey, type VerifierKey } from './key.ts'

export interface PolicyLog {
  key: VerifierKey
  url: string | null
}

export interface PolicyWitness {
  kind: 'witness'
  name: string
  key: VerifierKey
  url: string | null
}

export interface PolicyGroup {
  kind: 'group'
  name: string
  /** How many members must have witnessed; `any` is 1, `all` is every one. */
  threshold: number
  members: readonly (PolicyWitness | PolicyGroup)[]
}

export interface Policy {
  logs: readonly PolicyLog[]
  witnesses: readonly PolicyWitness[]
  quorum: PolicyWitness | PolicyGroup | { kind: 'none' }
}

interface Draft {
  logs: PolicyLog[]
  named: Map<string, PolicyWitness | PolicyGroup>
  /** A name counts once, in one group, so that no witness has two votes. */
  taken: Set<string>
  quorum: Policy['quorum'] | null
}

export function parsePolicy(text: string): Policy {
  const draft: Draft = { logs: [], named: new Map(), taken: new Set(), quorum: null }
  for (const [index, line] of text.split('\n').entries()) {
    const read = attempt(() => readLine(draft, line))
    if (!read.ok) throw new LogError('bad-policy', `policy line ${index + 1}: ${read.why}`)
  }
  if (draft.quorum === null) fail('the policy has no quorum line; to ask for no witness, say "quorum none"')
  const witnesses = [...draft.named.values()].filter(entry => entry.kind === 'witness')
  return { logs: draft.logs, witnesses, quorum: draft.quorum }
}

function readLine(draft: Draft, line: string): void {
  if (!isPlainText(line, '\t') || line.includes('\x7f'))
    fail('control characters other than tab are not allowed')
  const [word, ...rest] = line.split(/[ \t]+/).filter(part => part !== '')
  if (word === undefined || word.startsWith('#')) return
  if (word === 'log') readLog(draft, rest)
  else if (word === 'witness') readWitness(draft, rest)
  else if (word === 'group') readGroup(draft, rest)
  else if (word === 'quorum') readQuorum(draft, rest)
  else fail(`a line begins with log, witness, group, quorum or #, not ${JSON.stringify(word)}`)
}

function readLog(draft: Draft, [vkey, url, ...rest]: string[]): void {
  if (vkey === undefined || rest.length > 0) fail('it must read "log <vkey> [<url>]"')
  const key = readKey(vkey, 'log', draft.logs)
  draft.logs.push({ key, url: url ?? null })
}

function readWitness(draft: Draft, [name, vkey, url, ...rest]: string[]): void {
  if (name === undefined || vkey === undefined || rest.length > 0)
    fail('it must read "witness <name> <vkey> [<url>]"')
  const witnesses = [...draft.named.values()].filter(entry => entry.kind === 'witness')
  const key = readKey(vkey, 'witness', witnesses)
  define(draft, { kind: 'witness', name, key, url: url ?? null })
}

function readGroup(draft: Draft, [name, rule, ...memberNames]: string[]): void {
  if (name === undefined || rule === undefined || memberNames.length === 0)
    fail('it must read "group <name> all|any|<k> <member>..."')
  const members = memberNames.map(member => {
    if (draft.taken.has(member)) fail(`${member} is already a member of a group`)
    draft.taken.add(member)
    return find(draft, member)
  })
  const threshold = rule === 'all' ? members.length : rule === 'any' ? 1 : fromDecimal(rule)
  if (threshold === null || threshold < 1 || threshold > members.length)
    fail(`of ${members.length} members all, any, or 1 to ${members.length} can be required, not ${rule}`)
  define(draft, { kind: 'group', name, threshold, members })
}

function readQuorum(draft: Draft, [name, ...rest]: string[]): void {
  if (name === undefined || rest.length > 0) fail('it must read "quorum <name>" or "quorum none"')
  if (draft.quorum !== null) fail('there is already a quorum line')
  draft.quorum = name === 'none' ? { kind: 'none' } : find(draft, name)
}

function readKey(vkey: string, role: 'log' | 'witness', known: readonly { key: VerifierKey }[]): VerifierKey {
  const key = parseKey(vkey)
  const { signs, title } = algorithms[key.type]
  if (!signs.includes(role)) fail(`a ${title} key cannot be the key of a ${role}`)
  // By the key itself: under two names it would still be one party.
  if (known.some(other => toHex(other.key.publicKey) === toHex(key.publicKey)))
    fail(`the key of ${key.name} is already listed as a ${role}`)
  return key
}

function define(draft: Draft, entry: PolicyWitness | PolicyGroup): void {
  if (entry.name === 'none') fail('the name "none" is reserved')
  if (draft.named.has(entry.name)) fail(`the name ${entry.name} is already taken`)
  draft.named.set(entry.name, entry)
}

function find(draft: Draft, name: string): PolicyWitness | PolicyGroup {
  return draft.named.get(name) ?? fail(`no witness or group ${name} is defined above`)
}

function fail(why: string): never {
  throw new LogError('bad-policy', why)
}
