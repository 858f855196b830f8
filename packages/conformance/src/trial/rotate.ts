// One whole rotation at a real target, by the product's own planner, machine, runner and store, in virtual time: from the plan
// to the proof that the old value is dead, with a version that is reached for once after it was disabled. Begun anew on what a
// crash left behind, it goes on from there.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isUnderway, minuteMs, type Rotation, Secret, type Statement, stepOf, type Verb } from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import type { Provider } from '@rekey/providers'
import {
  adminSecrets,
  type Ground,
  type HandedIn,
  handIn,
  handStep,
  newSecret,
  openRotation,
  registerCredential,
  tick,
  usualLimits,
} from '@rekey/server'
import { inline, openSqlite, openVault, rootKeyFrom, type Store } from '@rekey/store'
import type { Hand } from '../bed.ts'

export interface Task {
  folder: string
  settings: Record<string, unknown>
  existing: { handle: string; value: string }
}

export interface Account {
  /** How it ended, or why it does not. */
  ended: string
  versions: string[]
  /** The versions that consumers are assigned. */
  assigned: number[]
  /** The value of the version in use, which the record has kept: only the trial looks at it. */
  value: Secret | null
  handle: string | null
  events: string
  stuck: string | null
}

export const credentialId = 'trial'
const trier = { kind: 'person', id: 'trier' } as const
const startMs = Date.UTC(2026, 0, 5, 9)
const stepMs = 5 * minuteMs
const longestSteps = 2_000

/** Each of the provider's verbs, with what is to happen around a call of it. */
export type Around = <T>(verb: string, call: () => Promise<T>) => Promise<T>

/** The person who does what only a person can, and enters it into the form. */
export type Person = (verb: Verb, handle: string | null, name: string | null) => ReturnType<Hand>

export async function rotate(
  task: Task,
  provider: Provider,
  around: Around,
  person: Person,
): Promise<Account> {
  const store = inline(openSqlite(join(task.folder, 'rekey.db')))
  const clock = clockIn(task.folder)
  try {
    const rootKey = rootKeyFrom(createHash('sha256').update('trial root key').digest())
    const ground: Ground = {
      store,
      vault: await openVault(store, rootKey),
      providers: new Map([[provider.kind, watched(provider, around)]]),
      nowMs: clock.nowMs,
      doubt: () => null,
      within: ms => AbortSignal.timeout(ms),
      id: () => randomUUID(),
      random: randomBytes,
      newSecret,
      admin: adminSecrets(join(task.folder, 'admin')),
      holder: randomUUID(),
      limits: usualLimits,
      journal: { trouble: (where, error) => console.error(`${where}: ${(error as Error).message}`) },
    }
    return await walkOn(ground, task, provider.kind, clock, (...asked) =>
      around(asked[0], () => person(...asked)),
    )
  } finally {
    await store.close()
  }
}

async function walkOn(
  ground: Ground,
  task: Task,
  kind: string,
  clock: Clock,
  person: Person,
): Promise<Account> {
  const { store } = ground
  if ((await store.credential(credentialId)) === null) await register(ground, task, kind)
  // A predecessor's lease has to run out first.
  clock.forward(2 * ground.limits.leaseMs)
  const rotation = await begun(ground)
  let state: Rotation | null = null
  let refused: string | null = null
  for (let step = 0; step < longestSteps; step++) {
    await work(store, clock.nowMs(), state)
    await tick(ground)
    refused = await doneByHand(ground, rotation, person)
    state = (await store.rotation(rotation))?.state ?? null
    if (state === null || state.phase === 'ended' || state.phase === 'stuck' || refused !== null) break
    clock.forward(stepMs)
  }
  return account(ground, state, refused)
}

async function register(ground: Ground, { settings, existing }: Task, kind: string): Promise<void> {
  const record = aCredential({ id: credentialId, provider: kind, settings, lanes: [] })
  const { handle, value } = existing
  const first = { handle, secret: new Secret(value), issuedMs: ground.nowMs() }
  await registerCredential(
    ground,
    record,
    [aConsumer({ id: 'worker', credential: credentialId })],
    first,
    trier,
  )
}

/** Opens the rotation, or finds the one that was opened before a crash. */
async function begun(ground: Ground): Promise<string> {
  const row = await ground.store.credential(credentialId)
  if (row?.openRotation != null) return row.openRotation
  const [known] = await ground.store.rotations({ after: null, limit: 1, credential: credentialId })
  if (known !== undefined) return known.id
  const trigger = { why: 'person', by: trier.id, reason: 'a trial' } as const
  const opened = await openRotation(ground, { credential: credentialId, trigger, by: trier })
  if (!opened.ok) throw new Error(opened.text)
  const gaps = opened.plan.gaps.map(gap => gap.text)
  if (gaps.length > 0) throw new Error(`the plan has gaps: ${gaps.join('; ')}`)
  return opened.rotation
}

