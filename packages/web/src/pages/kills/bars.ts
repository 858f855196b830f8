// Lengths of time from milliseconds to days on one scale: each step to the right is ten times as long.

export const leastMs = 1

/** From 0 (a millisecond or less) to 1 (`mostMs`). */
export function shareOf(ms: number, mostMs: number): number {
  const most = Math.log10(Math.max(mostMs, 10) / leastMs)
  return Math.min(1, Math.max(0, Math.log10(Math.max(ms, leastMs) / leastMs) / most))
}

const marks = [
  [1, '1 ms'],
  [10, '10 ms'],
  [100, '0.1 s'],
  [1_000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [600_000, '10 min'],
  [3_600_000, '1 h'],
  [86_400_000, '1 d'],
  [864_000_000, '10 d'],
] as const

/** The marks of the scale up to `mostMs`. */
export const marksTo = (mostMs: number): { ms: number; text: string }[] =>
  marks.filter(([ms]) => ms <= mostMs).map(([ms, text]) => ({ ms, text }))
