// A span of time as people enter it and as an address keeps it: to the minute, in the clock that they have chosen.
import type { Clock } from '../../parts/time-text.ts'

/** What a field of `datetime-local` takes: `2026-11-30T14:03`. */
export function fieldText(ms: number | null, clock: Clock): string {
  if (ms === null) return ''
  const shown = clock === 'utc' ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000
  return new Date(shown).toISOString().slice(0, 16)
}

/** null: it is no time, or not a whole one yet. */
export function fieldMs(text: string, clock: Clock): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null
  const ms = Date.parse(clock === 'utc' ? `${text}Z` : text)
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}

/** In an address it means the same to everybody, so it is UTC there. */
export const addressText = (ms: number | null): string | undefined =>
  ms === null ? undefined : `${new Date(ms).toISOString().slice(0, 16)}Z`

export function addressMs(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}
