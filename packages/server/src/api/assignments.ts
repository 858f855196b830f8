// What each consumer should use now, with its value: read at every request of every agent. It is remembered until an event of
// the credential passes in the feed; whoever has heard of a change says so, and is given nothing older.
import { isUnderway, policyFor, type Secret, type Version } from '@rekey/core'
import type { Store, Vault } from '@rekey/store'
import type { Feed } from '../feed/feed.ts'
import { kindAndId } from '../runner/rows.ts'

export interface Assigned {
  credential: string
  environment: string
  lifeMs: number | null
  currentVersion: number | null
  versions: ReadonlyMap<number, Version>
  consumers: ReadonlyMap<
    string,
    {
      lanes: readonly string[]
      ttlMs: number
      version: number | null
      sinceMs: number
      /** Until somebody has looked, it is given nothing. */
      isFrozen: boolean
    }
  >
  rotation: string | null
  inFlight: 'finish' | 'fail' | 'requeue'
  withoutContactMs: number | null
  position: number
}

export interface Assignments {
  /** What is remembered, at once; undefined: it has to be asked for. */
  peek(credential: string): Assigned | null | undefined
  of(credential: string): Promise<Assigned | null>
  value(credential: string, version: number): Promise<Secret | null>
  /** Of which rotation is which credential: the events of a rotation do not say. */
  credentialOf(rotation: string): Promise<string | null>
  /** It was killed, though the record does not say so yet: it is given to nobody. */
  deny(credential: string, version: number): void
}

const most = 20_000
/** How long an agent may keep a value without asking when its consumer says nothing about it. */
const usualTtlMs = 300_000

export function assignmentsOf(store: Store, vault: Vault, feed: Feed): Assignments {
  const known = new Map<string, Assigned | null>()
  /** A value never changes under its number. */
  const values = new Map<string, Secret>()
  const owners = new Map<string, string>()
  const denied = new Set<string>()
  let forgotten = 0
  feed.listen(events => {
    for (const { stream, type, data } of events) {
      const [kind, id] = kindAndId(stream)
      if (kind !== 'credential' && kind !== 'rotation') continue
      forgotten++
      if (kind === 'credential') known.delete(id)
      else if (type === 'rotationOpened') {
        const { credential } = JSON.parse(data) as { credential: string }
        remember(owners, id, credential)
        known.delete(credential)
      } else {
        const credential = owners.get(id)
        if (credential !== undefined) known.delete(credential)
        // Nobody here knows whose it is: then nothing is known of anybody.
        else known.clear()
      }
    }
  })
  const read = async (credential: string): Promise<Assigned | null> => {
    const position = feed.position()
    const row = await store.credential(credential)
    if (row === null) return null
    const [versions, assignments, consumers, rotation] = await Promise.all([
      store.versions(credential),
      store.assignments(credential),
      store.consumers(credential),
      row.openRotation === null ? null : store.rotation(row.openRotation),
    ])
    if (rotation !== null) remember(owners, rotation.id, credential)
    const state = rotation?.state ?? null
    const frozen = (state !== null && isUnderway(state) ? state.frozen : null) ?? []
    const assigned = new Map(assignments.map(one => [one.consumer, one]))
    return {
      credential,
      environment: row.record.environment,
      lifeMs: row.record.lifeMs,
      currentVersion: row.currentVersion,
      versions: new Map(
        versions.map(version => {
          const isDenied = denied.has(`${version.number} ${credential}`)
          return [version.number, isDenied ? { ...version, compromised: true } : version]
        }),
      ),
      consumers: new Map(
        consumers.map(({ id, lanes, reload, cacheMs }) => {
          const own = assigned.get(id)
          const version = own?.version ?? row.currentVersion
          const ttlMs = reload.how === 'ttl' ? reload.ttlMs : cacheMs > 0 ? cacheMs : usualTtlMs
          return [id, { lanes, version, sinceMs: own?.sinceMs ?? 0, ttlMs, isFrozen: frozen.includes(id) }]
        }),
      ),
      rotation: row.openRotation,
      withoutContactMs: policyFor(row.record, row.record.policy).withoutContactMs,
      inFlight: state !== null && isUnderway(state) ? state.plan.inFlight : 'finish',
      position,
    }
  }
  const peek = (credential: string) => (feed.isFresh() ? known.get(credential) : undefined)
  return {
    peek,
    async of(credential) {
      const seen = peek(credential)
      if (seen !== undefined) return seen
      const before = forgotten
      const one = await read(credential)
      if (before === forgotten) remember(known, credential, one)
      return one
    },
    async value(credential, version) {
      const key = `${version} ${credential}`
      const seen = values.get(key)
      if (seen !== undefined) return seen
      const row = await store.sealed(credential, version)
      if (row === null) return null
      const secret = vault.open(row)
      remember(values, key, secret)
      return secret
    },
    deny(credential, version) {
      denied.add(`${version} ${credential}`)
      forgotten++
      known.delete(credential)
    },
    async credentialOf(rotation) {
      const owner = owners.get(rotation)
      if (owner !== undefined) return owner
      const row = await store.rotation(rotation)
      if (row === null) return null
      remember(owners, rotation, row.credential)
      return row.credential
    },
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= most) map.delete(map.keys().next().value ?? '')
  map.set(key, value)
}
