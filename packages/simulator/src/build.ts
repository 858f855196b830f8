// Makes a world from its seed: target, fleet, people, control planes, and the journal through which everything is watched.
import { type Credential, minuteMs, type Refusal, Secret } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import { ProviderError } from '@rekey/providers'
import { type Journal, lineJournal, registerCredential } from '@rekey/server'
import { inline, openSqlite, StoreError } from '@rekey/store'
import { count, decided, noCoverage, passed } from './coverage.ts'
import { diceOf } from './dice.ts'
import { muster } from './fleet/muster.ts'
import { type Reports, reportsOf } from './fleet/reports.ts'
import { arriving, watchLeases } from './invariants/acting.ts'
import { valueMark } from './invariants/record.ts'
import { endingAt } from './invariants/retirement.ts'
import { watchStore } from './invariants/watch.ts'
import { killBetween } from './kills/killer.ts'
import { noKills } from './kills/kills.ts'
import { type People, peopleOf } from './people/people.ts'
import { failing, grant, isLate, killWishOf, steer, wishOf } from './people/wish.ts'
import { pressBetween } from './people/wrong-button.ts'
import { openPlane, type Plane, type PlaneWorld } from './plane/plane.ts'
import { recordedIn } from './recorded.ts'
import { abilitiesOf } from './target/abilities.ts'
import { foreignHandle, type Target, targetOf } from './target/target.ts'
import { timelineFrom } from './timeline.ts'
import { traceOf } from './trace.ts'
import { firstRoughSeed, isStormy, person, violate, type World } from './world.ts'

export interface Built {
  world: World
  people: People
  reports: Reports
  /** The target is down until then. */
  outage: (untilMs: number) => void
  raise: (name: string) => Promise<Plane>
}

/** Small fleets show most of what large ones do, in a fraction of the time. */
const sizes = [1, 1, 1, 1, 2, 2, 2, 3, 3, 5] as const
const roughSizes = [1, 2, 2, 3, 3, 4, 4, 5, 6, 7] as const
const startMs = Date.UTC(2026, 2, 2, 9)

export interface BuildOptions {
  only: ReadonlySet<string> | null
  keep: boolean
  kills: boolean
}

export async function build(seed: number, { only, keep, kills }: BuildOptions): Promise<Built> {
  const coverage = noCoverage()
  const struck: string[] = []
  const timeline = timelineFrom(startMs + (seed % 1_000) * minuteMs)
  const trace = traceOf(timeline.nowMs, keep)
  const isRough = seed >= firstRoughSeed
  const dice = diceOf({
    seed,
    misfortune: isRough ? 3 : 1,
    only,
    struck(fault) {
      struck.push(fault)
      count(coverage.faults, fault.slice(0, fault.lastIndexOf('#')))
      trace.say(`fault ${fault}`)
    },
  })
  let values = 0
  const newValue = () => `${valueMark}${seed}-${++values}-${'x'.repeat(16)}`
  const wish = kills ? killWishOf(seed) : wishOf(seed)
  const target = targetOf(grant(abilitiesOf(dice), wish), timeline.nowMs, newValue)
  const engine = openSqlite(':memory:')
  const opened = new Map<number, string>()
  const credential = credentialOf(dice)
  const world: World = {
    seed,
    isRough,
    dice,
    timeline,
    trace,
    coverage,
    struck,
    engine,
    recorded: recordedIn(engine, credential.id),
    plain: inline(engine),
    target,
    credential,
    wish,
    isNervous: dice.happens('world.nervous', 0.15),
    hostility: wish !== null && isLate(wish) ? 0.3 : dice.pick('world.hostility', [0.5, 1, 1, 3] as const),
    members: muster(dice, {
      credential: credential.id,
      abilities: target.abilities,
      nowMs: timeline.nowMs(),
      toldOf: target.abilities.usage === 'perCaller' ? 0.2 : 0,
      size: dice.happens('fleet.nobody', 0.02) ? 0 : dice.pick('fleet.size', isRough ? roughSizes : sizes),
    }),
    planes: [],
    stormUntilMs: 0,
    rotation: null,
    violations: [],
    lastProbe: null,
    excused: { versions: new Set(), consumers: new Map() },
    heard: [],
    leases: watchLeases(),
    shutOut: new Map(),
    liedAbout: new Set(),
    usageTold: [],
    unheeded: new Map(),
    kills: kills ? noKills(dice.between('world.kills', 1, 3), dice.happens('world.thief', 0.3)) : null,
    valueOf(version) {
      const known = opened.get(version)
      if (known !== undefined) return known
      const row = engine.sealed(credential.id, version)
      const vault = world.planes[0]?.ground.vault
      if (row === null || vault === undefined) return null
      const value = vault.open(row).reveal()
      opened.set(version, value)
      return value
    },
  }
  for (const { truth, understated } of world.members) {
    if (understated) world.excused.consumers.set(truth.id, 'comes back later than registered')
  }
  const reports = reportsOf(world)
  const people = peopleOf(world, reports)
  let downUntilMs = 0
  const unreliable: PlaneWorld['unreliable'] = {
    stormy: () => isStormy(world),
    hostility: world.hostility,
    failing: verb => failing(wish, verb),
    isDown: () => timeline.nowMs() < downUntilMs,
    timeline,
    dice,
    probed: answer => {
      world.lastProbe = answer
    },
    told: () => world.usageTold.push(timeline.nowMs()),
    lied: about => world.liedAbout.add(about),
  }
  let ids = 0
  const planeWorld: PlaneWorld = {
    engine,
    target,
    timeline,
    isRough,
    dice,
    stormy: unreliable.stormy,
    unreliable,
    arriving(plane, verb, handle, key) {
      arriving(world, plane, verb, handle, key)
      endingAt(world, verb, handle)
    },
    journal: journalOf(world, people),
    watch: watchStore(world),
    say: trace.say,
    passed: (point, died) => passed(coverage, point, died),
    between() {
      pressBetween(world)
      steer(world)
      killBetween(world)
    },
    newId: () => `id-${++ids}`,
    newValue,
    random: bytes => Uint8Array.from({ length: bytes }, () => Math.floor(dice.roll('random') * 256)),
  }
  const raise = async (name: string) => {
    const plane = await openPlane(name, planeWorld)
    world.planes.push(plane)
    return plane
  }
  await raise('plane-1')
  await register(world, newValue(), target)
  return {
    world,
    people,
    reports,
    raise,
    outage: untilMs => {
      downUntilMs = untilMs
    },
  }
}

