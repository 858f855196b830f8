// The adoption ledger of a rotation as people see it: where each consumer stands, what it owes, and how one knows.
import {
  type Consumer,
  type Entry,
  errorsBetween,
  explain,
  factsOf,
  isUnderway,
  type Ledger,
  lastOtherUseMs,
  ledger,
  type Missing,
  type Owed,
  patterns,
  type Reload,
  type Rotation,
  type Standing,
  span,
  standingsAt,
  type VersionFacts,
} from '@rekey/core'
import type { LedgerRows, RotationFacts } from '@rekey/store'
import type { LedgerView } from '@rekey/wire'
import { ledgerOf } from '../runner/gather.ts'

type Row = LedgerView['rows'][number]

export function ledgerView(facts: RotationFacts, nowMs: number): LedgerView {
  const { state } = facts.row
  // What has ended is looked at as of its end: that evidence grows old afterwards says nothing about it.
  const asOfMs = state.phase === 'ended' ? state.endedMs : nowMs
  const known = isUnderway(state)
    ? ledgerOf(state, facts.ledger, nowMs)
    : ledgerBeside(state, facts.ledger, asOfMs)
  const standings = standingsAt(known, asOfMs)
  const consumers = new Map(facts.consumers.map(consumer => [consumer.id, consumer]))
  return {
    rotation: state.id,
    arriving: known.arriving,
    leaving: known.leaving,
    rows: known.owed.map((owed, at) => {
      const consumer = consumers.get(owed.consumer)
      const movedMs = arrivedMs(state, known.arriving, owed.consumer)
      return rowOf({ known, owed, entry: known.entries[at]!, standing: standings[at]!, consumer, movedMs })
    }),
    ghosts: known.ghosts.filter(ghost => ghost.state === 'open').length,
    errors: errorsOf(state, known, asOfMs),
    patterns: isUnderway(state) ? patterns(state, known, nowMs) : [],
    nowMs,
  }
}

/** Of a rotation that is not under way: who will owe what, or how it was at the end. */
function ledgerBeside(state: Rotation, { entries, ghosts, targetCovered }: LedgerRows, atMs: number): Ledger {
  const { old, credential, plan } = state
  const fresh = state.phase === 'planned' ? null : state.new
  const isBack = state.phase === 'ended' && state.ending !== 'completed'
  const [arriving, leaving] = isBack ? [old, fresh] : [fresh, old]
  const version = arriving?.version ?? null
  const facts = {
    credential,
    arriving: version,
    leaving: leaving?.version ?? null,
    freshMs: plan.windows.freshMs,
    owed: plan.owed,
    sinceMs: (consumer: string) => arrivedMs(state, version, consumer),
    entries,
    ghosts,
    targetCovered,
    targetLagMs: plan.abilities.usageLagMs,
  }
  return ledger(facts, atMs)
}

/** When it was moved to the side that arrives; null: it has not been. A containment does not move anybody. */
function arrivedMs(state: Rotation, arriving: number | null, consumer: string): number | null {
  if (state.phase === 'planned' || arriving === null) return null
  const assignment = state.assignments[consumer]
  if (assignment === undefined) return null
  const side = assignment.side === 'old' ? state.old : state.new
  return side?.version === arriving ? assignment.sinceMs : null
}

interface RowParts {
  known: Ledger
  owed: Owed
  entry: Entry
  standing: Standing
  consumer: Consumer | undefined
  movedMs: number | null
}

function rowOf({ known, owed, entry, standing, consumer, movedMs }: RowParts): Row {
  const arrived = factsOf(entry, known.arriving)
  const firstMs = arrived?.firstSuccessMs ?? null
  const isProved = !standing.missing.some(({ gate }) => gate === 'rarePaths')
  return {
    consumer: owed.consumer,
    name: owed.name,
    owner: consumer?.owner?.name ?? null,
    refresh: consumer === undefined ? 'not registered any more' : refreshText(consumer.reload),
    truth: standing.truth,
    lastOldUseMs: lastOtherUseMs(entry, known.arriving),
    firstNewSuccessMs: firstMs,
    lastNewSuccessMs: arrived?.lastSuccessMs ?? null,
    movedMs,
    // Clocks differ a little: nobody has succeeded before it was moved.
    propagationMs: movedMs === null || firstMs === null ? null : Math.max(0, firstMs - movedMs),
    exercised: owed.exercise ? movedMs !== null && isProved : null,
    configuration: latestBy(entry, facts => facts.deliveredMs),
    runtime: entry.instances.map(({ instance, version, lastSeenMs, stoppedMs }) => ({
      instance,
      version,
      lastSeenMs,
      stoppedMs,
    })),
    behaviour: latestBy(entry, facts => facts.lastSuccessMs),
    safe: standing.missing.length === 0,
    missing: standing.missing.map(missingView),
  }
}

/** The version to which this happened last. */
function latestBy({ versions }: Entry, when: (facts: VersionFacts) => number | null): number | null {
  let latest: { version: number; atMs: number } | null = null
  for (const facts of versions) {
    const atMs = when(facts)
    if (atMs !== null && (latest === null || atMs >= latest.atMs)) latest = { version: facts.version, atMs }
  }
  return latest?.version ?? null
}

export const missingView = (missing: Missing) => ({
  gate: missing.gate,
  what: missing.what,
  consumer: missing.consumer,
  ...explain(missing),
})

function errorsOf(state: Rotation, known: Ledger, atMs: number): LedgerView['errors'] {
  const { errorWindowMs } = state.plan.windows
  if (isUnderway(state)) {
    const fromMs = Math.max(state.lastMoveMs ?? state.startedMs, atMs - errorWindowMs)
    return { before: { ...state.baseline }, since: errorsBetween(known, fromMs, atMs + 1) }
  }
  const startedMs = state.phase === 'ended' ? state.startedMs : null
  if (startedMs === null) {
    const before = errorsBetween(known, atMs - errorWindowMs, atMs + 1)
    return { before, since: { uses: 0, authFailures: 0 } }
  }
  return {
    before: errorsBetween(known, startedMs - errorWindowMs, startedMs),
    since: errorsBetween(known, startedMs, atMs + 1),
  }
}

function refreshText(reload: Reload): string {
  switch (reload.how) {
    case 'every-use':
      return 'reads it at every use'
    case 'ttl':
      return `reads it anew every ${span(reload.ttlMs)}`
    case 'signal':
      return 'when it is signalled'
    case 'restart':
      return 'when it is restarted'
    case 'each-launch':
      return 'at each launch'
    case 'by-hand':
      return 'by hand'
    case 'unknown':
      return 'nobody has said how'
  }
}
