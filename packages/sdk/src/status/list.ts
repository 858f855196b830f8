// A status list token (draft-ietf-oauth-status-list): fetched, verified, unpacked, each within bounds. Whoever can put a list in our way
// can make it large, and what is small on the way can be large when unpacked.

import { fromBase64url, isObject } from '../encoding.ts'
import type { Fetch } from '../environment.ts'
import { type JwsRefusal, openJws, type PinnedKeys } from './jws.ts'

export interface StatusList {
  bits: 1 | 2 | 4 | 8
  bytes: Uint8Array
  iat: number
  exp: number
  /** Seconds for which a copy is used without asking again. */
  ttl: number
}

export type ListRefusal =
  | JwsRefusal
  | 'wrong-subject'
  | 'bad-list'
  | 'list-too-large'
  | 'list-expired'
  | 'list-away'

export type ReadList = { ok: true; list: StatusList } | { ok: false; code: ListRefusal }

export interface Bounds {
  /** Of the token as it comes, and of the list when it is unpacked. */
  tokenBytes: number
  listBytes: number
}

const media = 'application/statuslist+jwt'

export async function fetchList(
  uri: string,
  ask: Fetch,
  keys: PinnedKeys,
  { bounds, timeoutMs, nowMs }: { bounds: Bounds; timeoutMs: number; nowMs: () => number },
): Promise<ReadList> {
  let text: string | null
  try {
    const response = await ask(new URL(uri), {
      method: 'GET',
      headers: { accept: media },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return no('list-away')
    }
    const bytes = await within(response.body, bounds.tokenBytes)
    if (bytes === null) return no('list-too-large')
    text = new TextDecoder().decode(bytes)
  } catch {
    return no('list-away')
  }
  return readList(text.trim(), uri, keys, bounds, nowMs())
}

export async function readList(
  text: string,
  uri: string,
  keys: PinnedKeys,
  bounds: Bounds,
  nowMs: number,
): Promise<ReadList> {
  if (text.length > bounds.tokenBytes) return no('list-too-large')
  const opened = await openJws(text, 'statuslist+jwt', keys)
  if (!opened.ok) return opened
  const { sub, iat, exp, ttl, status_list: said } = opened.claims
  // One list must not stand in for another.
  if (sub !== uri) return no('wrong-subject')
  if (!isTime(iat) || !isTime(exp) || !isObject(said)) return no('bad-list')
  if (exp * 1_000 <= nowMs) return no('list-expired')
  if (ttl !== undefined && !(typeof ttl === 'number' && ttl > 0)) return no('bad-list')
  const { bits, lst } = said
  if ((bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8) || typeof lst !== 'string') return no('bad-list')
  const packed = fromBase64url(lst)
  if (packed === null) return no('bad-list')
  const unpacked = await unpack(packed, bounds.listBytes)
  if (typeof unpacked === 'string') return no(unpacked)
  return { ok: true, list: { bits, bytes: unpacked, iat, exp, ttl: ttl ?? exp - iat } }
}

/** null: it is not in the list. */
export function statusAt({ bits, bytes }: Pick<StatusList, 'bits' | 'bytes'>, idx: number): number | null {
  const inByte = 8 / bits
  const byte = bytes[Math.floor(idx / inByte)]
  if (!Number.isInteger(idx) || idx < 0 || byte === undefined) return null
  return (byte >> ((idx % inByte) * bits)) & ((1 << bits) - 1)
}

/** zlib (RFC 1950), whole and no more than that. */
export async function unpack(
  packed: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array | 'bad-list' | 'list-too-large'> {
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))
    return (await within(stream as Parts, most)) ?? 'list-too-large'
  } catch {
    return 'bad-list'
  }
}

type Parts = AsyncIterable<Uint8Array> | null

/** All of it; null: it is more than that, and the rest was not read. */
async function within(parts: Parts, most: number): Promise<Uint8Array | null> {
  const read: Uint8Array[] = []
  let length = 0
  // Leaving the loop ends the stream.
  for await (const part of parts ?? []) {
    length += part.length
    if (length > most) return null
    read.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of read) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const no = (code: ListRefusal): { ok: false; code: ListRefusal } => ({ ok: false, code })
