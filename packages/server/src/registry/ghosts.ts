// Ghosts: a user of the credential that no one registered is claimed as a consumer or dismissed, by a named person. Either
// opens a gate, so no machine may do it. false: it was not for the asker to say, or the credential kept changing.
import type { Actor, Consumer, CredentialEvent, Ghost } from '@rekey/core'
import type { Ground } from '../ground.ts'
import { note } from './credentials.ts'

export async function claimGhost(
  ground: Ground,
  ghost: Ghost,
  consumer: Consumer,
  by: Actor,
): Promise<boolean> {
  if (by.kind !== 'person') return false
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
  // Dismissed, it counts as nobody from here on: whoever reads the record later must find why.
  if (by.kind !== 'person' || reason.trim() === '') return false
  const event: CredentialEvent = { type: 'ghostDismissed', ghost: ghost.id, reason, atMs: ground.nowMs(), by }
  return note(
    ground,
    ghost.credential,
    [event],
    [{ put: 'ghost', row: { ...ghost, state: 'dismissed', by: by.id } }],
  )
}
