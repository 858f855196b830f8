// What a member of the fleet does in a stretch of time: take up what it should use when its kind of reload lets it, work,
// fail, retry, and say what it did. It knows no engine: whoever tells it what to use (Rekey, or another strategy) and what
// the target answers comes in from outside.
import type { Outcome, Statement } from '@rekey/core'
import type { Dice } from '../dice.ts'
import type { Held, Instance, Member } from './member.ts'

export interface Surroundings {
  nowMs: number
  dice: Dice
  /** What this member would get if it asked now. */
  read: (member: Member) => Held | null
  parent: (member: Member) => Member | undefined
  /** Comes to the target with a value. */
  accepts: (value: string, member: Member) => boolean
  /** It was declared idle; now and then such a one wakes all the same. */
  isAwake: (member: Member) => boolean
  /** It may be dead there, whatever it holds; absent: nothing is. */
  mayUse?: (member: Member, instance: string, version: number) => boolean
  openSession: (held: Held, name: string) => void
  hasSession: (held: Held, name: string) => boolean
  /** One piece of business work and how it went; `path` where it was not the usual one. */
  worked: (
    member: Member,
    instance: string,
    held: Held,
    outcome: Outcome,
    path: Path,
    lane: string | null,
  ) => void
  said: (member: Member, instance: string, version: number | null, statement: Statement) => void
}

export type Path = Extract<Statement, { says: 'used' }>['path']

export function live(member: Member, world: Surroundings): void {
  if (!world.isAwake(member)) return
  if (member.truth.idle !== null) {
    wakeOnce(member, world)
    return
  }
  const { cadence } = member.truth
  for (const retry of member.retries) {
    if (retry.atMs <= world.nowMs && isUsable(member, retry.instance, retry.held, world))
      use(member, retry.instance, retry.held, world, 'usual')
  }
  member.retries = member.retries.filter(retry => retry.atMs > world.nowMs)
  for (const instance of member.instances) {
    switch (cadence.how) {
      case 'continuous':
        if (instance.awayUntilMs > world.nowMs) break
        takeUp(member, instance, world)
        if (!instance.isDormant) work(member, instance, world)
        present(member, instance, world)
        break
      case 'every':
        if (world.nowMs < instance.nextRunMs) break
        instance.nextRunMs = world.nowMs + cadence.everyMs
        launch(member, instance, world)
        break
      case 'on-demand':
        if (world.dice.happens('fleet.called', 0.02)) launch(member, instance, world)
        break
    }
  }
}

/** Somebody needs it once more, as it is: with what it has, or what it finds when it has nothing. */
function wakeOnce(member: Member, world: Surroundings): void {
  const [instance] = member.instances
  if (instance === undefined) return
  if (instance.held === null) load(member, instance, world)
  work(member, instance, world)
}

/** One run from start to end: of a cron job, or of a tool that somebody starts. */
export function launch(member: Member, place: Instance, world: Surroundings): void {
  // Each run is a process of its own.
  const instance =
    member.truth.reload.how === 'by-hand' ? place : { ...place, name: `${place.name}-${world.nowMs}` }
  // A run reads the value when it starts; a tool in an image brings the one that it was built with.
  if (instance.held === null || member.truth.reload.how !== 'by-hand') load(member, instance, world)
  work(member, instance, world)
  // Some are killed before they can say that they are done.
  if (world.dice.happens('fleet.killed', 0.1)) return
  world.said(member, instance.name, instance.held?.version ?? null, { says: 'stopped' })
}

/** Somebody restarts it, reloads it or builds its image anew. */
export function restart(member: Member, instance: Instance, world: Surroundings): void {
  const { cadence, reload } = member.truth
  // Between two runs there is nothing to restart.
  if (cadence.how !== 'continuous' && reload.how !== 'by-hand') return
  instance.session = null
  instance.isDormant = false
  load(member, instance, world)
}

/** Scaled down to nothing: it drains, says so, and comes back later with whatever it should have then. */
export function goAway(member: Member, untilMs: number, world: Surroundings): void {
  for (const instance of member.instances) {
    world.said(member, instance.name, instance.held?.version ?? null, { says: 'stopped' })
    instance.held = null
    instance.session = null
    instance.awayUntilMs = untilMs
  }
}

