// For tests, the walk and the bench only. Every kind of rotation, and every state it can come to.
import type { Command } from './command.ts'
import { answer, apply, ask, aWalk, fork, go, type Script, stepName, type Walk } from './fixture-walk.ts'
import { type PlanWishes, theClock } from './fixtures.ts'
import { isUnderway } from './state.ts'

/** One of each kind of rotation: every model, with and without what a target may be able to do. */
export const kinds: Record<string, PlanWishes> = {
  'dual-valid': { model: 'dual' },
  'in waves': { model: 'waves', waves: [['web'], ['jobs']], approvals: 2 },
  'by alias': { model: 'alias' },
  'without disabling': {
    abilities: { canDisable: false, canEndSessions: true, canCompareRights: false },
  },
  'without any extra ability': {
    abilities: { canDisable: false, canEndSessions: false, canCompareRights: false },
  },
  'atomic with two live': { model: 'atomic' },
  'atomic with one live': { model: 'atomic', abilities: { maxLive: 1 } },
  'revoke-first': { model: 'atomic', order: 'revoke-first' },
  'revoke-first with one live': { model: 'atomic', order: 'revoke-first', abilities: { maxLive: 1 } },
  'a first version': { first: true },
  'a first version with one live': { first: true, abilities: { maxLive: 1 } },
}

const turns: Command[] = [
  { do: 'rollBack', reason: 'r' },
  { do: 'abort', reason: 'r' },
  { do: 'revokeNow', reason: 'r' },
  { do: 'reinstate', because: 'r' },
]

/** Taken once only, and after nothing else: each turn more multiplies the states. */
const kills: Command[] = [
  { do: 'revokeNow', reason: 'r', versions: [8] },
  { do: 'revokeNow', reason: 'r', versions: [7, 8] },
]

/** Two people in turn, so that a decision that needs both is taken. */
export const twoPeople = (): Script => {
  let turn = 0
  return {
    get by() {
      return { kind: 'person', id: `p-${++turn % 2}` } as const
    },
  }
}

/** Every state that a kind of rotation walks through, with one turn taken at each, in every phase it can be in there. */
export function everyState(wishes: PlanWishes): Walk[] {
  const found = new Map<string, Walk>()
  const note = (walk: Walk): boolean => {
    const { state } = walk
    const lives = [state.old?.life, 'new' in state ? state.new?.life : null]
    const course = isUnderway(state) ? [state.progress.ending, state.progress.at, state.turnedBecause] : []
    const key = [stepName(state), ...lives, ...course, isUnderway(state) && state.suspendedMs !== null].join()
    if (found.has(key)) return false
    found.set(key, fork(walk))
    return true
  }
  const follow = (walk: Walk, script: Script): Walk[] => {
    const trail: Walk[] = []
    go(walk, script, now => {
      if (note(now)) trail.push(fork(now))
      return false
    })
    note(walk)
    return trail
  }
  const branches = (trail: Walk[], taken: readonly Command[] = turns): Walk[] =>
    trail.flatMap(walk =>
      taken
        .map(command => [fork(walk), command] as const)
        .flatMap(([one, command]) => {
          return ask(one, command).ok ? follow(one, twoPeople()) : []
        }),
    )
  const failing = (happened: boolean, offset: number): Script => ({
    ...twoPeople(),
    outcome: (asked, walk) => {
      if ((walk.keys + offset) % 3 !== 0) return undefined
      if (happened) answer(walk, asked)
      return { is: 'ambiguous', problem: { code: 'ambiguous', text: 'no answer' } }
    },
  })
  const trail = follow(aWalk(wishes), twoPeople())
  for (const happened of [true, false]) {
    for (const offset of [0, 1, 2]) branches(follow(aWalk(wishes), failing(happened, offset)))
  }
  branches(branches(trail))
  branches(trail, kills)
  for (const walk of [...found.values()]) {
    if (walk.state.phase !== 'running') continue
    for (const command of [
      { do: 'hold', reason: 'r' },
      { do: 'contain', cause: 'c' },
    ] as const) {
      const one = fork(walk)
      ask(one, command)
      ask(one, { do: 'restrict', consumer: 'web', reason: 'r' })
      note(one)
    }
    const at = walk.state.progress.step
    if (at.kind !== 'effect' || at.effect.is !== 'ready') continue
    const one = fork(walk)
    const problem = { code: 'unreachable', text: 'no answer' }
    apply(one, { type: 'rotationStuck', problem, atMs: one.nowMs, by: theClock })
    note(one)
  }
  return [...found.values()]
}

/** Stands where a rotation of this kind comes to the step of that name. */
export function standingAt(name: string, wishes: PlanWishes = kinds['in waves']!): Walk {
  const walk = go(aWalk(wishes), twoPeople(), one => stepName(one.state) === name)
  if (stepName(walk.state) !== name)
    throw new Error(`it never stands at ${name}, but at ${stepName(walk.state)}`)
  return walk
}
