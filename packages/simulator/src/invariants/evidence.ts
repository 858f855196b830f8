// The demand for evidence, checked a second time and in the simplest way: over the list of everything that was ever taken in,
// without ledger, folding or cache. When the engine decides, each demand of the plan must be met by this list too.
import {
  type GateName,
  hourMs,
  minuteMs,
  type Observation,
  type Owed,
  type RotationEvent,
  stepOf,
  type Underway,
} from '@rekey/core'
import { violate, type World } from '../world.ts'

/** Two clocks of the world may be this far apart. */
const slackMs = 2 * minuteMs

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

interface Asked {
  heard: readonly Observation[]
  state: Underway
  owed: Owed
  arriving: number | null
  sinceMs: number
  atMs: number
}

type Say = (gate: GateName, what: string, owed: Owed | null) => void

function sayer(world: World, state: Underway, doing: string): Say {
  return (gate, what, owed) => {
    const over = state.overrides.some(
      one => one.gate === gate && (one.consumer === null || one.consumer === owed?.consumer),
    )
    if (!over) violate(world, `evidence-${gate}`, `${doing} though ${owed?.name ?? 'the rotation'} ${what}`)
  }
}

function askedOf(heard: readonly Observation[], state: Underway, owed: Owed, atMs: number): Asked | null {
  const isBack = state.progress.ending === 'rolled-back'
  const side = isBack ? 'old' : 'new'
  const assignment = state.assignments[owed.consumer]
  if (assignment === undefined || assignment.side !== side) return null
  const sinceMs = Math.max(assignment.sinceMs, state.proofSinceMs ?? 0)
  const own = heard.filter(one => one.consumer === owed.consumer || one.consumer === null)
  return { heard: own, state, owed, arriving: state[side]?.version ?? null, sinceMs, atMs }
}

function retirement(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const isBack = state.progress.ending === 'rolled-back'
  const say = sayer(world, state, 'retirement was decided')
  const all = [...state.plan.owed, ...state.joined]
  if (all.length === 0) say('owners', 'has no consumers', null)
  for (const owed of all) {
    const asked = askedOf(heard, state, owed, atMs)
    if (asked === null) {
      say('moved', 'was not moved', owed)
      continue
    }
    if (owed.idle) continue
    if (owed.direct && owed.ownerId === null && !isBack) say('owners', 'has no owner', owed)
    // What only comes when called owes its exercise on the way there, not on the way back.
    if (!owed.exercise || !isBack) success(asked, say)
    runtime(asked, say)
    quiet(asked, say)
    if (!isBack && owed.fallback !== 'none') fallback(asked, say)
  }
  if (state.restricted.length > 0) say('restricted', 'has restricted consumers', null)
  if (!isBack) rotationWide(world, heard, state, atMs, say)
}

function rotationWide(
  world: World,
  heard: readonly Observation[],
  state: Underway,
  atMs: number,
  say: Say,
): void {
  const { plan, progress, approvals } = state
  if (atMs < progress.enteredMs + plan.windows.observeMs)
    say('quiet', 'was not observed for as long as planned', null)
  const rare = plan.owed.filter(one => one.exercise && !one.idle)
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
  const ghosts = world.engine.ledger(world.credential.id).ghosts.filter(one => one.state === 'open')
  if (ghosts.length > 0) say('ghosts', 'has unexplained users', null)
  // The deciding approval is in the same breath as the decision.
  const last = state.progress.ending === 'completed' ? plan.decision.approvals : 0
  if (approvals.length + 1 < last)
    violate(world, 'evidence-decision', 'retirement was decided with too few approvals')
  const lastMoveMs = state.lastMoveMs ?? state.startedMs
  if (atMs < lastMoveMs + plan.windows.errorWindowMs)
    say('authErrors', 'was not watched for errors long enough', null)
  const fromMs = Math.max(lastMoveMs, atMs - plan.windows.errorWindowMs) + minuteMs
  const recent = heard.filter(one => one.consumer !== null && one.atMs >= fromMs && one.atMs <= atMs)
  const failing = recent.filter(one => outcomeOf(one) === 'auth-failure').length
  const uses = recent.filter(one => one.statement.says === 'used').length
  const before = state.baseline.uses === 0 ? 0 : state.baseline.authFailures / state.baseline.uses
  if (failing > 0 && failing / uses > before + 0.2)
    say('authErrors', 'has more authentication errors than before', null)
}

