// A control plane in one process for tests: the SQLite engine in memory, a target in memory, a clock moved by hand. For
// tests only; no product code imports it.
import { createHash } from 'node:crypto'
import {
  type Abilities,
  type Consumer,
  type Credential,
  minuteMs,
  type Observation,
  type Rotation,
  Secret,
  type Statement,
} from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import {
  type AutomaticProvider,
  type MemoryWorld,
  memory,
  memoryWorld,
  type Provider,
  type ProviderCode,
  ProviderError,
} from '@rekey/providers'
import { noAdminSecrets } from '@rekey/providers/fixtures'
import { inline, openSqlite, openVault, rootKeyFrom, type Store } from '@rekey/store'
import { type Ground, usualLimits } from './ground.ts'
import type { Journal } from './journal.ts'
import { registerCredential } from './registry/credentials.ts'
import { type Opened, type OpenRequest, openRotation } from './runner/open.ts'
import { tick } from './runner/tick.ts'

export const person = { kind: 'person', id: 'alice' } as const
export const startMs = Date.UTC(2026, 2, 1, 12)
export const firstValue = 'the-first-value-that-must-never-show'

export interface Bench {
  ground: Ground
  store: Store
  world: MemoryWorld
  credential: string
  consumers: Consumer[]
  trouble: { where: string; error: unknown }[]
  clock: { nowMs: number }
  say(
    consumer: string,
    version: number | null,
    statement: Statement,
    more?: Partial<Observation>,
  ): Promise<void>
  /** Every consumer works well with what it is assigned, and its silence about others is covered. */
  work(): Promise<void>
  open(request?: Partial<OpenRequest>): Promise<Extract<Opened, { ok: true }>>
  state(rotation: string): Promise<Rotation>
  /** Ticks every five minutes with work between, until the test is content or the time is up. */
  until(rotation: string, isEnough: (state: Rotation) => boolean, atMostMs?: number): Promise<Rotation>
}

export interface BenchOptions {
  abilities?: Partial<Abilities>
  credential?: Partial<Credential>
  consumers?: Consumer[]
  wrap?: (provider: AutomaticProvider, world: MemoryWorld) => AutomaticProvider
  /** In the place of the target in memory. */
  provider?: Provider
  store?: Store
  existing?: boolean
  journal?: Journal
}

let made = 0

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const clock = { nowMs: startMs }
  const store = options.store ?? inline(openSqlite(':memory:'))
  const vault = await openVault(store, rootKeyFrom(createHash('sha256').update('test root key').digest()))
  const world = memoryWorld(startMs)
  const trouble: Bench['trouble'] = []
  let ids = 0
  const bare = memory(world, {
    abilities: { usage: 'none', ...options.abilities },
    nowMs: () => clock.nowMs,
    random: () => `made-by-the-target-${++ids}-must-never-show`,
  })
  const provider = options.provider ?? options.wrap?.(bare, world) ?? bare
  const run = ++made
  const ground: Ground = {
    store,
    vault,
    providers: new Map([['fake', provider]]),
    nowMs: () => clock.nowMs,
    doubt: () => null,
    within: ms => AbortSignal.timeout(ms),
    id: () => `id-${run}-${++ids}`,
    random: bytes => new Uint8Array(bytes).fill(7),
    newSecret: bytes => `made-here-${++ids}-must-never-show-${'x'.repeat(bytes)}`,
    admin: noAdminSecrets,
    holder: `holder-${run}`,
    limits: { ...usualLimits, callMs: 200 },
    journal: { ...options.journal, trouble: (where, error) => trouble.push({ where, error }) },
  }
  const record = aCredential({ lanes: [], ...options.credential })
  const consumers = options.consumers ?? [aConsumer({ id: 'web' }), aConsumer({ id: 'queue' })]
  const handle = 'v1'
  if (options.existing !== false) {
    world.versions.push({
      handle,
      credential: record.id,
      operation: '',
      value: firstValue,
      state: 'enabled',
      rights: ['read', 'write'],
      sessions: [],
    })
  }
  const existing =
    options.existing === false ? null : { handle, secret: new Secret(firstValue), issuedMs: startMs }
  await registerCredential(ground, record, consumers, existing, person)

  const say: Bench['say'] = async (consumer, version, statement, more = {}) => {
    await store.observe({
      source: `sdk/${consumer}`,
      batch: `${++ids}`,
      receivedMs: clock.nowMs,
      observations: [
        {
          credential: record.id,
          consumer,
          seenAs: null,
          instance: `${consumer}-1`,
          version,
          statement,
          atMs: clock.nowMs,
          source: `sdk/${consumer}`,
          ...more,
        },
      ],
    })
  }
  const work = async () => {
    const assignments = await store.assignments(record.id)
    for (const { consumer, version } of assignments) {
      await say(consumer, version, { says: 'present' })
      await say(consumer, version, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
      await say(consumer, null, { says: 'covered', fromMs: clock.nowMs - 6 * minuteMs })
    }
  }
  const state = async (rotation: string) => {
    const row = await store.rotation(rotation)
    if (row === null) throw new Error(`no rotation ${rotation}`)
    return row.state
  }
  return {
    ground,
    store,
    world,
    credential: record.id,
    consumers,
    trouble,
    clock,
    say,
    work,
    state,
    async open(request = {}) {
      const opened = await openRotation(ground, {
        credential: record.id,
        trigger: { why: 'person', by: 'alice', reason: 'test' },
        by: person,
        ...request,
      })
      if (!opened.ok) throw new Error(opened.text)
      return opened
    },
    async until(rotation, isEnough, atMostMs = 7 * 24 * 60 * minuteMs) {
      const untilMs = clock.nowMs + atMostMs
      while (clock.nowMs < untilMs) {
        await work()
        await tick(ground)
        const now = await state(rotation)
        if (isEnough(now)) return now
        clock.nowMs += 5 * minuteMs
      }
      const last = await state(rotation)
      throw new Error(`still ${last.phase}${'problem' in last ? `: ${last.problem.text}` : ''}`)
    },
  }
}

/** Each version with the state of its life. */
export const lives = (versions: readonly { number: number; state: string }[]) =>
  versions.map(version => `${version.number} ${version.state}`)

/** The target mints, and its first answer is lost on the way. */
export function mintUnheard(code: ProviderCode) {
  const minted = { times: 0 }
  const wrap = (provider: AutomaticProvider): AutomaticProvider => ({
    ...provider,
    async mint(context, operation) {
      const made = await provider.mint(context, operation)
      if (++minted.times === 1) throw new ProviderError(code, 'the answer was lost')
      return made
    },
  })
  return { wrap, minted }
}

export const isEnded = (state: Rotation) => state.phase === 'ended'

/** Every event of the store as one text: what must hold no value. */
export async function allEvents(store: Store): Promise<string> {
  return JSON.stringify(await store.events(0, 100_000))
}
