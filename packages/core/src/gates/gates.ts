// The gates: named checks that answer open, or refuse and say what is missing. All of them are asked, always, so that a
// person sees everything that stands in the way at once.
import { type Entry, factsOf } from '../ledger/entry.ts'
import { type Basis, errorsBetween, type Ledger, standingsAt } from '../ledger/ledger.ts'
import type { Journey } from '../rotation/state.ts'
import { arrivingSide, evidenceSinceMs, held, owedOf } from '../rotation/state.ts'
import { instant } from '../time.ts'
import { type GateName, gateNames, type Missing } from './missing.ts'

/**
 * When a gate is asked. wave: before the next consumers move. retire: before the version that is left is ended. return:
 * the same on the way back. recover: after a revocation, when there is nothing left to protect but the work itself.
 */
export type Stage = 'wave' | 'retire' | 'return' | 'recover'

export interface GateResult {
  gate: GateName
  open: boolean
  missing: readonly Missing[]
  overridden: readonly { by: string; reason: string; consumer: string | null }[]
}

const asked: Record<Stage, readonly GateName[]> = {
  wave: ['moved', 'freshSuccess', 'quality', 'refreshed', 'authErrors', 'restricted'],
  retire: gateNames.filter(gate => gate !== 'decision'),
  return: [
    'moved',
    'rarePaths',
    'freshSuccess',
    'quality',
    'refreshed',
    'quiet',
    'authErrors',
    'truth',
    'telemetry',
    'restricted',
  ],
  recover: ['moved', 'freshSuccess', 'quality', 'refreshed', 'truth', 'telemetry', 'restricted'],
}

export function gates(
  rotation: Journey,
  ledger: Ledger,
  stage: Stage,
  nowMs: number,
  wave = -1,
): GateResult[] {
  const found = new Map<GateName, Missing[]>()
  for (const gate of asked[stage]) found.set(gate, [])
  const standings = standingsAt(ledger, nowMs)
  for (const missing of unknownTo(ledger, rotation)) found.get(missing.gate)?.push(missing)
  if (stage === 'wave') {
    for (const [number, { consumers }] of rotation.plan.waves.slice(0, wave + 1).entries()) {
      for (const consumer of consumers) {
        const at = ledger.index.get(consumer)
        if (at === undefined) continue
        for (const one of standings[at]!.holdsWave) {
          // Of an earlier wave only who was sent back since: others may live on what it holds.
          if (number === wave || one.gate === 'moved') found.get(one.gate)?.push(one)
        }
      }
    }
  } else {
    for (let at = 0; at < standings.length; at++) {
      const { missing } = standings[at]!
      const entry = ledger.entries[at]!
      for (let one = 0; one < missing.length; one++) {
        // On the way back only those have to be run on purpose who had taken up what is left: the others never went.
        if (stage === 'return' && missing[one]!.gate === 'rarePaths' && !touched(entry, ledger.leaving))
          continue
        found.get(missing[one]!.gate)?.push(missing[one]!)
      }
    }
  }
  for (const gate of asked[stage]) whole[gate]?.(rotation, ledger, nowMs, found.get(gate)!, stage)
  return asked[stage].map(gate => answered(rotation, gate, found.get(gate)!))
}

export const areOpen = (results: readonly GateResult[]) => results.every(result => result.open)

function touched(entry: Entry, version: number | null): boolean {
  const facts = factsOf(entry, version)
  return facts !== null && (facts.lastUseMs ?? facts.loadedMs) !== null
}

/** A ledger that was gathered for other consumers, another version or another moment proves nothing about these. */
export function unknownTo(ledger: Ledger, rotation: Journey): Missing[] {
  const version = held(rotation, arrivingSide(rotation))?.version ?? null
  const missing: Missing[] = []
  if (ledger.arriving === version && ledger.basis !== null && isSame(ledger.basis, rotation)) return missing
  for (const { consumer, name } of owedOf(rotation)) {
    const at = ledger.index.get(consumer)
    const since = at === undefined ? undefined : ledger.sinceMs[at]
    if (ledger.arriving === version && since === evidenceSinceMs(rotation, consumer)) continue
    missing.push({ gate: 'freshSuccess', what: 'not-in-ledger', consumer, name })
  }
  return missing
}

/** Gathered for this very rotation: then there is no need to compare consumer by consumer. */
function isSame(basis: Basis, rotation: Journey): boolean {
  return (
    basis.assignments === rotation.assignments &&
    basis.joined === rotation.joined &&
    basis.plan === rotation.plan &&
    basis.progress.ending === rotation.progress.ending &&
    basis.proofSinceMs === rotation.proofSinceMs
  )
}

