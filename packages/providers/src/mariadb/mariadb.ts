// MariaDB: a login for each version, all of them granted one role that holds the rights. An account could hold two values, by two
// ways of proving itself, but then nobody can tell who uses which; of two logins every node says who is connected as which.
// An account has no room for a mark, so what is ours is known by its name, which holds the mark, and by the value's own hash.
import { foreign, loginAbilities, missing, refuseOwn, secretOf } from '../logins.ts'
import { markIn, nameOf } from '../naming.ts'
import { agreedOn } from '../nodes.ts'
import { type Context, defineProvider, ProviderError } from '../provider.ts'
import { accountName, accountOf, nativeHash, standing, text, twin } from './account.ts'
import { make } from './mint.ts'
import { longestName, onEachNode, onPrimary, type Session, settings, settingsOf } from './node.ts'
import { isAccepted } from './probe.ts'
import { differences, holdings } from './rights.ts'
import { endOn, usageOf } from './sessions.ts'

const naming = (context: Context) => ({ prefix: settingsOf(context).prefix, longest: longestName })

export const mariadb = defineProvider({
  kind: 'mariadb',
  title: 'MariaDB login',
  settings,
  abilities: loginAbilities(),
  provedAgainst: 'server',
  secretBytes: 32,

  async mint(context, operation) {
    const secret = secretOf(operation)
    const handle = nameOf(naming(context), context, operation)
    await onPrimary(context, (session, node) => make(session, node, context, handle, secret))
    return { handle, secret: null }
  },

  async find(context, operation) {
    const handle = nameOf(naming(context), context, operation)
    const { account, elsewhere } = await onPrimary(context, session => standing(session, context, handle))
    if (elsewhere.length > 0) return { is: 'ambiguous', text: twin(handle, elsewhere).message }
    if (account === null) return { is: 'not-started' }
    // Where only the key is looked for, the name decides: it holds the mark of the operation.
    if (operation.secret === null) return { is: 'done', handle }
    if (account.hash !== nativeHash(operation.secret))
      return { is: 'ambiguous', text: foreign(handle).message }
    // Half made: it may not do anything yet, and mint makes it whole.
    return account.defaultRole === settingsOf(context).role ? { is: 'done', handle } : { is: 'not-started' }
  },

  async probe(context, handle, secret) {
    const { nodes } = settingsOf(context)
    return agreedOn(context, nodes, handle, node => isAccepted(context, node, handle, secret))
  },

  async disable(context, handle) {
    await lock(context, handle, true)
  },

  async enable(context, handle) {
    await lock(context, handle, false)
  },

  async endSessions(context, handle) {
    refuseOurs(context, handle)
    await onEachNode(context, (session, node) => endOn(session, node, handle, context))
  },

  async destroy(context, handle) {
    refuseOurs(context, handle)
    const isThere = await onPrimary(
      context,
      async session => (await accountOf(session, context, handle)) !== null,
    )
    if (isThere) await lock(context, handle, true)
    // Sessions outlive the account that they were begun with, so they are looked for even when it is gone.
    await onEachNode(context, (session, node) => endOn(session, node, handle, context))
    if (isThere) await onPrimary(context, session => drop(session, context, handle))
  },

  async list(context) {
    const { prefix, userHost } = settingsOf(context)
    const rows = await onPrimary(context, session =>
      session.query<{ name: string }>(
        `SELECT User AS name FROM mysql.global_priv WHERE Host = ${text(userHost)} AND LEFT(User, ${prefix.length + 2}) = ${text(`${prefix}_v`)}`,
      ),
    )
    return rows.flatMap(({ name }) => {
      const mark = markIn(naming(context), context, name)
      return mark === null ? [] : [{ handle: name, mark }]
    })
  },

  async compareRights(context, old, fresh) {
    return onPrimary(context, async session => {
      const of = async (handle: string) => {
        const account = await accountOf(session, context, handle)
        if (account === null) throw missing(handle)
        return holdings(session, account, accountName(context, handle))
      }
      return differences(await of(old), await of(fresh))
    })
  },

  usage: usageOf,
})

async function lock(context: Context, handle: string, isShut: boolean): Promise<void> {
  refuseOurs(context, handle)
  await onPrimary(context, async session => {
    const account = await accountOf(session, context, handle)
    if (account === null) throw missing(handle)
    if (account.isLocked === isShut) return
    await session.query(`ALTER USER ${accountName(context, handle)} ACCOUNT ${isShut ? 'LOCK' : 'UNLOCK'}`)
  })
}

/** What runs with a login's rights would fail once it is gone: MariaDB drops it all the same, so it is asked before. */
async function drop(session: Session, context: Context, handle: string): Promise<void> {
  const { userHost } = settingsOf(context)
  const definer = text(`${handle}@${userHost}`)
  const [found] = await session.query<{ count: number }>(
    `SELECT (SELECT count(*) FROM mysql.proc WHERE definer = ${definer}) + (SELECT count(*) FROM mysql.event WHERE definer = ${definer}) AS count`,
  )
  const count = Number(found?.count ?? 0)
  if (count > 0) {
    throw new ProviderError(
      'rejected',
      `${handle} can no longer log in, but is the definer of ${count} routines or events: create them anew with another DEFINER, and retry`,
    )
  }
  await session.query(`DROP USER IF EXISTS ${accountName(context, handle)}`)
}

function refuseOurs(context: Context, handle: string): void {
  const { admin, role } = settingsOf(context)
  refuseOwn(handle, [admin, role])
}
