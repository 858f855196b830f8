import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as wire from '@rekey/wire'
import { Value } from 'typebox/value'
import { Enrolment } from './fixture-enrolment.ts'
import { type OrderMore, TestOrders } from './fixture-orders.ts'
import { type ConnectOptions, connect, type Rekey } from './index.ts'

type Assigned = wire.AssignedValue

/** A control plane as small as can be, which checks for real what an agent proves. */
export class TestPlane {
  readonly join = `rekey_join_${randomBytes(8).toString('hex')}`
  readonly assigned = new Map<string, Assigned>()
  readonly statements: wire.StatementSaid[] = []
  readonly batches: (wire.BodyOf<typeof wire.report> & { repeated: boolean })[] = []
  readonly steps: wire.BodyOf<typeof wire.sessionStep>[] = []
  readonly orders = new TestOrders()
  readonly asked: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[] = []
  /** Switches. */
  offsetMs = 0
  isDown = false
  slowMs = 0
  tokenLifeMs = 600_000
  loseAnswersTo: string | null = null
  refuses: ((path: string) => { code: wire.ProblemCode } | null) | null = null
  hasStream = true
  /** Not of an older control plane. */
  hasOrders = true
  joinIsOnce = false
  mostStatements = 10_000
  refusedStatements: ((one: wire.StatementSaid) => boolean) | null = null
  readonly #server = createServer((request, response) => this.#handle(request, response))
  readonly #enrolment = new Enrolment()
  readonly #taken = new Set<string>()
  readonly streams = new Set<ServerResponse>()
  readonly #log: wire.AgentMessage[] = []
  #position = 100

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  connect(options: ConnectOptions = {}): Rekey {
    const usual = { url: this.url, join: this.join, instance: 'one', flushMs: 40, startMs: 0 }
    return connect({ ...usual, ...options })
  }

  count(path: string): number {
    return this.asked.filter(one => one.path.startsWith(`/api/v1${path}`)).length
  }

  said(says: wire.StatementSaid['says']): wire.StatementSaid[] {
    return this.statements.filter(one => one.says === says)
  }

  /** The versions that the last report said are held. */
  get held(): unknown[] {
    return this.batches
      .at(-1)!
      .statements.filter(one => one.says === 'present')
      .map(one => one.version)
  }

  uses(outcome: wire.StatementSaid['outcome'], version?: number): number {
    const found = this.said('used').filter(
      one => one.outcome === outcome && (version ?? one.version) === one.version,
    )
    return found.reduce((sum, one) => sum + (one.times ?? 1), 0)
  }

  nowMs(): number {
    return Date.now() + this.offsetMs
  }

  /** Assigns, and tells those who listen. */
  assign(credential: string, version: number, more: Partial<Assigned> = {}): Assigned {
    this.#position++
    const consumer = more.consumer ?? 'web'
    const before = this.assigned.get(credential)
    const one: Assigned = {
      credential,
      consumer,
      version,
      sinceMs: this.nowMs(),
      fingerprint: `f${version}`.padEnd(16, '0'),
      handle: `login_${version}`,
      expiresMs: null,
      ttlMs: 60_000,
      lanes: [],
      inFlight: 'finish',
      accepted: [...new Set([...(before?.accepted ?? []), version])],
      rotation: null,
      withoutContactMs: null,
      value: `s3cret-${credential}-${version}`,
      ...more,
      position: this.#position,
    }
    this.assigned.set(credential, one)
    this.tell({ credential, consumer, type: 'assigned', version })
    return one
  }

  tell(message: Omit<wire.AgentNews, 'position' | 'atMs'>): void {
    this.#say({ ...message, position: this.#position, atMs: this.nowMs() })
  }

  /** An order, written down and told to those who listen. */
  kill(credential: string, version: number, more: OrderMore & { skip?: number; isMissed?: boolean } = {}) {
    const given = this.orders.kill(credential, version, more)
    if (more.isMissed !== true) this.tellOrder(given.text, credential, version)
    return given
  }

  tellOrder(order: string, credential = 'docs', version = 1): void {
    const message = { position: ++this.#position, type: 'kill' as const, atMs: this.nowMs() }
    this.#say({ ...message, credential, version, order }, false)
  }

  tellKeys(keys: string): void {
    this.#say({ position: ++this.#position, type: 'keys', keys, atMs: this.nowMs() }, false)
  }

  #say(message: wire.AgentMessage, isLogged = true): void {
    if (isLogged) this.#log.push(message)
    for (const stream of this.streams) send(stream, message)
  }

  breakStreams(): void {
    for (const stream of this.streams) stream.destroy()
    this.streams.clear()
  }

  forgetTokens(): void {
    this.#enrolment.tokens.clear()
  }

