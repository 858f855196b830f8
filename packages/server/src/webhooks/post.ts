// Sends one webhook: to the very address that was checked, once, following nothing, within its time. Of the answer only the status counts,
// so little of the rest is read. What goes wrong is a value, and no text of a receiver is repeated.
import { type ClientRequest, type IncomingMessage, request as overHttp, type RequestOptions } from 'node:http'
import { request as overHttps } from 'node:https'
import {
  type AddressFault,
  type AddressRules,
  checkAddress,
  type Lookup,
  lookupBySystem,
  pinnedTo,
  type Resolved,
  resolveUrl,
} from './address.ts'

export interface Posting extends AddressRules {
  url: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  signal: AbortSignal
  timeoutMs?: number
  lookup?: Lookup
  /** Of an answer with this status the beginning is kept: it says what was wrong. */
  keepBodyOf?: number
  /** Authorities of one's own, in PEM. */
  ca?: string
}

export interface PostFault {
  ok: false
  code: AddressFault['code'] | 'bad-header' | 'certificate' | 'unreachable' | 'timeout' | 'stopped' | 'broken'
  text: string
  how: string
}

export type Posted = { ok: true; status: number; retryAfterMs: number | null; body?: string } | PostFault

/** The standard recommends 15 to 30 seconds. */
const usualTimeoutMs = 20_000
const mostAnswerBytes = 65_536
const mostKeptBody = 4_096

export async function post(posting: Posting): Promise<Posted> {
  const checked = checkAddress(posting.url, posting)
  if (!checked.ok) return checked
  const { url } = checked
  const limit = AbortSignal.any([posting.signal, AbortSignal.timeout(posting.timeoutMs ?? usualTimeoutMs)])
  // An abort is heard once, when it happens.
  if (limit.aborted) return late(posting.signal)
  try {
    const lookup = within(limit, posting.lookup ?? lookupBySystem)
    const resolved = await resolveUrl(url, lookup, posting)
    if (limit.aborted) return late(posting.signal)
    if (!resolved.ok) return resolved
    return await sent(posting, url, resolved.addresses, limit)
  } catch (error) {
    return limit.aborted ? late(posting.signal) : broken(error)
  }
}

function sent(
  posting: Posting,
  url: URL,
  addresses: [Resolved, ...Resolved[]],
  limit: AbortSignal,
): Promise<Posted> {
  const { headers, body, ca } = posting
  return new Promise((resolve, reject) => {
    const options: RequestOptions & { ca?: string } = {
      method: 'POST',
      headers: { 'user-agent': 'rekey', ...headers, 'content-length': body.length },
      // No connection of anybody else's, which may lead elsewhere.
      agent: false,
      lookup: pinnedTo(addresses),
      signal: limit,
      ...(ca !== undefined && { ca }),
    }
    const request: ClientRequest = (url.protocol === 'http:' ? overHttp : overHttps)(url, options)
    let answer: Posted | null = null
    // The status has been said by then: however the rest of the answer ends, it stands.
    const end = (error: unknown) => (answer === null ? reject(error) : resolve(answer))
    request.on('error', end)
    request.on('close', () => end(new Error('closed')))
    request.on('response', response => {
      const { statusCode: status = 0, headers } = response
      const said = {
        ok: true as const,
        status,
        retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
      }
      answer = said
      drain(response, request)
      if (status !== posting.keepBodyOf) return
      let body = ''
      response.on('data', (part: Buffer) => {
        body = `${body}${part.toString('latin1')}`.slice(0, mostKeptBody)
        answer = { ...said, body }
      })
    })
    request.end(body)
  })
}

/** So that the receiver can end in peace; but not for ever. */
function drain(response: IncomingMessage, request: ClientRequest): void {
  let bytes = 0
  response.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > mostAnswerBytes) request.destroy()
  })
  // It is heard at the request as well.
  response.on('error', () => {})
}

/** A resolver cannot be stopped, but need not be waited for. */
function within(limit: AbortSignal, lookup: Lookup): Lookup {
  return hostname =>
    new Promise((resolve, reject) => {
      limit.addEventListener('abort', () => reject(new Error('late')), { once: true })
      lookup(hostname).then(resolve, reject)
    })
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

const late = (signal: AbortSignal) =>
  signal.aborted
    ? fault('stopped', 'it was called off', 'It will be tried again.')
    : fault('timeout', 'the receiver did not answer in time', 'Answer first, and do the work afterwards.')

const onTheWay =
  /^(ECONNREFUSED|ECONNABORTED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ETIMEDOUT|EADDRNOTAVAIL|EAI_AGAIN|ENOTFOUND)$/
const ofCertificate = /^(ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/

/** The platform's own texts are left out: they may repeat what was sent. */
function broken(error: unknown): PostFault {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  const named = /^[A-Z0-9_]{3,50}$/.test(code) ? ` (${code})` : ''
  if (/^ERR_(INVALID_CHAR|HTTP_INVALID_HEADER_VALUE|INVALID_HTTP_TOKEN)$/.test(code)) {
    return fault(
      'bad-header',
      `a header cannot carry what it should${named}`,
      'Leave out line breaks and the like.',
    )
  }
  if (ofCertificate.test(code)) {
    const how = 'Have the receiver renew it, or name its authority.'
    return fault('certificate', `the certificate of the receiver is not accepted${named}`, how)
  }
  if (onTheWay.test(code)) {
    return fault(
      'unreachable',
      `the receiver cannot be reached${named}`,
      'Look whether it runs, and listens there.',
    )
  }
  return fault(
    'broken',
    `the connection to the receiver broke${named}`,
    'Look at its log: it may have crashed.',
  )
}

const fault = (code: PostFault['code'], text: string, how: string): PostFault => ({
  ok: false,
  code,
  text,
  how,
})
