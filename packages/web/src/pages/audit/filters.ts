// Which events are looked for: as the address says it, as the API is asked, and for what comes live, as it is judged here.
import type { EventView } from '@rekey/wire'
import type { Parts } from '../../api/ask.ts'
import { addressMs, addressText } from './span.ts'

export interface Filters {
  credential: string
  environment: string
  type: string
  by: string
  text: string
  fromMs: number | null
  toMs: number | null
}

export const noFilters: Filters = {
  credential: '',
  environment: '',
  type: '',
  by: '',
  text: '',
  fromMs: null,
  toMs: null,
}

const names = ['credential', 'environment', 'type', 'by', 'text'] as const

export function readFilters(query: URLSearchParams): Filters {
  const read = { ...noFilters, fromMs: addressMs(query.get('from')), toMs: addressMs(query.get('to')) }
  for (const name of names) read[name] = (query.get(name) ?? '').trim()
  return read
}

export function addressOf(filters: Filters): Record<string, string | undefined> {
  const { fromMs, toMs } = filters
  return {
    ...Object.fromEntries(names.map(name => [name, filters[name].trim() || undefined])),
    from: addressText(fromMs),
    to: addressText(toMs),
  }
}

export const isEmpty = (filters: Filters): boolean =>
  names.every(name => filters[name] === '') && filters.fromMs === null && filters.toMs === null

type Query = NonNullable<Parts<'record.history'>['query']>

export function queryOf({ credential, environment, type, by, text, fromMs, toMs }: Filters): Query {
  return {
    ...(credential !== '' && { credential }),
    ...(environment !== '' && { environment }),
    ...(type !== '' && { type }),
    ...(by !== '' && { by: actorOf(by) }),
    ...(text !== '' && { text }),
    ...(fromMs !== null && { fromMs }),
    ...(toMs !== null && { toMs: endOf(toMs) }),
  }
}

/** People are meant where nothing else is said: `alice` is `person:alice`. */
export const actorOf = (by: string): string => (by.includes(':') ? by : `person:${by}`)

/** A minute that was named is in; the end itself is out. */
const endOf = (toMs: number) => toMs + 60_000

/** As the control plane judges it; of what comes live. */
export function matches(event: EventView, filters: Filters): boolean {
  const { credential, environment, type, by, text, fromMs, toMs } = filters
  if (credential !== '' && event.credential !== credential) return false
  if (environment !== '' && event.environment !== environment) return false
  if (type !== '' && event.type !== type) return false
  if (by !== '' && event.by !== actorOf(by)) return false
  if (fromMs !== null && event.atMs < fromMs) return false
  if (toMs !== null && event.atMs >= endOf(toMs)) return false
  if (text === '') return true
  const wanted = text.toLowerCase()
  const names = [event.type, event.stream, event.by].map(one => one.toLowerCase())
  // In the data, what is looked for stands as JSON writes it.
  const written = JSON.stringify(wanted).slice(1, -1)
  return names.some(one => one.includes(wanted)) || JSON.stringify(event.data).toLowerCase().includes(written)
}

/** Each as a chip that can be taken away. */
export function named(
  filters: Filters,
  timeText: (ms: number) => string,
  typeText: (type: string) => string,
) {
  const some: { text: string; without: Partial<Filters> }[] = []
  const add = (text: string, without: Partial<Filters>) => some.push({ text, without })
  const { credential, environment, type, by, text, fromMs, toMs } = filters
  if (text !== '') add(`“${text}”`, { text: '' })
  if (credential !== '') add(`credential ${credential}`, { credential: '' })
  if (environment !== '') add(`in ${environment}`, { environment: '' })
  if (type !== '') add(typeText(type), { type: '' })
  if (by !== '') add(`by ${by}`, { by: '' })
  if (fromMs !== null) add(`from ${timeText(fromMs)}`, { fromMs: null })
  if (toMs !== null) add(`until ${timeText(toMs)}`, { toMs: null })
  return some
}
