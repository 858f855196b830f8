// PostgreSQL: a login for each version, all of them members of one group that holds the rights. A role can hold one password
// only, and who uses which password cannot be told; of two logins every node says who is connected as which.
// Rejected: two fixed logins that take turns. A name that comes back could be destroyed for the version that had it before.
import { codeOf, wayFailure } from '../failure.ts'
import { didNotEnd, foreign, loginAbilities, mayStillLogIn, missing, refuseOwn, secretOf } from '../logins.ts'
import { markIn, markOf, nameOf } from '../naming.ts'
import { agreedOn, connectedNow, settled, usageOn } from '../nodes.ts'
import { type Context, defineProvider, type Operation, ProviderError, type Sighting } from '../provider.ts'
import {
  asAdmin,
  connected,
  explained,
  longestName,
  type Node,
  onEachNode,
  onPrimary,
  placeOf,
  type Session,
  settings,
  settingsOf,
} from './node.ts'
import { differences } from './rights.ts'
import { scramVerifier } from './scram.ts'

const naming = (context: Context) => ({ prefix: settingsOf(context).prefix, longest: longestName })
/** Kept in the role's comment: a login of that name that somebody else made does not have it. */
const noteOf = ({ owner }: Context, { key }: Operation) => `rekey ${owner} ${markOf(key)}`

export const postgres = defineProvider({
  kind: 'postgres',
  title: 'PostgreSQL login',
  settings,
  abilities: loginAbilities(),
  provedAgainst: 'server',
  secretBytes: 32,

  async mint(context, operation) {
    const secret = secretOf(operation)
    const handle = nameOf(naming(context), context, operation)
    await onPrimary(context, async session => {
      const role = await roleOf(session, handle)
      if (role?.note === noteOf(context, operation)) return
      if (role !== null) throw foreign(handle)
      await create(session, context, operation, handle, scramVerifier(secret))
    })
    return { handle, secret: null }
  },

  async find(context, operation) {
    const handle = nameOf(naming(context), context, operation)
    const role = await onPrimary(context, session => roleOf(session, handle))
    if (role === null) return { is: 'not-started' }
    if (role.note === noteOf(context, operation)) return { is: 'done', handle }
    return { is: 'ambiguous', text: foreign(handle).message }
  },

  async probe(context, handle, secret) {
    const { nodes } = settingsOf(context)
    return agreedOn(context, nodes, handle, node => isAccepted(context, node, handle, secret.reveal()))
  },

  async disable(context, handle) {
    await login(context, handle, false)
  },

  async enable(context, handle) {
    await login(context, handle, true)
  },

  async endSessions(context, handle) {
    await onEachNode(context, (session, node) => endOn(session, node, handle, context))
  },

  async destroy(context, handle) {
    const isThere = await onPrimary(context, async session => (await roleOf(session, handle)) !== null)
    if (!isThere) return
    await login(context, handle, false)
    await onEachNode(context, (session, node) => endOn(session, node, handle, context))
    await onPrimary(context, session => drop(session, handle, settingsOf(context).group))
  },

  async list(context) {
    const rows = await onPrimary(context, session =>
      session.query<{ name: string }>('SELECT rolname AS name FROM pg_roles WHERE starts_with(rolname, $1)', [
        `${settingsOf(context).prefix}_v`,
      ]),
    )
    return rows.flatMap(({ name }) => {
      const mark = markIn(naming(context), context, name)
      return mark === null ? [] : [{ handle: name, mark }]
    })
  },

  async compareRights(context, old, fresh) {
    return onPrimary(context, async session => {
      for (const name of [old, fresh]) if ((await roleOf(session, name)) === null) throw missing(name)
      return differences(session, old, fresh, settingsOf(context).group)
    })
  },

  usage: (context, handles) =>
    usageOn(context, settingsOf(context).nodes, placeOf, (node, asOfMs) =>
      seenOn(context, node, handles, asOfMs),
    ),
})

interface Role {
  canLogin: boolean
  note: string | null
}

async function roleOf(session: Session, name: string): Promise<Role | null> {
  const [row] = await session.query<Role>(
    `SELECT rolcanlogin AS "canLogin", shobj_description(oid, 'pg_authid') AS note FROM pg_roles WHERE rolname = $1`,
    [name],
  )
  return row ?? null
}

