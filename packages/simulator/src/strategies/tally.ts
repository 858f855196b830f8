// What is counted of one strategy on one fleet.
import { hourMs, minuteMs } from '@rekey/core'
import { idOf, type Member } from '../fleet/member.ts'
import { ghostId } from '../fleet/muster.ts'
import type { Life } from './lives.ts'

/** Work of a running consumer that is one job. */
export const jobMs = 5 * minuteMs
/** Who holds a dead value after that long was left behind. */
export const strandedAfterMs = hourMs

export interface Tally {
  /** Because of scheduled rotations, and in the incident. */
  failed: { scheduled: number; incident: number }
  degraded: { scheduled: number; incident: number }
  /** `consumer version`. */
  stranded: Set<string>
  peopleMinutes: number
  /** First success with a value made after the suspicion. */
  recoveredMs: Map<string, number>
  /** What failed, with whom and when: to tell a story from. */
  stories: string[]
}

export function newTally(): Tally {
  return {
    failed: { scheduled: 0, incident: 0 },
    degraded: { scheduled: 0, incident: 0 },
    stranded: new Set(),
    peopleMinutes: 0,
    recoveredMs: new Map(),
    stories: [],
  }
}

/** What one strategy did to one fleet. */
export interface Outcome {
  failedJobs: number
  degradedJobs: number
  failedInIncident: number
  strandedConsumers: number
  /** Of each scheduled rotation whose old value has died. */
  overlapHours: number[]
  elapsedHours: number[]
  secondsToRevoke: number
  /** Infinity: somebody never worked again while we looked. null: nobody runs there who could. */
  secondsToRecover: number | null
  peopleMinutes: number
  stories: string[]
}

export interface Measured {
  tally: Tally
  lives: readonly Life[]
  members: readonly Member[]
  rotationsMs: readonly number[]
  suspectedMs: number
  leaked: Life
}

export function outcomeOf(measured: Measured): Outcome {
  const { tally, lives, members, rotationsMs, suspectedMs, leaked } = measured
  const overlapHours: number[] = []
  const elapsedHours: number[] = []
  for (const [at, startMs] of rotationsMs.entries()) {
    const old = lives[at]
    const fresh = lives[at + 1]
    if (old?.diedMs == null || fresh === undefined || old.diedMs > suspectedMs) continue
    overlapHours.push(Math.max(0, old.diedMs - fresh.bornMs) / hourMs)
    elapsedHours.push((Math.max(old.goneMs ?? old.diedMs, fresh.bornMs) - startMs) / hourMs)
  }
  // Whoever was registered from the start: only one of the strategies finds out about the others.
  const owed = members.filter(
    one => one.consumer !== null && one.truth.idle === null && idOf(one) !== ghostId,
  )
  const recovered = owed.map(one => tally.recoveredMs.get(idOf(one)) ?? Number.POSITIVE_INFINITY)
  return {
    failedJobs: tally.failed.scheduled,
    degradedJobs: tally.degraded.scheduled,
    failedInIncident: tally.failed.incident,
    strandedConsumers: tally.stranded.size,
    overlapHours,
    elapsedHours,
    secondsToRevoke: ((leaked.diedMs ?? Number.POSITIVE_INFINITY) - suspectedMs) / 1_000,
    secondsToRecover: recovered.length === 0 ? null : (Math.max(...recovered) - suspectedMs) / 1_000,
    peopleMinutes: tally.peopleMinutes,
    stories: tally.stories,
  }
}
