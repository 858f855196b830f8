// For tests, the walk and the bench only. Drives a rotation by next() → command → decide → evolve against a small target
// that answers truthfully: a course that kills in the wrong order shows at the next probe.
import type { Actor } from '../actor.ts'
import { fixtureNowMs } from '../fixtures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { minuteMs } from '../time.ts'
import type { Command, Decision, EffectOutcome, Facts } from './command.ts'
import { decide } from './decide.ts'
import type { RotationEvent } from './event.ts'
import { evolve } from './evolve.ts'
import { aPerson, aPlan, opening, type PlanWishes, provedLedger, theClock, theOld } from './fixtures.ts'
import { type Next, next } from './next.ts'
import { isUnderway, type Rotation, stepOf, type Underway } from './state.ts'

/** What is at the target: handles that are accepted, refused for now, or gone. */
export type AtTarget = Map<number, 'live' | 'disabled' | 'gone'>

export interface Walk {
  state: Rotation
  nowMs: number
  events: RotationEvent[]
  target: AtTarget
  keys: number
  /** Called after each event; for checks that must hold at every step. */
  onEvent?: (before: Rotation, event: RotationEvent, after: Rotation) => void
}

export interface Script {
  /** Undefined: what the target truthfully answers. */
  outcome?: (asked: Extract<Next, { do: 'resolve' }>, walk: Walk) => EffectOutcome | undefined
  ledger?: (state: Underway, nowMs: number) => Ledger | null
  by?: Actor
}

export function aWalk(wishes: PlanWishes = {}): Walk {
  const old = wishes.first === true ? null : theOld
  const opened = opening(aPlan(wishes), old)
  const target: AtTarget = new Map(old === null ? [] : [[old.version, 'live']])
  return { state: evolve(null, opened), nowMs: fixtureNowMs, events: [opened], target, keys: 0 }
}

export function fork(walk: Walk): Walk {
  return { ...walk, events: [...walk.events], target: new Map(walk.target) }
}

export function ask(walk: Walk, command: Command, facts: Partial<Facts> = {}): Decision {
  const ledgerNow =
    facts.ledger === undefined && isUnderway(walk.state) ? provedLedger(walk.state, walk.nowMs) : null
  const decision = decide(walk.state, command, {
    nowMs: walk.nowMs,
    by: aPerson,
    key: `op-${++walk.keys}`,
    ledger: ledgerNow,
    baseline: { uses: 100, authFailures: 0 },
    fenced: false,
    ...facts,
  })
  if (decision.ok) for (const event of decision.events) apply(walk, event)
  return decision
}

export function apply(walk: Walk, event: RotationEvent): void {
  const before = walk.state
  walk.state = evolve(before, event)
  walk.events.push(event)
  walk.onEvent?.(before, event, walk.state)
}

/** One turn of the clock. False: the machine waits for somebody. */
export function turn(walk: Walk, script: Script = {}): boolean {
  const todo = next(walk.state, walk.nowMs)
  const ledgerNow =
    script.ledger !== undefined && isUnderway(walk.state) ? script.ledger(walk.state, walk.nowMs) : undefined
  const facts: Partial<Facts> = {
    by: script.by ?? theClock,
    ...(ledgerNow !== undefined && { ledger: ledgerNow }),
  }
  switch (todo.do) {
    case 'nothing':
      return false
    case 'wait':
      if (!Number.isFinite(todo.untilMs)) return false
      walk.nowMs = todo.untilMs
      return true
    case 'resolve': {
      const outcome = script.outcome?.(todo, walk) ?? answer(walk, todo)
      ask(walk, { do: 'record', key: todo.key, outcome }, facts)
      return true
    }
    case 'retry':
      ask(walk, { do: 'retry', reason: 'it may have passed' }, facts)
      return true
    case 'judge':
      if (
        !isUnderway(walk.state) ||
        stepOf(walk.state).do === 'watch' ||
        !ask(walk, { do: 'retire' }, facts).ok
      )
        walk.nowMs += 5 * minuteMs
      return true
    default: {
      const decision = ask(walk, { do: todo.do }, facts)
      if (!decision.ok) walk.nowMs += minuteMs
      return true
    }
  }
}

/** Until `done`, until the machine waits for somebody, or until it is clear that it never comes to an end. */
export function go(walk: Walk, script: Script = {}, done: (walk: Walk) => boolean = () => false): Walk {
  for (let turns = 0; turns < 400 && !done(walk); turns++) if (!turn(walk, script)) break
  return walk
}

/** What a truthful target answers, and what becomes of it. With one live value, minting replaces it in place. */
export function answer(walk: Walk, asked: Extract<Next, { do: 'resolve' }>): EffectOutcome {
  const { target } = walk
  const single = walk.state.plan.abilities.maxLive === 1
  switch (asked.verb) {
    case 'mint':
      if (single) for (const version of target.keys()) target.set(version, 'gone')
      target.set(asked.version, 'live')
      return { is: 'minted', handle: `handle-${asked.version}`, fingerprint: `fp-${asked.version}` }
    case 'probe':
      return { is: target.get(asked.version) === 'live' ? 'accepted' : 'refused' }
    case 'compareRights':
      return { is: 'rights', diff: { missing: [], extra: [] } }
    case 'disable':
    case 'enable':
      if (target.get(asked.version) !== 'gone') {
        target.set(asked.version, asked.verb === 'enable' ? 'live' : 'disabled')
      }
      return { is: 'done' }
    case 'destroy':
      // The one account of such a target carries whichever value is live.
      for (const version of single ? [...target.keys()] : [asked.version]) target.set(version, 'gone')
      return { is: 'done' }
    case 'endSessions':
      return { is: 'done' }
  }
}

/** What was done to the target, in order: "disable old", "probe old refused". */
export function effects(walk: Walk): string[] {
  return walk.events.flatMap(event => {
    if (event.type === 'waveMoved') return [`move ${event.to}`]
    if (event.type !== 'effectDone') return []
    const said = event.verb === 'probe' ? ` ${event.result.is}` : ''
    return [`${event.verb} ${event.side}${said}`]
  })
}

export function stepName(state: Rotation): string {
  if (!isUnderway(state)) return state.phase
  const step = stepOf(state)
  const at = state.progress.step
  const side = 'side' in step ? ` ${step.side}` : ''
  const effect = at.kind === 'effect' ? ` ${at.effect.is}` : ''
  const moved = at.kind === 'move' && at.movedMs !== null ? ' moved' : ''
  return `${state.phase} ${step.do}${side}${effect}${moved}`
}

/** The codes of a refusal; none where the answer was yes. */
export const codes = (decision: Decision): string[] =>
  decision.ok ? [] : decision.refusals.map(refusal => refusal.code)

export function ended(walk: Walk): Extract<Rotation, { phase: 'ended' }> {
  if (walk.state.phase !== 'ended') throw new Error(`it has not ended, but is at ${stepName(walk.state)}`)
  return walk.state
}

export function underway(walk: Walk): Underway {
  if (!isUnderway(walk.state)) throw new Error(`it is ${walk.state.phase}`)
  return walk.state
}

export const problem = (code: string) => ({ code, text: `it is ${code}` })

/** A target that answers one verb in the same way, always. */
export const always = (verb: string, outcome: EffectOutcome): Script => ({
  outcome: asked => (asked.verb === verb ? outcome : undefined),
})

/** Each time that a verb was intended. */
export const intentions = (walk: ReturnType<typeof aWalk>, verb: string) =>
  walk.events.filter(event => event.type === 'effectIntended' && event.verb === verb) as Extract<
    (typeof walk.events)[number],
    { type: 'effectIntended' }
  >[]
