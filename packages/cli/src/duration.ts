// Lengths of time as people type them: 500ms, 10s, 2m, 1h.
const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
/** What a timer can wait for. */
const mostMs = 2 ** 31 - 1

/** null: it is none. */
export function durationMs(text: string): number | null {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? []
  if (number === undefined || unit === undefined) return null
  const lengthMs = Math.round(Number(number) * units[unit]!)
  return lengthMs <= mostMs ? lengthMs : null
}
