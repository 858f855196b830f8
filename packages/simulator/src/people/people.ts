// The people of a world: they read what a gate refuses and do something about it, late, or not at all while the storm lasts;
// they approve, release, resume, retry; and now and then they click what they should not have clicked.
import {
  arrivingSide,
  isUnderway,
  type Missing,
  maybeAccepted,
  minuteMs,
  movedTo,
  owedOf,
  type Refusal,
  type Rotation,
  type Underway,
} from '@rekey/core'
import type { MemoryVersion } from '@rekey/providers'
import { ask } from '@rekey/server'
import { launch, restart, type Surroundings } from '../fleet/live.ts'
import type { Member } from '../fleet/member.ts'
import type { Reports } from '../fleet/reports.ts'
import { foreignHandle } from '../target/target.ts'
import { asked, isStormy, person, rounds, stateOf, type World } from '../world.ts'
import { byHand } from './by-hand.ts'
import { deploy, introduce, lookAtGhosts, register } from './registering.ts'
import { wrongButton } from './wrong-button.ts'

type Chore =
  | 'move'
  | 'path'
  | 'restart'
  | 'exercise'
  | 'attest'
  | 'override'
  | 'ghosts'
  | 'approve'
  | 'rights'
  | 'lift'

export interface People {
  /** A gate was closed: what is missing, and for whom. */
  hear(refusals: readonly Refusal[]): void
  act(surroundings: Surroundings): Promise<void>
}

const remedies: Partial<Record<Missing['what'], Chore>> = {
  'instance-behind': 'restart',
  'truth-old': 'restart',
  'truth-mixed': 'restart',
  'truth-unknown': 'restart',
  'instance-silent': 'restart',
  'not-fresh': 'restart',
  'refused-with-new': 'restart',
  degraded: 'restart',
  'fallback-in-use': 'restart',
  'no-success': 'restart',
  'not-exercised': 'exercise',
  'no-exception-path': 'path',
  'not-moved': 'move',
  'fallback-unconfirmed': 'attest',
  'cannot-be-observed': 'override',
  'no-live-instance': 'override',
  'silence-unproved': 'override',
  'idle-but-used': 'override',
  'no-owner': 'override',
  ghost: 'ghosts',
  'decision-due': 'approve',
  'rights-differ': 'rights',
  restricted: 'lift',
}

/** What nobody can ever show who cannot be observed. */
const waitsForWord = new Set<Missing['what']>([
  'no-success',
  'not-fresh',
  'not-exercised',
  'truth-unknown',
  'fallback-unconfirmed',
  'truth-old',
  'truth-mixed',
  'used-since',
  'refused-with-new',
])

/** Who cannot be observed shows nothing; of whom only the target tells, nobody learns in which lane it worked. */
function canShow({ truth }: Member, { what }: Missing): boolean {
  if (truth.observability === 'none') return false
  return truth.observability !== 'provider' || truth.lanes.length === 0 || what !== 'no-success'
}

