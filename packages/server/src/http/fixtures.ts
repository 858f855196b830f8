// For tests only: control planes with their real doors on loopback, several of them on one store, and whoever comes to the doors.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { inline, memoryBus, openSqlite, type Store } from '@rekey/store'
import { type Right, type Role, root } from '@rekey/wire'
import type { Kept } from '../access/kept.ts'
import { keepToken, newPerson, sessionLifeMs } from '../access/people.ts'
import { assertion, type Enrolled, newKeys, type ProofTerms, proof } from '../access/software-agent.ts'
import { newsOf } from '../feed/news.ts'
import { type Bench, type BenchOptions, bench } from '../fixtures.ts'
import { type OpenPlane, openPlane } from '../open-plane.ts'
import { logSigner } from '../sealing/key.ts'
import { logTo } from './log.ts'
import { plainRoutes } from './plain.ts'

export interface Site {
  url: string
  plane: OpenPlane
}

export interface Town {
  b: Bench
  store: Store
  sites: Site[]
  /** The first of them. */
  site: Site
  /** Lines of their logs. */
  lines: string[]
  stop(): Promise<void>
}

export interface TownOptions extends BenchOptions {
  /** How many control planes; they hear of each other's commits by looking into the store, or over a bus. */
  planes?: number
  bus?: boolean
  /** What a control plane has instead of the store. */
  through?: (store: Store, nth: number) => Store
  dashboardUrl?: string
}

/** The clock stands at 2026-03-01 12:00 UTC and is moved by hand, so limits do not refill and nothing ends by itself. */
export async function town({
  planes = 1,
  bus = false,
  dashboardUrl,
  through,
  ...options
}: TownOptions = {}): Promise<Town> {
  const { store = inline(openSqlite(':memory:')) } = options
  const b = await bench({ ...options, store })
  b.ground.random = bytes => new Uint8Array(randomBytes(bytes))
  await logSigner(store, b.ground.vault, 'test.rekey.local/log', b.ground.random)
  const lines: string[] = []
  const log = logTo(line => void lines.push(line), b.ground.nowMs)
  const sites: Site[] = []
  const shared = bus ? memoryBus() : null
  for (let nth = 0; nth < planes; nth++) {
    const news = await newsOf(through?.(store, nth) ?? store, shared ?? memoryBus())
    const ground = { ...b.ground, store: news.store, holder: `plane-${nth}` }
    const urls: string[] = []
    const plane = await openPlane(ground, news, {
      version: 'test',
      urls,
      dashboardUrl: dashboardUrl ?? null,
      allowPrivate: true,
      log,
    })
    plainRoutes(plane.server, {
      version: 'test',
      engine: store.engine,
      check: () => store.check(ground.nowMs()),
      fenced: async () => (await store.meta('fenced')) !== null,
      metrics: plane.metrics,
      gauges: () => ({ rekey_feed_position: plane.feed.position() }),
    })
    const url = await plane.server.listen({ host: '127.0.0.1', port: 0 })
    urls.push(url)
    plane.origins.add(url)
    sites.push({ url, plane })
  }
  // From here on the first control plane is told at once of what the bench commits.
  b.ground.store = sites[0]!.plane.ground.store
  return {
    b,
    store,
    sites,
    site: sites[0]!,
    lines,
    async stop() {
      await Promise.all(sites.map(({ plane }) => plane.stop()))
      await store.close()
    },
  }
}

/** A store in another process: others come in between any two looks. */
export const distant = (real: Store): Store => ({
  ...real,
  async record(...asked) {
    const row = await real.record(...asked)
    await pause(3)
    return row
  },
  async records(...asked) {
    const rows = await real.records(...asked)
    await pause(3)
    return rows
  },
})

// ------------------------------------------------------------------------------------------------ asking

export interface Asked {
  /** A token to be shown, or an agent that proves the request. */
  as?: string | Enrolled | null
  body?: unknown
  /** Instead of a body of JSON. */
  raw?: string | Buffer
  headers?: Record<string, string>
  signal?: AbortSignal
}

// biome-ignore lint/suspicious/noExplicitAny: any route's; whoever asks knows which.
type Any = any

export interface Answered {
  status: number
  headers: Headers
  text: string
  body: Any
}

