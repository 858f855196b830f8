// The management API of RabbitMQ, asked as the admin. With node:http and not fetch, which cannot be given an authority of one's own.
import { type IncomingMessage, request as plainly } from 'node:http'
import { request as encrypted } from 'node:https'
import { wayFailure } from '../failure.ts'
import { type Context, ProviderError } from '../provider.ts'
import { settingsOf } from './settings.ts'

export interface Answer {
  status: number
  /** null: there was none. */
  body: unknown
}

export interface Asked {
  body?: Record<string, unknown>
  query?: Record<string, string>
  headers?: Record<string, string>
  /** Statuses that the caller understands, beside those of success. */
  understood?: readonly number[]
}

const connectMs = 10_000
const largest = 8 * 1024 * 1024

/** Each part of the path is one name, whatever stands in it: a virtual host is often called "/". */
export async function ask(
  context: Context,
  method: 'GET' | 'PUT' | 'DELETE',
  path: readonly string[],
  { body, query = {}, headers = {}, understood = [] }: Asked = {},
): Promise<Answer> {
  const { admin, adminSecret } = settingsOf(context)
  const password = (await context.admin(adminSecret)).reveal()
  const asked = new URLSearchParams(query).toString()
  try {
    const { status, text } = await exchange(context, method, {
      path: `/api/${path.map(encodeURIComponent).join('/')}${asked === '' ? '' : `?${asked}`}`,
      body: body === undefined ? null : JSON.stringify(body),
      headers: {
        ...headers,
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${admin}:${password}`).toString('base64')}`,
      },
    })
    const read = parsed(text)
    if (understood.includes(status)) return { status, body: read ?? null }
    if (status < 200 || status > 299) throw refusal(context, status, read)
    if (read === undefined) {
      throw new ProviderError(
        'rejected',
        `${placeOf(context)} does not answer as the management API does: correct the setting "api"`,
      )
    }
    return { status, body: read }
  } catch (error) {
    const way = wayFailure(error, placeOf(context), context.signal)
    throw way ?? new ProviderError('unexpected', `${placeOf(context)}: the answer cannot be understood`)
  }
}

interface Written {
  path: string
  body: string | null
  headers: Record<string, string>
}

function exchange(
  context: Context,
  method: string,
  { path, body, headers }: Written,
): Promise<{ status: number; text: string }> {
  const { api, tls, ca } = settingsOf(context)
  return new Promise((resolve, reject) => {
    const options = {
      host: api.host,
      port: api.port,
      method,
      path,
      headers: {
        ...headers,
        ...(body !== null && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
      signal: context.signal,
      timeout: connectMs,
      agent: false,
    } as const
    const answered = (answer: IncomingMessage) => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        parts.push(part)
        if (size > largest) {
          sent.destroy(
            new ProviderError('rejected', `${placeOf(context)} answers with more than ${largest} bytes`),
          )
        }
      })
      answer.on('error', reject)
      answer.on('end', () => {
        if (answer.complete)
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() })
      })
      answer.on('close', () => reject(broken(context)))
    }
    const sent =
      tls === 'off'
        ? plainly(options, answered)
        : encrypted({ ...options, rejectUnauthorized: true, ...(ca !== '' && { ca }) }, answered)
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(broken(context)))
    sent.end(body ?? undefined)
  })
}

const broken = (context: Context) =>
  new ProviderError('unreachable', `${placeOf(context)}: the connection broke, or nothing came over it`)

/** null: nothing was said. undefined: something that is no JSON. */
function parsed(text: string): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(context: Context, status: number, body: unknown): ProviderError {
  const { admin, adminSecret } = settingsOf(context)
  const place = placeOf(context)
  const say = (code: ProviderError['code'], text: string) => new ProviderError(code, `${place}: ${text}`)
  // Its words are looked at and not repeated: they may quote what was sent.
  const { reason } = (body ?? {}) as { reason?: unknown }
  if ((status === 401 || status === 403) && /^Not /.test(String(reason))) {
    return say(
      'denied',
      `the user ${admin} lacks the right to manage users: rabbitmqctl set_user_tags ${admin} administrator (docs/providers/rabbitmq.md)`,
    )
  }
  if (status === 401) {
    return say('denied', `the user ${admin} is refused: correct the admin secret "${adminSecret}"`)
  }
  if (status === 403) return say('denied', 'it forbids this: see docs/providers/rabbitmq.md for the grants')
  if (status >= 300 && status <= 399) {
    return say(
      'rejected',
      'it leads elsewhere, and the password does not follow: name the place itself in "api"',
    )
  }
  if (status === 404 || status === 405) {
    return say('rejected', 'it does not know what is asked: the API of RabbitMQ 3.10 or newer is needed')
  }
  if (status === 429) return say('rate-limited', 'it is asked too often')
  if (status === 500 || status === 502 || status === 503 || status === 504) {
    return say('unreachable', `it cannot work just now (${status})`)
  }
  return say('unexpected', `it answered with status ${status}`)
}

export const placeOf = (context: Context) => {
  const { api } = settingsOf(context)
  return `the RabbitMQ management API at ${api.host}:${api.port}`
}
