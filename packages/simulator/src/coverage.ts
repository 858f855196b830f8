// What the seeds reached: every state with every command, every answer of the target to every verb, every place where a control
// plane can die. What was never reached is listed: a simulation that never went there proves nothing about it.
import { type Command, commandNames, isUnderway, type Rotation, stepOf } from '@rekey/core'

export interface Coverage {
  /** `state × command`, granted or refused. */
  pairs: Map<string, { granted: number; refused: number }>
  answers: Map<string, number>
  /** Places where a control plane can die: how often passed, how often it died there. */
  points: Map<string, { passed: number; died: number }>
  faults: Map<string, number>
  outcomes: Map<string, number>
  /** In worlds with kills: what was killed where, what became of orders, who was cut off. */
  kills: Map<string, number>
}

export function noCoverage(): Coverage {
  return {
    pairs: new Map(),
    answers: new Map(),
    points: new Map(),
    faults: new Map(),
    outcomes: new Map(),
    kills: new Map(),
  }
}

export function placeOf(state: Rotation): string {
  return isUnderway(state) ? `${state.phase}@${stepOf(state).do}` : state.phase
}

export function decided(coverage: Coverage, state: Rotation, command: Command, granted: boolean): void {
  const pair = `${placeOf(state)} × ${command.do}`
  const known = coverage.pairs.get(pair) ?? { granted: 0, refused: 0 }
  if (granted) known.granted++
  else known.refused++
  coverage.pairs.set(pair, known)
}

export function passed(coverage: Coverage, point: string, died: boolean): void {
  const known = coverage.points.get(point) ?? { passed: 0, died: 0 }
  known.passed++
  if (died) known.died++
  coverage.points.set(point, known)
}

export function count(into: Map<string, number>, name: string, by = 1): void {
  into.set(name, (into.get(name) ?? 0) + by)
}

export function merge(into: Coverage, from: Coverage): void {
  for (const [pair, { granted, refused }] of from.pairs) {
    const known = into.pairs.get(pair) ?? { granted: 0, refused: 0 }
    into.pairs.set(pair, { granted: known.granted + granted, refused: known.refused + refused })
  }
  for (const [point, { passed, died }] of from.points) {
    const known = into.points.get(point) ?? { passed: 0, died: 0 }
    into.points.set(point, { passed: known.passed + passed, died: known.died + died })
  }
  for (const name of ['answers', 'faults', 'outcomes', 'kills'] as const) {
    for (const [key, times] of from[name]) count(into[name], key, times)
  }
}

const effects = ['mint', 'probe', 'compareRights', 'disable', 'enable', 'endSessions', 'destroy'] as const
const others = ['move', 'observe', 'watch'] as const

/** Every place that a rotation can be in. Stuck is where an effect went wrong, so never at a step without one. */
export const places: readonly string[] = [
  'planned',
  'ended',
  ...(['running', 'held', 'contained'] as const).flatMap(phase =>
    [...effects, ...others].map(step => `${phase}@${step}`),
  ),
  ...effects.map(step => `stuck@${step}`),
]

export function unreachedPairs({ pairs }: Coverage): string[] {
  const wanted = places.flatMap(place => commandNames.map(command => `${place} × ${command}`))
  return wanted.filter(pair => !pairs.has(pair))
}

const answersOf: Record<string, readonly string[]> = {
  mint: ['minted', 'lost', 'ambiguous', 'unreachable', 'failed'],
  probe: ['accepted', 'refused', 'unreachable', 'failed'],
  compareRights: ['rights', 'unreachable', 'failed'],
  disable: ['done', 'unreachable', 'failed'],
  enable: ['done', 'unreachable', 'failed'],
  endSessions: ['done', 'unreachable', 'failed'],
  destroy: ['done', 'ambiguous', 'unreachable', 'failed'],
}

export function unreachedAnswers({ answers }: Coverage): string[] {
  const wanted = Object.entries(answersOf).flatMap(([verb, all]) => all.map(answer => `${verb}: ${answer}`))
  return wanted.filter(answer => !answers.has(answer))
}

/** Places that were passed and at which nobody died in all these seeds. */
export function unreachedCrashes({ points }: Coverage): string[] {
  return [...points].filter(([, { died }]) => died === 0).map(([point]) => point)
}
