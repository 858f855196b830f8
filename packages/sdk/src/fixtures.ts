import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as wire from '@rekey/wire'
import { Value } from 'typebox/value'
import { Proofs, type Token } from './fixture-proofs.ts'
import { type ConnectOptions, connect, type Rekey } from './index.ts'

type Assigned = wire.AssignedValue

/** A control plane as small as can be, which checks for real what an agent proves. */
export class TestPlane {
  readonly join = `rekey_join_${randomBytes(8).toString('hex')}`
  /** By credential, or by credential and consumer with a slash between. */
  readonly assigned = new Map<string, Assigned>()
  readonly statements: wire.StatementSaid[] = []
  readonly batches: {
    batch: string
    instance: string
    statements: wire.StatementSaid[]
    repeated: boolean
  }[] = []
  readonly steps: wire.BodyOf<typeof wire.sessionStep>[] = []
  readonly asked: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[] = []
  /** Switches. */
  offsetMs = 0
  isDown = false
  slowMs = 0
  tokenLifeMs = 600_000
  loseAnswersTo: string | null = null
  refuses: ((path: string) => { code: wire.ProblemCode } | null) | null = null
  hasStream = true
  joinIsOnce = false
  mostStatements = 10_000
  refusedStatements: ((one: wire.StatementSaid) => boolean) | null = null
  readonly #server = createServer((request, response) => this.#handle(request, response))
  readonly #keys = new Set<string>()
  readonly #tokens = new Map<string, Token>()
  readonly #proofs = new Proofs()
  readonly #taken = new Set<string>()
  readonly streams = new Set<ServerResponse>()
  readonly #log: wire.AgentMessage[] = []
  #position = 100
  #joins = 0

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
      value: `s3cret-${credential}-${version}`,
      ...more,
      position: this.#position,
    }
    this.assigned.set(credential, one)
    this.tell({ credential, consumer, type: 'assigned', version })
    return one
  }

  tell(message: Omit<wire.AgentMessage, 'position' | 'atMs'>): void {
    const full = { ...message, position: this.#position, atMs: this.nowMs() }
    this.#log.push(full)
    for (const stream of this.streams) send(stream, full)
  }

  breakStreams(): void {
    for (const stream of this.streams) stream.destroy()
    this.streams.clear()
  }

  forgetTokens(): void {
    this.#tokens.clear()
  }

  forgetKeys(): void {
    this.#keys.clear()
    this.#tokens.clear()
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
    if (at === 'POST /agent/enrol') return this.#enrol(body)
    if (at === 'POST /agent/token') return this.#token(body)
    const wrong = this.#proofs.wrong(this.#tokens, { method, path, headers, body }, this.nowMs())
    if (wrong !== null) return this.#problem(wrong)
    if (at === 'POST /agent/observations') return this.#report(body)
    if (at === 'POST /agent/sessions') return this.#step(body)
    if (at === 'GET /agent/stream') return this.#stream(headers, response)
    if (at === 'GET /agent/changes') return this.#changes(Number(searchParams.get('after') ?? 0))
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

  #enrol(text: string) {
    const body = JSON.parse(text) as wire.BodyOf<typeof wire.enrol>
    assert.ok(Value.Check(wire.enrol.body!, body))
    const key = this.#proofs.thumbprint(body.assertion, this.url, this.nowMs())
    if (key === null) return this.#problem('bad-proof')
    if (body.join !== this.join) return this.#problem('not-signed-in')
    if (this.joinIsOnce) this.#joins++
    if (this.#joins > 1) return this.#problem('not-signed-in')
    this.#keys.add(key)
    return { status: 201, json: { agent: 'a1', key, bindings: [], nowMs: this.nowMs() } }
  }

  #token(text: string) {
    const body = JSON.parse(text) as wire.BodyOf<typeof wire.token>
    const key = this.#proofs.thumbprint(body.assertion, this.url, this.nowMs())
    if (key === null) return this.#problem('bad-proof')
    if (!this.#keys.has(key)) return this.#problem('not-signed-in')
    const token = `rka1.${randomUUID()}`
    const proofKey = randomBytes(32)
    const expiresMs = Math.round(this.nowMs() + this.tokenLifeMs)
    this.#tokens.set(token, { proofKey, expiresMs })
    const more = { agent: 'a1', bindings: [], nowMs: this.nowMs() }
    return { status: 200, json: { token, proofKey: proofKey.toString('base64url'), expiresMs, ...more } }
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

  #stream(headers: IncomingMessage['headers'], response: ServerResponse) {
    if (!this.hasStream) return this.#problem('not-acceptable')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': here\n\n')
    const last = headers['last-event-id']
    const since = last === undefined ? Number.POSITIVE_INFINITY : Number(last)
    for (const one of this.#log) if (one.position > since) send(response, one)
    this.streams.add(response)
    response.on('close', () => this.streams.delete(response))
    return null
  }

  #changes(since: number) {
    const items = this.#log.filter(one => one.position > since)
    return { status: 200, json: { items, position: this.#position } }
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
