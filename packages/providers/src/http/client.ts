// One request to a vendor and its answer. It goes where it was sent and nowhere else, it ends when its time is over, and its answer
// is read no further than a key could need. What may have been done is not asked for a second time.
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf, wayFailure } from '../failure.ts'
import { ProviderError } from '../provider.ts'

export interface Ask {
  method: string
  url: URL
  headers: Record<string, string>
  body: unknown
  /** Twice has the effect of once. */
  repeatable: boolean
}

export interface Answer {
  status: number
  /** null: it was empty, or not JSON. */
  body: unknown
  isReadable: boolean
  /** The address of the next page, as the header "link" names it. */
  next: string | null
}

/** As whom every vendor sees us. */
export const ourUserAgent = 'rekey'
const longestAnswerBytes = 1_048_576
const oneRequestMs = 15_000
const mostTries = 4
/** A longer wait is left to whoever asked: the time for the call would be over before. */
const longestWaitMs = 10_000
const firstBackOffMs = 200
const redirects = new Set([301, 302, 303, 307, 308])

/** `place` is what a fault is told of: the vendor and its host, never the whole address. */
export async function send(ask: Ask, place: string, signal: AbortSignal): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const response = await once(ask, place, signal)
    const waitMs = again(response, ask, attempt)
    if (waitMs === null) return read(response, place, signal)
    await response.body?.cancel().catch(() => undefined)
    if (waitMs > longestWaitMs || attempt === mostTries) {
      throw new ProviderError(
        'rate-limited',
        `${place} asks for fewer requests, and to wait ${Math.ceil(waitMs / 1_000)} s`,
      )
    }
    await wait(waitMs, undefined, { signal }).catch(() => {
      throw new ProviderError('timeout', `${place} let us wait until the time for the call was over`)
    })
  }
}

/** How long to wait before it is asked again; null: it is not. */
function again({ status, headers }: Response, { method, repeatable }: Ask, attempt: number): number | null {
  const after = headers.get('retry-after')
  const backOffMs = firstBackOffMs * 2 ** (attempt - 1)
  // It was turned away unread, so even what may be done only once can be asked again.
  if (status === 429 || (status === 403 && after !== null)) return retryAfterMs(after) ?? backOffMs
  const mayRepeat = method === 'GET' || repeatable
  return status >= 500 && mayRepeat && attempt < mostTries ? backOffMs : null
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(text: string | null): number | null {
  if (text === null || text.trim() === '') return null
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

async function once(ask: Ask, place: string, signal: AbortSignal): Promise<Response> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(oneRequestMs)])
  const { method, url, body } = ask
  try {
    const response = await fetch(url, {
      method,
      headers: headersOf(ask),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: limit,
    })
    if (!redirects.has(response.status)) return response
    await response.body?.cancel().catch(() => undefined)
  } catch (error) {
    throw broken(error, place, limit)
  }
  throw new ProviderError(
    'rejected',
    `${place} sends us on to another address, where no secret is sent: correct the setting "baseUrl"`,
  )
}

function headersOf({ headers, body }: Ask): Headers {
  const filled = new Headers({ accept: 'application/json', 'user-agent': ourUserAgent })
  if (body !== undefined) filled.set('content-type', 'application/json')
  for (const [name, value] of Object.entries(headers)) {
    try {
      filled.set(name, value)
    } catch {
      // The error of the platform would repeat the value.
      const text = `the header ${name} cannot carry what it should: a line break or a foreign character is in it`
      throw new ProviderError('rejected', text)
    }
  }
  return filled
}

async function read(response: Response, place: string, signal: AbortSignal): Promise<Answer> {
  const { status, headers } = response
  const text = await textOf(response, place, signal)
  const next = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(headers.get('link') ?? '')?.[1] ?? null
  if (text.trim() === '') return { status, body: null, isReadable: true, next }
  const type = (headers.get('content-type') ?? 'something unnamed').split(';')[0]!.trim()
  const body = /[/+]json$/i.test(type) ? parsed(text) : undefined
  if (body !== undefined) return { status, body, isReadable: true, next }
  if (status >= 400) return { status, body: null, isReadable: false, next }
  throw new ProviderError(
    'unexpected',
    `${place} answered ${status} with ${/^[\w./+-]{1,60}$/.test(type) ? type : 'something'} that is not JSON: correct the setting "baseUrl", or look what stands before it`,
  )
}

async function textOf(response: Response, place: string, signal: AbortSignal): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const part of response.body ?? []) {
      parts.push(part)
      bytes += part.length
      if (bytes > longestAnswerBytes) break
    }
  } catch (error) {
    throw broken(error, place, signal)
  }
  if (bytes <= longestAnswerBytes) return Buffer.concat(parts).toString('utf8')
  throw new ProviderError(
    'unexpected',
    `${place} answered with more than ${longestAnswerBytes} bytes: that is no list of keys`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the platform throws is one error for everything; the cause tells it apart. */
function broken(error: unknown, place: string, signal: AbortSignal): ProviderError {
  const cause = (error as { cause?: unknown } | null)?.cause ?? error
  const way = wayFailure(error instanceof ProviderError ? error : cause, place, signal)
  if (way?.code === 'denied') {
    return new ProviderError(
      'denied',
      `the certificate of ${place} is not accepted (${codeOf(cause)}): name its authority's file in NODE_EXTRA_CA_CERTS`,
    )
  }
  if (way !== null) return way
  const name = (error as Error | null)?.name ?? ''
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new ProviderError('timeout', `${place} did not answer in time`)
  }
  const code = codeOf(cause)
  return new ProviderError(
    'unreachable',
    `the connection to ${place} broke${/^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : ''}`,
  )
}
