// The keys of kill orders: one that signs, and its stand-by, published beforehand. They sign nothing else, and lie sealed in the
// store under names of their own. Who stole the active one cannot name its successor: only the stand-by can.
import type { Actor, OrderEvent } from '@rekey/core'
import type { Feed } from '../feed/feed.ts'
import type { Ground } from '../ground.ts'
import { stored } from '../runner/rows.ts'
import { ed25519 } from '../signing/ed25519.ts'
import type { KnownOrder } from './book.ts'
import {
  claimsOf,
  headerOf,
  type Jwk,
  ringText,
  type SigningKey,
  signedAgain,
  thumbprintOf,
} from './order.ts'

export interface Ring {
  serial: number
  issuer: string
  active: SigningKey
  /** Its private half is not in memory: it is opened when it is needed. */
  standBy: { kid: string; jwk: Jwk }
  revoked: readonly string[]
  text: string
}

export interface OrderKeys {
  /** The ring in force. The first that is asked for is made, in the name that the control plane has then. */
  ring(): Promise<Ring>
  /** The same, if it is known already: on the way of a kill nothing is waited for. */
  known(): Ring | null
  /** All of them, the oldest first. */
  texts(): readonly string[]
  replace(because: string, by: Actor): Promise<Ring>
}

export const keysStream = 'order-keys'
export const ringKind = 'order-ring'
const keyName = (serial: number) => `order-signing-${serial}`
const tries = 8

interface Kept {
  serial: number
  text: string
}

export async function orderKeysOf(
  ground: Ground,
  feed: Pick<Feed, 'listen'>,
  issuer: () => string,
): Promise<OrderKeys> {
  const { store, vault } = ground
  let texts: string[] = []
  let ring: Ring | null = null
  let making: Promise<Ring> | null = null

  const secretOf = async (serial: number): Promise<SigningKey> => {
    const name = keyName(serial)
    const fresh = vault.sealKey(name, await ed25519.make(ground.random, name))
    return ed25519.open(vault.openKey(await store.putKeyOnce(fresh)))
  }
  const load = async (): Promise<void> => {
    const rows = await store.records(ringKind, { after: null, limit: 10_000 }, ground.nowMs())
    const kept = rows.map(row => row.record as Kept).sort((a, b) => a.serial - b.serial)
    texts = kept.map(one => one.text)
    const last = texts.at(-1)
    if (last === undefined || last === ring?.text) return
    const { serial, iss, standBy, revoked } = claimsOf<RingClaims>(last)
    ring = {
      serial,
      issuer: iss,
      active: await secretOf(serial),
      standBy: { kid: thumbprintOf(standBy), jwk: standBy },
      revoked,
      text: last,
    }
  }
  const succeed = async (because: string, by: Actor): Promise<Ring> => {
    for (let tried = 0; tried < tries; tried++) {
      const before = ring
      const serial = (before?.serial ?? 0) + 1
      const atMs = ground.nowMs()
      const [active, standBy] = [await secretOf(serial), await secretOf(serial + 1)]
      const revoked = before === null ? [] : [...before.revoked, before.active.kid]
      const text = ringText({ issuer: issuer(), serial, active, standBy, revoked, because, atMs })
      const event: OrderEvent = { type: 'orderKeysChanged', serial, keys: text, because, atMs, by }
      const id = String(serial).padStart(6, '0')
      const committed = await store.commit({
        fence: null,
        appends: [{ stream: keysStream, expected: serial - 1, events: [stored(event)] }],
        writes: [
          {
            put: 'record',
            row: { kind: ringKind, id, record: { serial, text } satisfies Kept, expiresMs: null },
          },
        ],
      })
      await load()
      if (committed.ok || (before === null && ring !== null)) return ring!
    }
    throw new Error('the keys of orders keep changing')
  }
  feed.listen(events => {
    if (events.some(one => one.stream === keysStream))
      load().catch(error => ground.journal.trouble?.('order-keys', error))
  })
  await load()
  const current = (): Promise<Ring> => {
    if (ring !== null) return Promise.resolve(ring)
    making ??= succeed('the first keys', { kind: 'system', id: 'kill' }).finally(() => {
      making = null
    })
    return making
  }
  return {
    known: () => ring,
    texts: () => texts,
    ring: current,
    async replace(because, by) {
      await current()
      return succeed(because, by)
    },
  }
}

interface RingClaims {
  serial: number
  iss: string
  standBy: Jwk
  revoked: string[]
}

/**
 * Nobody who knows the newer ring believes a key that it revokes, so whoever comes later would never hear of what was killed before.
 * The record says that the order was ours: it is signed anew, under its own name and epoch.
 */
export function signedAnew(keys: Pick<OrderKeys, 'known'>): (order: KnownOrder) => string {
  const anew = new Map<string, string>()
  return ({ text }) => {
    const ring = keys.known()
    if (ring === null || !ring.revoked.includes(headerOf(text).kid)) return text
    const name = `${ring.serial} ${text}`
    let again = anew.get(name)
    if (again === undefined) {
      again = signedAgain(ring.active, text)
      anew.set(name, again)
    }
    return again
  }
}
