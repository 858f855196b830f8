// Compromise in the middle of a rotation. Whatever it was about to do, the compromised version dies first, and where the rest of
// the course leads is made anew: on to the new version, back to the old one, or to another that is made for it.
import type { VersionState } from '../credential.ts'
import type { Command, Decision, Facts, Refusal } from './command.ts'
import { type Ending, revokeAll, revokeFirst, revokeNew, revokeNow, type Step } from './course.ts'
import { turnRefusals } from './decide-turn.ts'
import { needsPerson, no, refusal, walked } from './decision.ts'
import type { RotationEvent } from './event.ts'
import { type Held, handDueMs, isRevoked, type Problem, stepOf, type Underway } from './state.ts'

type Asked = Extract<Command, { do: 'revokeNow' }>

export function revoke(state: Underway, { reason, versions }: Asked, facts: Facts): Decision {
  const refusals = reasonsAgainst(state, reason, facts)
  // Without a signed order that names versions it is one person's word, and has to be that.
  const person = versions === undefined ? needsPerson(facts, 'revoking at once') : null
  if (person !== null) refusals.push(person)
  const meant = versions ?? (state.old === null ? [] : [state.old.version])
  const [old, fresh] = [among(state.old, meant), among(state.new, meant)]
  if (old === null && fresh === null) {
    refusals.push(
      refusal(
        'no-version',
        'none of these versions is one of this rotation, or it is dead already',
        'abort instead',
      ),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  // What was revoked before and is not dead so far is as little to stay with as what is revoked now.
  const turn = turnOf(state, old !== null, fresh !== null || isRevoked(state, 'new'))
  const revoked = [old, fresh].flatMap(one => (one === null ? [] : [one.version]))
  const stamp = { atMs: facts.nowMs, by: facts.by }
  return walked(state, facts, { type: 'courseChanged', because: reason, revoked, ...turn, ...stamp })
}

/** A call whose end nobody knows yet is waited for, but not a person: they may come in days. */
function reasonsAgainst(state: Underway, reason: string, facts: Facts): Refusal[] {
  const refusals = turnRefusals(state, reason, facts)
  return handDueMs(state) === null ? refusals : refusals.filter(one => one.code !== 'call-under-way')
}

function among(side: Held | null, versions: readonly number[]): Held | null {
  if (side === null || !versions.includes(side.version)) return null
  return side.life === 'void' || side.life === 'intended' ? null : side
}

interface Turn {
  to: Ending
  course: Step[]
  shifted?: true
}

function turnOf(state: Underway, isOld: boolean, isNew: boolean): Turn {
  const can = state.plan.abilities
  const old = state.old?.life ?? null
  const fresh = state.new?.life ?? null
  if (!isNew || fresh === null) return { to: 'completed', course: revokeNow(can, old!, fresh) }
  // Where the target holds one version, the new one is all there is: it is replaced, and only that ends it.
  if (can.maxLive === 1)
    return { to: 'completed', course: revokeFirst(can, 0).toSpliced(-1, 0, toAll), shifted: true }
  if (isOld || !canStay(state, old)) return { to: 'completed', course: revokeAll(can, old, fresh) }
  const hasMoved = state.lastMoveMs !== null
  const isUntouched = old === 'active' && !hasMoved
  return { to: isUntouched ? 'aborted' : 'rolled-back', course: revokeNew(can, old!, fresh, hasMoved) }
}

const toAll: Step = { do: 'move', wave: -1, to: 'new' }

/** There is an old one that may still be used, and that nobody has revoked before. */
function canStay({ old, revoked = [], plan }: Underway, life: VersionState | null): boolean {
  if (old === null || plan.order === 'revoke-first' || revoked.includes(old.version)) return false
  return life === 'active' || life === 'suspended'
}

/**
 * What is compromised dies all the same: that it cannot be disabled is no reason to leave it alive. Somebody may have deleted it
 * at the target already, in the vendor's own console, and then there is nothing to disable and nobody to log out.
 */
export function allTheSame(state: Underway, facts: Facts, { code, text }: Problem): RotationEvent | null {
  const step = stepOf(state)
  if ((step.do !== 'disable' && step.do !== 'endSessions') || !isRevoked(state, step.side)) return null
  const { course, at, ending } = state.progress
  const { side } = step
  const left = course.slice(at)
  const isEnd = (one: Step) => one.do === 'destroy' && one.side === side
  const isLogout = (one: Step) => one.do === 'endSessions' && one.side === side
  const destroy = left.find(isEnd)
  // It is destroyed and its sessions live on: that is for a person to look at.
  if (destroy === undefined && code !== 'rejected') return null
  const rest = left.slice(1).filter(one => !isEnd(one) && !isLogout(one))
  const logout = left.filter(isLogout).slice(0, 1)
  const first = destroy === undefined ? [] : [destroy, ...logout]
  const stamp = { atMs: facts.nowMs, by: facts.by }
  return { type: 'courseChanged', to: ending, course: [...first, ...rest], because: text, ...stamp }
}
