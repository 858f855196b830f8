// The commit of a decision: the incident with its events, what has to be done about it, and the reports taken off the list. Others write to
// the same stream (a person dismisses it): whoever was overtaken reads again.
import {
  isStronger,
  type Signal,
  type SignalEvent,
  type SignalKind,
  type SignalPolicy,
  whatToDo,
} from '@rekey/core'
import type { Fence } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { stored } from '../runner/rows.ts'
import { type Case, type Matched, openId, type Verdict } from './case.ts'
import { killsIn, takenOff, type Written, wasSeen, writesOf } from './incident-rows.ts'
import { type Incident, type Report, signalActor, signalStream } from './record.ts'

type Decide = (reports: readonly Matched[], killsLately: number) => Verdict

const tries = 5

export async function writtenDown(
  plane: Plane,
  about: Case,
  policy: SignalPolicy,
  fence: Fence,
  decide: Decide,
): Promise<void> {
  const { keep, ground } = plane
  for (let tried = 0; tried < tries; tried++) {
    const fresh: Matched[] = []
    for (const one of about.reports) if (!(await wasSeen(plane, one))) fresh.push(one)
    const done = about.reports.flatMap(one => takenOff(one, ground.nowMs()))
    if (fresh.length === 0) {
      await ground.store.commit({ fence, appends: [], writes: done })
      return
    }
    const open = await keep.get('signal-open', openId(about.subject))
    const known = open === null ? null : await keep.get('signal', open.incident)
    const before =
      known === null || known.state === 'dismissed' ? null : { id: open!.incident, record: known }
    const kills = await killsIn(plane, about.environment)
    const verdict = decide(fresh, kills.length)
    const made =
      before === null ? begun(plane, about, fresh, verdict) : joined(plane, before, about, fresh, verdict)
    const committed = await ground.store.commit({
      fence,
      appends: [
        { stream: signalStream(made.id), expected: before?.record.seq ?? 0, events: made.events.map(stored) },
      ],
      writes: [...done, ...writesOf(plane, about, policy, made, kills)],
    })
    if (committed.ok) {
      plane.metrics.count('rekey_signals_total', fresh.length)
      if (made.isNew && made.record.reaction === 'kill') plane.metrics.count('rekey_signal_kills_total')
      return
    }
    if (committed.why === 'lost-lease') return
  }
  throw new Error('an incident keeps changing: its signals wait for the next round')
}

interface Made extends Written {
  events: SignalEvent[]
}

function begun({ ground }: Plane, about: Case, fresh: readonly Matched[], verdict: Verdict): Made {
  const id = ground.id()
  const atMs = ground.nowMs()
  const stamp = { atMs, by: signalActor }
  const { report } = verdict.of.task
  const { match, own, environment, subject } = about
  const credential = match?.credential ?? null
  const version = match?.version ?? null
  const signal = signalOf(report, verdict.of.match)
  const record: Incident = {
    subject,
    kind: verdict.kind,
    kinds: kindsIn(fresh),
    sources: sourcesIn(fresh),
    summary: report.summary,
    credential,
    version,
    environment,
    how: verdict.of.match?.how ?? null,
    own,
    count: fresh.length,
    firstMs: atMs,
    lastMs: atMs,
    ...decidedAs(id, about, verdict),
    did: [],
    signal,
    seq: 0,
  }
  const events: SignalEvent[] = [
    {
      type: 'signalRaised',
      kind: verdict.kind,
      summary: report.summary,
      signal,
      credential,
      version,
      environment,
      own,
      ...stamp,
    },
  ]
  if (fresh.length > 1) events.push(joinedEvent(record, fresh.length - 1, fresh, stamp))
  events.push(...decidedEvents(record, verdict, stamp))
  return { id, record: { ...record, seq: events.length }, events, isNew: true, begins: true }
}

function joined(
  { ground }: Plane,
  { id, record: before }: { id: string; record: Incident },
  about: Case,
  fresh: readonly Matched[],
  verdict: Verdict,
): Made {
  const atMs = ground.nowMs()
  const stamp = { atMs, by: signalActor }
  const isNew = isStronger(verdict.reaction, before.reaction)
  const record: Incident = {
    ...before,
    kinds: [...new Set([...before.kinds, ...kindsIn(fresh)])],
    sources: [...new Set([...before.sources, ...sourcesIn(fresh)])].slice(0, mostSources),
    count: before.count + fresh.length,
    lastMs: atMs,
    ...(isNew && {
      kind: verdict.kind,
      how: verdict.of.match?.how ?? before.how,
      summary: verdict.of.task.report.summary,
      signal: signalOf(verdict.of.task.report, verdict.of.match),
      ...decidedAs(id, about, verdict),
    }),
  }
  const events: SignalEvent[] = [joinedEvent(record, fresh.length, fresh, stamp)]
  if (isNew) events.push(...decidedEvents(record, verdict, stamp))
  return { id, record: { ...record, seq: before.seq + events.length }, events, isNew, begins: false }
}

const mostSources = 50
const kindsIn = (some: readonly Matched[]): SignalKind[] => [
  ...new Set(some.map(one => one.task.report.kind)),
]
const sourcesIn = (some: readonly Matched[]) =>
  [...new Set(some.map(one => one.task.report.source))].slice(0, mostSources)

type Stamp = { atMs: number; by: typeof signalActor }

const joinedEvent = (
  record: Incident,
  count: number,
  fresh: readonly Matched[],
  stamp: Stamp,
): SignalEvent => ({
  type: 'signalsJoined',
  credential: record.credential,
  count,
  total: record.count,
  kinds: kindsIn(fresh),
  sources: sourcesIn(fresh),
  ...stamp,
})

function decidedAs(id: string, { match, own }: Case, verdict: Verdict) {
  const { wanted, reaction, reasons } = verdict
  // What is only noted is done with; what acts is done when it was done.
  const state: Incident['state'] = reaction === 'note' ? 'done' : 'open'
  return {
    wanted,
    reaction,
    reasons,
    state,
    what: whatToDo(verdict, verdict.kind, id, match !== null || own !== null),
  }
}

function decidedEvents(record: Incident, { kind }: Verdict, stamp: Stamp): SignalEvent[] {
  const { credential, version, wanted, reaction, reasons, what, summary } = record
  const about = { credential, version }
  const decided: SignalEvent = { type: 'signalDecided', ...about, kind, wanted, reaction, reasons, ...stamp }
  if (reaction === 'note') return [decided]
  const whose =
    record.own !== null ? `A ${record.own.type} token of Rekey` : (credential ?? 'Nothing that is known')
  const text = `${kind}: ${whose}${version === null ? '' : `, version ${version}`}. ${summary} ${reasons.map(one => one.text).join(' ')}`
  return [decided, { type: 'signalPaged', ...about, text, how: what, ...stamp }]
}

const signalOf = (report: Report, match: Signal['match']): Signal => ({
  source: report.source,
  source_event_id: report.eventId,
  received_at: new Date(report.receivedMs).toISOString(),
  auth: report.auth,
  match,
  confidence: report.confidence,
  public: report.public,
  evidence_hash: report.evidence,
  locations: report.locations,
})
