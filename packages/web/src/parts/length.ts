// Lengths of time as people type them: `30 d`, `1 d 12 h`, `90 min`, `500 ms`.

const units: readonly (readonly [unitMs: number, name: string, known: RegExp])[] = [
  [604_800_000, 'w', /^(w|weeks?)$/],
  [86_400_000, 'd', /^(d|days?)$/],
  [3_600_000, 'h', /^(h|hours?)$/],
  [60_000, 'min', /^(m|mins?|minutes?)$/],
  [1_000, 's', /^(s|secs?|seconds?)$/],
  [1, 'ms', /^(ms|milliseconds?)$/],
]

/** null: it is no length of time. */
export function readLength(text: string): number | null {
  const parts = [
    ...text
      .trim()
      .toLowerCase()
      .matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*,?\s*/g),
  ]
  if (parts.length === 0 || parts.map(one => one[0]).join('') !== text.trim().toLowerCase()) return null
  let sumMs = 0
  for (const [, count, name] of parts) {
    if (count === '0' && name === '') continue
    const unit = units.find(one => one[2].test(name!))
    if (unit === undefined) return null
    sumMs += Number(count) * unit[0]
  }
  const wholeMs = Math.round(sumMs)
  return Number.isSafeInteger(wholeMs) ? wholeMs : null
}

/** To the millisecond, so that what is read again is the same. */
export function exactLength(ms: number): string {
  if (ms === 0) return '0'
  const parts: string[] = []
  let restMs = ms
  for (const [unitMs, name] of units.slice(1)) {
    const count = Math.floor(restMs / unitMs)
    if (count > 0) parts.push(`${count} ${name}`)
    restMs -= count * unitMs
  }
  return parts.join(' ')
}

export const noLength = 'Give a length of time, such as 30 d, 12 h or 90 min.'
