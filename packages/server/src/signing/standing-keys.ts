// A key that signs, and its stand-by, both published: when the first is compromised the second takes its place at once, and whoever
// checks signatures knows it already. Each pair signs one kind of thing and lies sealed in the store under names of its own; the private
// half of the stand-by is not in memory.
import type { AccessEvent, Actor } from '@rekey/core'
import type { Feed } from '../feed/feed.ts'
import type { Ground } from '../ground.ts'
import { stored } from '../runner/rows.ts'

/** As it is published. */
export type PublicKey = Readonly<Record<string, string>>

export interface Named {
  kid: string
  jwk: PublicKey
}

/** How keys of that kind are made and opened. */
export interface KeyKind<K extends Named> {
  algorithm: string
  make(random: (bytes: number) => Uint8Array, name: string): Promise<Uint8Array>
  open(bytes: Uint8Array): K
}

export interface Pair<K extends Named> {
  serial: number
  active: K
  standBy: Named
}

export interface StandingKeys<K extends Named> {
  /** The first that is asked for is made. */
  pair(): Promise<Pair<K>>
  /** The same, if it is known already. */
  known(): Pair<K> | null
  /** Both as a JWK set has them. */
  published(): Promise<PublicKey[]>
  /** The stand-by signs from here on, and what the one before signed is believed no longer. */
  replace(because: string, by: Actor): Promise<Pair<K>>
}

export const signingKeysKind = 'signing-keys'

/** Both as a JWK set has them. */
export const publicSet = (
  { active, standBy }: Record<'active' | 'standBy', { kid: string; jwk: object }>,
  alg: string,
): PublicKey[] => [active, standBy].map(({ jwk, kid }) => ({ ...jwk, kid, alg, use: 'sig' }))

export function standingKeysOf<K extends Named>(
  { store, vault, nowMs, random, journal }: Ground,
  feed: Feed,
  of: string,
  kind: KeyKind<K>,
): StandingKeys<K> {
  const stream = `${signingKeysKind}/${of}`
  let pair: Pair<K> | null = null
  let loading: Promise<Pair<K>> | null = null
  const opened = async (serial: number): Promise<K> => {
    const name = `${of}-signing-${serial}`
    const row =
      (await store.key(name)) ?? (await store.putKeyOnce(vault.sealKey(name, await kind.make(random, name))))
    return kind.open(vault.openKey(row))
  }
  const serialNow = async () => {
    const row = await store.record(signingKeysKind, of, nowMs())
    return (row?.record as { serial: number } | undefined)?.serial ?? 1
  }
  const load = async (): Promise<Pair<K>> => {
    const serial = await serialNow()
    if (pair?.serial === serial) return pair
    const active = await opened(serial)
    const { kid, jwk } = await opened(serial + 1)
    pair = { serial, active, standBy: { kid, jwk } }
    return pair
  }
  const current = (): Promise<Pair<K>> => {
    if (pair !== null) return Promise.resolve(pair)
    loading ??= load().finally(() => {
      loading = null
    })
    return loading
  }
  feed.listen(events => {
    if (!events.some(one => one.stream === stream)) return
    load().catch(error => journal.trouble?.(stream, error))
  })
  return {
    pair: current,
    known: () => pair,
    async published() {
      return publicSet(await current(), kind.algorithm)
    },
    async replace(because, by) {
      const { serial, standBy } = await load()
      const next = serial + 1
      const event: AccessEvent = {
        type: 'signingKeysChanged',
        of,
        serial: next,
        active: standBy.kid,
        because,
        atMs: nowMs(),
        by,
      }
      const row = { kind: signingKeysKind, id: of, record: { serial: next }, expiresMs: null }
      // Refused where somebody else was first: then it is replaced already, and the stand-by must not be passed over.
      await store.commit({
        fence: null,
        appends: [{ stream, expected: serial - 1, events: [stored(event)] }],
        writes: [{ put: 'record', row }],
      })
      return load()
    },
  }
}
