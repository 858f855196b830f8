// A target of several nodes, as one: who takes writes, whether they agree, and who is connected on any of them.
import { setTimeout as wait } from 'node:timers/promises'
import { type Context, type ProbeAnswer, ProviderError, type Sighting, type Usage } from './provider.ts'

/** On the one node that takes writes; null from it: not this one. The others follow it. */
export async function onWritable<N, T>(
  nodes: readonly N[],
  attempt: (node: N) => Promise<{ answer: T } | null>,
): Promise<T> {
  let last: ProviderError | null = null
  for (const node of nodes) {
    try {
      const done = await attempt(node)
      if (done !== null) return done.answer
    } catch (error) {
      // A node that is down may not be the one that is needed; any other fault will be the same on the next.
      if (!(error instanceof ProviderError) || error.code !== 'unreachable') throw error
      last = error
    }
  }
  throw (
    last ?? new ProviderError('rejected', 'none of the nodes takes writes: name the primary among "nodes"')
  )
}

const lookAgainMs = 50
/** A replica follows within moments; one that does not is said to lag. */
const settleMs = 2_000

/** Asks again until it is as it should be, or has been given its time; the last answer. */
export async function settled<T>(
  { signal }: Context,
  ask: () => Promise<T>,
  isSettled: (answer: T) => boolean,
): Promise<T> {
  const endMs = performance.now() + settleMs
  for (;;) {
    const answer = await ask()
    if (isSettled(answer) || signal.aborted || performance.now() > endMs) return answer
    await wait(lookAgainMs)
  }
}

/** Of a target whose replicas follow: each node is asked what it makes of the login, until all say the same. */
export async function agreedOn<N>(
  context: Context,
  nodes: readonly N[],
  handle: string,
  isAccepted: (node: N) => Promise<boolean>,
): Promise<ProbeAnswer> {
  const ask = async () => {
    const found = new Set<boolean>()
    for (const node of nodes) found.add(await isAccepted(node))
    return found
  }
  return agreed(await settled(context, ask, found => found.size === 1), handle)
}

/** What nodes do not agree on is no answer: one lags behind, or was not told yet. */
export function agreed(accepted: ReadonlySet<boolean>, handle: string): ProbeAnswer {
  if (accepted.size > 1) {
    throw new ProviderError('unreachable', `the nodes do not agree on ${handle} yet: one of them lags behind`)
  }
  return accepted.has(true) ? 'accepted' : 'refused'
}

/** A snapshot of who is connected sees nobody who came and went in between. */
export const betweenLooks = 'sessions that began and ended between two looks are not seen'

/** A node that cannot be asked is a gap, and no silence; where none can, nothing is known at all. */
export async function usageOn<N>(
  { nowMs }: Context,
  nodes: readonly N[],
  placeOf: (node: N) => string,
  seenOn: (node: N, asOfMs: number, gap: (text: string) => void) => Promise<Sighting[]>,
): Promise<Usage> {
  const asOfMs = nowMs()
  const newest = new Map<string, Sighting>()
  const gaps = [betweenLooks]
  let last: unknown = null
  let reached = 0
  for (const node of nodes) {
    try {
      for (const one of await seenOn(node, asOfMs, text => gaps.push(text))) {
        const key = JSON.stringify([one.handle, one.seenAs, one.outcome])
        if ((newest.get(key)?.atMs ?? Number.NEGATIVE_INFINITY) < one.atMs) newest.set(key, one)
      }
      reached++
    } catch (error) {
      last = error
      gaps.push(`${placeOf(node)} could not be asked: ${(error as Error).message}`)
    }
  }
  if (reached === 0) throw last
  return { sightings: [...newest.values()], asOfMs, covered: null, gaps }
}

/** Somebody who is connected just now. */
export const connectedNow = (handle: string, seenAs: string | null, asOfMs: number): Sighting => ({
  handle,
  seenAs,
  instance: null,
  outcome: 'success',
  atMs: asOfMs,
})
