// Asks each source of metrics once a minute for the minutes that have ended since it was asked last, one control plane at a time. What
// was asked is written down after all of it was taken in, and each minute is a batch under its own name: after a crash the same
// minutes are asked for again, and the store takes each once.
import { hourMs, minuteMs, type Observation, Secret } from '@rekey/core'
import type { Claimed } from '@rekey/store'
import type { Binding } from '@rekey/wire'
import type { Kept } from '../access/kept.ts'
import type { Plane } from '../api/plane.ts'
import { type Heard, heardOf } from '../intake/heard.ts'
import { speakerOf } from '../intake/hook.ts'
import { type Speaker, takeObservations } from '../intake/said.ts'
import { checkedFetch } from './checked-fetch.ts'
import { errorsAndUses, minutesToObservations } from './minutes.ts'

export interface PollOptions {
  /** How often it is looked whose minute is over. */
  everyMs?: number
  timeoutMs?: number
}

const usualTimeoutMs = 10_000
/** Nothing is asked that the other planes would wait for any longer. */
const leaseMs = 2 * minuteMs
/** So that there is something to compare with when a rotation begins. */
const firstTimeMs = 15 * minuteMs
/** What is older does not help a decision, and would be much at once. */
const mostBackMs = 2 * hourMs
const longestPauseMs = 15 * minuteMs
const atOnce = 8

export const askedUpTo = (source: string) => `metrics/${source}`

/** What is wrong outside, in words; nothing of it was taken in. */
class PollFault extends Error {}

interface Pace {
  running: Promise<void> | null
  nextMs: number
  failures: number
  told: string | null
}

export function startPolls(
  plane: Plane,
  { everyMs = 5_000, timeoutMs = usualTimeoutMs }: PollOptions = {},
): { stop(): Promise<void> } {
  const { ground, keep } = plane
  const stopping = new AbortController()
  const paces = new Map<string, Pace>()
  const heard = heardOf(plane)
  const one = async (id: string, record: Kept['source'], pace: Pace) => {
    try {
      await poll(plane, id, record, { heard, timeoutMs, signal: stopping.signal })
      pace.failures = 0
      pace.told = null
      pace.nextMs = nextMinute(ground.nowMs())
    } catch (error) {
      if (stopping.signal.aborted) return
      pace.nextMs = ground.nowMs() + Math.min(longestPauseMs, minuteMs * 2 ** pace.failures++)
      // The same trouble is told once, and again when it comes back.
      const text = error instanceof Error ? error.message : 'unknown'
      if (pace.told !== text) ground.journal.trouble?.(askedUpTo(id), error)
      pace.told = text
    } finally {
      pace.running = null
    }
  }
  const look = async () => {
    if (ground.doubt() !== null || (await ground.store.meta('fenced')) !== null) return
    const all = (await keep.all('source')).filter(({ record }) => record.kind === 'metrics')
    const ids = new Set(all.map(({ id }) => id))
    for (const [id, pace] of paces) if (!ids.has(id) && pace.running === null) paces.delete(id)
    for (const { id, record } of all) {
      const pace = paces.get(id) ?? { running: null, nextMs: 0, failures: 0, told: null }
      paces.set(id, pace)
      if (pace.running !== null || ground.nowMs() < pace.nextMs || stopping.signal.aborted) continue
      pace.running = one(id, record, pace)
    }
  }
  let looking: Promise<void> | null = null
  const round = () => {
    looking ??= look()
      .catch(error => ground.journal.trouble?.('metrics', error))
      .finally(() => {
        looking = null
      })
  }
  const timer = setInterval(round, everyMs)
  timer.unref()
  round()
  return {
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await looking
      await Promise.all([...paces.values()].map(pace => pace.running))
    },
  }
}

const nextMinute = (nowMs: number) => (Math.floor(nowMs / minuteMs) + 1) * minuteMs

interface Polling {
  heard: Heard
  timeoutMs: number
  signal: AbortSignal
}

async function poll(plane: Plane, id: string, record: Kept['source'], polling: Polling): Promise<void> {
  const { holder, nowMs, store } = plane.ground
  const claim = await store.claimOne(askedUpTo(id), { holder, nowMs: nowMs(), leaseMs })
  if (claim === null) return
  try {
    // What is not complete yet is asked for later: the source says how late it may be.
    const toMs = Math.floor((nowMs() - record.lagMs) / minuteMs) * minuteMs
    const known = await store.meta(askedUpTo(id))
    const sinceMs = known === null ? toMs - firstTimeMs : Number(known)
    const fromMs = Math.max(sinceMs, toMs - mostBackMs)
    if (toMs - fromMs < minuteMs) return
    const speaker = speakerOf(id, record)
    const said = await ask(plane, speaker, record, { fromMs, toMs }, polling, claim)
    const byMinute = Map.groupBy(said, one => Math.floor(one.atMs / minuteMs) * minuteMs)
    for (const [minute, some] of [...byMinute].sort(([a], [b]) => a - b)) {
      await takeObservations(plane, speaker, `metrics/${minute}`, some)
    }
    await store.setMeta(askedUpTo(id), String(toMs))
    await polling.heard(id)
  } finally {
    await store.release(claim)
  }
}

/** All of them or none: a cursor that went on without one of them would never come back for it. */
async function ask(
  plane: Plane,
  { id: source, bindings }: Speaker,
  { prometheus }: Kept['source'],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  { timeoutMs, signal }: Polling,
  claim: Claimed,
): Promise<Observation[]> {
  const { ground, refusals } = plane
  if (prometheus === null) throw new PollFault('no Prometheus is set. Register the source anew.')
  const { url, errors, uses } = prometheus
  const authorization =
    prometheus.secret === null
      ? undefined
      : new Secret(`Bearer ${(await ground.admin(prometheus.secret)).reveal()}`)
  const checked = await checkedFetch(url, plane)
  if (!checked.ok) throw new PollFault(`${checked.text}. ${checked.how}`)
  const said: Observation[] = []
  const asked = {
    url,
    fromMs,
    toMs,
    signal,
    timeoutMs,
    fetch: checked.fetch,
    ...(authorization !== undefined && { headers: { authorization } }),
  }
  const waiting = [...bindings]
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      if (ground.nowMs() + timeoutMs > claim.untilMs) throw new PollFault(tooMany)
      const counts = await errorsAndUses({
        ...asked,
        errorsQuery: queryFor(errors, one),
        usesQuery: queryFor(uses, one),
      })
      if (!counts.ok) throw new PollFault(`${counts.text}. ${counts.how}`)
      for (const { code, count } of counts.faults) refusals.noteSource(source, code, count)
      said.push(...minutesToObservations(counts.minutes, one.credential, one.consumer, source))
    }
  }
  const stopAll = (error: unknown) => {
    waiting.length = 0
    throw error
  }
  const workers = Array.from({ length: Math.min(atOnce, bindings.length) }, () => work().catch(stopAll))
  // The lease is not given back while somebody is still asking.
  const failed = (await Promise.allSettled(workers)).find(one => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return said
}

const tooMany =
  'it answers too slowly for so many bindings. Register several sources, with a part of them each.'

/** The names stand in texts of PromQL, in quotes of whichever kind: what could end one is written as its number. */
export function queryFor(query: string, { credential, consumer }: Binding): string {
  const values: Record<string, string> = { credential, consumer }
  return query.replace(/\$(credential|consumer)\b/g, (_, name: string) => inQuotes(values[name]!))
}

const inQuotes = (text: string) =>
  text.replace(/[^A-Za-z0-9_.:/@ -]/gu, one => `\\U${one.codePointAt(0)!.toString(16).padStart(8, '0')}`)
