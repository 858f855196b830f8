// Points in time and lengths of it, in words.
const secondMs = 1_000
const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000

const units = [
  [dayMs, 'd'],
  [hourMs, 'h'],
  [minuteMs, 'min'],
  [secondMs, 's'],
] as const

/** The two largest parts: `2 d 3 h`, `45 s`, `120 ms`. */
export function lengthText(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < secondMs) return `${whole} ms`
  if (whole < 10 * secondMs && whole % secondMs !== 0) return `${(whole / secondMs).toFixed(1)} s`
  const at = units.findIndex(([unit]) => whole >= unit)
  const [unit, name] = units[at]!
  const count = Math.floor(whole / unit)
  const next = units[at + 1]
  const rest = next === undefined ? 0 : Math.floor((whole - count * unit) / next[0])
  return rest === 0 || count >= 10 ? `${count} ${name}` : `${count} ${name} ${rest} ${next![1]}`
}

/** `3 min ago`, `in 2 h`, `now`. */
export function relativeText(ms: number, nowMs: number): string {
  const distance = ms - nowMs
  if (Math.abs(distance) < 2 * secondMs) return 'now'
  // To the second only where it is a matter of seconds.
  const grain = Math.abs(distance) < minuteMs ? secondMs : minuteMs
  const text = lengthText(Math.floor(Math.abs(distance) / grain) * grain)
  return distance < 0 ? `${text} ago` : `in ${text}`
}

export type Clock = 'local' | 'utc'
const zoneOf = (clock: Clock) => (clock === 'utc' ? { timeZone: 'UTC' } : {})
const formats = new Map<string, Intl.DateTimeFormat>()
function format(clock: Clock, kind: 'full' | 'day' | 'minute'): Intl.DateTimeFormat {
  const key = `${clock} ${kind}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const day = { year: 'numeric', month: 'short', day: '2-digit' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const fresh = new Intl.DateTimeFormat('en-GB', {
    ...zoneOf(clock),
    ...(kind !== 'minute' && day),
    ...(kind !== 'day' && time),
    ...(kind === 'full' && { second: '2-digit', timeZoneName: 'short' }),
  })
  formats.set(key, fresh)
  return fresh
}

/** `30 Nov 2026, 14:03:22 CET` */
export const instantText = (ms: number, clock: Clock) => format(clock, 'full').format(ms)
export const dayText = (ms: number, clock: Clock) => format(clock, 'day').format(ms)
export const minuteText = (ms: number, clock: Clock) => format(clock, 'minute').format(ms)
