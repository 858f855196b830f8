// The inventory: credentials and their consumers, each change an event of the credential's stream.
import {
  type Actor,
  type Consumer,
  type Credential,
  type CredentialEvent,
  nextRotation,
  policyFor,
  type Secret,
} from '@rekey/core'
import type { CredentialRow, Write } from '@rekey/store'
import type { Ground } from '../ground.ts'
import { credentialSubject, stored } from '../runner/rows.ts'

/** A value that the target accepts already, and its name there. */
export interface ExistingVersion {
  handle: string
  secret: Secret
  issuedMs: number
}

export async function registerCredential(
  ground: Ground,
  record: Credential,
  consumers: readonly Consumer[],
  existing: ExistingVersion | null,
  by: Actor,
): Promise<boolean> {
  const nowMs = ground.nowMs()
  const stamp = { atMs: nowMs, by }
  const events: CredentialEvent[] = [{ type: 'credentialRegistered', credential: record, ...stamp }]
  const writes: Write[] = []
  for (const consumer of consumers) {
    events.push({ type: 'consumerRegistered', consumer, ...stamp })
    writes.push({ put: 'consumer', row: consumer })
  }
  if (existing !== null) {
    const { handle, issuedMs, secret } = existing
    const fingerprint = ground.vault.fingerprint(secret)
    events.push({ type: 'versionImported', version: 1, handle, fingerprint, issuedMs, ...stamp })
    writes.push(
      { put: 'sealed', row: ground.vault.seal(record.id, 1, secret) },
      {
        put: 'version',
        row: {
          credential: record.id,
          number: 1,
          state: 'active',
          handle,
          fingerprint,
          issuedAtMs: issuedMs,
          endedAtMs: null,
          compromised: false,
          operation: `import/${record.id}`,
        },
      },
    )
    for (const consumer of consumers) {
      const row = { credential: record.id, consumer: consumer.id, version: 1, sinceMs: nowMs }
      writes.push({ put: 'assignment', row })
    }
  }
  const policy = policyFor(record, record.policy)
  const { startAtMs } = nextRotation({
    credential: record,
    policy,
    nowMs,
    issuedAtMs: existing?.issuedMs ?? null,
  })
  const row: CredentialRow = {
    id: record.id,
    record,
    currentVersion: existing === null ? null : 1,
    lastVersion: existing === null ? 0 : 1,
    openRotation: null,
    nextRotationMs: startAtMs,
    lastRotationMs: null,
    lastRollbackMs: null,
    seq: events.length,
  }
  // The credential first: its consumers and versions hang on it.
  writes.unshift({ put: 'credential', row })
  writes.push({ put: 'due', subject: credentialSubject(record.id), atMs: startAtMs })
  const committed = await ground.store.commit({
    fence: null,
    appends: [{ stream: credentialSubject(record.id), expected: 0, events: events.map(stored) }],
    writes,
  })
  return committed.ok
}

/** Events on the credential's stream with the rows that they change; false: it kept changing meanwhile. */
export async function note(
  ground: Ground,
  credential: string,
  events: readonly CredentialEvent[],
  writes: readonly Write[],
  change: (row: CredentialRow) => CredentialRow = row => row,
): Promise<boolean> {
  for (let tried = 0; tried < tries; tried++) {
    const row = await ground.store.credential(credential)
    if (row === null) return false
    const committed = await ground.store.commit({
      fence: null,
      appends: [{ stream: credentialSubject(credential), expected: row.seq, events: events.map(stored) }],
      writes: [{ put: 'credential', row: { ...change(row), seq: row.seq + events.length } }, ...writes],
    })
    if (committed.ok) {
      if (row.openRotation !== null) await ground.store.wake(`rotation/${row.openRotation}`, ground.nowMs())
      return true
    }
  }
  return false
}

const tries = 8

export function registerConsumer(ground: Ground, consumer: Consumer, by: Actor): Promise<boolean> {
  const event: CredentialEvent = { type: 'consumerRegistered', consumer, atMs: ground.nowMs(), by }
  return note(ground, consumer.credential, [event], [{ put: 'consumer', row: consumer }])
}

export function changeCredential(ground: Ground, record: Credential, by: Actor): Promise<boolean> {
  const event: CredentialEvent = { type: 'credentialChanged', credential: record, atMs: ground.nowMs(), by }
  return note(ground, record.id, [event], [], row => ({ ...row, record }))
}
