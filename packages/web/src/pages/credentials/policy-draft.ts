// A policy as it is typed: what is empty is left to the default of the credential's kind; "none" takes a limit away.
import type { CredentialView } from '@rekey/wire'
import { exactLength, noLength, readLength } from '../../parts/length.ts'

export type Overrides = CredentialView['policy']

const lengths = [
  'everyMs',
  'leadMs',
  'jitterMs',
  'deferForSessionsMs',
  'backoffMs',
  'backoffCapMs',
  'quietMs',
  'errorWindowMs',
] as const
const lengthsOrNone = ['alertBeforeMs', 'withoutContactMs'] as const
const countsOrNone = ['usesLimit', 'bytesLimit', 'operationsLimit'] as const
const choices = ['onFailure', 'inFlight'] as const

type TextName =
  | (typeof lengths)[number]
  | (typeof lengthsOrNone)[number]
  | (typeof countsOrNone)[number]
  | (typeof choices)[number]
  | 'approvals'
  | 'maxAttempts'
  | 'advice'

export interface WindowDraft {
  weekday: string
  /** 14:30, UTC */
  start: string
  length: string
}

export type PolicyDraft = Record<TextName, string> & {
  windows: WindowDraft[]
  /** null: as by default. */
  onEvents: string[] | null
}

export const triggerTexts: Record<NonNullable<Overrides['onEvents']>[number], string> = {
  'person-left': 'a person who knew it has left',
  deployment: 'a deployment',
  'provider-notice': 'its provider asks for it',
  anomaly: 'something is odd about its use',
  'leak-found': 'a leak was found',
  'agent-decommissioned': 'an agent was decommissioned',
}

const orNone = (value: number | null | undefined, text: (value: number) => string) =>
  value === undefined ? '' : value === null ? 'none' : text(value)

export function policyDraft(policy: Overrides = {}): PolicyDraft {
  const text = <N extends TextName>(names: readonly N[], textOf: (name: N) => string) =>
    Object.fromEntries(names.map(name => [name, textOf(name)])) as Record<N, string>
  return {
    ...text(lengths, name => orNone(policy[name], exactLength)),
    ...text(lengthsOrNone, name => orNone(policy[name], exactLength)),
    ...text(countsOrNone, name => orNone(policy[name], String)),
    ...text(choices, name => policy[name] ?? ''),
    approvals: orNone(policy.approvals, String),
    maxAttempts: orNone(policy.maxAttempts, String),
    advice: policy.advice === null ? 'none' : (policy.advice ?? ''),
    windows: (policy.windows ?? []).map(({ weekday, startMinute, lengthMs }) => ({
      weekday: String(weekday),
      start: `${String(Math.floor(startMinute / 60)).padStart(2, '0')}:${String(startMinute % 60).padStart(2, '0')}`,
      length: exactLength(lengthMs),
    })),
    onEvents: policy.onEvents === undefined ? null : [...policy.onEvents],
  }
}

export interface ReadPolicy {
  policy: Overrides
  /** By the name of the setting; of a window as `windows[0].start`. */
  faults: Record<string, string>
}

export function readPolicy(draft: PolicyDraft): ReadPolicy {
  const faults: Record<string, string> = {}
  const found: Record<string, unknown> = {}
  const take = (name: TextName, canBeNone: boolean, read: (text: string) => unknown, fault: string) => {
    const text = draft[name].trim()
    if (text === '') return
    const value = canBeNone && text.toLowerCase() === 'none' ? null : read(text)
    if (value === undefined) faults[name] = fault
    else found[name] = value
  }
  const lengthOf = (text: string) => readLength(text) ?? undefined
  for (const name of lengths) take(name, false, lengthOf, noLength)
  for (const name of lengthsOrNone) take(name, true, lengthOf, `${noLength} Or none.`)
  for (const name of countsOrNone) take(name, true, wholeOf, 'Give a whole number from 1 on, or none.')
  for (const name of choices) take(name, false, text => text, '')
  take('approvals', false, text => (/^[012]$/.test(text) ? Number(text) : undefined), 'Choose one.')
  take('maxAttempts', false, wholeOf, 'Give a whole number from 1 on.')
  take('advice', true, text => text, '')
  if (draft.windows.length > 0) found['windows'] = draft.windows.map((one, at) => windowOf(one, at, faults))
  if (draft.onEvents !== null) found['onEvents'] = draft.onEvents
  return { policy: found as Overrides, faults }
}

const wholeOf = (text: string) => {
  const number = Number(text)
  return Number.isSafeInteger(number) && number >= 1 ? number : undefined
}

function windowOf({ weekday, start, length }: WindowDraft, at: number, faults: Record<string, string>) {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d{2})$/.exec(start.trim()) ?? []
  const startMinute = Number(hours) * 60 + Number(minutes)
  const lengthMs = readLength(length)
  if (hours === '' || Number(minutes) > 59 || startMinute > 1_439)
    faults[`windows[${at}].startMinute`] = 'Give a time of day in UTC, such as 02:30.'
  if (lengthMs === null || lengthMs === 0) faults[`windows[${at}].lengthMs`] = noLength
  return { weekday: Number(weekday), startMinute, lengthMs: lengthMs ?? 0 }
}
