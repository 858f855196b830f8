// Does a node let a login in with a value? MariaDB says the same to a wrong value and to a right one from a place or over a way that
// the account does not allow, so a refusal is believed only when the account there could not have taken the value.
import type { Secret } from '@rekey/core'
import { type Context, ProviderError } from '../provider.ts'
import { accountOf, nativeHash } from './account.ts'
import { accountLocked, explained, loginRefused, mustChangePassword, numberOf, placeOf } from './answers.ts'
import { asAdmin, connected, type Node, settingsOf } from './node.ts'

export async function isAccepted(
  context: Context,
  node: Node,
  handle: string,
  secret: Secret,
): Promise<boolean> {
  const account = await letIn(context, node, handle, secret)
  if (account === null) return false
  const { userHost } = settingsOf(context)
  if (account === `${handle}@${userHost}`) return true
  // A login without a name, one of the same name for another place, or a server that checks nobody.
  throw new ProviderError(
    'rejected',
    `${placeOf(node)} lets ${handle} in as ${account === '' ? 'nobody in particular' : account}, not as ${handle}@${userHost}: drop that login, or correct "userHost"`,
  )
}

/** As whom it was let in; null: it was refused. */
async function letIn(
  context: Context,
  node: Node,
  handle: string,
  secret: Secret,
  isSecond = false,
): Promise<string | null> {
  try {
    return await connected(context, node, { user: handle, password: secret.reveal() }, async session => {
      const [row] = await session.query<{ account: string | null }>('SELECT CURRENT_USER() AS account')
      return row?.account ?? ''
    })
  } catch (error) {
    const number = numberOf(error)
    if (context.signal.aborted) throw explained(error, context, node)
    if (number === accountLocked) return null
    if (number === loginRefused) {
      if (!(await shouldBeLetIn(context, node, handle, secret))) return null
      // On a replica the account may have come between the refusal and the look at it.
      if (!isSecond) return letIn(context, node, handle, secret, true)
      throw new ProviderError(
        'denied',
        `${placeOf(node)}: the value of ${handle} is right, and yet it may not come in from this machine: let "userHost" cover it, drop logins without a name, and set "tls" to "verify" where TLS is demanded`,
      )
    }
    if (mustChangePassword.includes(number)) {
      const text = `${placeOf(node)}: the password of ${handle} has expired: ALTER USER … PASSWORD EXPIRE NEVER`
      throw new ProviderError('rejected', text)
    }
    throw explained(error, context, node)
  }
}

async function shouldBeLetIn(context: Context, node: Node, handle: string, secret: Secret): Promise<boolean> {
  const account = await asAdmin(context, node, session => accountOf(session, context, handle))
  return account !== null && !account.isLocked && account.hash === nativeHash(secret)
}
