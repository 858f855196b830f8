// Which processes have confirmed a kill, and by what; and whether what was seen since bears them out.
import { type Entry, factsOf, type Holder } from '@rekey/core'
import type { KillView } from '@rekey/wire'
import type { KillState } from './state.ts'

type KilledView = KillView['killed'][number]
export type HolderView = KilledView['holders'][number]
type One = KillState['killed'][number]

export function holdersOf(
  state: KillState,
  { credential, version, epoch, orderedMs }: One,
  entries: readonly Entry[],
): HolderView[] {
  const answers = new Map(state.answers.filter(one => one.epoch === epoch).map(one => [one.instance, one]))
  const listed = state.holders.filter(one => one.credential === credential && one.version === version)
  const known = new Set(listed.map(one => `${one.consumer} ${one.instance}`))
  // Whoever came later, and was told then.
  for (const { instance, agent, consumers, atMs } of answers.values()) {
    for (const consumer of consumers) {
      if (known.has(`${consumer} ${instance}`)) continue
      listed.push({ credential, version, consumer, instance, agent, connected: false, lastSeenMs: atMs })
    }
  }
  return listed.map(one => {
    const { consumer, instance, agent, connected } = one
    const answer = answers.get(instance)
    const said = { consumer, instance, agent: agent ?? answer?.agent ?? null, connected }
    if (answer?.said === 'applied') {
      const how = answer.held ? 'it applied the order, and stopped what ran' : 'it applied the order'
      return {
        ...said,
        state: 'confirmed',
        how,
        held: answer.held,
        afterMs: Math.max(0, answer.atMs - orderedMs),
      }
    }
    const other = otherwise(state, one, entries, orderedMs)
    if (other !== null) return { ...said, state: 'confirmed', how: other, held: null, afterMs: null }
    const how =
      answer === undefined
        ? 'it has not answered'
        : `it refused the order: ${answer.why ?? 'it did not say why'}`
    return { ...said, state: 'unconfirmed', how, held: null, afterMs: null }
  })
}

/** Confirmed without an answer: it is gone, holds something else, or a person answers for it. */
function otherwise(
  state: KillState,
  holder: Holder,
  entries: readonly Entry[],
  orderedMs: number,
): string | null {
  const { credential, consumer, instance, version } = holder
  const dismissed = state.dismissed.find(
    one => one.credential === credential && one.consumer === consumer && one.instance === instance,
  )
  if (dismissed !== undefined) return `${dismissed.by} answers for it: ${dismissed.reason}`
  const seen = entries
    .find(one => one.consumer === consumer)
    ?.instances.find(one => one.instance === instance)
  if (seen === undefined) return null
  if (seen.stoppedMs !== null && seen.stoppedMs >= orderedMs) return 'it has ended'
  const hasMoved = seen.version !== null && seen.version !== version && seen.sinceMs >= orderedMs
  return hasMoved ? `it holds version ${seen.version} since` : null
}

/** A use that was under way when it answered may end a little later. */
const graceMs = 2_000

export function consumerOf(
  consumer: string,
  { version, orderedMs }: One,
  holders: readonly HolderView[],
  entries: readonly Entry[],
  arriving: number | null,
): KilledView['consumers'][number] {
  const entry = entries.find(one => one.consumer === consumer)
  const own = holders.filter(one => one.consumer === consumer)
  const factsAt = (number: number | null) => (entry === undefined ? null : factsOf(entry, number))
  const facts = factsAt(version)
  const lastMs = facts?.lastSuccessMs ?? null
  const saidMs = orderedMs + Math.max(0, ...own.map(one => one.afterMs ?? 0))
  const hasAll = own.length > 0 && own.every(one => one.state === 'confirmed')
  // Whoever says that it has applied the order and works on with the version has not applied it.
  const isContradicted = hasAll && lastMs !== null && lastMs > saidMs + graceMs
  return {
    consumer,
    state: own.length === 0 ? 'nobody-known' : hasAll && !isContradicted ? 'confirmed' : 'unconfirmed',
    lastUseMs: facts?.lastUseMs ?? null,
    resumedMs: factsAt(arriving)?.firstSuccessMs ?? null,
    newVersion: arriving,
    contradictedMs: isContradicted ? lastMs : null,
  }
}

export function lastUseAfter({ version, orderedMs }: One, entries: readonly Entry[]): number | null {
  let last: number | null = null
  for (const entry of entries) {
    const usedMs = factsOf(entry, version)?.lastSuccessMs ?? null
    if (usedMs !== null && usedMs > orderedMs) last = Math.max(last ?? 0, usedMs - orderedMs)
  }
  return last
}
