// For tests only: those who send signals, each signing in the way that its own documentation says, independently of the code that checks it;
// and a server that stands for GitHub, written from its published contract.
import { createHmac, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { Secret } from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import { callAs, type OpenPlane, personAs, planeOn } from '../api/fixtures.ts'
import type { Plane } from '../api/plane.ts'
import { signalSourceHandlers } from '../api/signal-sources.ts'
import { signalHandlers, signalPolicyHandlers } from '../api/signals.ts'
import { type Bench, type BenchOptions, bench, firstValue, person } from '../fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'
import { receiver } from '../webhooks/fixtures.ts'
import { type Hooked, signalHook } from './hook.ts'
import type { Incident } from './record.ts'
import { workSignals } from './work.ts'

export const admin = personAs('alice', 'admin')

export interface Post {
  b: Bench
  plane: OpenPlane
  /** Registers a source of signals, and answers the secret that is shown once. */
  source(id: string, body: object): Promise<string>
  policy(body: object): Promise<unknown>
  hook(id: string, headers: Record<string, string>, body: string | Buffer): Promise<Hooked>
  /** Everything on the list, worked off. */
  work(): Promise<void>
  incidents(): Promise<(Incident & { id: string })[]>
  /** Types of all events of signals, in order. */
  told(): Promise<string[]>
  signals: ReturnType<typeof signalHandlers>
}

export async function post(t: TestContext, options: BenchOptions = {}): Promise<Post> {
  const b = await bench(options)
  const random = b.ground.random
  let drawn = 0
  b.ground.random = bytes => random(bytes).map((_, at) => (at * 31 + ++drawn * 17) % 256)
  const plane = await planeOn(b)
  t.after(async () => {
    await plane.signals.watch.settled()
    await plane.stop()
    await b.store.close()
  })
  const sources = signalSourceHandlers(plane)
  const policies = signalPolicyHandlers(plane)
  const hear = signalHook(plane)
  return {
    b,
    plane,
    signals: signalHandlers(plane),
    async source(id, body) {
      const answer = await sources.put(callAs(admin, { params: { id }, body }))
      return (answer as { secret: string | null }).secret ?? ''
    },
    policy: body =>
      policies.put(callAs(admin, { body: { reactions: {}, killsPerHour: {}, groupMs: 3_600_000, ...body } })),
    hook: (id, headers, body) => hear(id, headers, Buffer.from(body)),
    async work() {
      while (await workSignals(plane));
    },
    async incidents() {
      const all = await plane.keep.all('signal')
      return all.map(({ id, record }) => ({ id, ...record })).sort((a, b) => a.firstMs - b.firstMs)
    },
    async told() {
      const events = await b.store.events(0, 100_000)
      return events.filter(one => one.stream.startsWith('signal/')).map(one => one.type)
    },
  }
}

/** An incident about the credential, as it is kept. */
export async function aSignal({ keep, ground }: Plane, credential: string): Promise<string> {
  const id = ground.id()
  const atMs = ground.nowMs()
  const record: Incident = {
    subject: `version 99 ${credential}`,
    kind: 'alert',
    kinds: ['alert'],
    sources: ['scanner'],
    summary: 'a test says so',
    credential,
    version: 99,
    environment: 'production',
    how: 'hint',
    own: null,
    count: 1,
    firstMs: atMs,
    lastMs: atMs,
    state: 'open',
    wanted: 'page',
    reaction: 'page',
    reasons: [],
    what: [],
    did: [],
    signal: {
      source: 'scanner',
      source_event_id: 'one',
      received_at: new Date(atMs).toISOString(),
      auth: { scheme: 'none', key_id: null, verified: false },
      match: { credential, version: 99, how: 'hint' },
      confidence: 0.5,
      public: false,
      evidence_hash: 'none',
      locations: [],
    },
    seq: 0,
  }
  await keep.put('signal', id, record)
  return id
}

// ------------------------------------------------------------------------------------------------ those who sign

const hex = (key: string, body: string | Buffer) => createHmac('sha256', key).update(body).digest('hex')

export const gitHubHeaders = (
  secret: string,
  body: string,
  delivery: string,
  event = 'secret_scanning_alert',
) => ({
  'x-github-event': event,
  'x-github-delivery': delivery,
  'x-hub-signature-256': `sha256=${hex(secret, body)}`,
})

export const gitGuardianHeaders = (token: string, body: string, atMs: number) => {
  const timestamp = String(Math.floor(atMs / 1_000))
  return { timestamp, 'gitguardian-signature': `sha256=${hex(timestamp + token, body)}` }
}

export const siemHeaders = (secret: string, body: string) => ({
  'x-rekey-signature': `sha256=${hex(secret, body)}`,
})

export const standardHeaders = (secret: string, body: string, id: string, atMs: number) => {
  const timestamp = String(Math.floor(atMs / 1_000))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` }
}

/** A message of a SIEM that shows the value itself. */
export const shows = (value: string, more: object = {}) =>
  JSON.stringify({
    rule: { id: Math.random() },
    found: { value, where: `https://paste.example/${value}` },
    ...more,
  })
