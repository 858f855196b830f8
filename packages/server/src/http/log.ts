// Structured log lines: one JSON object each. What goes in is safe by its type: texts that we wrote, ids, codes and figures; a
// field that is anything else is left out rather than printed.
import { tokenTypes } from '../access/token-format.ts'

export type Level = 'info' | 'warn' | 'error'
export type Log = (level: Level, what: string, more?: Record<string, unknown>) => void

export function logTo(write: (line: string) => void, nowMs: () => number = Date.now): Log {
  return (level, what, more = {}) => {
    const fields: Record<string, unknown> = { time: new Date(nowMs()).toISOString(), level, what }
    for (const [name, value] of Object.entries(more)) {
      if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) fields[name] = value
    }
    write(JSON.stringify(fields))
  }
}

/** Of whatever kind there is: one that is added later is left out as well. */
const ours = new RegExp(`rekey_(${tokenTypes.join('|')})_|rka1\\.`)

/** Our tokens are found by their shape wherever they might have slipped in; objects, among them secrets, are no plain values. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return !ours.test(value)
  return typeof value === 'number' || typeof value === 'boolean' || value === null
}