async function create(
  session: Session,
  context: Context,
  operation: Operation,
  handle: string,
  verifier: string,
): Promise<void> {
  const { default: pg } = await import('pg')
  const { escapeIdentifier: name, escapeLiteral: text } = pg
  const { group, actAsGroup, connectionLimit, parameters } = settingsOf(context)
  const sets = { ...parameters, ...(actAsGroup && { role: group }) }
  // One transaction: the login never exists without its note, so whatever exists without it is somebody else's.
  await session.query('BEGIN')
  await session.query(
    `CREATE ROLE ${name(handle)} LOGIN PASSWORD ${text(verifier)} CONNECTION LIMIT ${connectionLimit} IN ROLE ${name(group)}`,
  )
  await session.query(`COMMENT ON ROLE ${name(handle)} IS ${text(noteOf(context, operation))}`)
  for (const [parameter, value] of Object.entries(sets)) {
    await session.query(`ALTER ROLE ${name(handle)} SET ${name(parameter)} = ${text(value)}`)
  }
  await session.query('COMMIT')
}

async function login(context: Context, handle: string, may: boolean): Promise<void> {
  const { default: pg } = await import('pg')
  const { admin, group } = settingsOf(context)
  refuseOwn(handle, [admin, group])
  await onPrimary(context, async session => {
    const role = await roleOf(session, handle)
    if (role === null) throw missing(handle)
    if (role.canLogin === may) return
    await session.query(`ALTER ROLE ${pg.escapeIdentifier(handle)} ${may ? 'LOGIN' : 'NOLOGIN'}`)
  })
}

const lookAgainMs = 50

/** Only what can no longer log in is ended: it would be back before the next look. */
async function endOn(session: Session, node: Node, handle: string, context: Context): Promise<void> {
  const { signal } = context
  const mayLogIn = async () => (await roleOf(session, handle))?.canLogin === true
  if (await settled(context, mayLogIn, may => !may)) throw mayStillLogIn(placeOf(node), handle)
  while (!signal.aborted) {
    const ended = await session.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1',
      [handle],
    )
    if (ended.length === 0) return
    await new Promise(resolve => setTimeout(resolve, lookAgainMs))
  }
  throw didNotEnd(placeOf(node), handle)
}

async function drop(session: Session, handle: string, group: string): Promise<void> {
  const { default: pg } = await import('pg')
  const name = pg.escapeIdentifier(handle)
  try {
    await session.query(`DROP ROLE IF EXISTS ${name}`)
  } catch (error) {
    if (codeOf(error) !== '2BP01') throw error
    throw new ProviderError(
      'rejected',
      `${handle} can no longer log in, but still owns or is granted something: in each database run REASSIGN OWNED BY ${name} TO ${pg.escapeIdentifier(group)}; DROP OWNED BY ${name}`,
    )
  }
}

/** Two ways in which PostgreSQL refuses a login: for the password or the name, and for being shut out. */
async function isAccepted(context: Context, node: Node, user: string, value: string): Promise<boolean> {
  let wasAsked = false
  const password = async () => {
    wasAsked = true
    return value
  }
  try {
    await connected(context, node, { user, password }, async () => undefined)
  } catch (error) {
    if (wayFailure(error, placeOf(node), context.signal) === null) {
      const code = codeOf(error)
      const { routine } = error as { routine?: string }
      if (code === '28P01') return false
      if (code === '28000' && routine === 'InitializeSessionUserId') return false
      if (code === '28000') {
        const text = `${placeOf(node)}: pg_hba.conf lets nobody in as ${user} from here, so the value cannot be tried: allow it`
        throw new ProviderError('denied', text)
      }
      if (code === '42501') {
        const text = `${placeOf(node)}: ${user} may not connect to the database: GRANT CONNECT to ${settingsOf(context).group}`
        throw new ProviderError('rejected', text)
      }
    }
    throw explained(error, context, node)
  }
  if (wasAsked) return true
  // "trust", or a certificate: whoever comes is let in, with any value, and nothing has been proved.
  throw new ProviderError(
    'rejected',
    `${placeOf(node)} lets ${user} in without asking for a password: set scram-sha-256 in pg_hba.conf, or nothing is proved`,
  )
}

async function seenOn(
  context: Context,
  node: Node,
  handles: readonly string[],
  asOfMs: number,
): Promise<Sighting[]> {
  const rows = await asAdmin(context, node, session =>
    session.query<{ handle: string; seenAs: string | null }>(
      `SELECT DISTINCT usename AS handle,
         coalesce(nullif(application_name, ''), host(client_addr), 'a process on the server') AS "seenAs"
       FROM pg_stat_activity WHERE usename = ANY ($1)`,
      [handles],
    ),
  )
  return rows.map(row => connectedNow(row.handle, row.seenAs, asOfMs))
}
