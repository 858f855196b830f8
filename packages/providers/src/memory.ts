// A target that lives in memory, with as many abilities as are switched on: what the engine is tested and shown with, and
// the measure for the conformance kit. Its world is plain data, so that whoever holds it can keep it across a crash.
import { type Abilities, type RightsDiff, Secret } from '@rekey/core'
import type { TSchema } from 'typebox'
import { markOf } from './naming.ts'
import { type AutomaticProvider, defineProvider, ProviderError, type Sighting } from './provider.ts'

export interface MemoryVersion {
  handle: string
  credential: string
  /** Empty: it was not made under a key of ours. */
  operation: string
  /** In the clear: it is the target that knows its own passwords. */
  value: string
  state: 'enabled' | 'disabled' | 'gone'
  rights: string[]
  sessions: string[]
}

export interface MemoryWorld {
  versions: MemoryVersion[]
  sightings: Sighting[]
  /** Since when the target records who uses what. */
  recordingSinceMs: number
  /** How many times each verb changed something: what idempotence is checked with. */
  effects: Record<string, number>
}

export function memoryWorld(recordingSinceMs = 0): MemoryWorld {
  return { versions: [], sightings: [], recordingSinceMs, effects: {} }
}

export const allAbilities: Abilities = {
  maxLive: 2,
  secretFrom: 'us',
  canDisable: true,
  canEndSessions: true,
  canList: true,
  canCompareRights: true,
  usage: 'perCaller',
  usageLagMs: 0,
  propagationMs: 0,
  byHand: [],
}

const noSettings = { type: 'object', properties: {}, additionalProperties: false }

export interface MemoryOptions {
  abilities?: Partial<Abilities>
  /** Called after every change of the world, before the verb answers. */
  changed?: () => void
  nowMs: () => number
  /** Makes values where the target makes them. */
  random?: () => string
}

export function memory(world: MemoryWorld, options: MemoryOptions): AutomaticProvider {
  const abilities: Abilities = { ...allAbilities, ...options.abilities }
  const changed = (verb: string) => {
    world.effects[verb] = (world.effects[verb] ?? 0) + 1
    options.changed?.()
  }
  const live = (credential: string) =>
    world.versions.filter(one => one.credential === credential && one.state !== 'gone')
  const named = (handle: string) => world.versions.find(one => one.handle === handle)
  const set = (handle: string, state: MemoryVersion['state'], verb: string) => {
    const version = named(handle)
    if (version === undefined) {
      if (state === 'gone') return
      throw new ProviderError('rejected', `there is no ${handle} at the target`)
    }
    if (version.state === state) return
    if (version.state === 'gone') throw new ProviderError('rejected', `${handle} is gone for good`)
    version.state = state
    changed(verb)
  }

  return defineProvider({
    kind: 'memory',
    title: 'A target in memory',
    settings: noSettings as TSchema,
    abilities,
    secretBytes: 32,

    async mint(_context, operation) {
      const known = world.versions.find(one => one.operation === operation.key)
      if (known !== undefined) return { handle: known.handle, secret: null }
      const others = live(operation.credential)
      if (abilities.maxLive === 1) for (const other of others) other.state = 'gone'
      else if (others.length >= abilities.maxLive) {
        throw new ProviderError('rejected', `the target holds ${others.length} live versions, its limit`)
      }
      const value = operation.secret?.reveal() ?? options.random?.()
      if (value === undefined) throw new ProviderError('unexpected', 'nobody makes the value')
      const handle = `${operation.credential}-v${operation.version}-${operation.key.slice(0, 8)}`
      world.versions.push({
        handle,
        credential: operation.credential,
        operation: operation.key,
        value,
        state: 'enabled',
        rights: ['read', 'write'],
        sessions: [],
      })
      changed('mint')
      return { handle, secret: abilities.secretFrom === 'target' ? new Secret(value) : null }
    },

    async find(_context, operation) {
      const known = world.versions.find(one => one.operation === operation.key)
      return known === undefined ? { is: 'not-started' } : { is: 'done', handle: known.handle }
    },

    async probe(_context, handle, secret) {
      const version = named(handle)
      const accepts = version?.state === 'enabled' && version.value === secret.reveal()
      return accepts ? 'accepted' : 'refused'
    },

    async destroy(_context, handle) {
      set(handle, 'gone', 'destroy')
    },

    ...(abilities.canDisable && {
      async disable(_context, handle) {
        set(handle, 'disabled', 'disable')
      },
      async enable(_context, handle) {
        set(handle, 'enabled', 'enable')
      },
    }),

    ...(abilities.canEndSessions && {
      async endSessions(_context, handle) {
        const version = named(handle)
        if (version === undefined || version.sessions.length === 0) return
        version.sessions = []
        changed('endSessions')
      },
    }),

    ...(abilities.canList && {
      async list(_context, credential) {
        return live(credential).map(({ handle, operation }) => ({
          handle,
          mark: operation === '' ? null : markOf(operation),
        }))
      },
    }),

    ...(abilities.canCompareRights && {
      async compareRights(_context, old, fresh): Promise<RightsDiff> {
        const had = named(old)?.rights ?? []
        const has = named(fresh)?.rights ?? []
        return {
          missing: had.filter(right => !has.includes(right)),
          extra: has.filter(right => !had.includes(right)),
        }
      },
    }),

    ...(abilities.byHand.length > 0 && {
      guide: () => ({ steps: ['do it at the target'], asks: [] }),
    }),

    ...(abilities.usage !== 'none' && {
      async usage(_context, handles, sinceMs) {
        const sightings = world.sightings.filter(one => handles.includes(one.handle) && one.atMs >= sinceMs)
        const toMs = options.nowMs() - abilities.usageLagMs
        const fromMs = Math.max(sinceMs, world.recordingSinceMs)
        return { sightings, asOfMs: toMs, covered: fromMs <= toMs ? { fromMs, toMs } : null, gaps: [] }
      },
    }),
  })
}

/** What a client of the target sees when it comes with a value: the way a consumer authenticates. */
export function authenticate(
  world: MemoryWorld,
  value: string,
): { handle: string; accepted: boolean } | null {
  const version = world.versions.find(one => one.value === value)
  return version === undefined ? null : { handle: version.handle, accepted: version.state === 'enabled' }
}
