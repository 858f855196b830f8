// Asks the control plane: each request with its time, each write with a key under which it has the effect of once. Where the connection
// is lost after something was sent, it is asked once more under the same key, and that is said.
import { randomUUID } from 'node:crypto'
import type { Problem } from '@rekey/wire'
import { exitCodes, Failure } from '../exit.ts'
import { span } from '../show/times.ts'
import type { Connection } from './connection.ts'
import { type Answer, type Asked, addressOf, type Known } from './operations.ts'
import { ProblemFailure } from './problem.ts'

export interface PlaneOptions {
  connection: Connection
  timeoutMs: number
  /** Ctrl-C. */
  signal: AbortSignal
  tell: (text: string) => void
  nowMs: () => number
  /** Under which key the writes of this command go; null: each under one of its own. */
  key: string | null
}

export interface Sent {
  method: string
  /** From the root of the API on. */
  path: string
  body?: unknown
  ifMatch?: string
  timeoutMs?: number
  /** What it answers with is text. */
  isText?: boolean
}

export interface Answered<A> {
  value: A
  etag: string | null
}

/** While the same request is still being worked on, it is asked again so often and no more. */
const mostWaits = 5
const longestWaitMs = 2_000
/** Dates in headers are of whole seconds. */
const unseenMs = 2_000

export class Plane {
  readonly url: URL
  readonly connection: Connection
  /** By how much its clock is ahead of ours; 0 while it is not known, or too little to be seen. */
  offsetMs = 0
  readonly #options: PlaneOptions
  readonly #base: string
  #writes = 0

  constructor(options: PlaneOptions) {
    this.#options = options
    this.connection = options.connection
    this.url = options.connection.url
    this.#base = `${this.url.origin}${this.url.pathname.replace(/\/$/, '')}`
  }

  /** What the clock of the control plane shows. */
  nowMs(): number {
    return this.#options.nowMs() + this.offsetMs
  }

  async ask<O extends Known>(operation: O, asked: Asked<O> = {}): Promise<Answer<O>> {
    return (await this.answer(operation, asked)).value
  }

  async answer<O extends Known>(
    operation: O,
    asked: Asked<O> = {},
    more: Partial<Sent> = {},
  ): Promise<Answered<Answer<O>>> {
    const { method, path } = addressOf(operation, asked)
    const body = asked.body === undefined ? {} : { body: asked.body }
    return this.send<Answer<O>>({ method, path, ...body, ...more })
  }

