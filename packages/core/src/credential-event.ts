// What happens to a credential outside its rotations, and the places where a rotation touches it.
import type { Actor } from './actor.ts'
import type { Consumer } from './consumer.ts'
import type { Credential } from './credential.ts'
import type { Ending } from './rotation/course.ts'

export type CredentialEvent = { atMs: number; by: Actor } & (
  | { type: 'credentialRegistered'; credential: Credential }
  | { type: 'credentialChanged'; credential: Credential }
  | { type: 'consumerRegistered'; consumer: Consumer }
  | { type: 'consumerChanged'; consumer: Consumer }
  | { type: 'consumerRemoved'; consumer: string; reason: string }
  /** A value that existed before Rekey knew of it. */
  | { type: 'versionImported'; version: number; handle: string; fingerprint: string; issuedMs: number }
  /** From now on it is compromised, whatever the target says of it. There is no way back for a version. */
  | { type: 'versionKilled'; version: number; kill: string; epoch: number }
  | { type: 'rotationBegun'; rotation: string }
  | { type: 'aliasMoved'; alias: 'current'; version: number; rotation: string }
  | { type: 'rotationClosed'; rotation: string; ending: Ending }
  /** A value at the target that no rotation owns. */
  | { type: 'orphanFound'; handle: string; version: number | null }
  | { type: 'orphanCleared'; handle: string; version: number | null }
  | { type: 'ghostClaimed'; ghost: string; consumer: string }
  | { type: 'ghostDismissed'; ghost: string; reason: string }
  | { type: 'fenceLifted'; reason: string }
)
