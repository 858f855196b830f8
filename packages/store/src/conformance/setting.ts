// What every rule of the conformance is given: a fresh store, and the plainest rows that are complete.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer, Credential, Observation, Rotation, Statement, Version } from '@rekey/core'
import type { Append, Commit, Committed, CredentialRow, RotationRow, Store, Write } from '../contract.ts'

export interface Opened {
  store: Store
  /** Another store on the same data, as a second control plane has it; null where there can be only one. */
  another: (() => Promise<Store>) | null
  end(): Promise<void>
}

export type Open = () => Promise<Opened>
export type Rule = (title: string, holds: (store: Store, opened: Opened) => Promise<void>) => void

export const ruleOn =
  (open: Open): Rule =>
  (title, holds) => {
    test(title, async () => {
      const opened = await open()
      try {
        await holds(opened.store, opened)
      } finally {
        await opened.end()
      }
    })
  }

export const nowMs = Date.UTC(2025, 2, 1, 12)
export const minuteMs = 60_000

export const event = (type: string, data: unknown = {}) => ({ type, atMs: nowMs, by: 'person:p-1', data })

export const append = (stream: string, expected: number, ...types: string[]): Append => ({
  stream,
  expected,
  events: types.map(type => event(type)),
})

export const commitOf = (appends: Append[], writes: Write[] = [], fence: Commit['fence'] = null): Commit => ({
  fence,
  appends,
  writes,
})

export async function committed(store: Store, commit: Commit): Promise<number[]> {
  const answer = await store.commit(commit)
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.positions
}

export const refused = (answer: Committed) => {
  assert.ok(!answer.ok)
  return answer
}

export function credentialRow(id: string, overrides: Partial<CredentialRow> = {}): CredentialRow {
  const record = { id, name: `Key of ${id}`, kind: 'llm-key', settings: { url: 'https://target' } }
  return {
    id,
    record: record as unknown as Credential,
    currentVersion: 1,
    lastVersion: 1,
    openRotation: null,
    nextRotationMs: null,
    lastRotationMs: null,
    lastRollbackMs: null,
    seq: 1,
    ...overrides,
  }
}

export const consumer = (credential: string, id: string) =>
  ({ id, credential, name: id, lanes: [], effects: ['größer'] }) as unknown as Consumer

export const version = (credential: string, number: number): Version => ({
  credential,
  number,
  state: 'active',
  handle: null,
  fingerprint: null,
  issuedAtMs: nowMs,
  endedAtMs: null,
  compromised: false,
  operation: `op-${number}`,
})

export function rotationRow(
  id: string,
  credential: string,
  phase: Rotation['phase'] = 'planned',
): RotationRow {
  return { id, credential, seq: 1, state: { id, credential, phase } as unknown as Rotation }
}

export const used: Statement = { says: 'used', outcome: 'success', lane: null, path: 'usual' }

export function observation(overrides: Partial<Observation> = {}): Observation {
  return {
    credential: 'doc',
    consumer: 'web',
    seenAs: null,
    instance: null,
    version: 1,
    statement: used,
    atMs: nowMs,
    source: 'sdk-1',
    ...overrides,
  }
}

let batches = 0
export const batchOf = (observations: Observation[], receivedMs = nowMs, batch = `b-${++batches}`) => ({
  source: 'sdk-1',
  batch,
  receivedMs,
  observations,
})

/** Registers the credential `doc` with consumers. */
export async function withConsumers(store: Store, ...ids: string[]): Promise<void> {
  await committed(
    store,
    commitOf(
      [],
      [
        { put: 'credential', row: credentialRow('doc') },
        ...ids.map((id): Write => ({ put: 'consumer', row: consumer('doc', id) })),
      ],
    ),
  )
}

export const claimBy = (holder: string, atMs = nowMs, limit = 100) => ({
  holder,
  nowMs: atMs,
  leaseMs: minuteMs,
  limit,
})