  async send<A>(sent: Sent): Promise<Answered<A>> {
    const key = sent.method === 'GET' ? null : this.#newKey()
    let response: Response
    try {
      response = await this.#fetched(sent, key)
    } catch (error) {
      if (!isLost(error)) throw this.#failed(error, sent, key)
      if (key !== null)
        this.#options.tell(
          'The connection was lost before the answer came. It is asked once more, under the same key.',
        )
      response = await this.#again(sent, key)
    }
    return read<A>(response, sent.isText === true, this.url)
  }

  /** An answer of another kind: health, which is beside the API. */
  async beside<A>(path: string): Promise<{ status: number; value: A | null }> {
    const response = await this.#requested(`${this.#base}${path}`, { method: 'GET', path }, null).catch(
      error => {
        throw this.#failed(error, { method: 'GET', path }, null)
      },
    )
    return { status: response.status, value: (await response.json().catch(() => null)) as A | null }
  }

  /** Opens a stream; whoever asks ends it. */
  async open(path: string, signal: AbortSignal): Promise<Response> {
    const headers = { ...this.#headers(null, false), accept: 'text/event-stream' }
    const response = await fetch(`${this.#base}/api/v1${path}`, { headers, redirect: 'error', signal })
    if (!response.ok) await read(response, false, this.url)
    return response
  }

  /** Of several writes of one command each has its own, and typed again they are the same. */
  #newKey(): string {
    const { key } = this.#options
    this.#writes++
    if (key === null) return randomUUID()
    return this.#writes === 1 ? key : `${key}-${this.#writes}`
  }

  async #again(sent: Sent, key: string | null): Promise<Response> {
    for (let waits = 0; ; waits++) {
      try {
        const response = await this.#fetched(sent, key)
        const waitMs = waits < mostWaits ? await underWayMs(response) : null
        if (waitMs === null) return response
        await new Promise(resolve => setTimeout(resolve, waitMs))
      } catch (error) {
        const failure = this.#failed(error, sent, key)
        if (key === null || failure.exitCode === exitCodes.interrupted) throw failure
        throw new Failure(
          failure.exitCode,
          `${failure.message} Whether it was done is not known.`,
          howAgain(key),
        )
      }
    }
  }

  #fetched(sent: Sent, key: string | null): Promise<Response> {
    return this.#requested(`${this.#base}/api/v1${sent.path}`, sent, key)
  }

  async #requested(address: string, sent: Sent, key: string | null): Promise<Response> {
    const { signal, timeoutMs } = this.#options
    const response = await fetch(address, {
      method: sent.method,
      headers: {
        ...this.#headers(key, sent.body !== undefined),
        ...(sent.ifMatch !== undefined && { 'if-match': sent.ifMatch }),
      },
      ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(sent.timeoutMs ?? timeoutMs)]),
    })
    this.#heardDate(response.headers.get('date'))
    return response
  }

  #headers(key: string | null, hasBody: boolean): Record<string, string> {
    const { token } = this.connection
    return {
      accept: 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(hasBody && { 'content-type': 'application/json' }),
      // Nobody's writes are not kept under a key.
      ...(key !== null && token !== null && { 'idempotency-key': key }),
    }
  }

  #heardDate(date: string | null): void {
    const atMs = date === null ? Number.NaN : Date.parse(date)
    if (Number.isNaN(atMs)) return
    const offMs = atMs + 500 - this.#options.nowMs()
    this.offsetMs = Math.abs(offMs) < unseenMs ? 0 : offMs
  }

  #failed(error: unknown, sent: Sent, key: string | null): Failure {
    if (error instanceof Failure) return error
    if (this.#options.signal.aborted) {
      const text = key === null ? 'Interrupted.' : 'Interrupted. Whether it was done is not known.'
      return new Failure(exitCodes.interrupted, text, key === null ? '' : howAgain(key))
    }
    if ((error as { name?: string }).name === 'TimeoutError') {
      const text = `There was no answer within ${span(sent.timeoutMs ?? this.#options.timeoutMs)}.`
      if (key === null) return new Failure(exitCodes.timedOut, text, 'Give it longer with --timeout.')
      return new Failure(exitCodes.timedOut, `${text} Whether it was done is not known.`, howAgain(key))
    }
    return away(this.url, error)
  }
}

const howAgain = (key: string) =>
  `Look; or type the same with --idempotency-key ${key}, which has the effect of once.`

const codeOf = (error: unknown) => String((error as { cause?: { code?: unknown } }).cause?.code ?? '')

/** After something was sent: it may have been done. */
const isLost = (error: unknown) => ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(error))

export function away(url: URL, error: unknown): Failure {
  const code = codeOf(error)
  const { message } = (error as { cause?: { message?: unknown } }).cause ?? {}
  const why =
    reasons[code] ?? (String(message) === 'unexpected redirect' ? 'it answers with another address' : null)
  const isTrust = /^(CERT_|ERR_TLS|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(code)
  const told =
    why ?? (isTrust ? `its certificate is not trusted (${code})` : code === '' ? 'it does not answer' : code)
  return new Failure(
    exitCodes.away,
    `The control plane at ${url.host} cannot be reached: ${told}.`,
    'Ask: rekey doctor',
  )
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up just now',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  ECONNRESET: 'it ended the connection',
  UND_ERR_SOCKET: 'it ended the connection',
}

/** null: it is an answer. */
async function underWayMs(response: Response): Promise<number | null> {
  if (response.status !== 409) return null
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as Partial<Problem> | null
  return problem?.code === 'in-progress'
    ? Math.min(problem.retryAfterMs ?? longestWaitMs, longestWaitMs)
    : null
}

async function read<A>(response: Response, isText: boolean, url: URL): Promise<Answered<A>> {
  const text = await response.text()
  const isProblem = !response.ok
  const value = isText && !isProblem ? text : jsonOf(text)
  if (isProblem) throw new ProblemFailure(response.status, isObject(value) ? value : {})
  if (value === undefined) {
    throw new Failure(
      exitCodes.away,
      `What answers at ${url.host} is no control plane.`,
      'Look whether the address is right.',
    )
  }
  return { value: value as A, etag: response.headers.get('etag') }
}

const isObject = (value: unknown): value is Partial<Problem> => typeof value === 'object' && value !== null

/** undefined: it is none. */
function jsonOf(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
