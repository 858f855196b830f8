// The lists as they are handed out: status list tokens (draft-ietf-oauth-status-list, "Status List Token in JWT Format"), signed anew when a
// bit changed or the token gets old, and kept in between.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type SigningKey, signed } from '../kill/order.ts'
import { bitsInSlot, type StatusBits, statusBits } from './bits.ts'
import { slotsInList } from './permutation.ts'
import type { Slot } from './slots.ts'

/** For so long a copy may be used without asking again; and so long it is good at all. */
export const ttlSeconds = 30
export const lifeSeconds = 600
/** As long as nothing changes, a token is handed out again for that long. */
const agedMs = 10_000

export interface Token {
  text: string
  /** Of the clock of whoever signed. */
  madeMs: number
  expiresMs: number
  zipped(): Promise<Buffer>
}

export interface Lists {
  /** true: a bit changed. */
  set(slot: Slot, value: number): boolean
  get(slot: Slot): number
  /** Compresses what was never asked for. */
  warm(list: number): void
  /** `freshMs`: what the bits say was true then, so that is when its life begins. null: that was too long ago. */
  token(list: number, terms: Terms): Token | null
}

export interface Terms {
  issuer: string
  key: SigningKey
  nowMs: number
  freshMs: number
}

export const allListsUri = (issuer: string) => `${issuer}/api/v1/status`
export const listUri = (issuer: string, list: number) => `${allListsUri(issuer)}/${list}`

interface Kept {
  changes: number
  by: string
  token: Token
}

export function statusListsOf(): Lists {
  const all = new Map<number, StatusBits>()
  const kept = new Map<number, Kept>()
  const bitsOf = (list: number): StatusBits => {
    let bits = all.get(list)
    if (bits === undefined) {
      bits = statusBits(slotsInList)
      all.set(list, bits)
    }
    return bits
  }
  return {
    set: ({ list, idx }, value) => bitsOf(list).set(idx, value),
    get: ({ list, idx }) => bitsOf(list).get(idx),
    warm: list => void bitsOf(list).compressed(),
    token(list, terms) {
      const { key, nowMs, issuer, freshMs } = terms
      const bits = bitsOf(list)
      const by = `${issuer} ${key.kid}`
      const known = kept.get(list)
      const isSame = known !== undefined && known.changes === bits.changes() && known.by === by
      if (isSame && nowMs - known.token.madeMs < agedMs && nowMs >= known.token.madeMs) return known.token
      const expiresMs = Math.floor(freshMs / 1_000 + lifeSeconds) * 1_000
      if (expiresMs <= nowMs) return null
      const token = signedList(list, bits, terms, expiresMs)
      kept.set(list, { changes: bits.changes(), by, token })
      return token
    },
  }
}

const zip = promisify(gzip)

function signedList(list: number, bits: StatusBits, { issuer, key, nowMs }: Terms, expiresMs: number): Token {
  const text = signed(key, 'statuslist+jwt', {
    sub: listUri(issuer, list),
    iat: Math.floor(nowMs / 1_000),
    exp: expiresMs / 1_000,
    ttl: ttlSeconds,
    status_list: {
      bits: bitsInSlot,
      lst: bits.compressed().toString('base64url'),
      aggregation_uri: allListsUri(issuer),
    },
  })
  let zipped: Promise<Buffer> | null = null
  return {
    text,
    madeMs: nowMs,
    expiresMs,
    zipped() {
      zipped ??= zip(text, { level: 1 })
      return zipped
    },
  }
}
