// Durations in milliseconds. Every span in the core ends in Ms; every instant is a Unix time in ms, given from outside.
export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** "90 s", "15 min", "4 h", "7 d": the largest unit that keeps the figure readable. */
export function span(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const abs = Math.abs(ms)
  for (const [unit, size] of [
    ['d', dayMs],
    ['h', hourMs],
    ['min', minuteMs],
    ['s', secondMs],
  ] as const) {
    if (abs >= 2 * size || (abs >= size && abs % size === 0)) return `${sign}${trim(abs / size)} ${unit}`
  }
  return abs === 0 ? '0 s' : `${sign}${trim(abs / secondMs)} s`
}

export function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}

const trim = (value: number) => String(Math.round(value * 10) / 10)
