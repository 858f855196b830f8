// A policy in words.
import { lengthText } from '../../parts/time-text.ts'
import type { Due } from './days.ts'

type Policy = Due['policy']
type Window = NonNullable<Policy['windows']>[number]

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000

/** `every 30 days`, `every 6 hours`. */
export function everyText(ms: number): string {
  const of = (unitMs: number, name: string) => {
    const count = ms / unitMs
    return count === 1 ? `every ${name}` : `every ${count} ${name}s`
  }
  if (ms % dayMs === 0 && ms > 0) return of(dayMs, 'day')
  if (ms % hourMs === 0 && ms > 0) return of(hourMs, 'hour')
  return `every ${lengthText(ms)}`
}

/** `Sat 23:00 to Sun 01:00 UTC` */
export function windowText({ weekday, startMinute, lengthMs }: Window): string {
  const beginsMinute = weekday * 1_440 + startMinute
  const endsMinute = beginsMinute + Math.round(lengthMs / minuteMs)
  const at = (minute: number) =>
    `${String(Math.floor((minute % 1_440) / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const dayOf = (minute: number) => days[Math.floor(minute / 1_440) % 7]
  const isSameDay = dayOf(beginsMinute) === dayOf(endsMinute)
  return isSameDay
    ? `${dayOf(beginsMinute)} ${at(beginsMinute)} to ${at(endsMinute)} UTC`
    : `${dayOf(beginsMinute)} ${at(beginsMinute)} to ${dayOf(endsMinute)} ${at(endsMinute)} UTC`
}

export const windowsText = (windows: readonly Window[] | undefined): string =>
  windows === undefined || windows.length === 0
    ? 'at any hour'
    : `in windows: ${windows.map(windowText).join(', ')}`

const decides = [
  'nobody: policy decides once every gate is open',
  'its owner',
  'its owner and a second person',
]

/** Each part of the policy that says when and by what a rotation begins, and who decides at its end. */
export function policyFacts(policy: Policy, everyMs: number): { name: string; value: string }[] {
  const facts = [{ name: 'How often', value: everyText(policy.everyMs ?? everyMs) }]
  const say = (name: string, value: string | null) => value !== null && facts.push({ name, value })
  const limit = (count: number | null | undefined, what: string) =>
    count === null || count === undefined ? [] : [`${count.toLocaleString('en-GB')} ${what}`]
  const limits = [
    ...limit(policy.usesLimit, 'uses'),
    ...limit(policy.bytesLimit, 'bytes'),
    ...limit(policy.operationsLimit, 'operations'),
  ]
  say('Or after', limits.length === 0 ? null : limits.join(', '))
  say('Or when', policy.onEvents && policy.onEvents.length > 0 ? policy.onEvents.join(', ') : null)
  if (policy.leadMs !== undefined) {
    const jitter = policy.jitterMs ? `, give or take ${lengthText(policy.jitterMs)}` : ''
    say('It begins', `${lengthText(policy.leadMs)} before it is due${jitter}`)
  }
  const windows = policy.windows ?? []
  say('Maintenance windows', windows.length === 0 ? 'none: at any hour' : windows.map(windowText).join(', '))
  if (policy.deferForSessionsMs)
    say('It may wait', `up to ${lengthText(policy.deferForSessionsMs)} for long sessions`)
  if (policy.alertBeforeMs)
    say('Alarm', `when less than ${lengthText(policy.alertBeforeMs)} of its life are left`)
  if (policy.approvals !== undefined) say('Retirement is decided by', decides[policy.approvals] ?? null)
  say('Advice', policy.advice ?? null)
  return facts
}
