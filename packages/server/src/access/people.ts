// People: the record, how it is shown, and the tokens that stand for them.
import type { Actor } from '@rekey/core'
import type { PersonView, Role } from '@rekey/wire'
import { ProblemError } from '../http/problem.ts'
import type { Keep, Kept } from './kept.ts'
import { type MintedToken, mintToken, type TokenType } from './token-format.ts'

export type PersonRecord = Kept['person']

export const sessionLifeMs = 12 * 3_600_000

export function newPerson(name: string, roles: Record<string, Role>, nowMs: number): PersonRecord {
  return { name, roles, password: null, passkeys: [], signOn: [], addedMs: nowMs, endedMs: null }
}

export function personView(id: string, record: PersonRecord): PersonView {
  const { name, roles, password, passkeys, signOn, addedMs, endedMs } = record
  return {
    id,
    name,
    roles,
    hasPassword: password !== null,
    passkeys: passkeys.map(one => ({ id: one.id, name: one.name, addedMs: one.addedMs, lastMs: one.lastMs })),
    signOn,
    addedMs,
    endedMs,
  }
}

/** A token whose public part is not in use yet, with its record kept under that part. */
export async function keepToken<
  K extends 'session' | 'token' | 'join' | 'setup' | 'glass' | 'receiver-token' | 'source-token',
>(
  keep: Keep,
  kind: K,
  type: TokenType,
  random: (bytes: number) => Uint8Array,
  record: (hash: string) => Kept[K],
  expiresMs: number | null,
): Promise<MintedToken> {
  for (let tried = 0; tried < 5; tried++) {
    const minted = mintToken(type, random)
    if (await keep.once(kind, minted.id, record(minted.hash), expiresMs)) return minted
  }
  throw new ProblemError('internal', { detail: 'No free id was found for a token.' })
}

/** Somebody has to be left who may do everything. */
export async function isLastAdmin(keep: Keep, id: string): Promise<boolean> {
  const people = await keep.all('person')
  return !people.some(
    one => one.id !== id && one.record.endedMs === null && one.record.roles['*'] === 'admin',
  )
}

/**
 * Everything that stands for this person ends; `but` is the one session that goes on. Each with its event: the other control planes
 * remember them, and forget what they are told of.
 */
export async function endTokens(
  keep: Keep,
  person: string,
  but: string | null,
  alsoApi: boolean,
  stamp: { atMs: number; by: Actor },
): Promise<void> {
  for (const { id, record } of await keep.all('session')) {
    if (record.person !== person || id === but) continue
    await keep.remove('session', id, { type: 'signedOut', person, ...stamp })
  }
  if (!alsoApi) return
  for (const { id, record } of await keep.all('token')) {
    if (record.person !== person) continue
    await keep.remove('token', id, { type: 'tokenRevoked', token: id, person, ...stamp })
  }
}
