// When something was or will be, for people: local time (UTC where it is asked for), and how long ago or until then.
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export interface Times {
  nowMs: number
  /** 2026-11-30 02:17 */
  at(ms: number): string
  /** "in 3 h", "2 min ago", "now" */
  near(ms: number): string
  /** Both: when it helps to know the day as well. */
  both(ms: number): string
  /** Instants within a sentence of the control plane are in UTC: as here. */
  said(sentence: string): string
}

export function timesOf(nowMs: number, utc: boolean): Times {
  const at = (ms: number) => instant(ms, utc, false)
  const near = (ms: number) => nearTo(ms, nowMs)
  return {
    nowMs,
    at,
    near,
    both: ms => `${at(ms)} (${near(ms)})`,
    said: sentence =>
      sentence.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, found => {
        const ms = Date.parse(found)
        return Number.isNaN(ms) ? found : instant(ms, utc, true)
      }),
  }
}

/** With seconds only where a sentence counts on them. */
function instant(ms: number, utc: boolean, withSeconds: boolean): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return 'an unknown time'
  if (utc)
    return `${date
      .toISOString()
      .slice(0, withSeconds ? 19 : 16)
      .replace('T', ' ')} UTC`
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const seconds = withSeconds ? `:${two(date.getSeconds())}` : ''
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}${seconds}`
}

function nearTo(ms: number, nowMs: number): string {
  const awayMs = ms - nowMs
  if (Math.abs(awayMs) < 1_000) return 'now'
  return awayMs > 0 ? `in ${span(awayMs)}` : `${span(-awayMs)} ago`
}

/** Two parts at most, rounded down: "3 h", "2 d 4 h", "45 s". */
export function span(ms: number): string {
  if (ms < 0) return `-${span(-ms)}`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${trimmed(ms / 1_000)} s`
  if (ms < 2 * minuteMs) return `${Math.floor(ms / 1_000)} s`
  for (const [size, unit, smaller, under] of parts) {
    if (ms < size) continue
    const whole = Math.floor(ms / size)
    const rest = Math.floor((ms - whole * size) / smaller)
    return rest > 0 && whole < 10 ? `${whole} ${unit} ${rest} ${under}` : `${whole} ${unit}`
  }
  return `${Math.floor(ms / minuteMs)} min`
}

const parts = [
  [dayMs, 'd', hourMs, 'h'],
  [hourMs, 'h', minuteMs, 'min'],
] as const

const trimmed = (value: number) => String(Math.floor(value * 10) / 10)
