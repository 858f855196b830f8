// Ghosts: a user of the credential that no one registered is claimed as a consumer or dismissed, by a named person.
import type { Actor, Consumer, CredentialEvent, Ghost } from '@rekey/core'
import type { Ground } from '../ground.ts'
import { note } from './credentials.ts'

export async function claimGhost(
  ground: Ground,
  ghost: Ghost,
  consumer: Consumer,
  by: Actor,
): Promise<boolean> {
  const event: CredentialEvent = {
    type: 'ghostClaimed',
    ghost: ghost.id,
    consumer: consumer.id,
    atMs: ground.nowMs(),
    by,
  }
  return note(
    ground,
    ghost.credential,
    [event],
    [
      { put: 'consumer', row: consumer },
      { put: 'ghost', row: { ...ghost, state: 'claimed', by: by.id } },
    ],
  )
}

export async function dismissGhost(
  ground: Ground,
  ghost: Ghost,
  reason: string,
  by: Actor,
): Promise<boolean> {
  const event: CredentialEvent = { type: 'ghostDismissed', ghost: ghost.id, reason, atMs: ground.nowMs(), by }
  return note(
    ground,
    ghost.credential,
    [event],
    [{ put: 'ghost', row: { ...ghost, state: 'dismissed', by: by.id } }],
  )
}
