// For tests only: control planes that push, and a receiver of shared signals as a third party writes one from the standards (SSF 1.0,
// RFC 8417, 8935, 8936), with jose and nothing of ours.
import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Secret } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import type { Store } from '@rekey/store'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { allEvents, person } from '../fixtures.ts'
import { ok, signedInAs, type Town, town } from '../http/fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'
import { receiver as listening } from '../webhooks/fixtures.ts'
import { startSignalPush } from './push.ts'

export const caep = 'https://schemas.openid.net/secevent/caep/event-type'
export const ssf = 'https://schemas.openid.net/secevent/ssf/event-type'
export const push = 'urn:ietf:rfc:8935'
export const pollBy = 'urn:ietf:rfc:8936'

export interface Heard {
  jti: string
  txn: string | undefined
  event: string
  said: Record<string, unknown>
  sub_id: Record<string, unknown>
  atMs: number
}

export interface Told {
  issuer: string
  audience: string
  nowMs: () => number
}

/** SSF 1.0, 4: what a receiver has to look at before it believes a token. */
export async function verified(
  text: string,
  jwksUri: string,
  { issuer, audience, nowMs }: Told,
): Promise<Heard> {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const { payload, protectedHeader } = await jwtVerify(text, keys, {
    issuer,
    audience,
    algorithms: ['RS256'],
    typ: 'secevent+jwt',
    requiredClaims: ['iss', 'aud', 'iat', 'jti', 'events', 'sub_id'],
    currentDate: new Date(nowMs()),
  })
  assert.equal(protectedHeader.typ, 'secevent+jwt')
  assert.ok(!('sub' in payload) && !('exp' in payload))
  assert.equal(typeof payload.aud, 'string')
  const events = Object.entries(payload['events'] as Record<string, Record<string, unknown>>)
  assert.equal(events.length, 1)
  const [event, said] = events[0]!
  return {
    jti: payload.jti!,
    txn: payload['txn'] as string | undefined,
    event,
    said,
    sub_id: payload['sub_id'] as Record<string, unknown>,
    atMs: performance.now(),
  }
}

export interface PushReceiver {
  heard: Heard[]
  /** How many requests came, taken or not. */
  requests: number
  /** What is answered instead of 202, as long as it is set. */
  instead: { status: number; body?: string } | null
  authorization: string | null
  listener: (request: IncomingMessage, response: ServerResponse) => void
}

export function pushReceiver(jwksUri: () => string, told: () => Told): PushReceiver {
  const receiver: PushReceiver = {
    heard: [],
    requests: 0,
    instead: null,
    authorization: null,
    listener(request, response) {
      receiver.requests++
      void answer(request).then(
        ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
        error => response.writeHead(500).end(String(error)),
      )
    },
  }
  const answer = async (request: IncomingMessage): Promise<{ status: number; body?: string }> => {
    let text = ''
    for await (const part of request) text += part
    if (receiver.instead !== null) return receiver.instead
    receiver.authorization = request.headers.authorization ?? null
    const isRight =
      request.method === 'POST' &&
      request.headers['content-type'] === 'application/secevent+jwt' &&
      request.headers.accept === 'application/json'
    if (!isRight) return refusal('invalid_request')
    try {
      const heard = await verified(text, jwksUri(), told())
      if (!receiver.heard.some(one => one.jti === heard.jti)) receiver.heard.push(heard)
      return { status: 202 }
    } catch (error) {
      return refusal('invalid_request', String(error))
    }
  }
  return receiver
}

const refusal = (err: string, description = 'it is not right') => ({
  status: 400,
  body: JSON.stringify({ err, description }),
})

export interface Stream {
  stream_id: string
  aud: string
  delivery: { method: string; endpoint_url: string }
  events_delivered: string[]
}

interface Configuration extends Record<string, unknown> {
  issuer: string
  jwks_uri: string
}

let made = 0

/** Two control planes on one store, both of them pushing. */
export class SignalTown {
  readonly t: Town
  readonly admin: string
  #loops: { stop(): Promise<void> }[] = []

