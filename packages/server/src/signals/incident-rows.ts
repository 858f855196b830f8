// The rows that change with an incident, and what has to be looked up before: they are written in the commit of its events.
import type { SignalPolicy } from '@rekey/core'
import type { Write } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { type Case, killWindowMs, type Matched, openId } from './case.ts'
import { type Incident, seenForMs, type Task } from './record.ts'

/** People look back over them; what was decided is in the record for good. */
const keptForMs = 400 * 24 * 3_600_000

export interface Written {
  id: string
  record: Incident
  /** Something was decided that was not before. */
  isNew: boolean
  begins: boolean
}

export function writesOf(
  { ground }: Plane,
  { subject, environment, own }: Case,
  { groupMs }: SignalPolicy,
  { id, record, isNew, begins }: Written,
  kills: readonly number[],
): Write[] {
  const nowMs = ground.nowMs()
  const put = (kind: string, key: string, value: unknown, expiresMs: number | null): Write => ({
    put: 'record',
    row: { kind, id: key, record: value, expiresMs },
  })
  const writes = [put('signal', id, record, nowMs + keptForMs)]
  if (begins) writes.push(put('signal-open', openId(subject), { incident: id }, nowMs + groupMs))
  const acts = record.reaction !== 'note' && record.reaction !== 'page'
  if (!isNew || !acts) return writes
  const task: Task = { do: 'act', incident: id, attempts: 0, nextMs: 0 }
  writes.push(put('signal-task', `act/${id}`, task, null))
  if (record.reaction === 'kill' && own === null && environment !== null) {
    const lately = { atMs: [...kills, nowMs] }
    writes.push(put('signal-kills', environment, lately, nowMs + killWindowMs))
  }
  return writes
}

/** When signals killed in that environment within the hour. */
export async function killsIn(
  { keep, ground }: Plane,
  environment: string | null,
): Promise<readonly number[]> {
  if (environment === null) return []
  const { atMs = [] } = (await keep.get('signal-kills', environment)) ?? {}
  return atMs.filter(one => one > ground.nowMs() - killWindowMs)
}

/** It came again while it was being dealt with. */
export async function wasSeen({ keep }: Plane, { task }: Matched): Promise<boolean> {
  return (await keep.get('signal-seen', task.guards[0] ?? '')) !== null
}

export function takenOff({ id, task }: Matched, nowMs: number): Write[] {
  const seen = task.guards.map(
    (guard): Write => ({
      put: 'record',
      row: { kind: 'signal-seen', id: guard, record: true, expiresMs: nowMs + seenForMs },
    }),
  )
  return [{ remove: 'record', kind: 'signal-task', id }, ...seen]
}
