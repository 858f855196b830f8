// A figure: one number that the project claims, its limit, and what one needs in order to judge it.

export interface Figure {
  name: string
  value: number
  unit: string
  limit: number
  better: 'lower' | 'higher'
  ok: boolean
  detail: Record<string, unknown>
}

/** A section measures what belongs together; what cannot be measured here it names instead of leaving it out. */
export interface Measured {
  figures: Figure[]
  notRun: string[]
}

export function lower(
  name: string,
  value: number,
  unit: string,
  limit: number,
  detail: Record<string, unknown>,
): Figure {
  return { name, value: round(value), unit, limit, better: 'lower', ok: value <= limit, detail }
}

export function higher(
  name: string,
  value: number,
  unit: string,
  limit: number,
  detail: Record<string, unknown>,
): Figure {
  return { name, value: round(value), unit, limit, better: 'higher', ok: value >= limit, detail }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Smallest, quartiles and largest: on a shared machine the median alone says too little. */
export function spread(values: readonly number[]): Record<'min' | 'q1' | 'median' | 'q3' | 'max', number> {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN)
  return { min: at(0), q1: at(0.25), median: round(median(values)), q3: at(0.75), max: at(1) }
}

/** Three significant digits, whole numbers as they are: more would be a pretence. */
export function round(value: number): number {
  return Number.isInteger(value) || Math.abs(value) >= 1_000
    ? Math.round(value)
    : Number(value.toPrecision(3))
}

export function demand(condition: boolean, text: string): asserts condition {
  if (!condition) throw new Error(`the bench did not do what it measures: ${text}`)
}
