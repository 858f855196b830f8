// Does a node let a user in with a value? Tried on a connection that is the admin's until then, so that the value is asked for
// whatever the default user may do, and so that a user who is let in with any value is known before.
import type { Secret } from '@rekey/core'
import { ProviderError } from '../provider.ts'
import { kindOf, placeOf } from './answers.ts'
import type { Ask, Node } from './node.ts'
import { ourAuth } from './sightings.ts'
import { userOf } from './user.ts'

export async function isAccepted(ask: Ask, node: Node, handle: string, secret: Secret): Promise<boolean> {
  const user = await userOf(ask, handle)
  if (user?.isOn === true && user.isOpen) {
    throw new ProviderError(
      'rejected',
      `${placeOf(node)} lets ${handle} in with any password (nopass), so nothing is proved: ACL SETUSER ${handle} resetpass, and give it one`,
    )
  }
  try {
    await ask(ourAuth, handle, secret.reveal())
    return true
  } catch (error) {
    if (kindOf(error) === 'WRONGPASS') return false
    throw error
  }
}
