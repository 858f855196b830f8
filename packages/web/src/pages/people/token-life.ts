// For how long something is good, as it is chosen.
const dayMs = 86_400_000

export interface Life {
  value: string
  text: string
  ms: number | null
}

export const lives = {
  token: [
    { value: '1d', text: 'A day', ms: dayMs },
    { value: '7d', text: 'A week', ms: 7 * dayMs },
    { value: '30d', text: '30 days', ms: 30 * dayMs },
    { value: '90d', text: '90 days', ms: 90 * dayMs },
    { value: '365d', text: 'A year', ms: 365 * dayMs },
    { value: 'none', text: 'No end: until it is revoked', ms: null },
  ],
  join: [
    { value: '10min', text: 'Ten minutes', ms: 600_000 },
    { value: '1h', text: 'An hour', ms: 3_600_000 },
    { value: '1d', text: 'A day', ms: dayMs },
    { value: '7d', text: 'A week', ms: 7 * dayMs },
    { value: '90d', text: '90 days', ms: 90 * dayMs },
  ],
  glass: [
    { value: '30d', text: '30 days', ms: 30 * dayMs },
    { value: '180d', text: 'Half a year', ms: 180 * dayMs },
    { value: '365d', text: 'A year', ms: 365 * dayMs },
    { value: 'none', text: 'No end: until it is taken back', ms: null },
  ],
} as const satisfies Record<string, readonly Life[]>

export const lifeOf = (among: readonly Life[], value: string): number | null =>
  among.find(one => one.value === value)?.ms ?? null
