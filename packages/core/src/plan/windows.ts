// How long both versions may be valid, and how long is waited for what (2.4). Lengths follow from facts; what goes beyond
// the usual four hours names the consumer that asks for it; and every window has an end at which its owner is told.
import type { Abilities } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import { cycleMs } from '../consumer.ts'
import { longestErrorWindowMs } from '../ledger/minutes.ts'
import type { Policy } from '../policy.ts'
import { hourMs, minuteMs, span } from '../time.ts'
import { nameOf } from './naming.ts'
import { cacheTtlMs, cadenceMs, finite, isDirect, speedOf } from './pace.ts'
import type { Owed, Reason, Wave, Windows } from './plan.ts'

export interface WindowInput {
  consumers: readonly Consumer[]
  owed: readonly Owed[]
  waves: readonly Wave[]
  policy: Policy
  abilities: Abilities
  /** False: both versions are never meant to be valid together (atomic, first version, kill). */
  overlaps: boolean
  /** The old version is dead or never was: nothing has to fall silent. */
  nothingToLeave: boolean
}

export const shortestOverlapMs = 15 * minuteMs
export const usualOverlapMs = 4 * hourMs
/** A person who has to restart something needs more than minutes before the alarm rings. */
const forHandsMs = 4 * hourMs

interface Demand {
  code: string
  ms: number
  consumer: Consumer
  text: string
}

export function windowsFor(input: WindowInput): { windows: Windows; reasons: Reason[] } {
  const { consumers, owed, policy, abilities, waves } = input
  const reasons: Reason[] = []
  const errorWindowMs = Math.min(policy.errorWindowMs, longestErrorWindowMs)
  const settleMs = waves.reduce((sum, wave) => sum + wave.settleMs, 0)
  const quietMs = input.nothingToLeave ? 0 : owed.reduce((max, one) => Math.max(max, one.quietMs), 0)
  const observeMs = Math.max(errorWindowMs, quietMs) + abilities.usageLagMs + abilities.propagationMs
  const watchMs = consumers
    .filter(consumer => !consumer.idle)
    .reduce((max, consumer) => Math.max(max, finite(cycleMs(consumer))), errorWindowMs)

  const top = largest(consumers.flatMap(demands))
  const demandMs = Math.max(shortestOverlapMs, top?.ms ?? 0)
  const overlapMs = input.overlaps ? Math.max(demandMs, settleMs + observeMs) : null
  if (top && overlapMs !== null && top.ms > shortestOverlapMs)
    reasons.push({ code: top.code, text: top.text })
  if (overlapMs !== null && overlapMs > usualOverlapMs && overlapMs > demandMs) {
    const slowest = largest(owed.map(one => ({ name: one.name, ms: one.quietMs })))
    reasons.push({
      code: 'overlap-observation',
      text: `Both versions stay valid for ${span(overlapMs)}: the waves settle for ${span(settleMs)} in all, then ${slowest?.name ?? 'the old version'} must have been silent on the old version for ${span(slowest?.ms ?? quietMs)}.`,
    })
  }
  const hands =
    abilities.byHand.length > 0 || consumers.some(one => isDirect(one) && speedOf(one) === 'by-hand')
  const lengthMs = overlapMs ?? settleMs + observeMs
  const deadlineMs =
    lengthMs + Math.max(shortestOverlapMs, Math.ceil(lengthMs / 4)) + (hands ? forHandsMs : 0)
  if (overlapMs !== null && deadlineMs + watchMs > policy.everyMs) {
    reasons.push({
      code: 'longer-than-cycle',
      text: `With ${span(deadlineMs)} to move and ${span(watchMs)} to watch, this may last longer than the cycle of ${span(policy.everyMs)}: the next rotation would be due before it is over.`,
    })
  }
  return {
    windows: {
      overlapMs,
      deadlineMs,
      observeMs,
      watchMs,
      // What was proved early in the window still counts at its end, and no longer.
      freshMs: Math.max(hourMs, deadlineMs),
      errorWindowMs,
    },
    reasons,
  }
}

function demands(consumer: Consumer): Demand[] {
  const name = nameOf(consumer)
  const demand = (code: string, ms: number, why: string): Demand => ({
    code,
    ms: finite(ms),
    consumer,
    text: `Both versions stay valid for at least ${span(finite(ms))}: ${name} ${why}.`,
  })
  const found = [
    demand(
      'overlap-cache',
      2 * cacheTtlMs(consumer),
      `may serve a cached value for ${span(cacheTtlMs(consumer))}, and that is counted twice`,
    ),
    demand(
      'overlap-horizon',
      consumer.horizonMs,
      `may come back with an old value after ${span(consumer.horizonMs)} (retry or replay)`,
    ),
  ]
  found.push(demand('overlap-cadence', cadenceMs(consumer), `runs only once in ${span(cadenceMs(consumer))}`))
  if (!consumer.checkpoints) {
    found.push(
      demand(
        'overlap-session',
        consumer.sessionMs,
        `keeps sessions for up to ${span(consumer.sessionMs)} and has no checkpoints`,
      ),
    )
  }
  return found
}

/** The first of the largest, so that the answer does not depend on chance. */
function largest<T extends { ms: number }>(list: readonly T[]): T | undefined {
  return list.reduce<T | undefined>((best, one) => (best && best.ms >= one.ms ? best : one), undefined)
}
