// A fetch for addresses that somebody typed in: it goes to the very address that was checked (webhooks/address.ts), over a connection
// of its own, and follows nothing. The platform's would ask for the name again, and might be told another place.
import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { Readable } from 'node:stream'
import {
  type AddressFault,
  type AddressRules,
  checkAddress,
  type Lookup,
  lookupBySystem,
  pinnedTo,
  resolveUrl,
} from '../webhooks/address.ts'

export type CheckedFetch = { ok: true; fetch: typeof fetch } | AddressFault

/** Good for one question: what a name says may change. */
export async function checkedFetch(
  address: string,
  rules: AddressRules,
  lookup: Lookup = lookupBySystem,
): Promise<CheckedFetch> {
  const checked = checkAddress(address, rules)
  if (!checked.ok) return checked
  const { url } = checked
  const resolved = await resolveUrl(url, lookup, rules)
  if (!resolved.ok) return resolved
  const { addresses } = resolved
  return {
    ok: true,
    fetch: (input, init = {}) =>
      new Promise((resolve, reject) => {
        const body = init.body === undefined || init.body === null ? '' : String(init.body)
        const headers = Object.fromEntries(new Headers(init.headers))
        headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8'
        headers['content-length'] = String(Buffer.byteLength(body))
        const send = url.protocol === 'http:' ? overHttp : overHttps
        const request = send(String(input), {
          method: init.method ?? 'GET',
          headers,
          agent: false,
          lookup: pinnedTo(addresses),
          ...(init.signal && { signal: init.signal }),
        })
        request.on('error', error => reject(new TypeError('fetch failed', { cause: error })))
        request.on('response', response => resolve(responseOf(response)))
        request.end(body)
      }),
  }
}

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 502
  const hasBody = status >= 200 && status !== 204 && status !== 304
  if (!hasBody) answer.resume()
  const body = hasBody ? (Readable.toWeb(answer) as unknown as ReadableStream) : null
  return new Response(body, { status: status < 200 ? 502 : status })
}