/** Why what a person did could not be handed in; null: nothing stands in the way. */
async function doneByHand(ground: Ground, rotation: string, person: Person): Promise<string | null> {
  const step = await handStep(ground, rotation)
  if (step === null) return null
  const { handle, value, answer } = await person(step.verb, step.handle, step.guide.name ?? null)
  const form: HandedIn = {
    ...(handle !== undefined && { handle }),
    ...(value !== undefined && { value: new Secret(value) }),
    ...(answer !== undefined && { answer }),
  }
  const handed = await handIn(ground, rotation, form, trier)
  return handed.ok ? null : handed.refusals.map(refusal => refusal.text).join('; ')
}

/** The one consumer works well with what it is assigned; once, when the old version is disabled, it reaches for that. */
async function work(store: Store, nowMs: number, state: Rotation | null): Promise<void> {
  const said: { version: number | null; statement: Statement }[] = []
  for (const { version } of await store.assignments(credentialId)) {
    said.push({ version, statement: { says: 'present' } })
    said.push({ version, statement: { says: 'used', outcome: 'success', lane: null, path: 'usual' } })
    said.push({ version: null, statement: { says: 'covered', fromMs: nowMs - 3 * stepMs } })
  }
  if (state !== null && isUnderway(state) && stepOf(state).do === 'watch' && !(await wasReinstated(store))) {
    const statement = { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' } as const
    said.push({ version: 1, statement })
  }
  await store.observe({
    source: 'sdk/worker',
    batch: `${nowMs}`,
    receivedMs: nowMs,
    observations: said.map(one => ({
      credential: credentialId,
      consumer: 'worker',
      seenAs: null,
      instance: 'worker-1',
      atMs: nowMs,
      source: 'sdk/worker',
      ...one,
    })),
  })
}

async function wasReinstated(store: Store): Promise<boolean> {
  return (await eventsOf(store)).includes('"versionReinstated"')
}

const eventsOf = async (store: Store) => JSON.stringify(await store.events(0, 100_000))

async function account(ground: Ground, state: Rotation | null, refused: string | null): Promise<Account> {
  const { store, vault } = ground
  const versions = await store.versions(credentialId)
  const row = await store.credential(credentialId)
  const current = versions.find(version => version.number === row?.currentVersion)
  const sealed = current === undefined ? null : await store.sealed(credentialId, current.number)
  return {
    ended: refused !== null ? 'waiting' : endingOf(state),
    versions: versions.map(version => `${version.number} ${version.state}`),
    assigned: (await store.assignments(credentialId)).map(one => one.version),
    value: sealed === null ? null : vault.open(sealed),
    handle: current?.handle ?? null,
    events: await eventsOf(store),
    stuck: state?.phase === 'stuck' ? state.problem.text : refused,
  }
}

function endingOf(state: Rotation | null): string {
  if (state === null) return 'unknown'
  return state.phase === 'ended' ? state.ending : state.phase
}

interface Clock {
  nowMs(): number
  forward(ms: number): void
}

/** It outlives the process, as time does. */
function clockIn(folder: string): Clock {
  const file = join(folder, 'clock')
  let nowMs = existsSync(file) ? Number(readFileSync(file, 'utf8')) : startMs
  return {
    nowMs: () => nowMs,
    forward(ms) {
      nowMs += ms
      writeFileSync(`${file}.new`, String(nowMs))
      renameSync(`${file}.new`, file)
    },
  }
}

export const verbs = [
  'mint',
  'find',
  'probe',
  'compareRights',
  'disable',
  'enable',
  'endSessions',
  'destroy',
  'list',
  'usage',
] as const

const fewLooks = 3
const unseen = Promise.resolve({ sightings: [], asOfMs: startMs, covered: null, gaps: ['not asked again'] })

function watched(provider: Provider, around: Around): Provider {
  const copy = { ...provider } as Record<string, unknown>
  let looks = 0
  for (const verb of verbs) {
    const act = provider[verb] as ((...given: unknown[]) => Promise<unknown>) | undefined
    if (act !== undefined) {
      copy[verb] = (...given: unknown[]) => {
        // It waits for days of virtual time, and the target would be asked hundreds of times who is there.
        if (verb === 'usage' && ++looks > fewLooks) return unseen
        return around(verb, () => act.apply(provider, given))
      }
    }
  }
  return copy as unknown as Provider
}
