// One seed: a world, some rotations in it one after another, each begun in a storm of faults that ends, and everything that
// must hold checked at every step.
import { hourMs, isUnderway, minuteMs } from '@rekey/core'
import { type Built, build } from './build.ts'
import { type Coverage, count } from './coverage.ts'
import { fleet } from './fleet/deployments.ts'
import type { Held, Member } from './fleet/member.ts'
import { surroundingsOf } from './fleet/surroundings.ts'
import { afterTheStorm } from './invariants/after-kill.ts'
import { atTheEnd, owners } from './invariants/record.ts'
import { everyStep } from './invariants/standing.ts'
import { exam } from './kills/exam.ts'
import { isJustKilled } from './kills/killer.ts'
import type { Kills } from './kills/kills.ts'
import { killRound } from './kills/round.ts'
import { open, planAgain } from './people/opening.ts'
import { isLate, pressAtTheEnd, steerOn } from './people/wish.ts'
import { longestPauseMs } from './plane/plane.ts'
import { isStormy, rounds, stateOf, type Violation, violate, type World } from './world.ts'

export interface SimulateOptions {
  /** Only these faults strike; null: all that the seed has. */
  only?: ReadonlySet<string> | null
  /** Keep the lines of the trace. */
  keep?: boolean
  rotations?: number
  /** A world in which versions are killed. */
  kills?: boolean
}

export interface Simulated {
  seed: number
  hash: string
  violations: Violation[]
  rotations: number
  steps: number
  virtualMs: number
  faults: string[]
  coverage: Coverage
  lines: string[]
}

/** A rotation that has not ended after so many steps never will. */
const longestSteps = 900
const rotationsOfWorld = 5
/** Each kill opens another, or makes one longer. */
const rotationsOfKills = 2

