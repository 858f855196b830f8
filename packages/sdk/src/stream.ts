// Changes, as they happen: a stream that is taken up where it broke, or asking again and again where no stream can be had. It keeps
// no process alive.
import type { AgentMessage, AgentNews } from '@rekey/wire'
import { backoffMs } from './backoff.ts'
import { after, type Timer } from './environment.ts'
import { awayError, RekeyError } from './error.ts'
import type { Plane } from './plane.ts'
import { EventReader } from './sse.ts'

export interface StreamParts {
  plane: Plane
  mode: 'stream' | 'poll' | 'none'
  deliver: (message: AgentNews) => void
  /** What has to be known before anything is heard, and what a stream is then to begin with. */
  before: () => Promise<URLSearchParams | null>
  /** A kill order, and a ring of the keys that orders are signed with. */
  killed: (order: string) => void
  keys: (keys: string) => void
  /** Whoever asks for changes is told of the last order there is. */
  epoch: (epoch: unknown) => void
  /** Something was heard, if only a heartbeat. */
  heard: () => void
}

const firstBackoffMs = 200
const mostBackoffMs = 30_000
/** Three heartbeats. */
const silentMs = 45_000
/** What lasted this long did not fail at its beginning. */
const steadyMs = 5_000
const pollMs = 25_000
const pollTimeoutMs = 40_000
/** So often no stream can be had before there is none to be had. */
const mostRefusals = 2

export class Stream {
  readonly #parts: StreamParts
  readonly #closing = new AbortController()
  #mode: 'stream' | 'poll' | 'none'
  #running: Promise<void> | null = null
  #position: number | null = null
  #refusals = 0

  constructor(parts: StreamParts) {
    this.#parts = parts
    this.#mode = parts.mode
  }

  start(): void {
    if (this.#mode !== 'none' && !this.#isClosed) this.#running ??= this.#run()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#isClosed) {
      const beganMs = Date.now()
      try {
        if (this.#mode === 'poll') {
          await this.#poll()
          failures = 0
          continue
        }
        await this.#listen()
      } catch (error) {
        if (this.#mode === 'stream' && isNoStream(error) && ++this.#refusals >= mostRefusals)
          this.#mode = 'poll'
      }
      failures = Date.now() - beganMs >= steadyMs ? 1 : failures + 1
      await this.#pause(backoffMs(failures, firstBackoffMs, mostBackoffMs))
    }
  }

  async #poll(): Promise<void> {
    await this.#parts.before()
    const query = new URLSearchParams({ waitMs: String(pollMs) })
    if (this.#position !== null) query.set('after', String(this.#position))
    const path = `/agent/changes?${query}`
    const signal = this.#closing.signal
    const { body } = await this.#parts.plane.ask({ path, isQuiet: true, timeoutMs: pollTimeoutMs, signal })
    const { items, position, epoch } = (body ?? {}) as {
      items?: AgentMessage[]
      position?: number
      epoch?: unknown
    }
    if (!Array.isArray(items) || typeof position !== 'number')
      throw awayError('No changes were answered.', undefined)
    this.#parts.epoch(epoch)
    for (const message of items) this.#take(message)
    this.#position = Math.max(this.#position ?? 0, position)
    // A server that does not wait is not asked without end.
    if (items.length === 0) await this.#pause(firstBackoffMs)
  }

  async #listen(): Promise<void> {
    const ending = new AbortController()
    const end = () => ending.abort()
    this.#closing.signal.addEventListener('abort', end)
    let silence: Timer | undefined
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(this.#position !== null && { 'last-event-id': String(this.#position) }),
      }
      const { before, plane, heard } = this.#parts
      const query = await before()
      const path = query === null ? '/agent/stream' : `/agent/stream?${query}`
      const response = await plane.open({ path, headers, signal: ending.signal })
      const reader = bodyOf(response).getReader()
      const events = new EventReader()
      for (;;) {
        clearTimeout(silence)
        silence = after(silentMs, end)
        const { done, value } = await reader.read()
        if (done) return
        heard()
        for (const { id, data } of events.read(value)) {
          this.#take(JSON.parse(data) as AgentMessage)
          if (id !== null && /^\d{1,16}$/.test(id)) this.#position = Number(id)
        }
      }
    } finally {
      clearTimeout(silence)
      this.#closing.signal.removeEventListener('abort', end)
      ending.abort()
    }
  }

  #take(message: AgentMessage): void {
    if (!Number.isSafeInteger(message?.position)) return
    // Where the stream goes on from is for the news to say: orders have epochs of their own.
    if (message.type === 'kill') this.#parts.killed(message.order)
    else if (message.type === 'keys') this.#parts.keys(message.keys)
    else if (typeof message.credential === 'string') {
      this.#parts.deliver(message)
      this.#position = Math.max(this.#position ?? 0, message.position)
    }
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#closing
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = after(delayMs, done)
      signal.addEventListener('abort', done)
    })
  }
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  const isStream = (response.headers.get('content-type') ?? '').startsWith('text/event-stream')
  if (isStream && response.body !== null) return response.body
  response.body?.cancel().catch(() => undefined)
  throw new RekeyError(
    'no-stream',
    'What was answered is no stream.',
    'Something in between may hold streams back.',
  )
}

const isNoStream = (error: unknown) =>
  error instanceof RekeyError &&
  (error.code === 'no-stream' || [404, 405, 406, 415, 501].includes(error.status ?? 0))