export function peopleOf(world: World, reports: Reports): People {
  const { dice, timeline } = world
  const chores = new Map<string, { what: Chore; missing: Missing; atMs: number }>()
  /** How often they tried to get a rotation going that people had stopped. */
  let tries = 0
  /** How often each rotation was contained: a person who sees it for the sixth time knows what he sees. */
  const contained = new Map<string, number>()
  return {
    hear(refusals) {
      for (const missing of refusals.flatMap(refusal => refusal.missing)) {
        const member = world.members.find(one => one.truth.id === missing.consumer)
        const unseen = member !== undefined && !canShow(member, missing)
        const what = unseen && waitsForWord.has(missing.what) ? 'override' : remedies[missing.what]
        const key = `${what} ${missing.consumer} ${missing.gate}`
        if (what === undefined || chores.has(key)) continue
        if (isStormy(world) && dice.strikes('people.forget', 0.2)) continue
        const late = isStormy(world) && dice.strikes('people.late', 0.1)
        const away = isStormy(world) && dice.strikes('people.away', 0.01)
        const delayMs = dice.between('people.delay', 5, away ? 7_200 : late ? 900 : 60) * minuteMs
        chores.set(key, { what, missing, atMs: timeline.nowMs() + delayMs })
      }
    },

    async act(surroundings) {
      for (const [key, { what, missing, atMs }] of chores) {
        if (atMs > timeline.nowMs()) continue
        chores.delete(key)
        await attend(world, reports, surroundings, what, missing)
      }
      if (isStormy(world) && dice.strikes('people.newcomer', 0.004)) deploy(world)
      await introduce(world)
      const state = stateOf(world)
      if (state === null) return
      if (isStormy(world) && dice.strikes('people.wrong-button', 0.04)) await wrongButton(world, state)
      if (!isUnderway(state)) return
      if (isStormy(world) && dice.strikes('people.moves-back', 0.06)) await moveBack(world, state)
      await byHand(world, state)
      tries = state.phase === 'running' ? 0 : tries + 1
      if (state.phase === 'contained') {
        contained.set(state.id, (contained.get(state.id) ?? 0) + 1)
        if ((contained.get(state.id) ?? 0) > 12) await vouch(world)
      }
      // It was given back again and again: each time the course grew by as many steps.
      if (state.progress.course.length > 40) await vouch(world)
      if (state.phase !== 'running' && dice.happens('people.look', isStormy(world) ? 0.2 : 0.7)) {
        await unblock(world, state, tries)
      }
    },
  }
}

async function attend(
  world: World,
  reports: Reports,
  surroundings: Surroundings,
  what: Chore,
  missing: Missing,
): Promise<void> {
  const members = world.members.filter(
    member => member.consumer !== null && (missing.consumer === null || member.truth.id === missing.consumer),
  )
  switch (what) {
    case 'restart':
    case 'exercise':
      for (const member of members) {
        const isRun = member.truth.cadence.how !== 'continuous'
        if (what === 'exercise' && !isRun) continue
        for (const one of member.instances) {
          restart(member, one, surroundings)
          // One that is declared idle says nothing by itself: whoever restarts it sees to it that it is heard.
          if (member.truth.idle !== null && one.held !== null)
            surroundings.said(member, one.name, one.held.version, { says: 'present' })
          if (isRun) launch(member, one, surroundings)
        }
      }
      return
    case 'move': {
      const state = stateOf(world)
      if (missing.consumer === null || state === null || !isUnderway(state)) return
      const to = arrivingSide(state)
      await say(world, { do: 'moveConsumer', consumer: missing.consumer, to, reason: 'it was left behind' })
      return
    }
    case 'path':
      await attend(world, reports, surroundings, 'exercise', missing)
      // Nobody can show it who cannot be observed.
      if (!rareCanShow(world)) {
        await say(world, { do: 'override', gate: 'exceptionPath', consumer: null, reason: 'tried by hand' })
      }
      return
    case 'attest':
      for (const member of members) attest(reports, member)
      return
    case 'override':
      if (missing.consumer === null) return
      world.excused.consumers.set(missing.consumer, `override of ${missing.gate}`)
      await say(world, {
        do: 'override',
        gate: missing.gate,
        consumer: missing.consumer,
        reason: 'looked at it',
      })
      return
    case 'rights':
      await say(world, { do: 'override', gate: 'rights', consumer: null, reason: 'the rights are meant so' })
      return
    case 'ghosts':
      return lookAtGhosts(world)
    case 'approve':
      // Between two steps of the world the control planes look many times, and so just before.
      await rounds(world)
      await say(world, { do: 'retire' })
      // The second one thinks that the first was enough, until he is asked again.
      if (!(isStormy(world) && world.dice.strikes('people.one-approves', 0.1)))
        await say(world, { do: 'retire' }, 'bob')
      return
    case 'lift':
      if (missing.consumer === null) return
      await say(world, { do: 'lift', consumer: missing.consumer, reason: 'it is clean again' })
  }
}