function credentialOf(dice: World['dice']): Credential {
  return aCredential({
    id: 'cred',
    kind: dice.pick('world.kind', ['http-api', 'llm-key', 'database'] as const),
    provider: 'memory',
    sensitivity: dice.pick('world.sensitivity', [
      'normal',
      'normal',
      'normal',
      'sensitive',
      'critical',
    ] as const),
    policy: { onFailure: dice.pick('world.on-failure', ['contain', 'roll-back'] as const) },
  })
}

async function register(world: World, value: string, target: Target): Promise<void> {
  const { credential, dice, members } = world
  const isNew = dice.happens('world.first-version', 0.08)
  const handle = `${credential.id}-v1`
  if (!isNew) {
    target.world.versions.push({
      handle,
      credential: credential.id,
      operation: '',
      value,
      state: 'enabled',
      rights: ['read', 'write'],
      sessions: [],
    })
  }
  if (target.abilities.maxLive > 3 && dice.happens('target.foreign', 0.5)) {
    const made = {
      handle: foreignHandle,
      credential: credential.id,
      operation: '',
      value: `${valueMark}foreign`,
    }
    target.world.versions.push({ ...made, state: 'enabled', rights: ['read'], sessions: [] })
  }
  const existing = isNew
    ? null
    : { handle, secret: new Secret(value), issuedMs: world.timeline.nowMs() - 86_400_000 }
  const consumers = members.flatMap(member => (member.consumer === null ? [] : [member.consumer]))
  const ground = { ...world.planes[0]!.ground, store: world.plain }
  await registerCredential(ground, credential, consumers, existing, person('alice'))
  world.recorded.changed()
}

function journalOf(world: World, people: People): Journal {
  const { trace } = world
  const said = new Map<string, string>()
  const lines = lineJournal(line => {
    if (line.includes(valueMark)) violate(world, 'secrets', 'a value is in a log line')
  })
  return {
    ...lines,
    decided: (state, command, granted) => decided(world.coverage, state, command, granted),
    refused(rotation, command, refusals) {
      lines.refused?.(rotation, command, refusals)
      if (JSON.stringify(refusals).includes(valueMark)) violate(world, 'secrets', 'a value is in a refusal')
      people.hear(refusals)
      const why = refusals.map(one => `${one.code}${missingOf(one)}`).join(', ')
      if (said.get(command) !== why) trace.say(`${command} is refused: ${why}`)
      said.set(command, why)
    },
    called(_rotation, verb, side, answer) {
      const told = answer === 'accepted' || answer === 'refused'
      if (verb === 'probe' && told && world.lastProbe !== answer) {
        violate(world, 'unknown-is-safe', `a probe counts as ${answer}, and the target did not say so`)
      }
      count(world.coverage.answers, `${verb}: ${answer}`)
      world.trace.say(`called ${verb} of the ${side} one: ${answer}`)
    },
    trouble(where, error) {
      lines.trouble?.(where, error)
      world.trace.say(`trouble in ${where}`)
      if (!isMeant(where, error)) violate(world, 'surprise', `${where}: ${textOf(error)}`)
    },
  }
}

function missingOf({ missing }: Refusal): string {
  if (missing.length === 0) return ''
  return ` (${missing.map(one => `${one.consumer ?? 'all'} ${one.what}`).join(', ')})`
}

/** What was made to fail, and reported as such, is no bug. */
function isMeant(where: string, error: unknown): boolean {
  if (where === 'clock' || error instanceof ProviderError) return true
  if (error instanceof StoreError && error.code === 'store-unreachable') return true
  return error instanceof Error && error.message.startsWith('could not parse')
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.message} (${
    error.stack
      ?.split('\n')[1]
      ?.trim()
      .replace(/file:.*\/packages/, 'packages') ?? ''
  })`
}