export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Simulated> {
  const built = await build(seed, {
    only: options.only ?? null,
    keep: options.keep ?? false,
    kills: options.kills ?? false,
  })
  const { world } = built
  const startMs = world.timeline.nowMs()
  const life: Life = { built, pinned: new Map(), steps: 0, planes: 1, raised: 1 }
  let rotations = 0
  try {
    if (world.dice.happens('world.two-planes', world.isRough ? 0.7 : 0.35)) {
      life.planes = 2
      await built.raise('plane-2')
      life.raised = 2
    }
    await calm(life, 2, 10 * minuteMs)
    const wanted = options.rotations ?? (world.kills === null ? rotationsOfWorld : rotationsOfKills)
    while (rotations < wanted && world.violations.length === 0) {
      if (!(await rotate(life, rotations))) break
      rotations++
    }
    if (world.kills !== null) await settle(life, world.kills)
    await atTheEnd(world)
  } catch (error) {
    const text =
      error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim() ?? ''}` : String(error)
    violate(world, 'surprise', text.replace(/file:.*\/packages/, 'packages'))
  } finally {
    world.engine.close()
  }
  return {
    seed,
    hash: world.trace.hash(),
    violations: world.violations,
    rotations,
    steps: life.steps,
    virtualMs: world.timeline.nowMs() - startMs,
    faults: world.struck,
    coverage: world.coverage,
    lines: world.trace.lines,
  }
}

interface Life {
  built: Built
  pinned: Map<Member, Held>
  steps: number
  /** How many control planes there should be, and how many there ever were. */
  planes: number
  raised: number
}

/** What was killed last is replaced in the calm, and then everything is looked at. */
async function settle(life: Life, kills: Kills): Promise<void> {
  const { world } = life.built
  world.stormUntilMs = 0
  // Whoever stood still when the storm ended may have answers in hand that nobody else knows of, and goes on first.
  await calm(life, 2, longestPauseMs / 2 + minuteMs)
  const isOpen = () => world.recorded.credential()?.openRotation != null
  const unbroken = () => world.violations.length === 0
  const end = async () => {
    for (let times = 0; times < 6 && unbroken(); times++) {
      await calm(life, 2, 2 * minuteMs)
      if (!isOpen() || !(await rotate(life, 0, true))) break
    }
  }
  await end()
  if (!unbroken() || isOpen()) return
  if (world.dice.happens('world.exam', 0.4)) {
    await exam(world, (steps, paceMs) => calm(life, steps, paceMs))
    await end()
  }
  if (!unbroken() || isOpen()) return
  // A kill of the last moment, of what a thief declared dead, has its answers a moment later.
  for (let before = -1; before !== kills.killed.size; ) {
    before = kills.killed.size
    await calm(life, 2, 2 * minuteMs)
    await end()
  }
  if (!unbroken() || isOpen()) return
  await afterTheStorm(world, kills)
}

async function rotate(life: Life, number: number, isCalm = false): Promise<boolean> {
  const { built } = life
  const { world } = built
  const isKill = number > 0 && world.kills === null && world.dice.happens('world.revoke-first', 0.12)
  const state = await open(world, isKill ? 'revoke-first' : 'prove-first')
  if (state === null) return false
  const { windows } = state.plan
  const lengthMs = windows.deadlineMs + windows.watchMs
  const paceMs = Math.min(
    4 * hourMs,
    Math.max(3 * minuteMs, Math.max(windows.observeMs, windows.watchMs) / 2.5),
  )
  const stormMs = isCalm ? 0 : stormOf(world, lengthMs)
  world.stormUntilMs = world.timeline.nowMs() + stormMs
  const calmFromMs = world.stormUntilMs
  // Afterwards there is time for a retry of everything, a reinstatement with its new watch, and a way back.
  const boundMs = calmFromMs + 8 * lengthMs + 480 * hourMs
  for (let taken = 0; ; taken++) {
    const hurry = (isStormy(world) ? 2.5 : 5) / (world.isRough ? 2.5 : 1)
    const isClose = (world.isRough && isJustMoved(world)) || isJustKilled(world)
    const longMs = isClose ? 3 * minuteMs : paceMs * hurry
    await step(life, Math.floor(paceMs * 0.05 + longMs * world.dice.roll('world.step')))
    const now = stateOf(world)
    if (now === null || now.phase === 'ended' || world.violations.length > 0) break
    if (now.phase === 'planned') {
      // Nobody is registered: no person may say that this will do.
      if (now.plan.owed.length === 0) return false
      await planAgain(world, now)
    }
    if (taken > longestSteps * (world.isRough ? 2 : 1) || world.timeline.nowMs() > boundMs) {
      const where = isUnderway(now)
        ? `${now.phase} at ${now.progress.course[now.progress.at]?.do}`
        : now.phase
      const problem = now.phase === 'stuck' ? `: ${now.problem.text}` : ''
      violate(world, 'never-ends', `the rotation is still ${where}${problem}`)
      break
    }
  }
  await pressAtTheEnd(world)
  world.stormUntilMs = 0
  if (world.violations.length > 0) return true
  built.outage(0)
  await calm(life, 1, 30 * minuteMs)
  owners(world)
  return true
}

/** Who wishes for something that comes late in a rotation has a storm that lasts until then. */
function stormOf({ dice, wish }: World, lengthMs: number): number {
  if (wish !== null && isLate(wish)) return 1.5 * lengthMs
  return dice.happens('world.no-storm', 0.1) ? 0 : lengthMs * (0.1 + 0.8 * dice.roll('world.storm'))
}

/** What goes wrong with a move shows in its first minutes. */
function isJustMoved(world: World): boolean {
  const state = stateOf(world)
  const movedMs = state !== null && isUnderway(state) ? state.lastMoveMs : null
  return movedMs !== null && world.timeline.nowMs() - movedMs < 10 * minuteMs
}

async function calm(life: Life, steps: number, paceMs: number): Promise<void> {
  for (let taken = 0; taken < steps; taken++) await step(life, paceMs)
}

async function step(life: Life, ms: number): Promise<void> {
  const { built } = life
  const { world, people, reports } = built
  const { dice, timeline } = world
  life.steps++
  await timeline.goTo(timeline.nowMs() + ms)
  await keepPlanes(life)
  if (isStormy(world) && dice.strikes('target.outage', 0.015)) {
    built.outage(timeline.nowMs() + dice.between('target.outage-length', 10, 300) * minuteMs)
  }
  if (!isStormy(world)) built.outage(0)
  const planesFirst = dice.happens('world.order', 0.3)
  if (planesFirst) await rounds(world)
  await killRound(world)
  const surroundings = surroundingsOf(world, reports, life.pinned)
  fleet(world, surroundings)
  await reports.send()
  await people.act(surroundings)
  await steerOn(world)
  if (!planesFirst) await rounds(world)
  const healthy = !isStormy(world) && world.planes.some(plane => !plane.dead && !plane.busy)
  everyStep(world, healthy)
}

/** Who died is started again after a while; whose clock is not believed is started anew when somebody has set it right. */
async function keepPlanes(life: Life): Promise<void> {
  const { world, raise } = life.built
  const { dice } = world
  const calmly = !isStormy(world)
  for (const plane of world.planes) {
    if (!plane.dead && plane.doubted() && (calmly || dice.happens('plane.noticed', 0.2))) {
      world.trace.say(`${plane.name} is stopped: its clock is not believed`)
      plane.dead = true
    }
  }
  world.planes = world.planes.filter((plane, at) => !plane.dead || at === 0)
  const living = world.planes.filter(plane => !plane.dead).length
  if (living < life.planes && (calmly || dice.happens('plane.restart', 0.5))) {
    await raise(`plane-${++life.raised}`)
    count(world.coverage.outcomes, 'control planes started again')
  }
}