export const siemOf = (more: object = {}) => ({
  kind: 'siem',
  as: 'public-leak',
  siem: { fields: { value: '$.found.value', location: '$.found.where', summary: '$.text', ...more } },
})

/** A value, told by a rule. */
export async function say(
  p: Post,
  source: string,
  secret: string,
  value: string,
  more: object = {},
): Promise<void> {
  const body = shows(value, more)
  await p.hook(source, siemHeaders(secret, body), body)
}

/** The versions that were killed. */
export const killed = async ({ b }: Post, credential = b.credential): Promise<number[]> =>
  (await b.store.versions(credential)).filter(one => one.compromised).map(one => one.number)

/** Another credential, and its value. */
export async function another(
  { b: { ground, world } }: Pick<Post, 'b'>,
  id: string,
  environment = 'production',
): Promise<string> {
  const value = `the value of ${id}`
  const there = { handle: id, credential: id, operation: '', value, rights: [], sessions: [] }
  world.versions.push({ ...there, state: 'enabled' })
  const existing = { handle: id, secret: new Secret(value), issuedMs: ground.nowMs() }
  const record = aCredential({ id, environment })
  await registerCredential(ground, record, [aConsumer({ credential: id })], existing, person)
  return value
}

// ------------------------------------------------------------------------------------------------ GitHub

export interface GitHub {
  url: string
  /** What alert number 7 of octo/app has in it. */
  secret: string
  /** It answers so instead. */
  instead: ((response: ServerResponse) => void) | null
  asked: string[]
  /** Signs as the partner programme does. */
  partner(body: string): Record<string, string>
}

export const gitHubToken = 'the-token-that-may-read-alerts'

/** docs.github.com, "REST API endpoints for secret scanning", and "Secret scanning partner program". */
export async function gitHub(t: TestContext): Promise<GitHub> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const it: GitHub = {
    url: '',
    secret: firstValue,
    instead: null,
    asked: [],
    partner: body => partnerHeaders(privateKey, body),
  }
  const port = await receiver(t, (request, response) => {
    it.asked.push(`${request.method} ${request.url}`)
    if (it.instead !== null) return it.instead(response)
    const say = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.url === '/meta/public_keys/secret_scanning') {
      const key = publicKey.export({ type: 'spki', format: 'pem' })
      return say(200, { public_keys: [{ key_identifier: 'key-1', key, is_current: true }] })
    }
    if (request.headers.authorization !== `Bearer ${gitHubToken}`)
      return say(401, { message: 'Bad credentials' })
    if (request.url !== '/repos/octo/app/secret-scanning/alerts/7') return say(404, { message: 'Not Found' })
    say(200, { number: 7, state: 'open', secret_type: 'adafruit_io_key', secret: it.secret })
  })
  it.url = `http://127.0.0.1:${port}`
  return it
}

const partnerHeaders = (key: KeyObject, body: string) => ({
  'github-public-key-identifier': 'key-1',
  'github-public-key-signature': signWith('sha256', Buffer.from(body), key).toString('base64'),
})

export const alertBody = (more: object = {}, alert: object = {}) =>
  JSON.stringify({
    action: 'created',
    alert: {
      number: 7,
      html_url: 'https://github.com/octo/app/security/secret-scanning/7',
      secret_type: 'adafruit_io_key',
      secret_type_display_name: 'Adafruit IO Key',
      validity: 'active',
      publicly_leaked: true,
      ...alert,
    },
    repository: { full_name: 'octo/app', private: true },
    ...more,
  })

export const knowsToken = ({ b }: Post) => {
  b.ground.admin = async () => new Secret(gitHubToken)
}
