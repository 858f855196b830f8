// One question to a place that an admin named: to the address that was checked, within a time, and no further than the answer may be long.
// What goes wrong is a value, and no text repeats what was sent to prove who asks.
import type { Secret } from '@rekey/core'
import { answerBytes } from '../answer-bytes.ts'
import type { Plane } from '../api/plane.ts'
import { checkedFetch } from '../telemetry/checked-fetch.ts'

export type Asked = { ok: true; status: number; body: unknown } | { ok: false; text: string }

const timeoutMs = 10_000
const longestBytes = 262_144

export async function askJson(
  { ground, allowPrivate }: Plane,
  url: string,
  secret: string | null,
): Promise<Asked> {
  const checked = await checkedFetch(url, { allowPrivate })
  if (!checked.ok) return no(`${checked.text}. ${checked.how}`)
  let token: Secret | null = null
  try {
    token = secret === null ? null : await ground.admin(secret)
  } catch (error) {
    return no(error instanceof Error ? error.message : 'the admin secret cannot be read')
  }
  try {
    const response = await checked.fetch(url, {
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': 'rekey',
        'x-github-api-version': '2022-11-28',
        ...(token !== null && { authorization: `Bearer ${token.reveal()}` }),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const { status } = response
    const bytes = await answerBytes(response, longestBytes)
    if (bytes === null) return no(`it answered with more than ${longestBytes} bytes`)
    if (status !== 200) return { ok: true, status, body: null }
    return { ok: true, status, body: JSON.parse(bytes.toString('utf8')) }
  } catch (error) {
    // What the parser says quotes the text, and there may be a value in it.
    return error instanceof SyntaxError
      ? no('it answered what is not JSON')
      : no('it cannot be reached, or did not answer in time')
  }
}

const no = (text: string): Asked => ({ ok: false, text })
