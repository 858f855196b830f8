// The journal as log lines: one JSON object each. Only what is safe by type goes in: names, codes, counts, fingerprints.
import { logTo } from './http/log.ts'
import type { Journal } from './journal.ts'

export function lineJournal(write: (line: string) => void): Journal {
  const say = logTo(write)
  /** The gates are asked every half minute; the same refusal is said once. */
  const lastRefusals = new Map<string, string>()
  const lastTrouble = new Map<string, number>()
  return {
    appended(rotation, events) {
      lastRefusals.delete(rotation)
      for (const event of events) say('info', event.type, { rotation, by: event.by.id })
      if (events.some(event => event.type === 'rotationStuck' || event.type === 'windowOverdue')) {
        say('warn', 'needs-a-person', { rotation })
      }
    },
    refused(rotation, command, refusals) {
      const codes = refusals.map(refusal => refusal.code)
      const key = `${command} ${codes.join()}`
      if (lastRefusals.get(rotation) === key) return
      lastRefusals.set(rotation, key)
      say('info', 'refused', { rotation, command, codes })
    },
    trouble(where, error) {
      // What goes wrong in every round is said once a minute.
      const nowMs = Date.now()
      if (nowMs - (lastTrouble.get(where) ?? 0) < 60_000) return
      lastTrouble.set(where, nowMs)
      const name = error instanceof Error ? error.name : typeof error
      const code = (error as { code?: unknown } | null)?.code
      say('error', 'trouble', { where, name, ...(typeof code === 'string' && { code }) })
    },
  }
}
