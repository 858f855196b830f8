// For tests only: a plane on a bench, callers, and calls without a socket.
import { equal } from 'node:assert/strict'
import type { Role, Route } from '@rekey/wire'
import { Value } from 'typebox/value'
import type { Caller, Person } from '../access/caller.ts'
import { keepOf } from '../access/kept.ts'
import { agentTokens } from '../access/possession.ts'
import { startFeed } from '../feed/feed.ts'
import { newsOf } from '../feed/news.ts'
import { streamsOf } from '../feed/streams.ts'
import type { Bench } from '../fixtures.ts'
import { type Call, taken } from '../http/call.ts'
import { metrics } from '../http/metrics.ts'
import { ProblemError } from '../http/problem.ts'
import { refusalsOf } from '../http/refusals.ts'
import { deliveredOf } from '../intake/delivered.ts'
import { glassOf } from '../kill/glass.ts'
import { ordersOf } from '../kill/orders.ts'
import { spoolIn } from '../kill/spool.ts'
import { overviewOf } from '../overview/overview.ts'
import { logSigner } from '../sealing/key.ts'
import { sharedSignalsOf } from '../shared-signals/hub.ts'
import { signalsOf } from '../signals/signals.ts'
import { statusBoardOf } from '../status/board.ts'
import { assignmentsOf } from './assignments.ts'
import type { Plane } from './plane.ts'

export interface OpenPlane extends Plane {
  stop(): Promise<void>
}

/** From here on what the bench commits is told to the plane’s feed. */
export async function planeOn(b: Bench): Promise<OpenPlane> {
  const { ground } = b
  const { nowMs, vault } = ground
  const news = await newsOf(ground.store)
  ground.store = news.store
  const { store } = ground
  await logSigner(store, vault, 'test.rekey.local/log', ground.random)
  const trouble = (error: unknown) => b.trouble.push({ where: 'plane', error })
  const feed = await startFeed({ store, hear: news.hear, nowMs, trouble })
  const keep = keepOf(store, feed, nowMs)
  const assignments = assignmentsOf(store, vault, feed)
  const figures = metrics()
  const streams = streamsOf(store, feed, assignments, figures)
  const refusals = refusalsOf(keep, ground.holder, nowMs, trouble)
  const delivered = deliveredOf(ground)
  const parts = { ground, feed, streams, metrics: figures, issuer: () => 'http://127.0.0.1' }
  const orders = await ordersOf(parts)
  const status = await statusBoardOf({ ground, feed, orders, assignments })
  const plane: OpenPlane = {
    ground,
    keep,
    feed,
    streams,
    assignments,
    agentTokens: agentTokens(new Uint8Array(32).fill(3)),
    refusals,
    delivered,
    orders,
    glass: await glassOf({ keep, feed, spool: spoolIn(null), tell: () => undefined, trouble }),
    signals: signalsOf({ store, vault, feed, assignments, plane: () => plane, trouble }),
    status,
    shared: sharedSignalsOf(ground, feed, orders.book),
    overview: overviewOf({ ground, keep, feed, assignments, orders }),
    metrics: figures,
    version: 'test',
    urls: ['http://127.0.0.1'],
    dashboardUrl: null,
    allowPrivate: true,
    async stop() {
      streams.stop()
      await orders.stop()
      await status.stop()
      await delivered.stop()
      await refusals.stop()
      await feed.stop()
      await news.close()
    },
  }
  return plane
}

/** A person with one role, in one environment or in all; `limits` as with an API token. */
export function personAs(id: string, role: Role, environment = '*', limits: Person['limits'] = null): Person {
  const roles = { [environment]: role }
  return { is: 'person', id, roles, limits, by: `of-${id}`, with: limits === null ? 'session' : 'token' }
}

/** What a call has of HTTP: the headers that came, and those that were set. */
export interface Sent {
  code: number
  headers: Record<string, string>
}

// biome-ignore lint/suspicious/noExplicitAny: any route's; the handler that is called says which.
type Any = any
type AnyCall = Omit<Call<Route>, 'params' | 'query' | 'body'> & { params: Any; query: Any; body: Any }

export interface Asked {
  params?: unknown
  query?: unknown
  body?: unknown
  headers?: Record<string, string>
  /** Aborted: the client has gone. */
  gone?: AbortSignal
}

export function callAs(caller: Caller, asked: Asked = {}): AnyCall & { sent: Sent } {
  const { params = {}, query = {}, body = {}, headers = {}, gone = new AbortController().signal } = asked
  const sent: Sent = { code: 200, headers: {} }
  const reply = {
    header(name: string, value: string) {
      sent.headers[name] = value
      return reply
    },
    code(code: number) {
      sent.code = code
      return reply
    },
    send: () => reply,
  }
  const call: Partial<Call<Route>> = { params, query, body, caller, bytes: null, signal: () => gone } as never
  return { ...call, request: { headers }, reply, sent } as unknown as AnyCall & { sent: Sent }
}

type Answering<H> = {
  [N in keyof H]: H[N] extends (call: infer C) => Promise<infer A>
    ? (call: C) => Promise<Exclude<A, typeof taken>>
    : never
}

/** Handlers that are to answer; one that takes the connection instead fails the test. */
export function answering<H extends object>(handlers: H): Answering<H> {
  const strict = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (call: AnyCall) => {
      const answer = await handler(call)
      if (answer === taken) throw new Error(`${name} took the connection`)
      return answer
    },
  ])
  return Object.fromEntries(strict)
}

/** The problem that an asking ends with; an answer in its place fails the test. */
export async function problemIn(asking: Promise<unknown>): Promise<ProblemError> {
  const answer = await asking.catch((error: unknown) => error)
  if (answer instanceof ProblemError) return answer
  throw new Error(`it was no problem: ${answer instanceof Error ? answer.stack : JSON.stringify(answer)}`)
}

/** What is answered is what the route says; the first thing that is not fails the test. */
export function fits<A>(route: Route, answer: A): A {
  const [first] = Value.Errors(route.answer, JSON.parse(JSON.stringify(answer)))
  equal(first === undefined ? '' : `${first.instancePath} ${first.message}`, '')
  return answer
}
