// A user as the management API gives it and takes it back. Every write replaces tags and password together: what is left out of
// it is lost, and what is in it comes true in one step.
import { createHash, randomBytes } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { markOf } from '../naming.ts'
import { type Context, type Operation, ProviderError } from '../provider.ts'
import { ask } from './api.ts'

export interface User {
  name: string
  tags: readonly string[]
  /** Salt and hash in base64, or empty: then no password fits. */
  hash: string
  algorithm: string
  limits: Readonly<Record<string, number>>
}

const algorithmOf = (name: string) => `rabbit_password_hashing_${name}`
/** By the bytes of salt and hash together. */
const algorithms = new Map([
  [4 + 16, algorithmOf('md5')],
  [4 + 32, algorithmOf('sha256')],
  [4 + 64, algorithmOf('sha512')],
])
const bytesOf = (hash: string) => Buffer.from(hash, 'base64').length

/** The form in which RabbitMQ stores it, made here, so that the value itself never goes there. */
export function hashed(secret: Secret, salt: Uint8Array = randomBytes(4)): string {
  const hash = createHash('sha256').update(salt).update(secret.reveal()).digest()
  return Buffer.concat([salt, hash]).toString('base64')
}
export const ours = algorithmOf('sha256')

/** What makes a user ours: one of that name that somebody else made lacks it. */
export const markTag = ({ owner }: Pick<Context, 'owner'>, { key }: Pick<Operation, 'key'>) =>
  `rekey-${owner}-${markOf(key)}`
const isOurTag = (tag: string) => /^rekey-(limit-\d+|[0-9a-f]{8}-[0-9a-f]{8})$/.test(tag)
/** Those that mean something to the broker. */
export const tagsOf = (user: User) => user.tags.filter(tag => !isOurTag(tag))

/** The limits that the user has while it is enabled. */
export function limitsOf(user: User): Record<string, number> {
  const { 'max-connections': now, ...others } = user.limits
  const kept = user.tags.find(tag => tag.startsWith('rekey-limit-'))
  if (kept !== undefined) return { ...others, 'max-connections': Number(kept.slice('rekey-limit-'.length)) }
  return isShut(user) || now === undefined ? others : { ...others, 'max-connections': now }
}

/** Nobody can log in as it: no password fits, and whoever showed one a moment ago gets no connection. */
export const isShut = (user: User) =>
  user.limits['max-connections'] === 0 && user.algorithm !== algorithms.get(bytesOf(user.hash))

/**
 * The user, disabled. Its hash stays as it is and is said to be of an algorithm whose hashes have another length, so that
 * nothing fits it, and what it was is told by its length. RabbitMQ checks the password at the start of a handshake only, and
 * opens the connection later: the limit of none refuses what was let in before and has not been opened.
 * Rejected: an empty hash loses the password; the hash kept in a tag stands in the broker's log; the limit alone is not asked
 * for by HTTP.
 */
export function shut(user: User): User {
  const right = algorithms.get(bytesOf(user.hash))
  if (user.hash !== '' && right === undefined) {
    throw new ProviderError(
      'rejected',
      `the password of ${user.name} is kept by ${user.algorithm}, which Rekey does not know: set it anew with SHA-256`,
    )
  }
  const limit = limitsOf(user)['max-connections']
  return {
    ...user,
    tags: [
      ...user.tags.filter(tag => !tag.startsWith('rekey-limit-')),
      ...(limit === undefined ? [] : [`rekey-limit-${limit}`]),
    ],
    algorithm: algorithmOf(right === algorithmOf('sha512') ? 'sha256' : 'sha512'),
    limits: { 'max-connections': 0 },
  }
}

/** The user as it was before it was disabled. */
export function opened(user: User): User {
  return {
    ...user,
    tags: user.tags.filter(tag => !tag.startsWith('rekey-limit-')),
    algorithm: algorithms.get(bytesOf(user.hash)) ?? ours,
    limits: limitsOf(user),
  }
}

export async function userNamed(context: Context, name: string): Promise<User | null> {
  const { status, body } = await ask(context, 'GET', ['users', name], { understood: [404] })
  return status === 404 ? null : userFrom(body)
}

/** Replaces the user as a whole. Limits are added to those that it has: one that is to go is taken away apart. */
export async function write(context: Context, { name, tags, hash, algorithm, limits }: User): Promise<void> {
  const body = { password_hash: hash, hashing_algorithm: algorithm, tags: tags.join(','), limits }
  await ask(context, 'PUT', ['users', name], { body })
}

/** What the API gives, read: tags are a list today, and were one text. */
export function userFrom(given: unknown): User {
  const read = (given ?? {}) as Record<string, unknown>
  const { name, tags = [], password_hash: hash = '', hashing_algorithm: algorithm = '', limits = {} } = read
  return {
    name: String(name),
    tags: (Array.isArray(tags) ? tags.map(String) : String(tags).split(',')).filter(tag => tag !== ''),
    hash: String(hash),
    algorithm: String(algorithm),
    // No limits at all are written as an empty list by some versions.
    limits: Array.isArray(limits) ? {} : (limits as Record<string, number>),
  }
}
