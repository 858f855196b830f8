// The demand for evidence, checked a second time and in the simplest way: over the list of everything that was ever taken in,
// without ledger, folding or cache. When the engine decides, each demand of the plan must be met by this list too.
import {
  type GateOverride,
  minuteMs,
  type Observation,
  type RotationEvent,
  stepOf,
  type Underway,
} from '@rekey/core'
import type { Sighting } from '@rekey/providers'
import { violate, type World } from '../world.ts'
import {
  type Asked,
  askedOf,
  behind,
  everyone,
  fallback,
  idle,
  lastSuccessMs,
  outcomeOf,
  quiet,
  runtime,
  type Say,
  slackMs,
  success,
} from './demands.ts'

/** `state` is how the rotation stood when it was decided, `event` what was decided. */
export function onDecision(
  world: World,
  heard: readonly Observation[],
  state: Underway,
  event: RotationEvent,
): void {
  if (event.type === 'retirementDecided') retirement(world, heard, state, event.atMs)
  if (event.type === 'recoveryProved') recovery(world, heard, state, event.atMs)
  if (event.type === 'waveSettled') wave(world, heard, state, event.atMs)
  if (event.type === 'rotationResumed') resumed(world, heard, state, event.atMs)
  if (event.type === 'watchPassed') watched(world, heard, state, event.atMs)
}

function sayer(world: World, state: Underway, doing: string): Say {
  return (gate, what, owed) => {
    const over = state.overrides.some(
      one => one.gate === gate && (one.consumer === null || one.consumer === owed?.consumer),
    )
    if (!over) violate(world, `evidence-${gate}`, `${doing} though ${owed?.name ?? 'the rotation'} ${what}`)
  }
}

function retirement(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const isBack = state.progress.ending === 'rolled-back'
  const say = sayer(world, state, 'retirement was decided')
  const all = everyone(state)
  if (all.length === 0) say('owners', 'has no consumers', null)
  for (const owed of all) {
    const asked = askedOf(heard, state, owed, atMs)
    if (asked === null) {
      say('moved', 'was not moved', owed)
      continue
    }
    if (owed.idle) {
      idle(asked, say)
      continue
    }
    if (owed.direct && owed.ownerId === null && !isBack) say('owners', 'has no owner', owed)
    // What only comes when called owes its exercise on the way there, not on the way back.
    if (!owed.exercise || !isBack) success(asked, say)
    runtime(asked, say)
    quiet(asked, say)
    if (!isBack && owed.fallback !== 'none') fallback(asked, say)
  }
  if (!isBack) {
    silence(world, state, atMs)
    strangers(world, state)
  }
  if (state.restricted.length > 0) say('restricted', 'has restricted consumers', null)
  if (!isBack) rotationWide(world, heard, state, atMs, say)
}

/** Whoever is said to have been quiet was quiet, as the world knows it and whatever was reported. */
function silence(world: World, state: Underway, atMs: number): void {
  for (const owed of everyone(state)) {
    const member = world.members.find(one => one.truth.id === owed.consumer)
    // What reports its runs is taken at its word, and a word may be lost.
    if (member === undefined || owed.reportsRuns || owed.idle) continue
    const isOver = ({ gate, consumer }: GateOverride) =>
      gate === 'quiet' && (consumer === null || consumer === owed.consumer)
    if (state.overrides.some(isOver) || member.understated) continue
    // Later uses may not have been told yet.
    const toldMs = atMs - state.plan.abilities.usageLagMs - 15 * minuteMs
    for (const [version, lastMs] of member.lastUses) {
      if (version === state.new?.version || lastMs > toldMs || lastMs < atMs - owed.quietMs + slackMs)
        continue
      violate(
        world,
        'silence-untrue',
        `${owed.name} used version ${version} within what was taken for its silence`,
      )
    }
  }
}

/** Whom the target told of, and nobody registered, is known as a ghost before anything is retired. */
function strangers(world: World, state: Underway): void {
  const { usage, usageLagMs } = world.target.abilities
  if (usage === 'none') return
  const { ghosts } = world.engine.ledger(world.credential.id)
  const { sightings } = world.target.world
  // Of what it told lately something may have been lost on the way, and is asked for again.
  const toldMs = world.usageTold.at(-3)
  if (toldMs === undefined) return
  const sinceMs = state.startedMs
  const untilMs = toldMs - usageLagMs - 2 * minuteMs
  for (const { truth, consumer } of world.members) {
    const isKnown = ghosts.some(one => one.seenAs.endsWith(truth.id) || usage === 'lastUsed')
    if (consumer !== null || isKnown) continue
    const seen = sightings.filter(
      one =>
        one.seenAs === truth.id &&
        one.handle === state.old?.handle &&
        one.atMs > sinceMs &&
        one.atMs < untilMs,
    )
    const explained = ({ handle, atMs }: Sighting) =>
      usage === 'lastUsed' && isExplained(world, handle, atMs - usageLagMs - 20 * minuteMs)
    if (seen.some(one => !explained(one)))
      violate(world, 'stranger-unseen', `${truth.id} is at the target every day, and nobody knows of it`)
  }
}

