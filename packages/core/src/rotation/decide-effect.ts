// Effects on the target: intend before the call, record after it. Three kinds of bad news, told apart: it failed for now
// (try again under the same key), it will not work (leave the course), nobody can go on (stuck).
import type { Verb } from '../abilities.ts'
import type { Command, Decision, EffectOutcome, Facts, Refusal } from './command.ts'
import { clear, type Side, type Step } from './course.ts'
import { allTheSame } from './decide-revoke.ts'
import { fencedOff, no, notAt, refusal, walked, yes } from './decision.ts'
import type { EffectResult, RotationEvent } from './event.ts'
import { type Effect, held, isRevoked, type Problem, stepOf, type Underway } from './state.ts'

/** What a step asks of the provider; null for steps that touch no target. */
export function verbOf(step: Step): { verb: Verb; side: Side } | null {
  switch (step.do) {
    case 'mint':
    case 'compareRights':
      return { verb: step.do, side: 'new' }
    case 'probe':
    case 'disable':
    case 'enable':
    case 'endSessions':
    case 'destroy':
      return { verb: step.do, side: step.side }
    case 'move':
    case 'observe':
    case 'watch':
      return null
  }
}

export function intend(state: Underway, facts: Facts): Decision {
  const step = stepOf(state)
  const asked = verbOf(step)
  const { step: at } = state.progress
  if (asked === null || at.kind !== 'effect') return no(notAt('touch the target'))
  if (at.effect.is !== 'ready') {
    return no(
      refusal('already-intended', 'the effect is intended already', 'resolve it and record the outcome'),
    )
  }
  const refusals: Refusal[] = []
  if (facts.fenced) refusals.push(fencedOff())
  if (facts.nowMs < at.effect.afterMs) {
    refusals.push(refusal('too-early', 'the next attempt is not due yet', 'wait for the back-off to pass'))
  }
  const version = asked.verb === 'mint' ? mintedAs(state) : held(state, asked.side)?.version
  if (version === undefined) {
    refusals.push(refusal('no-version', `there is no ${asked.side} version`, 'mint it first'))
  }
  if (refusals.length > 0 || version === undefined) return no(...refusals)
  // What a course that was left had begun to mint is found again, not minted twice.
  const begun = asked.verb === 'mint' && state.new?.life === 'intended' ? state.new.operation : null
  const key = at.effect.key ?? begun ?? facts.key
  return yes({ type: 'effectIntended', ...asked, version, key, atMs: facts.nowMs, by: facts.by })
}

/** A retried mint is the same version under the same key; a new key is a new version, for numbers are never reused. */
function mintedAs(state: Underway): number {
  return state.new?.life === 'intended' ? state.new.version : state.lastVersion + 1
}

/** The answers that a verb can have. Any other is a fault of whoever recorded it, and says nothing about the target. */
const answers: Record<Verb, readonly EffectResult['is'][]> = {
  mint: ['minted'],
  probe: ['accepted', 'refused'],
  compareRights: ['rights'],
  disable: ['done'],
  enable: ['done'],
  endSessions: ['done'],
  destroy: ['done'],
}

function isAnswer(verb: Verb, is: EffectOutcome['is']): boolean {
  switch (is) {
    case 'ambiguous':
    case 'unreachable':
    case 'failed':
      return true
    case 'lost':
      return verb === 'mint'
    default:
      return answers[verb].includes(is)
  }
}

export function record(
  state: Underway,
  { key, outcome }: Extract<Command, { do: 'record' }>,
  facts: Facts,
): Decision {
  const step = stepOf(state)
  const asked = verbOf(step)
  const { step: at } = state.progress
  if (asked === null || at.kind !== 'effect' || at.effect.is !== 'intended' || at.effect.key !== key) {
    return no(
      refusal(
        'not-intended',
        'no effect is intended under that key',
        'drop the outcome: it was recorded before',
      ),
    )
  }
  if (!isAnswer(asked.verb, outcome.is)) {
    return no(
      refusal(
        'wrong-answer',
        `${outcome.is} is no answer to ${asked.verb}`,
        'record what the target said, or that it is not known',
      ),
    )
  }
  const stamp = { atMs: facts.nowMs, by: facts.by }
  const failed = (problem: Problem, keepKey: boolean): RotationEvent => ({
    type: 'effectFailed',
    ...asked,
    key,
    problem,
    keepKey,
    retryAtMs: facts.nowMs + backoffMs(state, at.effect),
    ...stamp,
  })
  const attempts = at.effect.attempts + 1
  // While people hold it or contain it, the machine only notes how the call went: it turns nowhere by itself.
  const mayTurn = state.phase === 'running'
  const isLast = mayTurn && attempts >= state.plan.retries.maxAttempts

  switch (outcome.is) {
    case 'minted':
    case 'done':
    case 'accepted':
    case 'refused':
    case 'rights': {
      const wrong = unexpected(state, step, outcome)
      if (wrong === null)
        return walked(state, facts, { type: 'effectDone', ...asked, key, result: outcome, ...stamp })
      const events = [failed(wrong.problem, false)]
      if (!mayTurn || (!wrong.final && !isLast)) return yes(...events)
      return giveUp(state, facts, events, wrong.problem)
    }
    case 'lost': {
      const version = held(state, 'new')?.version ?? state.lastVersion
      const lost: RotationEvent = { type: 'valueLost', version, handle: outcome.handle, key, ...stamp }
      return isLast ? yes(lost, stuck(facts, lostAgain)) : yes(lost)
    }
    case 'ambiguous':
    case 'unreachable':
      return isLast
        ? yes(failed(outcome.problem, true), stuck(facts, outcome.problem))
        : yes(failed(outcome.problem, true))
    case 'failed':
      if (outcome.permanent && mayTurn)
        return giveUp(state, facts, [failed(outcome.problem, true)], outcome.problem)
      return isLast
        ? yes(failed(outcome.problem, true), stuck(facts, outcome.problem))
        : yes(failed(outcome.problem, true))
  }
}

