// When a credential needs a person that no rotation speaks for: it is overdue, its alarm rings, or somebody uses it whom nobody
// knows.
import { minuteMs, type NextRotation, nextRotation, policyFor, span, type Version } from '@rekey/core'
import type { CredentialRow, OpenGhosts } from '@rekey/store'
import { type About, counted, type Draft, draft } from './draft.ts'

export const aboutCredential = ({ id, record, openRotation }: CredentialRow): About => ({
  credential: id,
  name: record.name,
  environment: record.environment,
  rotation: openRotation,
})

/** When its day comes, as far as it is known without a look at the clock. */
export interface Days {
  /** From then on it is overdue; null: there is no version that could grow old. */
  dueAtMs: number | null
  /** From then on its alarm rings; null: it has none. */
  alertAtMs: number | null
}

export function daysOf({ record }: CredentialRow, version: Pick<Version, 'issuedAtMs'> | null): Days {
  const issuedAtMs = version?.issuedAtMs ?? null
  if (issuedAtMs === null) return { dueAtMs: null, alertAtMs: null }
  const { everyMs, alertBeforeMs } = policyFor(record, record.policy)
  const lifeMs = record.lifeMs ?? Number.POSITIVE_INFINITY
  const dueAtMs = issuedAtMs + Math.min(everyMs, lifeMs)
  const endAtMs = Number.isFinite(lifeMs) ? issuedAtMs + lifeMs : dueAtMs
  return { dueAtMs, alertAtMs: alertBeforeMs === null ? null : endAtMs - alertBeforeMs }
}

export const calendarOf = (
  { record }: CredentialRow,
  version: Pick<Version, 'issuedAtMs'> | null,
  nowMs: number,
): NextRotation =>
  nextRotation({
    credential: record,
    policy: policyFor(record, record.policy),
    nowMs,
    issuedAtMs: version?.issuedAtMs ?? null,
  })

interface CredentialSeen {
  row: CredentialRow
  version: Version | null
  days: Days
  nowMs: number
}

/** It should have begun by itself. */
const lateMs = 15 * minuteMs

/** While a rotation of it is open, that one says what it needs. */
export function deadlineOf({ row, version, days, nowMs }: CredentialSeen): Draft | null {
  if (row.openRotation !== null) return null
  const isOver = (atMs: number | null) => atMs !== null && nowMs >= atMs
  const isDue = isOver(days.dueAtMs) || isOver(days.alertAtMs)
  const isLate = row.nextRotationMs !== null && nowMs >= row.nextRotationMs + lateMs
  if (!isDue && !isLate) return null
  const { overdue, alert, leftMs, dueAtMs, reasons } = calendarOf(row, version, nowMs)
  const isDead = row.record.lifeMs !== null && days.dueAtMs !== null && leftMs <= 0
  const because = reasons.filter(({ code }) => code === 'little-left').map(({ text }) => text)
  if (overdue) because.push(`It was due ${span(nowMs - dueAtMs)} ago, and no rotation of it is open.`)
  else if (isLate) {
    because.push(`A rotation should have begun ${span(nowMs - row.nextRotationMs!)} ago, and has not.`)
  }
  if (because.length === 0) return null
  const title = overdue ? 'It is overdue' : alert ? 'Its life is nearly over' : 'Its rotation has not begun'
  return draft(aboutCredential(row), {
    id: `deadline/${row.id}`,
    kind: 'deadline',
    urgency: isDead ? 'now' : overdue || isLate ? 'today' : 'soon',
    title: isDead ? 'Its life is over' : title,
    because: because.join(' '),
    sinceMs: version?.issuedAtMs ?? null,
    untilMs: dueAtMs,
    action: { do: 'open-rotation', text: 'Open a rotation', needs: 'operate' },
  })
}

/** One item a credential, however many they are. */
export function ghostsOf(row: CredentialRow, ghosts: OpenGhosts): Draft {
  const isOne = ghosts.count === 1
  const whom = isOne ? ghosts.seenAs : `${counted(ghosts.count, 'user')}, one of them ${ghosts.seenAs},`
  const blocks = row.openRotation === null ? '' : ' Until somebody has said who that is, nothing is retired.'
  return draft(aboutCredential(row), {
    id: `ghost/${row.id}`,
    kind: 'ghost',
    urgency: row.openRotation === null ? 'soon' : 'today',
    title: isOne ? 'Somebody uses it whom nobody registered' : 'Some use it whom nobody registered',
    because: `${whom} used it and ${isOne ? 'is' : 'are'} not registered.${blocks}`,
    subject: isOne ? ghosts.ghost : null,
    sinceMs: ghosts.firstMs,
    action: { do: 'claim-ghost', text: isOne ? 'Say who it is' : 'Say who they are', needs: 'operate' },
  })
}
