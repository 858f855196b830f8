// For tests only: a plane with its real door on loopback, and what stands outside it: receivers, senders, somebody who waits.
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type AccessEvent, Secret } from '@rekey/core'
import type { StoredEvent } from '@rekey/store'
import type { EventView } from '@rekey/wire'
import { proofWindowMs, replayGuard } from '../access/possession.ts'
import { callAs, type OpenPlane, personAs, planeOn } from '../api/fixtures.ts'
import { sourceHandlers } from '../api/sources.ts'
import { telemetryHandlers } from '../api/telemetry.ts'
import { webhookHandlers } from '../api/webhooks.ts'
import { type Bench, type BenchOptions, bench } from '../fixtures.ts'
import type { Handlers } from '../http/call.ts'
import { until } from '../http/fixtures.ts'
import { limits } from '../http/limits.ts'
import { onceOf } from '../http/once.ts'
import { serverOf } from '../http/server.ts'
import { startPush } from '../webhooks/push.ts'
import { sign } from '../webhooks/standard.ts'

export interface Doors {
  b: Bench
  plane: OpenPlane
  handlers: Pick<Handlers, 'sources' | 'telemetry' | 'webhooks'>
  url: string
  /** Registers a source as an admin, and answers what is shown of it once. */
  source(id: string, body: object): Promise<string>
  /** Registers a webhook as an admin. */
  webhook(id: string, body: object): Promise<string>
  events(): Promise<StoredEvent[]>
}

interface Shown {
  secret: string | null
}

export const admin = personAs('alice', 'admin')

export async function doors(
  t: TestContext,
  options: BenchOptions = {},
  nowMs: number | null = null,
): Promise<Doors> {
  const b = await bench(options)
  if (nowMs !== null) b.clock.nowMs = nowMs
  b.ground.random = randomBytes
  const plane = await planeOn(b)
  const handlers = {
    sources: sourceHandlers(plane),
    telemetry: telemetryHandlers(plane),
    webhooks: webhookHandlers(plane),
  }
  // Nobody asks for the others here.
  const all = new Proxy(handlers, { get: (some, name) => Reflect.get(some, name) ?? {} })
  const { keep, agentTokens, metrics, refusals } = plane
  const { vault } = b.ground
  const server = serverOf({
    door: {
      keep,
      agentTokens,
      seen: replayGuard(proofWindowMs),
      nowMs: b.ground.nowMs,
      origins: new Set(),
      fenced: async () => false,
      fencedLately: () => false,
    },
    handlers: all as unknown as Handlers,
    limits: limits(),
    once: onceOf(keep, vault, b.ground.nowMs, error => b.trouble.push({ where: 'once', error })),
    metrics,
    refusals,
    log: () => undefined,
    trouble: (where, error) => b.trouble.push({ where, error }),
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  t.after(async () => {
    await server.close()
    await plane.stop()
    await b.store.close()
  })
  const shown = ({ secret }: Shown) => secret ?? ''
  return {
    b,
    plane,
    handlers,
    url,
    async source(id, body) {
      const usual = { bindings: [], lagMs: 60_000, complete: false }
      const call = callAs(admin, { params: { id }, body: { ...usual, ...body } })
      return shown((await handlers.sources.put(call)) as Shown)
    },
    async webhook(id, body) {
      return shown((await handlers.webhooks.put(callAs(admin, { params: { id }, body }))) as Shown)
    },
    events: () => b.store.events(0, 10_000),
  }
}

/** The events of a type, once there is one that fits. */
export async function toldOf(
  { events }: Pick<Doors, 'events'>,
  type: string,
  fits: Record<string, unknown>,
): Promise<Record<string, unknown>[]> {
  const isIt = (data: Record<string, unknown>) =>
    Object.entries(fits).every(([key, one]) => data[key] === one)
  return until(
    async () =>
      (await events())
        .filter(event => event.type === type)
        .map(event => JSON.parse(event.data) as Record<string, unknown>)
        .filter(isIt),
    found => found.length > 0,
  )
}

export interface Heard {
  atMs: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Whatever is sent there is kept, and answered as the test wants it; an answer that never comes is left open. */
export async function receiver(
  t: TestContext,
  answer: (heard: Heard, response: ServerResponse, nth: number) => void = (_, response) => response.end(),
): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const one = { atMs: performance.now(), headers: request.headers, body: Buffer.concat(parts) }
    heard.push(one)
    answer(one, response, heard.length)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
}

/** A signed message to a source's hook. */
export async function knock(
  { url, b }: Doors,
  source: string,
  secret: string,
  said: unknown,
  { id = `msg_${Math.random()}`.replace('.', ''), atMs = b.clock.nowMs, forged = '' } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = Buffer.from(typeof said === 'string' ? said : JSON.stringify(said))
  const timestampS = Math.floor(atMs / 1_000)
  const signed = sign({ id, timestampS, body, secrets: [new Secret(secret)] })
  const response = await fetch(`${url}/api/v1/sources/${source}/hook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed },
    body: Buffer.concat([body, Buffer.from(forged)]),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const by = { kind: 'person', id: 'alice' } as const
/** An event that concerns all environments, with a number to know it again by. */
export const note = ({ plane, b }: Doors, n: number, more = '') =>
  plane.keep.note('person/bob', {
    type: 'signedOut',
    person: `${n}${more}`,
    atMs: b.clock.nowMs,
    by,
  } satisfies AccessEvent)

export function push(t: TestContext, { plane }: Doors, options = {}) {
  const pushing = startPush(plane, { everyMs: 5, ...options })
  t.after(() => pushing.stop())
  return pushing
}

export const eventsIn = ({ body }: Heard) =>
  (JSON.parse(body.toString()) as { data: { events: EventView[] } }).data.events
export const numbersIn = (heard: readonly Heard[]) =>
  heard.flatMap(eventsIn).map(one => Number.parseInt((one.data as { person: string }).person, 10))
export const idsOf = (heard: readonly Heard[]) => heard.map(one => one.headers['webhook-id'])
export const types = ['signedOut']
export const viewOf = async ({ handlers }: Doors) => {
  const { items } = (await handlers.webhooks.list(callAs(admin))) as {
    items: { off: string | null; position: number; failing: { attempts: number; why: string } | null }[]
  }
  return items[0]!
}
export const count = ({ plane }: Doors, name: string) =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(plane.metrics.text({}))?.[1])
