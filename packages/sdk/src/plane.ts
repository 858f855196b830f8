// The control plane, as an agent speaks to it: enrol once, get short-lived tokens for proving the key, prove each request
// (docs/agents.md). Knows the time over there, and gets over whatever a second try can mend.
import type { AnswerOf, enrol, token } from '@rekey/wire'
import type { Clock } from './clock.ts'
import type { Contact } from './contact.ts'
import { readFileText } from './environment.ts'
import { awayError, problemError, RekeyError } from './error.ts'
import { type AgentKey, agentKey, assertionOf, type Key, proofKeyOf, proofOf } from './key.ts'
import type { Settings } from './settings.ts'
import { type Answered, problemOf, refusal, type Sent, Transport } from './transport.ts'

export interface Ask {
  method?: 'GET' | 'POST'
  /** Below /api/v1, with its query. */
  path: string
  body?: unknown
  headers?: Record<string, string>
  isQuiet?: boolean
  /** An older control plane does not have it, and that is nothing to complain of. */
  mayBeMissing?: boolean
  timeoutMs?: number
  signal?: AbortSignal
}

interface Token {
  text: string
  proofKey: Key
  renewMs: number
  expiresMs: number
}

/** At this part of its life a token is renewed. */
const renewAt = 0.75

export class Plane {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #contact: Contact
  readonly #transport: Transport
  readonly #base: string
  #key: Promise<AgentKey> | null = null
  #isEnrolled: boolean | null = null
  #token: Token | null = null
  #renewing: Promise<Token> | null = null

  constructor(settings: Settings, clock: Clock, contact: Contact) {
    this.#settings = settings
    this.#clock = clock
    this.#contact = contact
    this.#transport = new Transport(settings.fetch)
    this.#base = `${settings.url.pathname.replace(/\/$/, '')}/api/v1`
  }

