// A JSON object from somebody else's server: within five seconds and 64 kB, from the place that was asked and no other. An address is
// https, or http on this machine: keys that come over a wire which anybody can write on prove nothing.
import { answerBytes } from '../answer-bytes.ts'
import { type JsonObject, readObject } from './base64url.ts'

export type Fetch = typeof globalThis.fetch

export type Fetched = { ok: true; status: number; object: JsonObject } | { ok: false; why: string }

const longestAnswerBytes = 65_536
const timeoutMs = 5_000
const mostRedirects = 3
const redirects = new Set([301, 302, 303, 307, 308])
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** null: not an address that is asked for keys. */
export function trustworthyAddress(text: unknown): URL | null {
  if (typeof text !== 'string' || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return null
  return url.protocol === 'https:' || isOnThisMachine(url) ? url : null
}

export const isOnThisMachine = (url: URL): boolean => url.protocol === 'http:' && loopback.test(url.hostname)

/** One request, or a few where its own origin sends us on. What is sent with a body is never sent on. */
export async function fetchObject(
  url: URL,
  { fetch, signal }: { fetch: Fetch; signal: AbortSignal },
  init: { method: string; headers: Record<string, string>; body: string } | null = null,
): Promise<Fetched> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  let at = url
  try {
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const headers = { accept: 'application/json', 'user-agent': 'rekey', ...init?.headers }
      const response = await fetch(at, { ...init, headers, redirect: 'manual', signal: limit })
      if (!redirects.has(response.status)) return await read(response, url.host)
      await response.body?.cancel().catch(() => undefined)
      const next = nextOf(response, at)
      if (next === null || next.origin !== url.origin || init !== null)
        return { ok: false, why: `${url.host} sends us on to another place` }
      at = next
    }
    return { ok: false, why: `${url.host} sends us around in circles` }
  } catch {
    // The platform's own error may repeat the address with what is in it.
    return {
      ok: false,
      why: limit.aborted ? `${url.host} did not answer in time` : `${url.host} cannot be reached`,
    }
  }
}

function nextOf({ headers }: Response, at: URL): URL | null {
  const text = headers.get('location') ?? ''
  return URL.canParse(text, at.href) ? new URL(text, at) : null
}

async function read(response: Response, host: string): Promise<Fetched> {
  const bytes = await answerBytes(response, longestAnswerBytes)
  if (bytes === null) return { ok: false, why: `${host} answered with more than ${longestAnswerBytes} bytes` }
  const object = readObject(bytes)
  return object === null
    ? { ok: false, why: `${host} answered ${response.status} with something that is no JSON object` }
    : { ok: true, status: response.status, object }
}
