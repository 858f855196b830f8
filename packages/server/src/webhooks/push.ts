// Events on their way out: to each webhook in order, each until it is taken, by one control plane at a time. Every webhook has a round of
// its own, so that a slow receiver holds up nobody else. The cursor moves when the receiver has taken what was sent and not
// before; what was taken while we died is sent again under the same id, by which the receiver knows it (Standard Webhooks 1.0).
import { minuteMs, secondMs } from '@rekey/core'
import type { Claimed } from '@rekey/store'
import type { Kept } from '../access/kept.ts'
import type { Plane } from '../api/plane.ts'
import { type Batch, bodyOf, type Delivery, nextBatch } from './batch.ts'
import { type Posted, post } from './post.ts'
import { type Round, startRounds, waitUntil } from './rounds.ts'
import { nextAttempt } from './schedule.ts'
import { signingSecrets } from './secrets.ts'
import { sign } from './standard.ts'

export interface PushOptions {
  /** How often it is looked whose time has come; news are heard at once. */
  everyMs?: number
  timeoutMs?: number
}

/** Longer than an attempt may take. */
const leaseMs = minuteMs
const usualTimeoutMs = 15 * secondMs
/** When another control plane is at it, or something of ours failed. */
const againMs = 5 * secondMs

export const webhookName = (id: string) => `webhook/${id}`

interface WebhookRound extends Round {
  /** Up to here nothing waits that this webhook wants. */
  looked: number
}

export function startPush(
  plane: Plane,
  { everyMs = secondMs, timeoutMs = usualTimeoutMs }: PushOptions = {},
): { stop(): Promise<void> } {
  const { feed, ground, keep } = plane
  const rounds = startRounds<WebhookRound>({
    ground,
    name: 'webhooks',
    nameOf: webhookName,
    everyMs,
    againMs,
    list: () => keep.all('webhook'),
    serve: (id, round, signal) => serve(plane, id, round, { signal, timeoutMs }),
    fresh: () => ({ looked: 0 }),
    hasNews: round => round.looked < feed.position(),
  })
  const ignore = feed.listen(events => {
    for (const { stream } of events) if (stream.startsWith('webhook/')) rounds.wake(stream.slice(8))
    rounds.ring()
  })
  return {
    stop() {
      ignore()
      return rounds.stop()
    },
  }
}

interface Serving {
  signal: AbortSignal
  timeoutMs: number
}

/** Sends whatever waits, until nothing does or there is something to wait for. false: there is no such webhook. */
async function serve(plane: Plane, id: string, round: WebhookRound, serving: Serving): Promise<boolean> {
  const { ground, keep } = plane
  const { holder, store } = ground
  while (!serving.signal.aborted) {
    const nowMs = ground.nowMs()
    if (ground.doubt() !== null || (await store.meta('fenced')) !== null) {
      // A restored store would tell what the one before told already.
      return waitUntil(round, nowMs + againMs)
    }
    const webhook = await keep.get('webhook', id)
    if (webhook === null) return false
    const delivery: Delivery | null = await keep.get('delivery', id)
    if (webhook.off !== null || delivery === null) return idle(round, Number.POSITIVE_INFINITY)
    const failing = delivery.failing
    if (failing !== null && failing.nextMs > nowMs) return waitUntil(round, failing.nextMs)
    const { batch, looked } = await nextBatch(plane, webhook, delivery, round.looked)
    if (batch === null) return idle(round, looked)
    const claim = await store.claimOne(webhookName(id), { holder, nowMs: ground.nowMs(), leaseMs })
    if (claim === null) return waitUntil(round, nowMs + againMs)
    try {
      // Another one may have been here between the look and the lease.
      const now: Delivery | null = await keep.get('delivery', id)
      if (JSON.stringify(now) === JSON.stringify(delivery)) {
        await deliver(plane, { id, webhook, delivery, batch, claim }, serving)
      }
    } finally {
      await store.release(claim)
    }
  }
  return true
}

function idle(round: WebhookRound, looked: number): true {
  if (!round.isWoken) round.looked = looked
  return true
}

interface Delivering {
  id: string
  webhook: Kept['webhook']
  delivery: Delivery
  batch: Batch
  claim: Claimed
}

async function deliver(plane: Plane, one: Delivering, serving: Serving): Promise<void> {
  const { ground, metrics } = plane
  const { id, delivery, batch } = one
  const { events, upTo } = batch
  const taken = { position: upTo, failing: null, sending: null }
  if (events.length === 0) return void (await noted(plane, one, taken))
  // Its end is written down first: whoever goes on after a crash sends the same under the same id.
  const begun = { ...delivery, sending: upTo }
  if (delivery.sending !== upTo && !(await noted(plane, one, begun))) return
  const posted = await posting(plane, one, serving)
  if (!posted.ok && posted.code === 'stopped') return
  const nowMs = ground.nowMs()
  const attempts = (delivery.failing?.attempts ?? 0) + 1
  const next = nextAttempt(attempts, posted.ok ? posted : null, chanceOf(ground.random(4)))
  metrics.count(next.what === 'delivered' ? 'rekey_webhooks_delivered_total' : 'rekey_webhooks_failed_total')
  if (next.what === 'delivered') {
    await noted(plane, one, taken)
    return
  }
  const why = posted.ok ? `it answered ${posted.status}` : posted.text
  const sinceMs = delivery.failing?.sinceMs ?? nowMs
  const nextMs = nowMs + (next.what === 'wait' ? next.waitMs : 0)
  const isMine = await noted(plane, one, { ...begun, failing: { sinceMs, attempts, why, nextMs } })
  if (!isMine || next.what === 'wait') return
  await switchedOff(plane, id, next.what === 'disabled' ? why : `${why}, ${attempts} times`)
}

async function posting(plane: Plane, one: Delivering, { signal, timeoutMs }: Serving): Promise<Posted> {
  const { id, webhook, batch } = one
  const body = bodyOf(batch.events)
  const headers = sign({
    id: `evt_${idText(id)}_${batch.events[0]!.position}`,
    timestampS: Math.floor(plane.ground.nowMs() / secondMs),
    body,
    secrets: await signingSecrets(plane, webhookName(id)),
  })
  const { allowPrivate } = plane
  return post({
    url: webhook.url,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal,
    timeoutMs,
    allowPrivate,
  })
}

/** No full stop may stand in it; a name has no capital letter of its own. */
const idText = (id: string) => id.replaceAll('.', 'D')

/** false: the lease was lost, and whoever has it now goes by what was written before. */
async function noted({ ground }: Plane, { id, claim }: Delivering, record: Delivery): Promise<boolean> {
  const row = { kind: 'delivery', id, record, expiresMs: null }
  const committed = await ground.store.commit({
    fence: claim,
    appends: [],
    writes: [{ put: 'record', row }],
  })
  return committed.ok
}

async function switchedOff({ ground, keep }: Plane, id: string, why: string): Promise<void> {
  const webhook = await keep.get('webhook', id)
  if (webhook === null || webhook.off !== null) return
  const by = { kind: 'system', id: 'webhooks' } as const
  await keep.put(
    'webhook',
    id,
    { ...webhook, off: why },
    { event: { type: 'webhookOff', webhook: id, why, atMs: ground.nowMs(), by } },
  )
}

const chanceOf = (bytes: Uint8Array) => Buffer.from(bytes).readUInt32BE() / 2 ** 32
