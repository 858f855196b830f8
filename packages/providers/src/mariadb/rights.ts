// What a login may do that another may not, by effect: whether it holds a right itself or by the role that it begins with makes no
// difference, and neither does a right that a wider one holds already.
import type { RightsDiff } from '@rekey/core'
import { type Account, quoted } from './account.ts'
import { type Grant, grantOf } from './grant.ts'
import type { Session } from './node.ts'

/** Enough to see what is wrong; a login without its role would differ in everything. */
const most = 50

export interface Holdings {
  account: Pick<Account, 'defaultRole' | 'kept'>
  /** The lines of SHOW GRANTS for the account, and for the role that it begins with. */
  own: readonly string[]
  byRole: readonly string[]
}

export async function holdings(session: Session, account: Account, name: string): Promise<Holdings> {
  // The form of the lines hangs on these two.
  await session.query("SET SESSION sql_mode = '', sql_quote_show_create = 1")
  const lines = async (of: string) =>
    (await session.query<Record<string, string>>(`SHOW GRANTS FOR ${of}`)).map(row => Object.values(row)[0]!)
  const { defaultRole } = account
  return {
    account,
    own: await lines(name),
    byRole: defaultRole === null ? [] : await lines(quoted(defaultRole)),
  }
}

export function differences(old: Holdings, fresh: Holdings): RightsDiff {
  const [had, has] = [read(old), read(fresh)]
  return { missing: lacking(had, has), extra: lacking(has, had) }
}

interface Right {
  privilege: string
  object: string
}

interface Read {
  rights: Right[]
  words: Set<string>
}

function read({ account, own, byRole }: Holdings): Read {
  const found: Read = { rights: [], words: new Set(wordsOf(account.kept)) }
  const note = (grant: Grant, isOwn: boolean) => {
    if (grant.is === 'rights') {
      for (const privilege of grant.privileges) found.rights.push({ privilege, object: grant.object })
    } else if (grant.is === 'role' && isOwn) {
      // What the role holds is compared; a role that the login does not begin with is a right of its own.
      if (grant.role !== account.defaultRole) found.words.add(`the role ${grant.role}, after SET ROLE`)
      if (grant.mayGrant) found.words.add(`the right to grant the role ${grant.role}`)
    } else if (grant.is === 'other') found.words.add(grant.text)
  }
  const grants = own.map(grantOf)
  for (const grant of grants) note(grant, true)
  // A role that was revoked goes on standing as the default, and gives nothing.
  const isGranted = grants.some(grant => grant.is === 'role' && grant.role === account.defaultRole)
  if (isGranted) for (const line of byRole) note(grantOf(line), false)
  return found
}

function lacking(one: Read, other: Read): string[] {
  const rights = one.rights
    .filter(right => !other.rights.some(wider => covers(wider, right)))
    .map(({ privilege, object }) => `${privilege} on ${object.replace(/`(\w+)`/g, '$1')}`)
  const words = [...one.words].filter(word => !other.words.has(word))
  return [...new Set([...rights, ...words])].sort().slice(0, most)
}

function covers(wider: Right, right: Right): boolean {
  const { privilege, object } = right
  const column = privilege.indexOf(' (')
  const privileges = [privilege, column < 0 ? privilege : privilege.slice(0, column)]
  const mayBeAll = privilege !== 'GRANT OPTION' && privilege !== 'PROXY'
  const isSame = privileges.includes(wider.privilege) || (mayBeAll && wider.privilege === 'ALL PRIVILEGES')
  const database = /^(?:FUNCTION |PROCEDURE |PACKAGE |PACKAGE BODY )?(`(?:[^`]|``)*`)\./.exec(object)?.[1]
  return isSame && (wider.object === object || wider.object === '*.*' || wider.object === `${database}.*`)
}

const limits: readonly [string, string][] = [
  ['max_questions', 'statements an hour'],
  ['max_updates', 'changes an hour'],
  ['max_connections', 'connections an hour'],
  ['max_user_connections', 'connections at once'],
  ['max_statement_time', 'seconds for a statement'],
  ['password_lifetime', 'days for its password'],
]
const demands = ['', 'TLS', 'a certificate', 'a certificate of its own']

function wordsOf(kept: Account['kept']): string[] {
  const words = limits
    .filter(([name]) => Number(kept[name] ?? 0) > 0)
    .map(([name, unit]) => `a limit of ${kept[name]} ${unit}`)
  const demand = demands[Number(kept['ssl_type'] ?? 0)] ?? ''
  if (demand !== '') words.push(`the demand for ${demand}`)
  return words
}
