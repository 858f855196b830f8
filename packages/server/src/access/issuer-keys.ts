// The public keys of trusted issuers (RFC 7517; SPIFFE bundles): given, at a known address, or found by discovery. They are fetched
// anew every five minutes, so that a key which was withdrawn stops counting, and at most once a minute because somebody
// shows a key id that nobody knows. An issuer that is away for an hour is no longer believed.
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet, type JWK } from 'jose'
import { discover } from './discovery.ts'
import type { Issuer } from './issuer.ts'
import { type Fetch, type Fetched, fetchObject, trustworthyAddress } from './remote-object.ts'

export interface Wanted {
  alg: string
  kid: string | undefined
}

export interface At {
  nowMs: number
  fetch: Fetch
  signal: AbortSignal
}

export type FoundKey =
  | { ok: true; key: CryptoKey }
  /** unknown: the keys are at hand, and this is none of them. away: there are no keys to go by. */
  | { ok: false; answer: 'unknown' | 'away'; why: string }

export interface IssuerKeys {
  find(issuer: Issuer, wanted: Wanted, at: At): Promise<FoundKey>
}

type Select = ReturnType<typeof createLocalJWKSet>

interface Held {
  select: Select | null
  fetchedMs: number
  triedMs: number
  why: string
  underway: Promise<void> | null
}

const freshMs = 5 * 60_000
const longestStaleMs = 60 * 60_000
const pauseMs = 60_000
/** With no keys at all everybody waits, so it is tried sooner. */
const emptyPauseMs = 5_000
const mostIssuers = 1_000
const mostKeys = 100

export function issuerKeys(): IssuerKeys {
  const held = new Map<string, Held>()
  const given = new WeakMap<JSONWebKeySet, Select>()

  const heldFor = (issuer: Issuer): Held => {
    const name = JSON.stringify([issuer.kind, issuer.issuer, issuer.jwksUrl ?? null])
    const known = held.get(name)
    if (known !== undefined) return known
    if (held.size >= mostIssuers) held.delete(held.keys().next().value ?? '')
    const never = Number.NEGATIVE_INFINITY
    const fresh = { select: null, fetchedMs: never, triedMs: never, why: '', underway: null }
    held.set(name, fresh)
    return fresh
  }

  return {
    async find(issuer, wanted, at) {
      if (issuer.jwks !== undefined) {
        const select = given.get(issuer.jwks) ?? createLocalJWKSet(usable(issuer, issuer.jwks))
        given.set(issuer.jwks, select)
        return chosen(await pick(select, wanted))
      }
      const keys = heldFor(issuer)
      if (isPast(keys.fetchedMs, freshMs, at.nowMs)) await refresh(keys, issuer, at)
      let key = await pickHeld(keys, wanted, at.nowMs)
      if (key === null && keys.select !== null && (await refresh(keys, issuer, at)))
        key = await pickHeld(keys, wanted, at.nowMs)
      const isAway = keys.select === null || isPast(keys.fetchedMs, longestStaleMs, at.nowMs)
      if (key === null && isAway) return { ok: false, answer: 'away', why: keys.why || 'nothing was fetched' }
      return chosen(key)
    },
  }
}

/** A clock that was set back must not keep keys alive: far away counts in both directions. */
const isPast = (sinceMs: number, ms: number, nowMs: number): boolean => Math.abs(nowMs - sinceMs) >= ms

/** Whether anything was fetched since; callers that come meanwhile wait for the same answer. */
async function refresh(keys: Held, issuer: Issuer, at: At): Promise<boolean> {
  const pause = keys.select === null ? emptyPauseMs : pauseMs
  if (keys.underway === null && !isPast(keys.triedMs, pause, at.nowMs)) return false
  keys.underway ??= fetchKeys(keys, issuer, at).finally(() => {
    keys.underway = null
  })
  await untilAborted(keys.underway, at.signal)
  return true
}

/** It goes on for the others when one of them gives up; its own time limit ends it. */
function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    void work.then(done, done)
  })
}

async function fetchKeys(keys: Held, issuer: Issuer, { fetch, nowMs }: At): Promise<void> {
  keys.triedMs = nowMs
  const answer = await fetchSet(issuer, { fetch, signal: new AbortController().signal })
  const listed = answer.ok && answer.status === 200 ? answer.object['keys'] : undefined
  if (Array.isArray(listed)) {
    keys.select = createLocalJWKSet(usable(issuer, { keys: listed }))
    keys.fetchedMs = nowMs
    keys.why = ''
  } else keys.why = answer.ok ? `it answered ${answer.status}, without a list of keys` : answer.why
}

async function fetchSet(issuer: Issuer, reach: { fetch: Fetch; signal: AbortSignal }): Promise<Fetched> {
  if (issuer.jwksUrl !== undefined) {
    const url = trustworthyAddress(issuer.jwksUrl)
    return url === null
      ? { ok: false, why: 'its jwksUrl is no https address (http only on this machine)' }
      : fetchObject(url, reach)
  }
  if (issuer.kind === 'spiffe') return { ok: false, why: 'it has neither jwks nor jwksUrl' }
  const found = await discover(issuer.issuer, reach)
  if (!found.ok) return found
  const url = found.address('jwks_uri')
  return url === null ? { ok: false, why: 'its discovery names no safe jwks_uri' } : fetchObject(url, reach)
}

/** Only keys that are meant for this (jose refuses those that are not public). A SPIFFE bundle also holds roots of X.509, and marks those for JWTs in its own way. */
function usable({ kind }: Issuer, { keys }: { keys: readonly unknown[] }): JSONWebKeySet {
  const isOurs = (jwk: unknown): jwk is JWK => {
    if (typeof jwk !== 'object' || jwk === null) return false
    const { kty, use, kid } = jwk as JWK
    if (!['RSA', 'EC', 'OKP'].includes(kty ?? '')) return false
    if (kind === 'spiffe') return typeof kid === 'string' && (use === 'jwt-svid' || use === 'sig')
    return use === undefined || use === 'sig'
  }
  return {
    keys: keys
      .slice(0, mostKeys)
      .filter(isOurs)
      .map(jwk => ({ ...jwk, use: 'sig' })),
  }
}

async function pickHeld(keys: Held, wanted: Wanted, nowMs: number): Promise<CryptoKey | null> {
  if (keys.select === null || isPast(keys.fetchedMs, longestStaleMs, nowMs)) return null
  return pick(keys.select, wanted)
}

/** jose chooses by key id, type, curve and use, and throws where none or several would do. */
const pick = (select: Select, { alg, kid }: Wanted): Promise<CryptoKey | null> =>
  select({ alg, ...(kid !== undefined && { kid }) }).catch(() => null)

const chosen = (key: CryptoKey | null): FoundKey =>
  key === null
    ? { ok: false, answer: 'unknown', why: 'the token names no key of its issuer that fits its algorithm' }
    : { ok: true, key }
