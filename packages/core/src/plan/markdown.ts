// The planning template, filled in, as GitHub-flavoured Markdown (2.6). Names come from people and machines that we do not
// know: nothing of what they wrote may become a table cell, a link or an element.
import type { Consumer } from '../consumer.ts'
import type { Credential } from '../credential.ts'
import { span } from '../time.ts'
import type { Owed, Plan } from './plan.ts'

/** What Markdown or HTML could read as a sign becomes plain text; breaks and invisible signs become spaces. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|#~]/g, '\\$&')
    .replace(/:\/\//g, '&#58;//')
    .replace(/www\./gi, match => `${match.slice(0, 3)}&#46;`)
    .trim()
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export interface Printed {
  /** When the rotation begins, if that is known: deadlines are then given as times too. */
  startAtMs?: number
}

export function planMarkdown(
  plan: Plan,
  credential: Credential,
  consumers: readonly Consumer[],
  { startAtMs }: Printed = {},
): string {
  const name = namesOf(plan, consumers)
  return [
    `# Rotation plan: ${plain(credential.name)}`,
    summary(plan, credential, startAtMs),
    '## Why this way',
    plan.reasons.map(reason => `- ${plain(reason.text)}`).join('\n'),
    '## Still missing',
    missing(plan),
    '## Waves',
    plan.waves.length === 0
      ? 'Nobody is to be moved.'
      : table(
          ['Wave', 'Who', 'Stands without harm for', 'Why'],
          plan.waves.map((wave, index) => [
            `${index + 1} ${plain(wave.name)}`,
            wave.consumers.map(name).join(', '),
            span(wave.settleMs),
            plain(wave.why),
          ]),
        ),
    '## What each consumer owes',
    plan.owed.length === 0 ? 'No consumer is registered.' : owedTable(plan, consumers),
    '## Windows',
    windows(plan, startAtMs),
  ]
    .join('\n\n')
    .concat('\n')
}

export function namesOf(plan: Plan, consumers: readonly Consumer[]): (id: string) => string {
  const names = new Map([
    ...plan.owed.map(one => [one.consumer, one.name] as const),
    ...consumers.map(consumer => [consumer.id, consumer.name] as const),
  ])
  return id => plain(names.get(id) ?? '') || plain(id)
}

export const decider = ({ decision }: Plan) => {
  const owner = decision.owner ? plain(decision.owner.name) : 'nobody yet'
  if (decision.approvals === 0) return `policy, once every gate is open (owner: ${owner})`
  return decision.approvals === 1 ? owner : `${owner} and a second person`
}

export function rollbackText({ rollback }: Plan): string {
  switch (rollback?.how) {
    case 'reassign':
      return 'assign the old version again, to one consumer or to all'
    case 'move-alias':
      return 'move the alias back to the old version'
    case 'reissue':
      return 'issue another version at once; there is no old one to go back to'
    case undefined:
      return 'none'
  }
}

const inFlightText = {
  finish: 'may finish on the version it began with',
  fail: 'fails, and is reported',
  requeue: 'is put back and runs again with the new version',
}

function summary(plan: Plan, credential: Credential, startAtMs: number | undefined): string {
  return table(
    ['', ''],
    [
      ['Credential', `${plain(credential.name)} (${credential.kind})`],
      ['Target', `${plain(credential.target)}, ${plain(credential.environment)}`],
      ['Owner', plan.owner ? plain(plan.owner.name) : '**none**'],
      ['Sensitivity', credential.sensitivity],
      ['Model', plan.model],
      ['Order', plan.order === 'prove-first' ? 'prove first, then retire' : 'revoke first, then replace'],
      ...(startAtMs === undefined ? [] : [['Begins', utc(startAtMs)]]),
      ['Lanes to prove', plan.lanes.length > 0 ? plan.lanes.map(plain).join(', ') : 'any real work'],
      ['Work in flight', inFlightText[plan.inFlight]],
      ['Way back', rollbackText(plan)],
      ['On a hard failure', plan.onFailure === 'contain' ? 'stop and contain' : 'stop and go back'],
      ['Decides on retirement', decider(plan)],
    ],
  )
}

function missing(plan: Plan): string {
  const gaps = plan.gaps.map(
    gap =>
      `- [ ] **${plain(gap.code)}**: ${plain(gap.text)} ${plain(gap.how)}${gap.overridable ? '' : ' (cannot be overridden)'}`,
  )
  const overrides = plan.overrides.map(
    one => `- [x] **${plain(one.code)}**: overridden by ${plain(one.by)}: ${plain(one.reason)}`,
  )
  const lines = [...gaps, ...overrides]
  return lines.length === 0 ? 'Nothing.' : lines.join('\n')
}

function owedTable(plan: Plan, consumers: readonly Consumer[]): string {
  const byId = new Map(consumers.map(consumer => [consumer.id, consumer]))
  const name = namesOf(plan, consumers)
  return table(
    ['Consumer', 'Owner', 'Path', 'Proof owed', 'Silent on the old version for', 'Last exercised'],
    plan.owed.map(one => {
      const consumer = byId.get(one.consumer)
      const through = consumer?.access.how === 'indirect' ? `, through ${name(consumer.access.through)}` : ''
      return [
        name(one.consumer),
        consumer?.owner ? plain(consumer.owner.name) : plain(one.ownerId ?? '') || '**none**',
        `${consumer?.pathClass ?? 'unknown'}${through}`,
        proofs(one).join('; '),
        span(one.quietMs),
        exercised(consumer?.lastExercisedAtMs ?? null),
      ]
    }),
  )
}

const exercised = (atMs: number | null) => (atMs === null ? 'never seen' : utc(atMs))

export function proofs(owed: Owed): string[] {
  const found: string[] = []
  if (owed.idle) found.push('declared idle')
  const lanes = owed.lanes.map(plain).join(', ')
  found.push(`a fresh success (${lanes === 'any' ? 'any lane' : lanes})`)
  if (owed.exercise) found.push('run on purpose')
  if (owed.refresh) found.push('every instance refreshed')
  if (owed.alive) found.push('a live instance')
  if (owed.fallback !== 'none') found.push('fallback confirmed or disabled')
  if (!owed.observable) found.push('a person attests: it cannot be observed')
  return found
}

function windows(plan: Plan, startAtMs: number | undefined): string {
  const { overlapMs, deadlineMs, observeMs, watchMs, freshMs, errorWindowMs } = plan.windows
  const end = startAtMs === undefined ? '' : `, at ${utc(startAtMs + deadlineMs)} at the latest`
  return table(
    ['Window', 'Length'],
    [
      ['Both versions valid', overlapMs === null ? 'not meant to be' : span(overlapMs)],
      ['Alarm to the owner after minting', `${span(deadlineMs)}${end}`],
      ['Observation before the decision', span(observeMs)],
      ['Watch after disabling', span(watchMs)],
      ['Evidence is fresh for', span(freshMs)],
      ['Authentication errors compared over', span(errorWindowMs)],
    ],
  )
}