function recovery(world: World, heard: readonly Observation[], state: Underway, atMs: number): void {
  const say = sayer(world, state, 'recovery was proved')
  for (const owed of [...state.plan.owed, ...state.joined]) {
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
  for (const owed of [...state.plan.owed, ...state.joined]) {
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
  for (const owed of [...state.plan.owed, ...state.joined]) {
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

const outcomeOf = ({ statement }: Observation) => (statement.says === 'used' ? statement.outcome : null)

function lastSuccessMs({ heard, arriving, sinceMs, owed }: Asked, lane: string): number | null {
  let last: number | null = null
  for (const one of heard) {
    const { statement } = one
    if (one.consumer !== owed.consumer || statement.says !== 'used' || one.version !== arriving) continue
    if (statement.outcome !== 'success' || statement.path === 'fallback' || one.atMs < sinceMs) continue
    if (lane !== 'any' && (statement.lane ?? 'any') !== lane) continue
    if (last === null || one.atMs > last) last = one.atMs
  }
  return last
}

function success(asked: Asked, say: Say): void {
  const { owed, atMs, state, heard, arriving, sinceMs } = asked
  for (const lane of owed.lanes) {
    const lastMs = lastSuccessMs(asked, lane)
    if (lastMs === null) say(owed.exercise ? 'rarePaths' : 'freshSuccess', 'showed no success', owed)
    else if (!owed.exercise && atMs - lastMs > state.plan.windows.freshMs)
      say('freshSuccess', 'showed none lately', owed)
  }
  const lastMs = lastSuccessMs(asked, 'any') ?? -1
  const after = (outcome: string) =>
    heard.some(
      one =>
        one.consumer === owed.consumer &&
        one.version === arriving &&
        one.atMs >= sinceMs &&
        one.atMs > lastMs &&
        outcomeOf(one) === outcome,
    )
  if (after('degraded')) say('quality', 'ran degraded and not better since', owed)
  if (after('auth-failure')) say('freshSuccess', 'was refused and not accepted since', owed)
}

/** The last word about each instance. */
function instances({ heard, owed }: Asked): Map<string, Observation> {
  const last = new Map<string, Observation>()
  for (const one of heard) {
    const { says } = one.statement
    if (one.consumer !== owed.consumer || one.instance === null) continue
    if (says !== 'present' && says !== 'loaded' && says !== 'stopped') continue
    const known = last.get(one.instance)
    // Of two words of one instant, that it stopped is the last.
    const isLast = known === undefined || one.atMs > known.atMs
    const isTie = known !== undefined && one.atMs === known.atMs && known.statement.says !== 'stopped'
    if (isLast || isTie) last.set(one.instance, one)
  }
  return last
}

function behind(asked: Asked, say: Say): boolean {
  let alive = false
  for (const one of instances(asked).values()) {
    if (one.statement.says === 'stopped') continue
    const gone = !asked.owed.alive && asked.atMs - one.atMs > asked.owed.quietMs - slackMs
    if (gone) continue
    alive = true
    if (one.version !== asked.arriving)
      say(asked.owed.refresh ? 'refreshed' : 'truth', 'has an instance behind', asked.owed)
  }
  return alive
}

function runtime(asked: Asked, say: Say): void {
  const { owed, atMs } = asked
  if (!owed.observable) say('telemetry', 'cannot be observed', owed)
  const alive = behind(asked, say)
  if (!owed.alive) return
  if (!alive) say('telemetry', 'showed no live instance', owed)
  for (const one of instances(asked).values()) {
    if (one.statement.says === 'stopped' || one.version !== asked.arriving) continue
    if (atMs - one.atMs > owed.silentAfterMs + slackMs)
      say('telemetry', 'has an instance that fell silent', owed)
  }
}

function quiet(asked: Asked, say: Say): void {
  const { heard, owed, arriving, sinceMs, atMs, state } = asked
  if (state.old === null) return
  let usedMs = sinceMs
  for (const one of heard) {
    if (one.consumer !== owed.consumer || one.statement.says !== 'used' || one.version === arriving) continue
    if (one.atMs > usedMs) usedMs = one.atMs
  }
  if (atMs < usedMs + owed.quietMs) say('quiet', 'used another version too lately', owed)
  if (owed.reportsRuns) return
  // A use in the last quiet stretch would have been heard: every hour of it is covered by somebody's word.
  const spans = heard.flatMap(one =>
    one.statement.says === 'covered' ? [{ fromMs: one.statement.fromMs, toMs: one.atMs }] : [],
  )
  const covered = (t: number) => spans.some(one => one.fromMs <= t + slackMs && t <= one.toMs + slackMs)
  const lateMs = 10 * minuteMs + slackMs + state.plan.abilities.usageLagMs
  for (let t = Math.max(usedMs, atMs - owed.quietMs); t < atMs - lateMs; t += hourMs / 6) {
    if (!covered(t)) {
      say('quiet', 'could not be heard in a part of the quiet time', owed)
      return
    }
  }
}

function fallback({ heard, owed, sinceMs }: Asked, say: Say): void {
  const said = heard.some(
    one => one.consumer === owed.consumer && one.statement.says === 'fallback' && one.atMs >= sinceMs,
  )
  if (!said) say('fallback', 'said nothing of its fallback', owed)
}
