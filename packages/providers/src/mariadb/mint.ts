// Makes a login in three steps: the account, its role, and that it begins with it. What a crash left half-done is known by the hash
// of the value, and taken up where it stands.
import type { Secret } from '@rekey/core'
import { foreign } from '../logins.ts'
import { type Context, ProviderError } from '../provider.ts'
import { accountName, accountOf, nativeHash, quoted } from './account.ts'
import { explained, loginRefused, numberOf, placeOf } from './answers.ts'
import { connected, type Node, type Session, settingsOf } from './node.ts'

export async function make(
  session: Session,
  node: Node,
  context: Context,
  handle: string,
  secret: Secret,
): Promise<void> {
  const { role, connectionLimit, requireTls } = settingsOf(context)
  const name = accountName(context, handle)
  const hash = nativeHash(secret)
  const account = await accountOf(session, context, handle)
  if (account !== null && account.hash !== hash) throw foreign(handle)
  if (account?.defaultRole === role) return
  if (account === null) {
    const demand = requireTls ? ' REQUIRE SSL' : ''
    const limit = connectionLimit > 0 ? ` WITH MAX_USER_CONNECTIONS ${connectionLimit}` : ''
    await session.query(
      `CREATE USER ${name} IDENTIFIED VIA mysql_native_password USING '${hash}'${demand}${limit}`,
    )
  }
  await session.query(`GRANT ${quoted(role)} TO ${name}`)
  // Said by the login itself, which may always say it: an admin would need to write to the database mysql, and could then do anything.
  const login = { user: handle, password: secret.reveal() }
  try {
    await connected(context, node, login, own => own.query(`SET DEFAULT ROLE ${quoted(role)}`))
  } catch (error) {
    if (numberOf(error) !== loginRefused) throw explained(error, context, node)
    throw new ProviderError(
      'rejected',
      `${placeOf(node)}: the login ${handle} is made, but may not come in from this machine: let "userHost" cover it, drop logins without a name, and set "tls" to "verify" where TLS is demanded`,
    )
  }
}
