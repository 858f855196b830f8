// Our own detectors, on every observation that counts, after it was taken in. They cost the intake next to nothing: a credential is read when
// it is seen first, in the background, and until then nothing is said of it. Whatever goes wrong here goes wrong here alone.
import { type Detected, look, type Observation } from '@rekey/core'
import type { Plane } from '../api/plane.ts'
import type { Journal } from '../journal.ts'
import type { Changes } from './changes.ts'
import { putOnList } from './detected.ts'
import { type Facts, factsOf, ofGhost, ofVersion, type Watched } from './facts.ts'
import { primer } from './prime.ts'

export interface Watch {
  observed(observations: readonly Observation[]): void
  /** Everything that was begun in the background is done. */
  settled(): Promise<void>
}

export interface WatchParts {
  plane: () => Plane
  changes: Changes
  wake: () => void
  trouble: (error: unknown) => void
}

/** It is seen for the first time, or was changed and never known: what is said of it meanwhile. */
interface Reading {
  waiting: Observation[]
}

const mostCredentials = 20_000
const mostWaiting = 500

export function watchOf({ plane, changes, wake, trouble }: WatchParts): Watch {
  const known = new Map<string, Facts | Reading>()
  const prime = primer(plane, trouble)
  const reading = new Set<Promise<unknown>>()
  const running = (work: Promise<unknown>) => {
    const one = work.catch(trouble).finally(() => reading.delete(one))
    reading.add(one)
  }
  changes.listen(credential => {
    const facts = known.get(credential)
    // What it is used to stays; what is registered is read again.
    if (facts !== undefined) running(read(credential, 'waiting' in facts ? undefined : facts))
  })
  const read = async (credential: string, before?: Facts) => {
    const facts = await factsOf(plane(), credential, before)
    const reading = known.get(credential)
    if (facts === null) known.delete(credential)
    else known.set(credential, facts)
    // What came meanwhile may be the one use of a dead version that there is.
    if (facts !== null && reading !== undefined && 'waiting' in reading) observed(reading.waiting)
  }
  const begin = (credential: string): Reading => {
    if (known.size >= mostCredentials) known.delete(known.keys().next().value ?? '')
    const reading = { waiting: [] }
    known.set(credential, reading)
    running(
      read(credential).catch(error => {
        known.delete(credential)
        throw error
      }),
    )
    return reading
  }
  const say = (one: Observation, facts: Facts, { kind, text }: Detected) => {
    running(putOnList(plane(), one, facts.environment, kind, text).then(wake))
  }
  const see = (observations: readonly Observation[]) => {
    let credential = ''
    let facts: Facts | undefined
    let reading: Reading | undefined
    let consumer: string | null = ''
    let watched: Watched | undefined
    for (const one of observations) {
      const { statement } = one
      if (statement.says !== 'used') continue
      if (one.credential !== credential) {
        credential = one.credential
        consumer = ''
        const seen = known.get(credential) ?? begin(credential)
        facts = 'waiting' in seen ? undefined : seen
        reading = 'waiting' in seen ? seen : undefined
      }
      if (facts === undefined) {
        if (reading !== undefined && reading.waiting.length < mostWaiting) reading.waiting.push(one)
        continue
      }
      if (one.consumer !== consumer) {
        consumer = one.consumer
        watched = consumer === null ? undefined : facts.consumers.get(consumer)
        if (watched !== undefined && !watched.habit.isPrimed)
          prime.begin(credential, consumer!, watched.habit)
      }
      const { version, atMs } = one
      if (version !== null && version !== facts.alive) {
        const odd = ofVersion(facts, version, one)
        if (odd !== null) say(one, facts, odd)
      }
      if (watched === undefined) {
        const ghost = ofGhost(facts, one)
        if (ghost !== null) say(one, facts, ghost)
        continue
      }
      for (const odd of look(watched.habit, watched.terms, statement, atMs)) say(one, facts, odd)
    }
  }
  const observed = (observations: readonly Observation[]) => {
    try {
      see(observations)
    } catch (error) {
      trouble(error)
    }
  }
  return {
    observed,
    async settled() {
      while (reading.size > 0) await Promise.all(reading)
      await prime.settled()
    },
  }
}

/** From here on it hears of every batch that counts. Answers how it stops. */
export function watching(journal: Journal, watch: Watch): () => void {
  const before = journal.observed
  journal.observed = observations => {
    before?.(observations)
    watch.observed(observations)
  }
  return () => {
    if (before === undefined) delete journal.observed
    else journal.observed = before
  }
}