/** An answer that is not the one the step is for. `final`: asking again will not change it. */
function unexpected(
  state: Underway,
  step: Step,
  outcome: EffectOutcome,
): { problem: Problem; final: boolean } | null {
  if (step.do === 'probe' && outcome.is !== step.expect) {
    const version = held(state, step.side)?.version
    return step.expect === 'accepted'
      ? {
          problem: {
            code: 'probe-refused',
            text: `the target refuses version ${version}, which it should accept`,
          },
          final: false,
        }
      : {
          problem: {
            code: 'still-accepted',
            text: `the target still accepts version ${version}, which should be dead`,
          },
          final: false,
        }
  }
  if (step.do === 'compareRights' && outcome.is === 'rights') {
    const { missing, extra } = outcome.diff
    if (missing.length + extra.length === 0) return null
    if (state.overrides.some(one => one.gate === 'rights' && one.consumer === null)) return null
    const text = [...missing.map(one => `lacks ${one}`), ...extra.map(one => `has ${one} besides`)].join(', ')
    return { problem: { code: 'rights-differ', text: `the new version ${text}` }, final: true }
  }
  return null
}

/** Leave the course where nobody has been moved; where somebody has, a person must look. */
function giveUp(state: Underway, facts: Facts, events: RotationEvent[], problem: Problem): Decision {
  const isForward = state.progress.ending === 'completed'
  // After a revocation, or where one version is live, there is nothing to stay with.
  const hasWayBack = state.old === null || (state.old.life === 'active' && !isRevoked(state, 'old'))
  const isFirst = stepOf(state).do
  const untouched = state.lastMoveMs === null && state.plan.abilities.maxLive > 1
  const early = isFirst === 'mint' || isFirst === 'probe'
  // Rights that differ may be mended at the target, so the new version is kept for a person to decide on.
  if (isForward && hasWayBack && untouched && early && problem.code !== 'still-accepted') {
    const life = state.new === null ? 'none' : state.new.life === 'intended' ? 'intended' : 'minted'
    const course = clear(state.plan.abilities, life, state.old !== null)
    return walked(state, facts, ...events, {
      type: 'courseChanged',
      to: 'aborted',
      course,
      because: problem.text,
      atMs: facts.nowMs,
      by: facts.by,
    })
  }
  const dies = allTheSame(state, facts, problem)
  if (dies !== null) return yes(...events, dies)
  if (hasTakenItsPlace(state)) {
    const because = 'the old version is refused: the new value has taken its place'
    const { course } = state.plan
    return yes(...events, {
      type: 'courseChanged',
      to: 'completed',
      course: [...course],
      because,
      atMs: facts.nowMs,
      by: facts.by,
    })
  }
  return yes(...events, stuck(facts, problem))
}

/** An abort while nobody knew whether the one live version had been replaced: it had. What was begun is found and gone on with. */
function hasTakenItsPlace({ plan, progress, new: fresh }: Underway): boolean {
  const step = progress.course[progress.at]
  const isLook = step?.do === 'probe' && step.side === 'old' && step.expect === 'accepted'
  return isLook && progress.ending === 'aborted' && plan.abilities.maxLive === 1 && fresh?.life === 'intended'
}

const lostAgain: Problem = {
  code: 'value-lost',
  text: 'the target made a value that was lost before it could be sealed, again and again',
}

const stuck = (facts: Facts, problem: Problem): RotationEvent => ({
  type: 'rotationStuck',
  problem,
  atMs: facts.nowMs,
  by: facts.by,
})

function backoffMs(state: Underway, effect: Effect): number {
  const { backoffMs: first, backoffCapMs } = state.plan.retries
  const step = stepOf(state)
  const doubled = Math.min(first * 2 ** effect.attempts, backoffCapMs)
  // A probe that asks before the target can have heard of the change learns nothing.
  return step.do === 'probe'
    ? Math.max(doubled, Math.min(state.plan.abilities.propagationMs, backoffCapMs))
    : doubled
}
