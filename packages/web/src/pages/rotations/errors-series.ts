// Uses of a credential in stretches of five minutes, with what of them was refused for its credential; and the steps of a rotation that
// are marked beside them.
import type { EventView } from '@rekey/wire'
import type { Answer } from '../../api/ask.ts'

type Use = Answer<'credentials.uses'>['items'][number]

export interface Stretch {
  atMs: number
  /** All uses, refused ones too. */
  uses: number
  authFailures: number
}

export const stretchMs = 300_000

/** In order, with the empty ones between: a silence is something to see. */
export function seriesOf(items: readonly Pick<Use, 'bucketMs' | 'says' | 'outcome' | 'count'>[]): Stretch[] {
  const known = new Map<number, Stretch>()
  for (const { bucketMs, says, outcome, count } of items) {
    if (says !== 'used') continue
    const one = known.get(bucketMs) ?? { atMs: bucketMs, uses: 0, authFailures: 0 }
    one.uses += count
    if (outcome === 'auth-failure') one.authFailures += count
    known.set(bucketMs, one)
  }
  if (known.size === 0) return []
  const times = [...known.keys()]
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const count = Math.min(most, (last - first) / stretchMs + 1)
  return Array.from({ length: count }, (_, at) => {
    const atMs = last - (count - 1 - at) * stretchMs
    return known.get(atMs) ?? { atMs, uses: 0, authFailures: 0 }
  })
}
/** Two days; who wants more asks for another time on the page of the credential. */
const most = 576

export interface StepMark {
  atMs: number
  text: string
}

const marked: Record<string, string> = {
  rotationStarted: 'start',
  waveMoved: 'wave',
  retirementDecided: 'decided',
  courseChanged: 'turned',
  rotationContained: 'contained',
  rotationEnded: 'end',
}

export function marksOf(events: readonly Pick<EventView, 'type' | 'atMs' | 'data'>[]): StepMark[] {
  const found = events.flatMap(({ type, atMs, data }) => {
    const { verb, wave } = data as { verb?: string; wave?: number }
    if (type === 'effectDone' && (verb === 'disable' || verb === 'destroy')) return [{ atMs, text: verb }]
    const text = marked[type]
    return text === undefined ? [] : [{ atMs, text: type === 'waveMoved' ? `wave ${(wave ?? 0) + 1}` : text }]
  })
  return found.toSorted((a, b) => a.atMs - b.atMs)
}