/** Some rare consumer can report that it ran. */
function rareCanShow(world: World): boolean {
  const rare = new Set(stateOf(world)?.plan.owed.flatMap(one => (one.exercise ? [one.consumer] : [])))
  return world.members.some(({ truth }) => rare.has(truth.id) && truth.observability !== 'none')
}

function attest(reports: Reports, member: Member): void {
  const versions = new Set(member.instances.map(one => one.held?.version))
  const [version] = versions
  if (versions.size !== 1 || version === undefined) return
  reports.say(member, null, version, { says: 'fallback', state: 'confirmed' }, 'person')
}

export async function say(world: World, command: Parameters<typeof ask>[2], who = 'alice'): Promise<boolean> {
  const rotation = stateOf(world)?.id
  if (rotation === undefined) return false
  const answer = await asked(world, ground => ask(ground, rotation, command, person(who)))
  return answer?.ok === true
}

/** Something looks odd to him, so he sends one consumer back. */
async function moveBack(world: World, state: Underway): Promise<void> {
  const moved = movedTo(state, 'new')
  const consumer = moved[world.dice.between('people.which-back', 0, moved.length - 1)]
  if (consumer === undefined || state.progress.ending !== 'completed') return
  await say(world, { do: 'moveConsumer', consumer, to: 'old', reason: 'it looks odd' })
}

/** In the vendor's console: what the target keeps and nobody owns, where it cannot list it for us, takes up room. */
function clearByHand(world: World): void {
  const owners = world.recorded.versions().filter(maybeAccepted)
  const isOwned = (value: MemoryVersion) =>
    value.handle === foreignHandle ||
    owners.some(one => one.handle === value.handle || one.operation === value.operation)
  for (const value of world.target.world.versions) if (!isOwned(value)) value.state = 'gone'
}

/** Nobody can observe them, and what is taken for theirs is somebody else's: he says so, and looks until he finds who. */
async function vouch(world: World): Promise<void> {
  for (const member of world.members.filter(one => one.consumer === null)) await register(world, member)
  for (const { truth } of world.members) {
    if (truth.observability !== 'none' || world.excused.consumers.get(truth.id) === 'vouched for') continue
    world.excused.consumers.set(truth.id, 'vouched for')
    await say(world, { do: 'override', gate: 'truth', consumer: truth.id, reason: 'it is somebody else' })
  }
}

/** It stands still because somebody stopped it, or because it cannot go on by itself. */
async function unblock(world: World, state: Rotation, tries: number): Promise<void> {
  if (state.phase === 'held') await say(world, { do: 'release' })
  if (state.phase === 'stuck') {
    const hopeless = tries > 6
    if (state.problem.code === 'rejected') clearByHand(world)
    if (hopeless && (await say(world, { do: 'rollBack', reason: 'it will not work' }))) return
    if (hopeless && (await say(world, { do: 'abort', reason: 'it will not work' }))) return
    if (state.problem.code === 'rights-differ') {
      await say(world, { do: 'override', gate: 'rights', consumer: null, reason: 'they are meant so' })
    }
    await say(world, { do: 'retry', reason: 'tried to mend it' })
  }
  if (state.phase === 'contained') {
    if (await say(world, { do: 'resume' })) return
    if (tries > 8) {
      const restricts = world.dice.happens('people.restrict', 0.4)
      for (const { consumer } of owedOf(state)) {
        world.excused.consumers.set(consumer, 'restricted')
        const reason = 'looked at it'
        if (restricts) await say(world, { do: 'restrict', consumer, reason })
        else await say(world, { do: 'override', gate: 'freshSuccess', consumer, reason })
      }
    } else if (tries > 5) await say(world, { do: 'rollBack', reason: 'the new one does harm' })
  }
}
