// Uses of a credential within a span of time, summed up by consumer and version.
import type { Answer } from '../../../api/ask.ts'

export type Use = Answer<'credentials.uses'>['items'][number]

export interface UseRow {
  consumer: string
  version: number | null
  successes: number
  refused: number
  /** Failed for another reason than the credential: limits, outages, faults in what was sent. */
  otherwise: number
  /** Not uses: that it was loaded, is present, was stopped. */
  reports: number
  firstMs: number
  lastMs: number
  lanes: string[]
  sources: string[]
}

export function usesBy(items: readonly Use[]): UseRow[] {
  const rows = new Map<string, UseRow>()
  for (const { consumer, version, source, says, outcome, lane, count, firstMs, lastMs } of items) {
    const key = `${consumer}\n${version}`
    const row = rows.get(key) ?? {
      consumer,
      version,
      successes: 0,
      refused: 0,
      otherwise: 0,
      reports: 0,
      firstMs,
      lastMs,
      lanes: [],
      sources: [],
    }
    if (says !== 'used') row.reports += count
    else if (outcome === 'success') row.successes += count
    else if (outcome === 'auth-failure') row.refused += count
    else row.otherwise += count
    row.firstMs = Math.min(row.firstMs, firstMs)
    row.lastMs = Math.max(row.lastMs, lastMs)
    if (!noLanes.has(lane) && !row.lanes.includes(lane)) row.lanes.push(lane)
    if (!row.sources.includes(source)) row.sources.push(source)
    rows.set(key, row)
  }
  return [...rows.values()].filter(isTold).sort((a, b) => b.lastMs - a.lastMs)
}

/** That somebody watches, and of which version nothing is said, is no use. */
const isTold = ({ version, successes, refused, otherwise }: UseRow) =>
  version !== null || successes + refused + otherwise > 0
const noLanes = new Set(['', 'none', 'any'])

/** Who told of it: `agent/web` as "agent web". */
export function tellerText(source: string): string {
  const [kind = '', ...rest] = source.split('/')
  if (kind === 'person') return rest.join('/')
  if (kind === 'plane') return 'Rekey'
  return rest.length === 0 ? source : `${kind} ${rest.join('/')}`
}

export const spans = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const
export type SpanName = keyof typeof spans

export interface Span {
  fromMs: number
  toMs: number
  /** It goes along with the clock. */
  name: SpanName | null
}

/** From the address: two times, or a length up to now. What makes no sense is the last day. */
export function spanOf(query: { get(name: string): string | null }, nowMs: number): Span {
  const ms = (name: string) => {
    const text = query.get(name) ?? ''
    return /^\d{1,15}$/.test(text) ? Number(text) : null
  }
  const [fromMs, toMs] = [ms('from'), ms('to')]
  if (fromMs !== null && toMs !== null && fromMs < toMs) return { fromMs, toMs, name: null }
  const said = query.get('last')
  const name = said === 'hour' || said === 'week' ? said : 'day'
  return { fromMs: nowMs - spans[name], toMs: nowMs, name }
}
