// When a rotation comes: which heading it stands under, and which day or week of the time line it falls into.
import type { AnswerOf, routes } from '@rekey/wire'
import type { Clock } from '../../parts/time-text.ts'

export type Due = AnswerOf<typeof routes.overview.calendar>['items'][number]

export const dayMs = 86_400_000
export const spans = ['overdue', 'today', 'week', 'month', 'later'] as const
export type Span = (typeof spans)[number]
export const spanWords: Record<Span, { name: string; means: string }> = {
  overdue: { name: 'Overdue', means: 'its day has passed' },
  today: { name: 'Today', means: 'until midnight' },
  week: { name: 'This week', means: 'the next 7 days' },
  month: { name: 'This month', means: 'the next 30 days' },
  later: { name: 'Later', means: 'after that' },
}

/** Midnight before, in the time in which clocks are read. */
export function dayStart(ms: number, clock: Clock): number {
  if (clock === 'utc') return Math.floor(ms / dayMs) * dayMs
  return new Date(ms).setHours(0, 0, 0, 0)
}

export function spanOf(
  { overdue, startAtMs }: Pick<Due, 'overdue' | 'startAtMs'>,
  nowMs: number,
  clock: Clock,
): Span {
  if (overdue) return 'overdue'
  const todayMs = dayStart(nowMs, clock)
  // A day and a half later it is tomorrow, however long today was.
  if (startAtMs < dayStart(todayMs + 1.5 * dayMs, clock)) return 'today'
  if (startAtMs < dayStart(todayMs + 7.5 * dayMs, clock)) return 'week'
  if (startAtMs < dayStart(todayMs + 30.5 * dayMs, clock)) return 'month'
  return 'later'
}

export function groupsOf(items: readonly Due[], nowMs: number, clock: Clock): Record<Span, Due[]> {
  const groups: Record<Span, Due[]> = { overdue: [], today: [], week: [], month: [], later: [] }
  for (const one of items) groups[spanOf(one, nowMs, clock)].push(one)
  for (const span of spans) {
    // What is overdue begins now, all of it: there the deadline tells which has waited longest.
    const key = (one: Due) => (span === 'overdue' ? one.dueAtMs : one.startAtMs)
    groups[span].sort((a, b) => key(a) - key(b) || a.name.localeCompare(b.name))
  }
  return groups
}

export const lineDays = 90

export interface Line {
  fromMs: number
  /** Each with the days from the start of the line, of which today is 0. */
  marks: { day: number; one: Due }[]
  /** They begin now, so they stand at today. */
  overdue: number
  beyond: number
  /** Rotations of each seven days. */
  weeks: number[]
}

export function lineOf(items: readonly Due[], nowMs: number, clock: Clock): Line {
  const fromMs = dayStart(nowMs, clock)
  const weeks = new Array<number>(Math.ceil(lineDays / 7)).fill(0)
  const line: Line = { fromMs, marks: [], overdue: 0, beyond: 0, weeks }
  for (const one of items) {
    const day = Math.max(0, Math.round((dayStart(one.startAtMs, clock) - fromMs) / dayMs))
    if (one.overdue) {
      line.overdue += 1
      line.marks.push({ day: 0, one })
    } else if (day >= lineDays) line.beyond += 1
    else {
      line.marks.push({ day, one })
      weeks[Math.floor(day / 7)] = (weeks[Math.floor(day / 7)] ?? 0) + 1
    }
  }
  line.marks.sort((a, b) => a.day - b.day || a.one.startAtMs - b.one.startAtMs)
  return line
}