  private constructor(t: Town, admin: string) {
    this.t = t
    this.admin = admin
  }

  static async open(store?: Store): Promise<SignalTown> {
    const t = await town({ planes: 2, bus: true, ...(store !== undefined && { store }) })
    const one = new SignalTown(t, await signedInAs(t.site, 'alice', { '*': 'admin' }))
    one.startLoops()
    return one
  }

  startLoops(): void {
    this.#loops = this.t.sites.map(({ plane }) => startSignalPush(plane, { everyMs: 20, timeoutMs: 2_000 }))
  }

  async stopLoops(): Promise<void> {
    for (const loop of this.#loops) await loop.stop()
  }

  async stop(): Promise<void> {
    await this.stopLoops()
    await this.t.stop()
  }

  /** Nothing went wrong, and no secret of a receiver is in the record or the log. */
  async clean(): Promise<void> {
    assert.deepEqual(this.t.b.trouble, [])
    const all = (await allEvents(this.t.store)) + this.t.lines.join()
    assert.ok(!all.includes('rekey_receiver_') && !all.includes('of-the-receiver'))
  }

  async credentialIn(environment: string): Promise<string> {
    const { ground } = this.t.b
    const id = `c-${++made}`
    const record = aCredential({ id, environment })
    const existing = { handle: id, secret: new Secret(`the value of ${id}`), issuedMs: ground.nowMs() }
    assert.ok(await registerCredential(ground, record, [], existing, person))
    return id
  }

  kill(credential: string, nth = 0): Promise<{ id: string }> {
    const body = { scope: { of: 'credential', credential }, reason: 'seen in a public repository' }
    return ok(this.t.sites[nth]!, 'POST', '/kills', { as: this.admin, body })
  }

  /** Its secret. */
  async enrolled(id: string, more: object = {}): Promise<string> {
    const body = { name: id, environments: ['production'], ...more }
    return (await ok(this.t.site, 'PUT', `/receivers/${id}`, { as: this.admin, body })).secret
  }

  async discovered(): Promise<Configuration> {
    const answer = await fetch(`${this.t.site.url}/.well-known/ssf-configuration`)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    return (await answer.json()) as Configuration
  }

  create(as: string, body: object = {}): Promise<Stream> {
    return ok(this.t.site, 'POST', '/ssf/streams', { as, body }, 201)
  }

  /** A stream that is pushed to a receiver of the test's own. */
  async pushed(context: Parameters<typeof listening>[0], as: string, more: object = {}) {
    const { issuer, jwks_uri } = await this.discovered()
    const told: Told = { issuer, audience: '', nowMs: () => this.t.b.clock.nowMs }
    const receiver: PushReceiver = pushReceiver(
      () => jwks_uri,
      () => told,
    )
    const endpoint_url = `http://127.0.0.1:${await listening(context, receiver.listener)}/events`
    const delivery = { method: push, endpoint_url, authorization_header: 'Bearer of-the-receiver' }
    const stream = await this.create(as, { delivery, ...more })
    told.audience = stream.aud
    return { receiver, stream }
  }

  async pollAt(
    as: string,
    { delivery }: Stream,
    body: object = {},
  ): Promise<{ sets: Record<string, string>; moreAvailable: boolean }> {
    const path = new URL(delivery.endpoint_url).pathname
    return ok(this.t.site, 'POST', path, { as, body: { returnImmediately: true, ...body } }, 200)
  }

  async heardIn(sets: Record<string, string>, stream: Stream): Promise<Heard[]> {
    const { issuer, jwks_uri } = await this.discovered()
    const told: Told = { issuer, audience: stream.aud, nowMs: () => this.t.b.clock.nowMs }
    const all = await Promise.all(Object.values(sets).map(text => verified(text, jwks_uri, told)))
    assert.deepEqual(
      all.map(one => one.jti),
      Object.keys(sets),
    )
    return all
  }
}
