// One consumer as people see it: what it holds, what came of its work, and in one word how it stands.
import type { Member } from '../platform/members.ts'
import type { Count, Job } from '../platform/tally.ts'
import type { KeyBook } from './keys.ts'

/** ok: well, and on the newest token. old: well, on one that is to go. broken: it loses work, or does it badly. idle: nothing is known just now. */
export type Tone = 'ok' | 'old' | 'broken' | 'idle'

export interface Card {
  id: string
  name: string
  /** How it takes a token up, in the way it has just now. */
  how: string
  held: string
  done: number
  failed: number
  degraded: number
  waiting: number
  tone: Tone
  word: string
  /** What came of its latest jobs, the newest last. */
  recent: Tone[]
}

export interface Seen {
  member: Member
  count: Count
  /** Keys that its processes hold; of a rare one, what it used last. */
  held: readonly (string | null)[]
  hasRekey: boolean
  /** What the ledger says of it, while a rotation is under way. */
  truth: string | null
  isGhost: boolean
  nowMs: number
}

/** Harm is shown for so long after it was done last; the figures stay. */
const shownMs = 6_000

export function cardOf(seen: Seen, keys: KeyBook): Card {
  const { member, count, hasRekey } = seen
  const labels = heldLabels(seen, keys)
  return {
    id: member.id,
    name: member.name,
    how: hasRekey ? (member.withRekey.by === 'sdk' ? 'Rekey SDK' : 'rekey run') : member.usually,
    held: labels.length === 0 ? '–' : labels.join(' + '),
    done: count.done,
    failed: count.failed + count.deadLetters,
    degraded: count.degraded,
    waiting: count.putBack,
    recent: count.recent.map(job => toneOf(job, keys)),
    ...standing(seen, labels, keys),
  }
}

function toneOf({ outcome, key }: Job, keys: KeyBook): Tone {
  if (outcome === 'put-back') return 'idle'
  if (outcome !== 'done') return 'broken'
  return key !== null && key === keys.newest?.id ? 'ok' : 'old'
}

function heldLabels({ held, count, truth, member }: Seen, keys: KeyBook): string[] {
  const known = held.flatMap(key => keys.labelOf(key) ?? [])
  // Between two runs nobody is there: what it used last is what it will use, as far as anybody knows.
  if (known.length === 0 && member.runs !== 'always')
    known.push(...[keys.labelOf(count.lastKey) ?? []].flat())
  // The SDK keeps a replaced version for the jobs that began with it; the ledger knows.
  if (truth === 'mixed' && known.length === 1 && known[0] === keys.newest?.label) {
    const before = keys.lines.findLast(one => one.state === 'good' && one.label !== known[0])
    if (before !== undefined) known.unshift(before.label)
  }
  return [...new Set(known)].sort()
}

function standing(
  { count, member, isGhost, hasRekey, nowMs }: Seen,
  labels: readonly string[],
  keys: KeyBook,
): Pick<Card, 'tone' | 'word'> {
  const { lastHarm, last } = count
  const isHarmed = lastHarm !== null && (last === lastHarm || nowMs - lastHarm.atMs < shownMs)
  if (isHarmed) return { tone: 'broken', word: harmWords[lastHarm.outcome] ?? 'fails' }
  if (last?.outcome === 'put-back' && member.runs === 'always')
    return { tone: 'idle', word: 'waits for a token' }
  if (isGhost) return { tone: 'old', word: 'a ghost' }
  if (labels.length === 0)
    return { tone: 'idle', word: member.runs === 'always' ? 'starts' : rareWords[member.runs] }
  const newest = keys.newest?.label
  if (labels.every(one => one === newest))
    return { tone: 'ok', word: member.runs === 'always' ? 'works' : 'worked' }
  // What it had is dead; it is given the new one when it is started.
  const isDead = labels.every(one => keys.lines.some(line => line.label === one && line.state !== 'good'))
  if (isDead && hasRekey && newest !== undefined && member.runs !== 'always') {
    return { tone: 'idle', word: `${newest} at its next run` }
  }
  return { tone: 'old', word: labels.includes(newest ?? '') ? 'old and new' : 'old token' }
}

const harmWords: Record<string, string> = {
  failed: 'refused',
  degraded: 'degraded',
  'dead-letter': 'dead letters',
}
const rareWords = {
  always: '',
  nightly: 'runs at night',
  'by-hand': 'run by hand',
  'for-large-files': 'for large files',
}
