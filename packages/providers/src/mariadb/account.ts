// An account of MariaDB as its own table of them has it, and how its value is kept there.
// https://mariadb.com/kb/en/mysqlglobal_priv-table/
import { createHash } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { type Context, ProviderError } from '../provider.ts'
import { type Session, settingsOf } from './node.ts'

/**
 * What mysql_native_password keeps: SHA-1 of SHA-1. It has no salt, which a random value of 256 bits does not need, and every
 * driver speaks it; ed25519 would be stronger and shuts many consumers out.
 */
export function nativeHash(secret: Secret): string {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest()
  return `*${sha1(sha1(secret.reveal())).toString('hex').toUpperCase()}`
}

/** Between backticks a name is safe in every sql_mode. */
export const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``
/** As hexadecimal digits, a text is safe in every sql_mode: what escapes in one does not in another. */
export const text = (value: string) => `x'${Buffer.from(value).toString('hex')}'`

export interface Account {
  /** null: it proves itself in another way, or in several. */
  hash: string | null
  isLocked: boolean
  defaultRole: string | null
  /** All that the server keeps of it: limits, what it demands of a connection. */
  kept: Readonly<Record<string, unknown>>
}

export interface Standing {
  account: Account | null
  /** Where else a login of that name may come from: those are other accounts, and their sessions look alike. */
  elsewhere: readonly string[]
}

export const accountName = (context: Context, handle: string) =>
  `${quoted(handle)}@${quoted(settingsOf(context).userHost)}`

export async function standing(session: Session, context: Context, handle: string): Promise<Standing> {
  const rows = await session.query<{ host: string; kept: string }>(
    `SELECT Host AS host, CONVERT(Priv USING utf8mb4) AS kept FROM mysql.global_priv WHERE User = ${text(handle)}`,
  )
  const accounts = rows
    .map(row => ({ host: row.host, kept: JSON.parse(row.kept) as Record<string, unknown> }))
    .filter(row => row.kept['is_role'] !== true)
  const { userHost } = settingsOf(context)
  const own = accounts.find(row => row.host === userHost)
  return {
    account: own === undefined ? null : accountIn(own.kept),
    elsewhere: accounts.filter(row => row !== own).map(row => row.host),
  }
}

/** The one account of that name; null: there is none. */
export async function accountOf(session: Session, context: Context, handle: string): Promise<Account | null> {
  const { account, elsewhere } = await standing(session, context, handle)
  if (elsewhere.length > 0) throw twin(handle, elsewhere)
  return account
}

export function accountIn(kept: Record<string, unknown>): Account {
  const { plugin, authentication_string: hash, auth_or: several, default_role: role } = kept
  const isNative = plugin === 'mysql_native_password' && several === undefined
  return {
    hash: isNative && typeof hash === 'string' && hash !== '' ? hash : null,
    isLocked: kept['account_locked'] === true,
    defaultRole: typeof role === 'string' && role !== '' ? role : null,
    kept,
  }
}

export const twin = (handle: string, elsewhere: readonly string[]) =>
  new ProviderError(
    'rejected',
    `there is also a login ${handle}@${elsewhere.join(`, ${handle}@`)}, whose sessions cannot be told from those of ours: rename one, or correct "userHost"`,
  )
