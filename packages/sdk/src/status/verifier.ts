// Checks what somebody shows beside a value: its passport, and from a signed list whether the version is still good. The list is
// fetched once in a while and kept, so a check asks nobody, and the control plane may be away for minutes. docs/status-list.md.

import { isObject } from '../encoding.ts'
import type { Fetch } from '../environment.ts'
import { type JwsRefusal, openJws, type PinnedKeys, pinned, type StatusKey } from './jws.ts'
import { type Bounds, fetchList, type ListRefusal, type StatusList, statusAt } from './list.ts'

export type { StatusKey } from './jws.ts'

export interface StatusOptions {
  /** Who made the passports: the name of the control plane. */
  issuer: string
  /** As GET /api/v1/order-keys published them when they were pinned: the key that signs, and its stand-by. */
  keys: readonly StatusKey[]
  /** When the last list is past its end and no newer one can be had: `refuse`, or go by the last one that is known. */
  pastEnd?: 'refuse' | 'last-known'
  fetch?: Fetch
  nowMs?: () => number
  timeoutMs?: number
  bounds?: Partial<Bounds>
}

export type VersionStatus = 'valid' | 'invalid' | 'suspended' | 'superseded'
export type StatusRefusal =
  | ListRefusal
  | JwsRefusal
  | 'wrong-issuer'
  | 'no-status'
  | 'out-of-range'
  | 'unknown-status'

export type StatusAnswer =
  | {
      ok: true
      status: VersionStatus
      credential: string
      version: number
      fingerprint: string | null
      /** When the list said so, in seconds since 1970; `pastEnd`: it is a list that had ended. */
      asOf: number
      pastEnd: boolean
    }
  | { ok: false; code: StatusRefusal; about: 'passport' | 'list' }

export interface StatusVerifier {
  check(passport: string): Promise<StatusAnswer>
}

const usualBounds: Bounds = { tokenBytes: 2_097_152, listBytes: 1_048_576 }
const mostPassport = 8_192
/** More lists than one control plane has; one that is not asked for any more makes room. */
const mostLists = 64
/** Whoever could not be reached is not asked at each check. */
const againMs = 1_000

const names: readonly VersionStatus[] = ['valid', 'invalid', 'suspended', 'superseded']

interface Kept {
  list: StatusList | null
  refusal: ListRefusal | null
  askedMs: number
  asking: Promise<void> | null
}

export function statusVerifier(options: StatusOptions): StatusVerifier {
  const { issuer, pastEnd = 'refuse', nowMs = Date.now, timeoutMs = 5_000 } = options
  const ask = options.fetch ?? (fetch as unknown as Fetch)
  const bounds = { ...usualBounds, ...options.bounds }
  const kept = new Map<string, Kept>()
  let keys: Promise<PinnedKeys> | null = null
  const believed = () => {
    keys ??= pinned(options.keys)
    return keys
  }
  const refresh = async (uri: string, one: Kept) => {
    const read = await fetchList(uri, ask, await believed(), { bounds, timeoutMs, nowMs })
    one.askedMs = nowMs()
    one.refusal = read.ok ? null : read.code
    // An older list that is still good would give back what a newer one took.
    if (read.ok && (one.list === null || read.list.iat >= one.list.iat)) one.list = read.list
  }
  const listAt = async (uri: string): Promise<Kept> => {
    let one = kept.get(uri)
    if (one === undefined) {
      if (kept.size >= mostLists) kept.delete(kept.keys().next().value ?? '')
      one = { list: null, refusal: null, askedMs: Number.NEGATIVE_INFINITY, asking: null }
      kept.set(uri, one)
    }
    const waitMs = one.refusal !== null || one.list === null ? againMs : one.list.ttl * 1_000
    const isOver = one.list !== null && one.list.exp * 1_000 <= nowMs()
    if (nowMs() - one.askedMs >= (isOver ? Math.min(waitMs, againMs) : waitMs)) {
      const asked = one
      one.asking ??= refresh(uri, asked).finally(() => {
        asked.asking = null
      })
    }
    await one.asking
    return one
  }
  return {
    async check(passport) {
      if (passport.length > mostPassport) return no('malformed', 'passport')
      const opened = await openJws(passport, 'rekey-passport+jwt', await believed())
      if (!opened.ok) return no(opened.code, 'passport')
      const { iss, sub, fingerprint, status } = opened.claims
      if (iss !== issuer) return no('wrong-issuer', 'passport')
      const named = namedIn(sub)
      if (named === null) return no('malformed', 'passport')
      const place = placeIn(status)
      if (place === null) return no('no-status', 'passport')
      const { list, refusal } = await listAt(place.uri)
      if (list === null) return no(refusal ?? 'list-away', 'list')
      const isOver = list.exp * 1_000 <= nowMs()
      if (isOver && pastEnd === 'refuse') return no('list-expired', 'list')
      const value = statusAt(list, place.idx)
      if (value === null) return no('out-of-range', 'list')
      const said = names[value]
      if (said === undefined) return no('unknown-status', 'list')
      return {
        ok: true,
        status: said,
        ...named,
        fingerprint: typeof fingerprint === 'string' ? fingerprint : null,
        asOf: list.iat,
        pastEnd: isOver,
      }
    },
  }
}

function namedIn(sub: unknown): { credential: string; version: number } | null {
  const [, credential, version] = /^cred\/([^/]{1,700})\/v\/([1-9]\d{0,8})$/.exec(String(sub)) ?? []
  if (credential === undefined) return null
  try {
    return { credential: decodeURIComponent(credential), version: Number(version) }
  } catch {
    return null
  }
}

function placeIn(status: unknown): { uri: string; idx: number } | null {
  const said = isObject(status) ? status['status_list'] : null
  if (!isObject(said)) return null
  const { uri, idx } = said
  if (typeof uri !== 'string' || !URL.canParse(uri)) return null
  return typeof idx === 'number' && Number.isInteger(idx) && idx >= 0 ? { uri, idx } : null
}

const no = (code: StatusRefusal, about: 'passport' | 'list'): StatusAnswer => ({ ok: false, code, about })