  /** An answer that is not a refusal: 2xx, or 304. */
  async ask(ask: Ask): Promise<Answered> {
    return this.#proved(ask, async sent => {
      const sentMs = Date.now()
      const answered = await this.#transport.ask(sent)
      this.#clock.heard((answered.body as { nowMs?: unknown } | null)?.nowMs, sentMs, Date.now())
      return { ...answered, value: answered }
    })
  }

  /** An answer that goes on until `signal` ends it. */
  async open(ask: Ask & { signal: AbortSignal }): Promise<Response> {
    return this.#proved(ask, async sent => {
      const response = await this.#transport.open({ ...sent, isQuiet: true, signal: ask.signal })
      const body = response.status < 300 ? null : await response.json().catch(() => null)
      return { status: response.status, etag: null, body, value: response }
    })
  }

  close(): void {
    this.#transport.close()
  }

  async #proved<T>(ask: Ask, send: (sent: Sent) => Promise<Answered & { value: T }>): Promise<T> {
    try {
      const value = await this.#tried(ask, send)
      this.#contact.heard(this.#clock.nowMs())
      return value
    } catch (error) {
      // A refusal is an answer: the control plane is there.
      const isAnswer = error instanceof RekeyError && error.status !== null && error.status < 500
      if (isAnswer) this.#contact.heard(this.#clock.nowMs())
      const isMissing = ask.mayBeMissing === true && isNoRoute(error)
      if (isAnswer && !isMissing) this.#contact.complain(error, this.#clock.nowMs())
      else if (!isAnswer && !isOurDoing(error, ask)) this.#contact.missed(error, this.#clock.nowMs())
      throw error
    }
  }

  /** A clock that is off and a token that has ended are each mended once. */
  async #tried<T>(ask: Ask, send: (sent: Sent) => Promise<Answered & { value: T }>): Promise<T> {
    const mended = new Set<string>()
    for (;;) {
      const token = await this.#currentToken()
      const answered = await send(await this.#sent(ask, token))
      if (answered.status < 300 || answered.status === 304) return answered.value
      const problem = problemOf(answered.body)
      const remedy = remedies[problem?.code ?? '']
      const canMend = remedy === 'token' || (remedy === 'clock' && problem?.nowMs !== undefined)
      if (remedy === undefined || !canMend || mended.has(remedy)) throw problemError(answered.status, problem)
      mended.add(remedy)
      if (remedy === 'token' && this.#token === token) this.#token = null
    }
  }

  async #sent(ask: Ask, token: Token): Promise<Sent> {
    const method = ask.method ?? 'GET'
    const pathWithQuery = `${this.#base}${ask.path}`
    const body = ask.body === undefined ? null : JSON.stringify(ask.body)
    const proof = await proofOf(token.proofKey, { method, pathWithQuery, body }, this.#clock.nowMs())
    return {
      ...this.#plain(pathWithQuery, method, body),
      headers: {
        accept: 'application/json',
        ...(body !== null && { 'content-type': 'application/json' }),
        ...ask.headers,
        authorization: `Rekey ${token.text}`,
        'rekey-proof': proof,
      },
      isQuiet: ask.isQuiet ?? false,
      ...(ask.timeoutMs !== undefined && { timeoutMs: ask.timeoutMs }),
      signal: ask.signal ?? null,
    }
  }

  #plain(pathWithQuery: string, method: string, body: string | null): Sent {
    const url = new URL(pathWithQuery, this.#settings.url)
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    return { method, url, headers, body, isQuiet: false, timeoutMs: this.#settings.timeoutMs, signal: null }
  }

  /** One renewal for all who wait; while the old token lives, nobody waits for it. */
  async #currentToken(): Promise<Token> {
    const token = this.#token
    const nowMs = this.#clock.nowMs()
    if (token !== null && nowMs < token.renewMs) return token
    this.#renewing ??= this.#newToken().finally(() => {
      this.#renewing = null
    })
    if (token === null || nowMs >= token.expiresMs) return this.#renewing
    this.#renewing.catch(() => undefined)
    return token
  }

  async #newToken(): Promise<Token> {
    this.#key ??= agentKey(this.#settings.keyFile)
    const key = await this.#key.catch(error => {
      this.#key = null
      throw error
    })
    this.#isEnrolled ??= key.wasKept
    if (!this.#isEnrolled) await this.#enrol(key)
    try {
      return await this.#askToken(key)
    } catch (error) {
      if (!(error instanceof RekeyError && error.code === 'not-signed-in')) throw error
      await this.#enrol(key)
      return this.#askToken(key)
    }
  }

  async #askToken(key: AgentKey): Promise<Token> {
    const answer = await this.#asserted<AnswerOf<typeof token>>(key, '/agent/token', async () => ({}))
    const nowMs = this.#clock.nowMs()
    const lifeMs = Math.max(0, answer.expiresMs - nowMs)
    this.#token = {
      text: answer.token,
      proofKey: await proofKeyOf(answer.proofKey),
      renewMs: nowMs + lifeMs * renewAt,
      expiresMs: answer.expiresMs,
    }
    return this.#token
  }

  async #enrol(key: AgentKey): Promise<void> {
    // Even if the answer is lost it may have been done, and a join token may be good for once only: next time, ask for a token first.
    this.#isEnrolled = true
    await this.#asserted<AnswerOf<typeof enrol>>(key, '/agent/enrol', () => this.#introduction())
  }

  /** Who vouches for the key: read anew each time, for such files are replaced under a running process. */
  async #introduction(): Promise<Record<string, string>> {
    const { join, joinFile, identityFile, instance } = this.#settings
    if (join !== null) return { join, instance }
    if (joinFile !== null) return { join: await readFileText(joinFile, 'The join token'), instance }
    if (identityFile !== null) return { identity: await readFileText(identityFile, 'The identity'), instance }
    throw new RekeyError(
      'not-configured',
      'Nobody vouches for this agent’s key.',
      'Set REKEY_JOIN, REKEY_JOIN_FILE or REKEY_IDENTITY_FILE.',
    )
  }

  async #asserted<T>(key: AgentKey, path: string, more: () => Promise<Record<string, string>>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const assertion = await assertionOf(key, this.#settings.url.origin, this.#clock.nowMs())
      const body = JSON.stringify({ assertion, ...(await more()) })
      const sentMs = Date.now()
      const answered = await this.#transport.ask(this.#plain(`${this.#base}${path}`, 'POST', body))
      this.#clock.heard((answered.body as { nowMs?: unknown } | null)?.nowMs, sentMs, Date.now())
      if (answered.status < 300 && answered.body !== null) return answered.body as T
      if (answered.status < 300) throw awayError('What answers there is no control plane.', undefined)
      const problem = problemOf(answered.body)
      const isClock = problem?.code === 'bad-proof' && problem.nowMs !== undefined
      if (!isClock || attempt > 1) throw refusal(answered)
    }
  }
}

/** The control plane itself says that it knows of no such thing: what merely stands before it says so in other words. */
export const isNoRoute = (error: unknown) =>
  error instanceof RekeyError && ['not-found', 'method-not-allowed'].includes(error.code)

/** Whoever gives up, or closes, has learnt nothing of the control plane. */
const isOurDoing = (error: unknown, { signal }: Ask) =>
  signal?.aborted === true || (error instanceof RekeyError && error.code === 'closed')

const remedies: Record<string, 'clock' | 'token'> = {
  'bad-proof': 'clock',
  'token-expired': 'token',
  'not-signed-in': 'token',
}