export async function ask(site: Site, method: string, path: string, asked: Asked = {}): Promise<Answered> {
  const { as = null, raw, headers = {}, signal } = asked
  const full = path.startsWith('/api/') || path.startsWith('//') ? path.replace(/^\/\//, '/') : root + path
  const sent = raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body))
  const nowMs = site.plane.ground.nowMs()
  const shown = shownBy(as, { method, path: full, nowMs, ...(sent !== undefined && { body: sent }) })
  const answer = await fetch(`${site.url}${full}`, {
    method,
    headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...shown, ...headers },
    ...(sent !== undefined && { body: sent as string }),
    redirect: 'manual',
    signal: signal ?? AbortSignal.timeout(10_000),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: jsonIn(text) }
}

/** The headers by which they show who they are. */
export function shownBy(as: Asked['as'], terms: ProofTerms): Record<string, string> {
  if (as == null) return {}
  return typeof as === 'string' ? { authorization: `Bearer ${as}` } : proof(as, terms)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What it answers with that status; anything else fails the test. */
export async function ok(
  site: Site,
  method: string,
  path: string,
  asked: Asked = {},
  status = 0,
): Promise<Any> {
  const answer = await ask(site, method, path, asked)
  const isRight = status === 0 ? answer.status >= 200 && answer.status < 300 : answer.status === status
  assert.ok(isRight, `${method} ${path} answered ${answer.status}: ${answer.text}`)
  return answer.body
}

/** The code of the problem that it answers with. */
export async function codeOf(site: Site, method: string, path: string, asked: Asked = {}): Promise<string> {
  const { status, body, text } = await ask(site, method, path, asked)
  assert.ok(status >= 400 && typeof body?.code === 'string', `${method} ${path} answered ${status}: ${text}`)
  assert.equal(body.status, status)
  return body.code as string
}

// ------------------------------------------------------------------------------------------------ who asks

/** A person with roles, signed in: their session's token. No password is hashed, which would cost more than all the rest. */
export async function signedInAs(
  { plane: { keep, ground } }: Site,
  id: string,
  roles: Record<string, Role>,
): Promise<string> {
  const atMs = ground.nowMs()
  const by = { kind: 'person', id: 'alice' } as const
  const record = newPerson(id, roles, atMs)
  await keep.put('person', id, record, { event: { type: 'personAdded', person: id, roles, atMs, by } })
  return session({ plane: { keep, ground } }, id)
}

export async function session(
  { plane: { keep, ground } }: { plane: Pick<OpenPlane, 'keep' | 'ground'> },
  person: string,
): Promise<string> {
  const madeMs = ground.nowMs()
  const made = (hash: string): Kept['session'] => ({ hash, person, madeMs })
  const { text } = await keepToken(
    keep,
    'session',
    'session',
    ground.random,
    made,
    ground.nowMs() + sessionLifeMs,
  )
  return text.reveal()
}

export async function apiToken(
  site: Site,
  as: string,
  rights: readonly Right[],
  environments: readonly string[] = ['*'],
): Promise<{ id: string; token: string }> {
  return ok(site, 'POST', '/tokens', { as, body: { name: 'a token', rights, environments } }, 201)
}

/** An agent bound to consumers of the bench's credential, enrolled by a join token. */
export async function agentOn(
  site: Site,
  as: string,
  id: string,
  bindings: readonly { credential: string; consumer: string }[],
): Promise<Enrolled> {
  await ok(site, 'PUT', `/agents/${id}`, { as, body: { name: id, bindings } })
  const { join } = await ok(site, 'POST', `/agents/${id}/join`, { as, body: {} })
  const keys = newKeys()
  await ok(site, 'POST', '/agent/enrol', { body: { assertion: asserted(site, keys), join } }, 201)
  return withToken(site, id, keys)
}

export const asserted = (site: Site, keys: Enrolled['keys'], claims: object = {}) =>
  assertion(keys, { audience: site.url, nowMs: site.plane.ground.nowMs(), claims })

export async function withToken(site: Site, id: string, keys: Enrolled['keys']): Promise<Enrolled> {
  const { token, proofKey } = await ok(site, 'POST', '/agent/token', {
    body: { assertion: asserted(site, keys) },
  })
  return { id, keys, token, proofKey }
}

/** Of one installation: a token is good at all of its control planes, as their key and their names are. */
export const sharedName = (sites: readonly Site[]) => {
  for (const { plane } of sites) (plane.urls as string[]).push(...sites.map(one => one.url))
}

/** A credential as somebody registers one. */
export const orders = {
  name: 'Orders',
  kind: 'database',
  provider: 'fake',
  target: 'orders',
  environment: 'production',
}

/** Until it is so; what never comes fails the test with what was seen last. */
export async function until<T>(look: () => T | Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const untilMs = performance.now() + 10_000
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    assert.ok(performance.now() < untilMs, `it never came to it: ${JSON.stringify(seen)}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

export const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))
