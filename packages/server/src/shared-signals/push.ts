// Sets on their way to those who want them pushed (RFC 8935): at once when an order is given, by one control plane at a time. Each stream has a
// round of its own, so a slow receiver holds up nobody else, and nobody holds up the kill. Order is not promised, so some go at once.
import { isDeepStrictEqual } from 'node:util'
import { minuteMs, secondMs } from '@rekey/core'
import type { Claimed } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { type Posted, post } from '../webhooks/post.ts'
import { type Round, startRounds, waitUntil } from '../webhooks/rounds.ts'
import {
  afterTaking,
  type Cursor,
  clearedTo,
  cursorOf,
  type Due,
  dueOf,
  errIn,
  type Owed,
  type Serving,
  servingOf,
  type Taken,
} from './owed.ts'
import { signedSet } from './rs256.ts'
import { streamName } from './streams.ts'

export interface PushOptions {
  /** How often it is looked whose time has come; orders are heard at once. */
  everyMs?: number
  timeoutMs?: number
}

const atOnce = 16
const usualTimeoutMs = 15 * secondMs
/** Longer than an attempt may take. */
const leaseMs = minuteMs
/** When another control plane is at it, or something of ours failed. */
const againMs = secondMs
/** A receiver of kills is tried again soon, and for ever: what it misses is a credential that it still takes. */
const longestWaitMs = minuteMs

export function startSignalPush(
  plane: Plane,
  { everyMs = secondMs, timeoutMs = usualTimeoutMs }: PushOptions = {},
): { stop(): Promise<void> } {
  const { feed, ground, keep, shared } = plane
  const rounds = startRounds<Round>({
    ground,
    name: 'shared-signals',
    nameOf: streamName,
    everyMs,
    againMs,
    list: () => keep.all('signal-stream'),
    serve: (id, round, signal) => serve(plane, id, round, { signal, timeoutMs }),
    fresh: () => ({}),
  })
  const unhear = shared.hear(stream => {
    if (stream === '*') rounds.wakeAll()
    else rounds.wake(stream)
    rounds.ring()
  })
  const ignore = feed.listen(events => {
    for (const { stream } of events) if (stream.startsWith('signal-stream/')) rounds.wake(stream.slice(14))
    rounds.ring()
  })
  return {
    stop() {
      ignore()
      unhear()
      return rounds.stop()
    },
  }
}

interface Limits {
  signal: AbortSignal
  timeoutMs: number
}

/** Sends whatever is owed, until nothing is or there is something to wait for. false: nothing is pushed to it. */
async function serve(plane: Plane, id: string, round: Round, limits: Limits): Promise<boolean> {
  const { ground } = plane
  const { holder, store } = ground
  while (!limits.signal.aborted) {
    // A restored store would tell what the one before told already.
    const [fenced, serving, seen] = await Promise.all([
      store.meta('fenced'),
      servingOf(plane, id),
      cursorOf(plane, id),
    ])
    if (fenced !== null) return waitUntil(round, ground.nowMs() + 5 * againMs)
    if (serving === null || serving.stream.delivery.method !== 'push') return false
    if (serving.stream.status !== 'enabled') return true
    if (seen.failing !== null && seen.failing.nextMs > ground.nowMs())
      return waitUntil(round, seen.failing.nextMs)
    const due = await dueOf(plane, serving, seen, atOnce)
    if (due.sets.length === 0 && due.clearTo === seen.epoch) return true
    const claim = await store.claimOne(streamName(id), { holder, nowMs: ground.nowMs(), leaseMs })
    if (claim === null) return waitUntil(round, ground.nowMs() + againMs)
    try {
      // Another one may have been here between the look and the lease.
      if (isDeepStrictEqual(await cursorOf(plane, id), seen))
        await deliver(plane, { serving, cursor: seen, due, claim }, limits)
    } finally {
      await store.release(claim)
    }
  }
  return true
}

interface Delivering {
  serving: Serving
  cursor: Cursor
  /** As of this cursor. */
  due: Due
  claim: Claimed
}

async function deliver(
  plane: Plane,
  { serving, cursor, due: { sets, clearTo }, claim }: Delivering,
  limits: Limits,
): Promise<void> {
  const { ground, metrics } = plane
  const posted = await Promise.all(sets.map(one => posting(plane, serving, one, limits)))
  const taken: Taken[] = []
  let fault: { why: string; retryAfterMs: number } | null = null
  for (const [at, answer] of posted.entries()) {
    const { jti } = sets[at]!
    const err = answer.ok && answer.status === 400 ? errOf(answer.body) : null
    if (answer.ok && answer.status === 202) taken.push({ jti, err: null })
    else if (err !== null) taken.push({ jti, err })
    else if (answer.ok)
      fault = { why: `it answered ${answer.status}`, retryAfterMs: answer.retryAfterMs ?? 0 }
    else if (answer.code !== 'stopped') fault = { why: answer.text, retryAfterMs: 0 }
  }
  if (taken.length > 0) metrics.count('rekey_signals_delivered_total', taken.length)
  if (fault !== null) metrics.count('rekey_signals_failed_total')
  // While an attempt went on, what it is owed may have changed: then it is looked once more.
  const next = sets.length > 0 ? await afterTaking(plane, serving, cursor, taken) : clearedTo(cursor, clearTo)
  const record = { ...next, failing: fault === null ? null : failingOf(cursor, fault, ground.nowMs()) }
  await ground.store.commit({
    fence: claim,
    appends: [],
    writes: [{ put: 'record', row: { kind: 'signal-cursor', id: serving.id, record, expiresMs: null } }],
  })
}

function failingOf(
  { failing }: Cursor,
  { why, retryAfterMs }: { why: string; retryAfterMs: number },
  nowMs: number,
): NonNullable<Cursor['failing']> {
  const attempts = (failing?.attempts ?? 0) + 1
  const stepMs = Math.min(longestWaitMs, secondMs * 2 ** Math.min(attempts - 1, 10))
  const waitMs = Math.max(stepMs, Math.min(retryAfterMs, longestWaitMs))
  return { sinceMs: failing?.sinceMs ?? nowMs, attempts, why, nextMs: nowMs + waitMs }
}

async function posting(plane: Plane, serving: Serving, { claims }: Owed, limits: Limits): Promise<Posted> {
  const { delivery } = serving.stream
  if (delivery.method !== 'push') throw new Error('it is not pushed to')
  const { active } = await plane.shared.keys.pair()
  const authorization = await plane.shared.opened(delivery.authorization)
  return post({
    url: delivery.url,
    headers: {
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
      ...(authorization !== null && { authorization: authorization.reveal() }),
    },
    body: Buffer.from(await signedSet(active, claims)),
    keepBodyOf: 400,
    allowPrivate: plane.allowPrivate,
    ...limits,
  })
}

/** null: it does not say what is wrong, so perhaps it was not the receiver that answered. */
function errOf(body: string | undefined): string | null {
  try {
    return errIn((JSON.parse(body ?? '') as { err?: unknown } | null)?.err)
  } catch {
    return null
  }
}