/** Where only the last use is told, it may have been one of those who are registered, as far as anybody can say. */
function isExplained({ members, recorded }: World, handle: string, afterMs: number): boolean {
  const registered = members.filter(one => one.consumer !== null)
  const number = recorded.versions().find(one => one.handle === handle)?.number ?? -1
  return registered.some(
    ({ truth, lastUses }) => truth.observability !== 'sdk' || (lastUses.get(number) ?? -1) >= afterMs,
  )
}

function rotationWide(
  world: World,
  heard: readonly Observation[],
  state: Underway,
  atMs: number,
  say: Say,
): void {
  const { plan, progress } = state
  if (atMs < progress.enteredMs + plan.windows.observeMs)
    say('quiet', 'was not observed for as long as planned', null)
  const rare = everyone(state).filter(one => one.exercise && !one.idle)
  const exercised = rare.some(owed => {
    const asked = askedOf(heard, state, owed, atMs)
    return asked !== null && lastSuccessMs(asked, 'any') !== null
  })
  if (rare.length > 0 && !exercised) say('exceptionPath', 'exercised no exception path', null)
  const { rights } = state
  const comparable = plan.abilities.canCompareRights && plan.abilities.maxLive > 1
  if (comparable && (rights === null || rights.missing.length + rights.extra.length > 0)) {
    say('rights', 'has other rights than before', null)
  }
  const { ghosts } = world.engine.ledger(world.credential.id)
  if (ghosts.some(one => one.state === 'open' || one.by === null))
    say('ghosts', 'has users that no person explained', null)
  const lastMoveMs = state.lastMoveMs ?? state.startedMs
  if (atMs < lastMoveMs + plan.windows.errorWindowMs)
    say('authErrors', 'was not watched for errors long enough', null)
  // Counted by the minute, and the first one as a whole: that can only make the rate smaller.
  const fromMs = Math.max(lastMoveMs, atMs - plan.windows.errorWindowMs)
  const since = (firstMs: number) =>
    heard.filter(one => one.consumer !== null && one.atMs >= firstMs && one.atMs <= atMs)
  const failing = since(fromMs + minuteMs).filter(one => outcomeOf(one) === 'auth-failure').length
  const uses = since(Math.floor(fromMs / minuteMs) * minuteMs).filter(
    one => one.statement.says === 'used',
  ).length
  const before = state.baseline.uses === 0 ? 0 : state.baseline.authFailures / state.baseline.uses
  if (failing > 0 && failing / uses > before) {
    say('authErrors', 'has more authentication errors than before', null)
  }
}

function recovery(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const say = sayer(world, state, 'recovery was proved')
  for (const owed of everyone(state)) {
    if (owed.idle) continue
    const asked = askedOf(heard, state, owed, atMs)
    if (asked === null) {
      say('moved', 'was not moved', owed)
      continue
    }
    if (!owed.exercise) success(asked, say)
    runtime(asked, say)
  }
}

function wave(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const step = stepOf(state)
  const after = state.progress.course[state.progress.at + 1]
  if (step.do !== 'move' || step.wave < 0 || state.old === null || state.plan.order === 'revoke-first') return
  if (after?.do !== 'move' && after?.do !== 'observe') return
  const say = sayer(world, state, `wave ${step.wave} was taken as settled`)
  const wave = state.plan.waves[step.wave]
  for (const owed of state.plan.owed) {
    if (wave?.consumers.includes(owed.consumer) !== true || owed.idle || owed.exercise) continue
    const asked = askedOf(heard, state, owed, atMs)
    if (asked === null) say('moved', 'was not moved', owed)
    else {
      success(asked, say)
      if (owed.refresh) behind(asked, say)
    }
  }
  const movedMs = state.progress.step.kind === 'move' ? state.progress.step.movedMs : null
  if (movedMs === null || atMs < movedMs + (wave?.settleMs ?? 0)) say('quiet', 'had not settled', null)
}

function resumed(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const say = sayer(world, state, 'it was resumed')
  const sinceMs = state.proofSinceMs ?? 0
  for (const owed of everyone(state)) {
    if (owed.idle || state.restricted.includes(owed.consumer)) continue
    const side = state.assignments[owed.consumer]?.side ?? 'old'
    const arriving = state[side]?.version ?? null
    const own = heard.filter(one => one.consumer === owed.consumer)
    const asked: Asked = { heard: own, state, owed, arriving, sinceMs, atMs }
    const other = state[side === 'old' ? 'new' : 'old']?.version ?? null
    if (!owed.direct && lastSuccessMs({ ...asked, arriving: other }, 'any') !== null) continue
    if (lastSuccessMs(asked, 'any') === null) say('freshSuccess', 'showed no clean success since', owed)
  }
}

function watched(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const say = sayer(world, state, 'the watch was passed')
  if (atMs < state.progress.enteredMs + state.plan.windows.watchMs)
    say('quiet', 'was not watched for a full cycle', null)
  const old = state.old?.version
  const sinceMs = (state.suspendedMs ?? state.progress.enteredMs) + slackMs
  for (const owed of everyone(state)) {
    const used = heard.some(
      one =>
        one.consumer === owed.consumer &&
        one.statement.says === 'used' &&
        one.version === old &&
        one.atMs >= sinceMs,
    )
    if (used)
      violate(
        world,
        'evidence-watch',
        `the watch was passed though ${owed.name} reached for the disabled version`,
      )
  }
}