/** Started again from an image that was built before. */
export function startFromOldImage(instance: Instance, isDormant: boolean): void {
  if (instance.image !== null) instance.held = instance.image
  instance.isDormant = isDormant
  instance.session = null
}

/** A signal that a new version is there. */
export function signal(member: Member, world: Surroundings): void {
  member.signalledMs = world.nowMs
  for (const instance of member.instances) {
    load(member, instance, world)
    if (member.truth.checkpoints) instance.session = null
  }
}

function takeUp(member: Member, instance: Instance, world: Surroundings): void {
  const { reload } = member.truth
  const isDue =
    instance.held === null ||
    reload.how === 'every-use' ||
    (reload.how === 'ttl' && world.nowMs - instance.loadedMs >= reload.ttlMs)
  if (isDue) load(member, instance, world)
}

function load(member: Member, instance: Instance, world: Surroundings): void {
  const parent = world.parent(member)
  // A derived token lives on what its parent holds, not on what the parent should hold.
  const held = parent === undefined ? world.read(member) : (parent.instances[0]?.held ?? world.read(parent))
  if (held === null || !isUsable(member, instance.name, held, world)) return
  instance.loadedMs = world.nowMs
  if (instance.held?.version === held.version) return
  instance.image = instance.held
  instance.held = held
  world.said(member, instance.name, held.version, { says: 'loaded' })
}

function isUsable(member: Member, instance: string, { version }: Held, world: Surroundings): boolean {
  return world.mayUse?.(member, instance, version) ?? true
}

function work(member: Member, instance: Instance, world: Surroundings): void {
  const { held } = instance
  if (held === null || !isUsable(member, instance.name, held, world)) return
  const { truth } = member
  const session = openedWith(member, instance, world)
  const path: Path = truth.pathClass === 'exception' ? 'exception' : 'usual'
  if (session !== null) done(member, instance.name, session, 'success', path, world)
  else use(member, instance.name, held, world, path)
  if (truth.retriesReuseContext && world.dice.happens('fleet.retry', 0.1)) {
    const share = 0.2 + 0.75 * world.dice.roll('fleet.retry-after')
    member.retries.push({
      held,
      atMs: world.nowMs + Math.floor(truth.horizonMs * share),
      instance: instance.name,
    })
  }
}

/** The session that its work goes through; null: it has none, or the target ended it. */
function openedWith(member: Member, instance: Instance, world: Surroundings): Held | null {
  const { sessionMs } = member.truth
  if (sessionMs === 0 || instance.held === null) return null
  const { session, held } = instance
  if (session !== null && !isUsable(member, instance.name, session, world)) instance.session = null
  else if (session !== null && session.untilMs > world.nowMs && world.hasSession(session, session.name))
    return session
  instance.session = null
  if (!world.accepts(held.value, member)) return null
  const length = Math.floor(sessionMs * (0.3 + 0.7 * world.dice.roll('fleet.session')))
  instance.session = { ...held, name: `${instance.name}@${world.nowMs}`, untilMs: world.nowMs + length }
  world.openSession(held, instance.session.name)
  return instance.session
}

function use(member: Member, instance: string, held: Held, world: Surroundings, path: Path): void {
  if (world.accepts(held.value, member)) {
    const other = otherTrouble(world.dice)
    done(member, instance, held, other ?? 'success', path, world)
    return
  }
  // The fallback takes over and hides that the credential was refused.
  if (member.truth.fallback.how === 'degrades') {
    const isHidden = world.dice.happens('fleet.fallback-hides', 0.5)
    done(member, instance, held, isHidden ? 'success' : 'degraded', 'fallback', world)
  } else done(member, instance, held, 'auth-failure', path, world)
}

function otherTrouble(dice: Dice): Outcome | null {
  if (!dice.happens('fleet.other-trouble', 0.03)) return null
  return dice.pick('fleet.which-trouble', ['rate-limit', 'payload-error', 'outage', 'degraded'] as const)
}

function done(
  member: Member,
  instance: string,
  held: Held,
  outcome: Outcome,
  path: Path,
  world: Surroundings,
): void {
  const { lanes } = member.truth
  for (const lane of lanes.length > 0 ? lanes : [null])
    world.worked(member, instance, held, outcome, path, lane)
}

function present(member: Member, instance: Instance, world: Surroundings): void {
  const version = instance.session?.version ?? instance.held?.version ?? null
  world.said(member, instance.name, version, { says: 'present' })
}
