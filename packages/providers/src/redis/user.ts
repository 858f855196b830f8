// A user of Redis as ACL GETUSER describes it, and the rules that make another with the same rights.
// https://redis.io/docs/latest/commands/acl-getuser/
import { createHash } from 'node:crypto'
import type { Secret } from '@rekey/core'
import type { Ask } from './node.ts'

export interface Rules {
  /** In order: a later one may take back what an earlier one gave. */
  commands: readonly string[]
  keys: readonly string[]
  channels: readonly string[]
}

export interface User extends Rules {
  isOn: boolean
  /** It is let in with any value. */
  isOpen: boolean
  /** RESTORE is believed without a look at what it brings. */
  isUnchecked: boolean
  hashes: readonly string[]
  /** Further sets of rules, each of which allows on its own. */
  selectors: readonly Rules[]
}

/** What Redis keeps of a value: SHA-256 without a salt, which a random value of 256 bits does not need. */
export const hashOf = (secret: Secret) => createHash('sha256').update(secret.reveal()).digest('hex')

/** null: there is none of that name. */
export async function userOf(ask: Ask, name: string): Promise<User | null> {
  const answer = await ask('ACL', 'GETUSER', name)
  return Array.isArray(answer) ? userIn(answer) : null
}

export function userIn(answer: readonly unknown[]): User {
  const fields = pairs(answer)
  const flags = words(fields.get('flags'))
  return {
    ...rulesIn(fields, flags),
    isOn: flags.includes('on'),
    isOpen: flags.includes('nopass'),
    isUnchecked: flags.includes('skip-sanitize-payload'),
    hashes: words(fields.get('passwords')),
    selectors: list(fields.get('selectors')).map(one => rulesIn(pairs(list(one)), [])),
  }
}

/** The rules for ACL SETUSER, which takes all of them or none. */
export function rulesFor(template: User, hash: string): string[] {
  return [
    // Whatever stood there goes, so that the rights are the template's and nothing besides.
    'reset',
    ...(template.isUnchecked ? ['skip-sanitize-payload'] : []),
    'resetchannels',
    ...written(template),
    ...template.selectors.map(one => `(${written(one).join(' ')})`),
    `#${hash}`,
    'on',
  ]
}

export const written = ({ keys, channels, commands }: Rules) => [...keys, ...channels, ...commands]

function rulesIn(fields: Map<string, unknown>, flags: readonly string[]): Rules {
  return {
    commands: words(fields.get('commands')),
    // Redis 6 names patterns without their sign, and says in a flag that there are all of them.
    keys: flags.includes('allkeys') ? ['~*'] : signed(fields.get('keys'), '~'),
    channels: flags.includes('allchannels') ? ['&*'] : signed(fields.get('channels'), '&'),
  }
}

const signed = (field: unknown, sign: string) =>
  Array.isArray(field) ? field.map(one => `${sign}${String(one)}`) : words(field)

const list = (field: unknown): unknown[] => (Array.isArray(field) ? field : [])

/** A list, or one text with spaces between: a pattern cannot hold any. */
const words = (field: unknown): string[] =>
  Array.isArray(field)
    ? field.map(String)
    : String(field ?? '')
        .split(' ')
        .filter(Boolean)

export function pairs(flat: readonly unknown[]): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (let at = 0; at + 1 < flat.length; at += 2) found.set(String(flat[at]), flat[at + 1])
  return found
}
