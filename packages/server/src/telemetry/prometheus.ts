// One question to a Prometheus, or to whatever speaks its HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api, "Range
// queries"). It goes where it was sent and nowhere else, ends when its time is over, and its answer is read only so far. What goes
// wrong is a value: nothing throws, and no text repeats what was sent to prove who asks.
import type { Secret } from '@rekey/core'
import { answerBytes } from '../answer-bytes.ts'

export interface RangeQuery {
  /** Of the server, without the path of the API; a path before that is kept. */
  url: string
  query: string
  fromMs: number
  toMs: number
  stepMs: number
  headers?: { authorization?: Secret }
  signal: AbortSignal
  fetch?: typeof fetch
  timeoutMs?: number
}

export interface PromSeries {
  labels: Record<string, string>
  points: { atMs: number; value: number }[]
}

export interface PromFault {
  ok: false
  code:
    | 'bad-address'
    | 'bad-query'
    | 'bad-header'
    | 'refused'
    | 'redirected'
    | 'not-json'
    | 'not-a-matrix'
    | 'too-long'
    | 'timeout'
    | 'stopped'
    | 'unreachable'
  text: string
  how: string
}

export type Ranged = { ok: true; series: PromSeries[] } | PromFault

const longestAnswerBytes = 5 * 1_048_576
const usualTimeoutMs = 20_000
/** What a Prometheus gives of one series, and not one more. */
const mostPoints = 11_000
const longestTold = 200

export async function queryRange(query: RangeQuery): Promise<Ranged> {
  const url = addressOf(query.url)
  if (url === null) {
    const how = 'Name it as https://host/path, without a user or a password in it.'
    return fault('bad-address', 'the address of the Prometheus is not one', how)
  }
  const { fromMs, toMs, stepMs } = query
  if (!(stepMs > 0 && fromMs <= toMs && (toMs - fromMs) / stepMs < mostPoints)) {
    return fault(
      'bad-query',
      `it would have more than ${mostPoints} points, or less than one`,
      'Ask for less.',
    )
  }
  const headers = headersOf(query)
  if (headers === null) {
    const how = 'Look for a line break or a foreign character in the secret.'
    return fault('bad-header', 'the header "authorization" cannot carry what it should', how)
  }
  const limit = AbortSignal.any([query.signal, AbortSignal.timeout(query.timeoutMs ?? usualTimeoutMs)])
  try {
    const body = new URLSearchParams({
      query: query.query,
      start: String(fromMs / 1_000),
      end: String(toMs / 1_000),
      step: String(stepMs / 1_000),
    })
    const ask = query.fetch ?? fetch
    const response = await ask(url, { method: 'POST', headers, body, redirect: 'manual', signal: limit })
    const bytes = await answerBytes(response, longestAnswerBytes)
    return bytes === null
      ? fault('too-long', `it answered with more than ${longestAnswerBytes} bytes`, 'Sum over fewer labels.')
      : understood(response.status, bytes.toString('utf8'), query)
  } catch (error) {
    return broken(error, query.signal, limit)
  }
}

function addressOf(text: string): URL | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return null
  return new URL(`${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`, url)
}

/** null: the platform refuses it, in an error that would repeat the value. */
function headersOf({ headers }: RangeQuery): Headers | null {
  const filled = new Headers({ accept: 'application/json', 'user-agent': 'rekey' })
  if (headers?.authorization === undefined) return filled
  try {
    filled.set('authorization', headers.authorization.reveal())
    return filled
  } catch {
    return null
  }
}

function understood(status: number, text: string, query: RangeQuery): Ranged {
  if (status >= 300 && status < 400) {
    const how = 'Name the address that it sends us on to, if it is right.'
    return fault('redirected', `it sends us on to another address (${status})`, how)
  }
  const body = parsed(text)
  if (status !== 200) {
    const told = `it answered ${status}: ${shown(typeof body?.['error'] === 'string' ? body['error'] : text, query)}`
    return fault('refused', told, remedies[status] ?? 'Try the query there by hand.')
  }
  if (body === null) {
    return fault(
      'not-json',
      `it answered what is not JSON: ${shown(text, query)}`,
      'Look what stands before it.',
    )
  }
  const series = seriesOf(body)
  if (series !== null) return { ok: true, series }
  return fault(
    'not-a-matrix',
    'it answered what is no list of series',
    'Ask for an instant vector, as sum(…) is.',
  )
}

const remedies: Record<number, string> = {
  401: 'Look at the header "authorization".',
  403: 'Look at the header "authorization".',
  404: 'Look at the address: the path of the API is added to it.',
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function seriesOf(body: Record<string, unknown>): PromSeries[] | null {
  const { resultType, result } = (body['data'] ?? {}) as Record<string, unknown>
  if (body['status'] !== 'success' || resultType !== 'matrix' || !Array.isArray(result)) return null
  const all: PromSeries[] = []
  for (const one of result as (Record<string, unknown> | null)[]) {
    // A series of native histograms has no values.
    if (!Array.isArray(one?.['values'])) return null
    const points: PromSeries['points'] = []
    for (const pair of one['values'] as unknown[]) {
      if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') return null
      points.push({ atMs: Math.round(pair[0] * 1_000), value: numberOf(pair[1]) })
    }
    all.push({ labels: labelsOf(one['metric']), points })
  }
  return all
}

function labelsOf(value: unknown): Record<string, string> {
  const labels = Object.entries(typeof value === 'object' && value !== null ? value : {})
  return Object.fromEntries(labels.map(([name, label]) => [name, String(label)]))
}

const infinities: Record<string, number> = {
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
}
const numberOf = (text: string) => infinities[text] ?? (text.trim() === '' ? Number.NaN : Number(text))

/** What somebody else wrote, made fit to be shown: short, on one line, and without the secret, should it be repeated there. */
function shown(text: string, { headers }: RangeQuery): string {
  const value = headers?.authorization?.reveal()
  const words = value?.split(' ').filter(word => word.length >= 8) ?? []
  let clean = text
  for (const word of words) clean = clean.replaceAll(word, '[secret]')
  return clean
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, longestTold)
    .toWellFormed()
}

function broken(error: unknown, signal: AbortSignal, limit: AbortSignal): PromFault {
  if (signal.aborted) return fault('stopped', 'the question was withdrawn', 'Ask again.')
  if (limit.aborted) {
    return fault('timeout', 'it did not answer in time', 'Ask for less, or look whether it is overloaded.')
  }
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause
  const code = String(cause?.code ?? '')
  const named = /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : ''
  return fault('unreachable', `it cannot be reached${named}`, 'Look at its address and its certificate.')
}

const fault = (code: PromFault['code'], text: string, how: string): PromFault => ({
  ok: false,
  code,
  text,
  how,
})
