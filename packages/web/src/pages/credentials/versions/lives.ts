// What became of each version and when, from what the record says: issued, active, disabled, destroyed, proved dead, compromised.
import type { Answer } from '../../../api/ask.ts'

export type VersionView = Answer<'credentials.versions'>['items'][number]

/** What could be done with it at its target. */
export type Standing = 'issued' | 'active' | 'disabled' | 'destroyed' | 'dead' | 'void'
export interface Mark {
  is: Standing | 'compromised'
  atMs: number
}

export interface Life {
  version: VersionView
  /** In their order. */
  marks: Mark[]
  /** One after the other, without a gap; `toMs` null: it is so still. */
  spans: { is: Standing; fromMs: number; toMs: number | null }[]
}

interface Event {
  type: string
  atMs: number
  stream: string
  data: unknown
}

interface Data {
  version?: unknown
  verb?: unknown
  side?: unknown
  key?: unknown
  issuedMs?: unknown
  result?: { is?: unknown }
}

/** `events` in any order. Of what they do not tell, the version itself says when it was issued and when it ended. */
export function livesOf(versions: readonly VersionView[], events: readonly Event[]): Life[] {
  const marks = new Map<number, Mark[]>(versions.map(one => [one.number, []]))
  const intended = new Map<string, number>()
  const sides = new Map<string, number>()
  const say = (version: number | undefined, is: Mark['is'], atMs: number) => {
    const own = version === undefined ? undefined : marks.get(version)
    if (own !== undefined && !own.some(one => one.is === is && one.atMs === atMs)) own.push({ is, atMs })
  }
  for (const { type, atMs, stream, data } of events.toSorted((a, b) => a.atMs - b.atMs)) {
    const told = (data ?? {}) as Data
    const version = typeof told.version === 'number' ? told.version : undefined
    const ofSide = `${stream} ${String(told.side)}`
    switch (type) {
      case 'versionImported': {
        const issuedMs = typeof told.issuedMs === 'number' ? told.issuedMs : atMs
        say(version, 'issued', issuedMs)
        say(version, 'active', issuedMs)
        break
      }
      case 'effectIntended':
        if (version === undefined) break
        intended.set(`${stream} ${String(told.key)}`, version)
        sides.set(ofSide, version)
        break
      case 'effectDone': {
        const of = intended.get(`${stream} ${String(told.key)}`) ?? sides.get(ofSide)
        const is = cameOf(marks.get(of ?? -1) ?? [], told)
        if (is !== null) say(of, is, atMs)
        break
      }
      case 'versionReinstated':
        say(sides.get(ofSide), 'active', atMs)
        break
      case 'versionKilled':
        say(version, 'compromised', atMs)
        break
      case 'valueLost':
      case 'versionDiscarded':
        say(version, 'void', atMs)
        break
    }
  }
  return versions.map(version => lifeOf(version, marks.get(version.number) ?? []))
}

/** null: it changes nothing of what the version is. */
function cameOf(marks: readonly Mark[], { verb, result }: Data): Standing | null {
  const is = marks.findLast(one => one.is !== 'compromised')?.is
  switch (verb) {
    case 'mint':
      return 'issued'
    case 'disable':
      return 'disabled'
    case 'enable':
      return 'active'
    case 'destroy':
      return 'destroyed'
    case 'probe':
      // Accepted once is accepted from then on; refused after it was destroyed is dead.
      if (result?.is === 'accepted' && is === 'issued') return 'active'
      return result?.is === 'refused' && is === 'destroyed' ? 'dead' : null
    default:
      return null
  }
}

function lifeOf(version: VersionView, told: readonly Mark[]): Life {
  const marks = [...told]
  const has = (...some: Mark['is'][]) => marks.some(one => some.includes(one.is))
  const { state, issuedAtMs, endedAtMs } = version
  if (issuedAtMs !== null && !has('issued')) marks.push({ is: 'issued', atMs: issuedAtMs })
  if (issuedAtMs !== null && state !== 'pre-active' && state !== 'void' && !has('active'))
    marks.push({ is: 'active', atMs: issuedAtMs })
  if (endedAtMs !== null && !has('destroyed', 'dead', 'void'))
    marks.push({ is: state === 'void' ? 'void' : 'destroyed', atMs: endedAtMs })
  marks.sort((a, b) => a.atMs - b.atMs || order.indexOf(a.is) - order.indexOf(b.is))
  const standings = marks.flatMap(({ is, atMs }) => (is === 'compromised' ? [] : [{ is, fromMs: atMs }]))
  return {
    version,
    marks,
    spans: standings.map((one, at) => ({
      ...one,
      toMs: one.is === 'dead' || one.is === 'void' ? one.fromMs : (standings[at + 1]?.fromMs ?? null),
    })),
  }
}
const order: readonly Mark['is'][] = [
  'issued',
  'active',
  'compromised',
  'disabled',
  'destroyed',
  'dead',
  'void',
]

/** From the first of all marks to now, or to the last where that is later. */
export function reachOf(lives: readonly Life[], nowMs: number): { fromMs: number; toMs: number } | null {
  const times = lives.flatMap(life => life.marks.map(one => one.atMs))
  if (times.length === 0) return null
  const fromMs = Math.min(...times)
  return { fromMs, toMs: Math.max(nowMs, ...times, fromMs + 60_000) }
}

const steps = [
  1_000,
  5_000,
  15_000,
  60_000,
  300_000,
  900_000,
  3_600_000,
  6 * 3_600_000,
  86_400_000,
  7 * 86_400_000,
  30 * 86_400_000,
  90 * 86_400_000,
  365 * 86_400_000,
] as const

/** Points of an axis, at round times, and not too many. */
export function ticksOf({ fromMs, toMs }: { fromMs: number; toMs: number }, most: number): number[] {
  const stepMs = steps.find(one => (toMs - fromMs) / one <= most) ?? (toMs - fromMs) / most
  const ticks: number[] = []
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs && ticks.length <= most; ms += stepMs)
    ticks.push(ms)
  // A line with less than two points says nothing about time.
  return ticks.length < 2 ? [fromMs, toMs] : ticks
}