  forgetKeys(): void {
    this.#enrolment.keys.clear()
    this.forgetTokens()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const path = request.url ?? ''
    const method = request.method ?? ''
    this.asked.push({ method, path, headers: request.headers, body })
    if (this.isDown) return void request.socket.destroy()
    if (this.slowMs > 0) await new Promise(resolve => setTimeout(resolve, this.slowMs))
    if (request.socket.destroyed) return
    const answer = this.#answer(method, path, request.headers, body, response)
    if (this.loseAnswersTo !== null && path.includes(this.loseAnswersTo)) return void request.socket.destroy()
    if (answer === null) return
    const { status, json, etag } = answer
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
      ...(etag !== undefined && { etag }),
    })
    response.end(json === undefined ? undefined : JSON.stringify(json))
  }

  #answer(
    method: string,
    path: string,
    headers: IncomingMessage['headers'],
    body: string,
    response: ServerResponse,
  ): { status: number; json?: unknown; etag?: string } | null {
    const { pathname, searchParams } = new URL(path, this.url)
    const at = `${method} ${pathname.replace('/api/v1', '')}`
    const refused = this.refuses?.(pathname)
    if (refused) return this.#problem(refused.code)
    const joined = this.#enrolment.answer(at, body, this)
    if (joined !== null) return typeof joined === 'string' ? this.#problem(joined) : joined
    const wrong = this.#enrolment.proofs.wrong(
      this.#enrolment.tokens,
      { method, path, headers, body },
      this.nowMs(),
    )
    if (wrong !== null) return this.#problem(wrong)
    if (at === 'POST /agent/observations') return this.#report(body)
    if (at === 'POST /agent/sessions') return this.#step(body)
    if (at === 'GET /agent/stream') return this.#stream(headers, response, searchParams)
    if (at === 'GET /agent/changes') return this.#changes(Number(searchParams.get('after') ?? 0))
    const asked = this.hasOrders ? this.orders.answer(at, searchParams) : null
    if (asked !== null) return asked
    const name = /^GET \/agent\/credentials\/(.+)$/.exec(at)?.[1]
    const found = name === undefined ? undefined : this.assigned.get(decodeURIComponent(name))
    if (found === undefined) return this.#problem(name === undefined ? 'not-found' : 'not-assigned')
    const etag = `"${createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 16)}"`
    if (headers['if-none-match'] === etag) return { status: 304 }
    return { status: 200, json: found, etag }
  }

  #problem(code: wire.ProblemCode) {
    const [status, title] = wire.problems[code]
    return {
      status,
      json: { type: 'about:blank', title, status, code, ...(status === 401 && { nowMs: this.nowMs() }) },
    }
  }

  #report(text: string) {
    const body = JSON.parse(text) as wire.BodyOf<typeof wire.report>
    assert.ok(
      Value.Check(wire.report.body!, body),
      [...Value.Errors(wire.report.body!, body)].map(e => JSON.stringify(e)).join(),
    )
    if (body.statements.length > this.mostStatements) return this.#problem('too-large')
    const repeated = this.#taken.has(body.batch)
    this.#taken.add(body.batch)
    this.batches.push({ ...body, repeated })
    const refused = body.statements.flatMap((one, at) =>
      this.refusedStatements?.(one) ? [{ at, why: 'stale' }] : [],
    )
    if (!repeated) this.statements.push(...body.statements.filter(one => !this.refusedStatements?.(one)))
    const folded = repeated ? 0 : body.statements.length - refused.length
    const json = { folded, ghosts: 0, repeated, refused, refusedCount: refused.length, nowMs: this.nowMs() }
    return { status: 200, json }
  }

  #step(text: string) {
    const body = JSON.parse(text) as wire.BodyOf<typeof wire.sessionStep>
    assert.ok(Value.Check(wire.sessionStep.body!, body))
    this.steps.push(body)
    return { status: 200, json: { ok: true, nowMs: this.nowMs() } }
  }

  #stream(headers: IncomingMessage['headers'], response: ServerResponse, query: URLSearchParams) {
    if (!this.hasStream) return this.#problem('not-acceptable')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': here\n\n')
    for (const one of this.hasOrders ? this.orders.first(query) : [])
      send(response, { ...one, position: this.#position, atMs: this.nowMs() })
    const last = headers['last-event-id']
    const since = last === undefined ? Number.POSITIVE_INFINITY : Number(last)
    for (const one of this.#log) if (one.position > since) send(response, one)
    this.streams.add(response)
    response.on('close', () => this.streams.delete(response))
    return null
  }

  #changes(since: number) {
    const items = this.#log.filter(one => one.position > since)
    return {
      status: 200,
      json: { items, position: this.#position, ...(this.hasOrders && { epoch: this.orders.epoch }) },
    }
  }
}

function send(stream: ServerResponse, message: wire.AgentMessage): void {
  stream.write(`id: ${message.position}\ndata: ${JSON.stringify(message)}\n\n`)
}

/** Runs with a control plane and a connection to it, and closes both. */
export async function withPlane(
  run: (plane: TestPlane, rekey: Rekey) => Promise<void>,
  options: ConnectOptions = {},
): Promise<void> {
  const plane = await new TestPlane().start()
  const rekey = plane.connect(options)
  try {
    await run(plane, rekey)
  } finally {
    plane.isDown = false
    plane.refuses = null
    plane.slowMs = 0
    await rekey.close({ graceMs: 0 })
    await plane.stop()
  }
}

export async function until(what: () => boolean, limitMs = 10_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!what()) {
    assert.ok(performance.now() < endMs, `waited in vain: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

export const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export const refused = () => Object.assign(new Error('refused'), { status: 401 })
