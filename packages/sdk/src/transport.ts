// One request over the wire and its answer, within its time. Nothing is sent on to another address: what a request carries is for
// the control plane alone.
import type { Problem } from '@rekey/wire'
import { after, type Fetch, quietFetch } from './environment.ts'
import { awayError, closedError, problemError, type RekeyError } from './error.ts'

export interface Sent {
  method: string
  url: URL
  headers: Record<string, string>
  body: string | null
  /** It waits for long, and keeps no process alive meanwhile. */
  isQuiet: boolean
  timeoutMs: number
  signal: AbortSignal | null
}

export interface Answered {
  status: number
  etag: string | null
  body: unknown
}

export class Transport {
  readonly #fetch: Fetch | null
  readonly #open = new Set<AbortController>()
  #isClosed = false

  constructor(fetch: Fetch | null) {
    this.#fetch = fetch
  }

  /** The whole answer, read within its time. */
  async ask(sent: Sent): Promise<Answered> {
    return this.#within(sent, async signal => {
      const response = await this.#fetched(sent, signal)
      const body = response.status === 304 ? null : parsed(await response.text())
      return { status: response.status, etag: response.headers.get('etag'), body }
    })
  }

  /** An answer that goes on: only its beginning has to come in time, and `signal` ends it. */
  async open(sent: Sent & { signal: AbortSignal }): Promise<Response> {
    return this.#within(sent, signal => this.#fetched(sent, AbortSignal.any([signal, sent.signal])))
  }

  close(): void {
    this.#isClosed = true
    for (const one of this.#open) one.abort()
  }

  async #fetched({ method, url, headers, body, isQuiet }: Sent, signal: AbortSignal): Promise<Response> {
    const ask = this.#fetch ?? (isQuiet ? quietFetch : (fetch as unknown as Fetch))
    const init = { method, headers, signal, redirect: 'manual' as const }
    return ask(url, body === null ? init : { ...init, body })
  }

  async #within<T>({ timeoutMs, signal, url }: Sent, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw closedError()
    const limit = new AbortController()
    const stop = () => limit.abort()
    this.#open.add(limit)
    signal?.addEventListener('abort', stop)
    let isLate = false
    const timer = after(timeoutMs, () => {
      isLate = true
      limit.abort()
    })
    try {
      if (signal?.aborted) limit.abort()
      return await run(limit.signal)
    } catch (cause) {
      if (this.#isClosed) throw closedError()
      const what = isLate ? `did not answer within ${timeoutMs} ms` : 'cannot be reached'
      throw awayError(`The control plane at ${url.origin} ${what}.`, cause)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      this.#open.delete(limit)
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export const problemOf = (body: unknown): Partial<Problem> | null =>
  typeof body === 'object' && body !== null && typeof (body as Problem).code === 'string'
    ? (body as Problem)
    : null

export const refusal = ({ status, body }: Answered): RekeyError => problemError(status, problemOf(body))
