// A moment as a date field takes it (`2026-11-30T14:03`), in the clock that the person reads.
import type { Clock } from './time-text.ts'

export function momentText(ms: number, clock: Clock): string {
  const offsetMs = clock === 'utc' ? 0 : new Date(ms).getTimezoneOffset() * 60_000
  return new Date(ms - offsetMs).toISOString().slice(0, 16)
}

/** null: it is no moment. */
export function readMoment(text: string, clock: Clock): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null
  const ms = Date.parse(clock === 'utc' ? `${text}Z` : text)
  return Number.isNaN(ms) ? null : ms
}
