// From the ground to everything that the API stands on: news and feed, what is kept about callers, streams, limits.
import { randomBytes } from 'node:crypto'
import { type Bus, postgresBus, type Store } from '@rekey/store'
import type { FastifyInstance } from 'fastify'
import { startClearing } from './access/clearing.ts'
import { keepOf } from './access/kept.ts'
import { agentTokens, proofWindowMs, replayGuard } from './access/possession.ts'
import { readyFor } from './api/agent.ts'
import { answer, isOurs } from './api/agent-orders.ts'
import { assignmentsOf } from './api/assignments.ts'
import { handlersOf } from './api/handlers.ts'
import { type Plane, pageOrigins } from './api/plane.ts'
import { startFeed } from './feed/feed.ts'
import { type News, newsOf } from './feed/news.ts'
import { streamsOf } from './feed/streams.ts'
import type { Ground } from './ground.ts'
import type { Door } from './http/admit.ts'
import { limits } from './http/limits.ts'
import type { Log } from './http/log.ts'
import { metrics } from './http/metrics.ts'
import { onceOf } from './http/once.ts'
import { quickly } from './http/quick.ts'
import { refusalsOf } from './http/refusals.ts'
import { serverOf } from './http/server.ts'
import { deliveredOf } from './intake/delivered.ts'
import { glassOf } from './kill/glass.ts'
import { ordersOf } from './kill/orders.ts'
import { spoolIn } from './kill/spool.ts'
import { overviewOf } from './overview/overview.ts'
import { signalDiscovery } from './shared-signals/discovery.ts'
import { sharedSignalsOf } from './shared-signals/hub.ts'
import { startSignalPush } from './shared-signals/push.ts'
import { signalsOf } from './signals/signals.ts'
import { watching } from './signals/watch.ts'
import { startSignals } from './signals/work.ts'
import { statusBoardOf } from './status/board.ts'
import { startPolls } from './telemetry/poll.ts'
import { startPush } from './webhooks/push.ts'

export interface OpenPlane extends Plane {
  server: FastifyInstance
  /** The addresses whose pages may use our cookie. */
  origins: Set<string>
  /** What it does by itself: webhooks out, metrics in, what has expired cleared away. */
  startLoops(): { stop(): Promise<void> }
  stop(): Promise<void>
}

export interface PlaneOptions {
  version: string
  urls: readonly string[]
  dashboardUrl?: string | null
  allowPrivate: boolean
  log: Log
  /** Where orders are kept that cannot be recorded; null: in memory only. */
  spool?: string | null
}

const tokenKeyName = 'agent-tokens'

/** What tells the control planes that share a store of each other's commits. */
export async function newsFor(
  store: Store,
  postgres: string | null,
  trouble: (error: unknown) => void,
): Promise<News> {
  if (postgres === null) return newsOf(store)
  const bus: Bus = await postgresBus({
    connection: postgres,
    channel: 'rekey_events',
    onTrouble: trouble,
    onError: trouble,
  })
  return newsOf(store, bus)
}

export async function openPlane(ground: Ground, news: News, options: PlaneOptions): Promise<OpenPlane> {
  const { store, vault, nowMs, journal } = ground
  const trouble = (where: string) => (error: unknown) => journal.trouble?.(where, error)
  const feed = await startFeed({ store, hear: news.hear, nowMs, trouble: trouble('feed') })
  const keep = keepOf(store, feed, nowMs)
  const assignments = assignmentsOf(store, vault, feed)
  const counted = metrics()
  const streams = streamsOf(store, feed, assignments, counted)
  const refusals = refusalsOf(keep, ground.holder, nowMs, trouble('refusals'))
  const delivered = deliveredOf(ground)
  const orders = await ordersOf({
    ground,
    feed,
    streams,
    metrics: counted,
    issuer: () => issuerOf(options.urls),
  })
  const status = await statusBoardOf({ ground, feed, orders, assignments })
  const glass = await glassOf({
    keep,
    feed,
    spool: spoolIn(options.spool ?? null),
    trouble: trouble('break-glass'),
    tell(spooled) {
      for (const one of spooled.orders) assignments.deny(one.credential, one.version)
      orders.provisional(spooled.orders)
      status.kill(spooled.orders)
    },
  })
  const key = vault.openKey(await store.putKeyOnce(vault.sealKey(tokenKeyName, randomBytes(32))))
  const tokens = agentTokens(key)
  key.fill(0)
  const plane: Plane = {
    ground,
    keep,
    feed,
    streams,
    assignments,
    agentTokens: tokens,
    refusals,
    delivered,
    orders,
    glass,
    signals: signalsOf({ store, vault, feed, assignments, plane: () => plane, trouble: trouble('signals') }),
    status,
    shared: sharedSignalsOf(ground, feed, orders.book),
    overview: overviewOf({ ground, keep, feed, assignments, orders }),
    metrics: counted,
    version: options.version,
    urls: options.urls,
    dashboardUrl: options.dashboardUrl ?? null,
    allowPrivate: options.allowPrivate,
  }
  const unwatched = watching(journal, plane.signals.watch)
  const origins = new Set(pageOrigins(plane))
  const door: Door = {
    keep,
    agentTokens: tokens,
    seen: replayGuard(proofWindowMs),
    nowMs,
    origins,
    ...fencedOf(store, nowMs),
  }
  const limited = limits()
  const server = serverOf({
    door,
    handlers: handlersOf(plane),
    limits: limited,
    quick: quickly({
      door,
      limits: limited,
      metrics: counted,
      ready: readyFor(plane),
      position: feed.position,
      knowsOrder: (epoch, jti) => isOurs(orders.book.at(epoch), jti),
      answer: (who, epoch, said) => answer(plane, who, epoch, said),
    }),
    once: onceOf(keep, vault, nowMs, trouble('once')),
    metrics: counted,
    refusals,
    log: options.log,
    trouble: (where, error) => journal.trouble?.(where, error),
  })
  signalDiscovery(server, plane)
  const beat = setInterval(() => orders.isUrgent() || streams.beat(), 1_500)
  beat.unref()
  return {
    ...plane,
    server,
    origins,
    startLoops() {
      const loops = [
        startPush(plane),
        startSignalPush(plane),
        startPolls(plane),
        startClearing(plane),
        glass.start(plane),
        startSignals(plane),
      ]
      return { stop: async () => void (await Promise.all(loops.map(one => one.stop()))) }
    },
    async stop() {
      clearInterval(beat)
      unwatched()
      streams.stop()
      await server.close()
      await orders.stop()
      await status.stop()
      await delivered.stop()
      await refusals.stop()
      await feed.stop()
      await news.close()
    },
  }
}

/** The name under which orders are given. It is fixed with the first keys, and changes with later ones only. */
const issuerOf = (urls: readonly string[]) => urls[0] ?? 'http://127.0.0.1:7370'

const fencedForMs = 2_000

/** Asked at each request, so it is remembered for a moment. */
function fencedOf(store: Store, nowMs: () => number) {
  let known = { is: false, atMs: Number.NEGATIVE_INFINITY }
  const lately = () => (Math.abs(nowMs() - known.atMs) < fencedForMs ? known.is : null)
  return {
    fencedLately: lately,
    async fenced(): Promise<boolean> {
      const is = lately()
      if (is !== null) return is
      known = { is: (await store.meta('fenced')) !== null, atMs: nowMs() }
      return known.is
    },
  }
}