/** The consumer by consumer answer: safe to retire, and why not. */
export function holdBacks(ledger: Ledger, consumer: string, nowMs: number): readonly Missing[] {
  const at = ledger.index.get(consumer)
  return at === undefined
    ? [{ gate: 'freshSuccess', what: 'not-in-ledger', consumer, name: null }]
    : standingsAt(ledger, nowMs)[at]!.missing
}

function answered(rotation: Journey, gate: GateName, missing: Missing[]): GateResult {
  const overrides = rotation.overrides.filter(one => one.gate === gate)
  if (overrides.length === 0) return { gate, open: missing.length === 0, missing, overridden: [] }
  const left = missing.filter(
    one => !overrides.some(over => over.consumer === null || over.consumer === one.consumer),
  )
  return { gate, open: left.length === 0, missing: left, overridden: overrides }
}

type Whole = (rotation: Journey, ledger: Ledger, nowMs: number, missing: Missing[], stage: Stage) => void

const rotationWide = { consumer: null, name: null }

/** What concerns the rotation as a whole, beside what the consumers' standings say. */
const whole: Partial<Record<GateName, Whole>> = {
  plan(rotation, _ledger, _nowMs, missing) {
    for (const gap of rotation.plan.gaps) {
      missing.push({ gate: 'plan', what: 'plan-gap', ...rotationWide, detail: gap.text })
    }
  },

  owners(rotation, _ledger, _nowMs, missing) {
    // Nobody to ask is not everybody agreeing.
    if (owedOf(rotation).length === 0) missing.push({ gate: 'owners', what: 'no-consumers', ...rotationWide })
  },

  exceptionPath(_rotation, ledger, _nowMs, missing) {
    let rare = 0
    let exercised = false
    for (let at = 0; at < ledger.owed.length && !exercised; at++) {
      const owed = ledger.owed[at]!
      if (!owed.exercise || owed.idle) continue
      rare++
      const since = ledger.sinceMs[at]
      const facts = ledger.entries[at]!.versions.find(one => one.version === ledger.arriving)
      exercised = since != null && facts !== undefined && (facts.lastSuccessMs ?? -1) >= since
    }
    if (rare === 0) return
    if (!exercised) missing.push({ gate: 'exceptionPath', what: 'no-exception-path', ...rotationWide })
  },

  authErrors(rotation, ledger, nowMs, missing, stage) {
    const windowMs = rotation.plan.windows.errorWindowMs
    const last = rotation.lastMoveMs ?? rotation.startedMs
    if (stage !== 'wave' && nowMs < last + windowMs) {
      missing.push({
        gate: 'authErrors',
        what: 'errors-too-soon',
        ...rotationWide,
        atMs: last,
        untilMs: last + windowMs,
      })
    }
    const after = errorsBetween(ledger, Math.max(last, nowMs - windowMs), nowMs + 1)
    const rate = (counts: { uses: number; authFailures: number }) =>
      counts.uses === 0 ? 0 : counts.authFailures / counts.uses
    if (after.authFailures > 0 && rate(after) > rate(rotation.baseline)) {
      const before = rotation.baseline
      missing.push({
        gate: 'authErrors',
        what: 'errors-rose',
        ...rotationWide,
        count: after.authFailures,
        detail: `${after.authFailures} of ${after.uses} uses since ${instant(Math.max(last, nowMs - windowMs))}, against ${before.authFailures} of ${before.uses} before the rotation`,
      })
    }
  },

  rights({ rights, plan }, _ledger, _nowMs, missing) {
    if (!plan.abilities.canCompareRights || plan.abilities.maxLive < 2) return
    if (rights !== null && rights.missing.length === 0 && rights.extra.length === 0) return
    const detail =
      rights === null
        ? 'they were not compared'
        : [
            ...rights.missing.map(one => `lacks ${one}`),
            ...rights.extra.map(one => `has ${one} besides`),
          ].join(', ')
    missing.push({ gate: 'rights', what: 'rights-differ', ...rotationWide, detail })
  },

  ghosts(_rotation, ledger, _nowMs, missing) {
    for (const ghost of ledger.ghosts) {
      if (ghost.state !== 'open') continue
      missing.push({
        gate: 'ghosts',
        what: 'ghost',
        ...rotationWide,
        detail: ghost.seenAs,
        atMs: ghost.lastMs,
      })
    }
  },

  rollback({ plan }, _ledger, _nowMs, missing) {
    if (plan.rollback === null) missing.push({ gate: 'rollback', what: 'no-rollback', ...rotationWide })
  },

  restricted(rotation, _ledger, _nowMs, missing) {
    if (rotation.restricted.length === 0) return
    const names = new Map(owedOf(rotation).map(owed => [owed.consumer, owed.name]))
    for (const consumer of rotation.restricted) {
      missing.push({
        gate: 'restricted',
        what: 'restricted',
        consumer,
        name: names.get(consumer) ?? consumer,
      })
    }
  },
}
