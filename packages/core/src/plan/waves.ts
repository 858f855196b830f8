// Who moves together, and in which order (2.3): what shows success fastest first, and few at first; what is critical after
// what is not; what needs somebody late; what is rare last. A derived consumer never moves before the one it goes through.
import type { Consumer } from '../consumer.ts'
import { isRare } from '../consumer.ts'
import { span } from '../time.ts'
import { byId } from './naming.ts'
import { isDirect, quickMs, showMs, speedOf } from './pace.ts'
import type { Model, Wave } from './plan.ts'

export interface WaveInput {
  consumers: readonly Consumer[]
  model: Model
  errorWindowMs: number
  propagationMs: number
  /** All at once and without waiting: the first version, or a kill. */
  atOnce: boolean
}

const bands = ['quick', 'slower', 'needs-somebody', 'rare'] as const
const why: Record<(typeof bands)[number], string> = {
  quick: 'They take the new value up within minutes and show at once whether it works.',
  slower: 'They take it up by themselves, but need longer to show it.',
  'needs-somebody':
    'Somebody has to restart, reload or launch them: the quick ones have shown by now that it works.',
  rare: 'They run rarely or only when called: last, and each has to be run on purpose.',
}

/** The first wave holds at most this many, and a twentieth of all; from wave to wave the limit grows tenfold. */
const firstAtMost = 10
const growth = 10

export function wavesFor(input: WaveInput): Wave[] {
  const { consumers, errorWindowMs, propagationMs } = input
  if (consumers.length === 0) return []
  const ranked = rank(consumers)
  if (input.model !== 'waves' || input.atOnce) {
    const settleMs = input.atOnce ? 0 : settle(ranked, errorWindowMs, propagationMs)
    const text = input.atOnce ? 'All at once: nobody is waited for.' : 'All move together.'
    return [{ name: 'all', consumers: ranked.map(place => place.consumer.id), settleMs, why: text }]
  }
  return split(ranked).map((places, index, all) => {
    const band = bands[places[0]!.key[0]]!
    const first = index === 0 && all.length > 1
    const parts = all.filter(
      (other, at) => other[0]!.key[0] === places[0]!.key[0] && (at > 0 || all.length === 1),
    )
    const part = parts.indexOf(places) + 1
    return {
      name: first ? 'first' : parts.length > 1 ? `${band} ${part}` : band,
      consumers: places.map(place => place.consumer.id),
      settleMs: settle(places, errorWindowMs, propagationMs),
      why: first ? firstWhy(places) : why[band],
    }
  })
}

/** Band, weight, time to show: compared in this order. */
type Key = readonly [band: number, weight: number, showMs: number]

interface Place {
  consumer: Consumer
  key: Key
  depth: number
}

function rank(consumers: readonly Consumer[]): Place[] {
  const sorted = [...consumers].sort(byId)
  const known = new Map(sorted.map(consumer => [consumer.id, consumer]))
  const places = new Map<string, Place>()
  for (const start of sorted) {
    // Up to the first ancestor that has its place, then down again; a loop of parents is cut where it closes.
    const chain: Consumer[] = []
    const seen = new Set<string>()
    let at: Consumer | undefined = start
    while (at && !places.has(at.id) && !seen.has(at.id)) {
      seen.add(at.id)
      chain.push(at)
      at = at.access.how === 'indirect' ? known.get(at.access.through) : undefined
    }
    let parent = at && places.get(at.id)
    for (const consumer of chain.reverse()) {
      const own = ownKey(consumer)
      const place: Place = parent
        ? { consumer, key: compare(own, parent.key) > 0 ? own : parent.key, depth: parent.depth + 1 }
        : { consumer, key: own, depth: 0 }
      places.set(consumer.id, place)
      parent = place
    }
  }
  return [...places.values()].sort(
    (a, b) => compare(a.key, b.key) || a.depth - b.depth || byId(a.consumer, b.consumer),
  )
}

function ownKey(consumer: Consumer): Key {
  const shown = showMs(consumer)
  const weight = (consumer.critical ? 2 : 0) + (consumer.pathClass === 'primary' ? 1 : 0)
  if (isRare(consumer)) return [3, weight, shown]
  // A derived consumer is carried by its parent: nobody has to restart it, but it is no quicker than its own rhythm.
  if (isDirect(consumer) && speedOf(consumer) === 'by-hand') return [2, weight, shown]
  return [shown <= quickMs ? 0 : 1, weight, shown]
}

function compare(a: Key, b: Key): number {
  for (const at of [0, 1, 2] as const) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1
  return 0
}

function split(ranked: readonly Place[]): Place[][] {
  const first = Math.max(1, Math.min(firstAtMost, Math.floor(ranked.length / 20)))
  const waves: Place[][] = []
  let atMost = first
  let wave: Place[] = []
  for (const place of ranked) {
    const previous = wave.at(-1)
    const isFirst = waves.length === 0
    // The first wave also ends where something weightier would join it.
    const turns =
      previous && (previous.key[0] !== place.key[0] || (isFirst && previous.key[1] !== place.key[1]))
    if (turns || wave.length >= atMost) {
      waves.push(wave)
      atMost = Math.max(atMost, wave.length) * growth
      wave = []
    }
    wave.push(place)
  }
  waves.push(wave)
  return waves
}

function settle(places: readonly Place[], errorWindowMs: number, propagationMs: number): number {
  // What is rare or waits for somebody is waited for while observing, not while other waves stand in line behind it.
  const shownMs = places
    .filter(place => place.key[0] < 2)
    .reduce((max, place) => (Number.isFinite(place.key[2]) ? Math.max(max, place.key[2]) : max), 0)
  return Math.max(errorWindowMs, shownMs + propagationMs)
}

function firstWhy(places: readonly Place[]): string {
  const slowest = places.at(-1)!.key[2]
  const shown = slowest > 0 && Number.isFinite(slowest) ? ` (within ${span(slowest)})` : ''
  return `Few, and what shows success fastest${shown}: harm stays small if the new value does not work.`
}
