// Opening a rotation: the plan is made from what is registered now, and from then on it is fixed.
import {
  type Actor,
  evolve,
  type Held,
  type Model,
  maybeAccepted,
  type Plan,
  type PlanOverride,
  plan,
  policyFor,
  type Rotation,
  type RotationEvent,
  type Trigger,
  type Version,
} from '@rekey/core'
import { completeSettings, settingsFaults } from '@rekey/providers'
import type { CredentialRow, Fence } from '@rekey/store'
import type { Ground } from '../ground.ts'
import { credentialSubject, dueMs, rotationSubject, stored } from './rows.ts'
import { needsTwo } from './two-person.ts'

export interface OpenRequest {
  credential: string
  trigger: Trigger
  by: Actor
  wish?: Model
  order?: Plan['order']
  overrides?: readonly PlanOverride[]
  startAtMs?: number
}

export interface NotOpened {
  ok: false
  code: 'unknown-credential' | 'no-provider' | 'settings-invalid' | 'rotation-open' | 'busy'
  text: string
  how: string
}

export type Opened = { ok: true; rotation: string; plan: Plan } | NotOpened

export async function openRotation(
  ground: Ground,
  request: OpenRequest,
  fence: Fence | null = null,
): Promise<Opened> {
  const { store } = ground
  const row = await store.credential(request.credential)
  if (row === null) {
    return no('unknown-credential', `there is no credential ${request.credential}`, 'register it first')
  }
  if (row.openRotation !== null) {
    return no('rotation-open', `rotation ${row.openRotation} is under way`, 'let it end, or abort it')
  }
  const planned = await planFor(ground, row, request)
  if (!planned.ok) return planned
  const { plan: made, versions, old, nowMs } = planned
  const rotation = ground.id()
  const stamp = { atMs: nowMs, by: request.by }
  const event: RotationEvent = {
    type: 'rotationOpened',
    rotation,
    credential: row.id,
    plan: made,
    trigger: request.trigger,
    old,
    lastVersion: versions.reduce((max: number, version: Version) => Math.max(max, version.number), 0),
    startAtMs: request.startAtMs ?? nowMs,
    ...stamp,
  }
  const state: Rotation = evolve(null, event)
  const committed = await store.commit({
    fence,
    appends: [
      { stream: rotationSubject(rotation), expected: 0, events: [stored(event)] },
      {
        stream: credentialSubject(row.id),
        expected: row.seq,
        events: [stored({ type: 'rotationBegun', rotation, ...stamp })],
      },
    ],
    writes: [
      { put: 'rotation', row: { id: rotation, credential: row.id, state, seq: 1 } },
      { put: 'credential', row: { ...row, openRotation: rotation, nextRotationMs: null, seq: row.seq + 1 } },
      { put: 'due', subject: rotationSubject(rotation), atMs: dueMs(state, nowMs) },
      { put: 'due', subject: credentialSubject(row.id), atMs: null },
    ],
  })
  if (!committed.ok) {
    return no('busy', 'the credential changed while the rotation was being opened', 'ask again')
  }
  ground.journal.appended?.(rotation, [event])
  return { ok: true, rotation, plan: made }
}

export type Planned =
  | { ok: true; plan: Plan; versions: Version[]; old: Held | null; nowMs: number }
  | NotOpened

/** The plan as it would be now; nothing is written. */
export async function planFor(
  ground: Ground,
  row: CredentialRow,
  request: Pick<OpenRequest, 'trigger' | 'wish' | 'order' | 'overrides'>,
): Promise<Planned> {
  const { store } = ground
  const { record } = row
  const provider = ground.providers.get(record.provider)
  if (provider === undefined) {
    return no('no-provider', `there is no provider ${record.provider}`, 'correct the credential’s provider')
  }
  const { settings } = record
  const faults = settingsFaults(provider, settings)
  if (faults.length > 0) {
    return no(
      'settings-invalid',
      faults.join('; '),
      `correct the settings; docs/providers has those of ${provider.title}`,
    )
  }
  const [consumers, versions, isForTwo] = await Promise.all([
    store.consumers(row.id),
    store.versions(row.id),
    needsTwo(ground, 'retire', record.environment),
  ])
  const old = current(versions, row.currentVersion)
  const nowMs = ground.nowMs()
  const policy = policyFor(record, record.policy)
  const made = plan({
    credential: record,
    consumers,
    abilities: provider.abilitiesWith?.(completeSettings(provider, settings)) ?? provider.abilities,
    policy: isForTwo ? { ...policy, approvals: 2 } : policy,
    nowMs,
    trigger: request.trigger,
    firstVersion: old === null,
    ...(request.wish !== undefined && { wish: request.wish }),
    ...(request.order !== undefined && { order: request.order }),
    ...(request.overrides !== undefined && { overrides: request.overrides }),
  })
  return { ok: true, plan: made, versions, old, nowMs }
}

function current(versions: readonly Version[], number: number | null): Held | null {
  const version = versions.find(one => one.number === number)
  if (version === undefined || !maybeAccepted(version)) return null
  return {
    version: version.number,
    handle: version.handle,
    fingerprint: version.fingerprint,
    life: version.state,
    operation: version.operation,
  }
}

const no = (code: NotOpened['code'], text: string, how: string): NotOpened => ({ ok: false, code, text, how })
