// The version mark: what a program writes on its own telemetry about the credential it worked with, since OpenTelemetry has no convention
// for that. Log events become observations here, and the points of one counter. A mark that is incomplete proves less and never
// nothing: a use whose version is unreadable is a use of an unknown version, and one whose outcome is unreadable is no success.
import { hourMs, mostTimes, type Observation, type Outcome, staleAfterMs, type Used } from '@rekey/core'
import type { Attributes, Keep, LogRecord, SumPoint } from './otlp.ts'
import { type Increase, increaseOf, type NoIncrease, type Series, stillHeard } from './series.ts'

/** The counter of uses, as programs have to name it. */
export const usesMetric = 'rekey.credential.uses'

export interface MarkReading {
  source: string
  nowMs: number
  /** Which consumer of the credential calls itself so; null: nobody registered it, and it will be a ghost. */
  serviceToConsumer: (credential: string, service: string) => string | null
}

export type MarkFault =
  | 'bad-credential'
  | 'bad-version'
  | 'no-outcome'
  | 'bad-outcome'
  | 'bad-path'
  | 'no-time'
  | 'no-name'
  | 'bad-coverage'
  | 'covers-nobody'
  | NoIncrease

export interface Marked {
  observations: Observation[]
  /** Nothing of ours: no credential, or another event or metric. */
  ignored: number
  faults: { code: MarkFault; count: number }[]
}

/** Which attributes have to be kept when a request is read, for a mark to be found. */
export const isMark: Keep = key =>
  key.startsWith('rekey.') || key === 'service.name' || key === 'service.instance.id' || key === 'event.name'

const outcomes = ['success', 'degraded', 'auth-failure', 'rate-limit', 'payload-error', 'outage'] as const
const paths = ['usual', 'exception', 'fallback'] as const
const longestName = 256
/** A counter may have begun long before the first point that we see of it; the ledger takes no instant that old. */
const longestAgoMs = staleAfterMs - hourMs

export function marksOfLogs(records: readonly LogRecord[], reading: MarkReading): Marked {
  const sheet = newSheet()
  for (const record of records) {
    const { attributes, resource, atMs, observedMs } = record
    // Programs of before 2025 have the name among the attributes.
    const event = record.eventName ?? attributes.get('event.name')
    const isOurs =
      event === 'rekey.credential.used' || event === 'rekey.credential.loaded' || event === 'rekey.heartbeat'
    const mark = isOurs ? markOf(attributes, resource, atMs ?? observedMs, reading, sheet) : ignore(sheet)
    if (mark === null) continue
    if (event === 'rekey.heartbeat') heartbeat(mark, attributes, sheet)
    else if (event === 'rekey.credential.loaded') say(sheet, mark, { says: 'loaded' })
    else say(sheet, mark, usedOf(attributes, sheet))
  }
  return marked(sheet)
}

/** `next` is to be passed as `previous` with the next request of the same source. */
export function marksOfSums(
  points: readonly SumPoint[],
  reading: MarkReading,
  previous: Series,
): Marked & { next: Series } {
  const sheet = newSheet()
  const { nowMs } = reading
  const next = stillHeard(previous, nowMs)
  for (const point of points) {
    if (point.name !== usesMetric) {
      ignore(sheet)
      continue
    }
    const { attributes, resource } = point
    const mark = markOf(attributes, resource, point.atMs, reading, sheet)
    if (mark === null) continue
    const increase = increaseOf(point, mark.atMs, nowMs, next)
    if (typeof increase === 'string') fault(sheet, increase)
    else if (increase !== null)
      say(sheet, mark, { ...usedOf(attributes, sheet), ...counted(increase, mark.atMs, nowMs) })
  }
  return { ...marked(sheet), next }
}

interface Sheet {
  observations: Observation[]
  ignored: number
  faults: Map<MarkFault, number>
}

const newSheet = (): Sheet => ({ observations: [], ignored: 0, faults: new Map() })

function marked({ observations, ignored, faults }: Sheet): Marked {
  return { observations, ignored, faults: [...faults].map(([code, count]) => ({ code, count })) }
}

function ignore(sheet: Sheet): null {
  sheet.ignored++
  return null
}

function fault(sheet: Sheet, code: MarkFault): null {
  sheet.faults.set(code, (sheet.faults.get(code) ?? 0) + 1)
  return null
}

type Mark = Omit<Observation, 'statement'>

function say(sheet: Sheet, mark: Mark, statement: Observation['statement']): void {
  sheet.observations.push({ ...mark, statement })
}

function markOf(
  attributes: Attributes,
  resource: Attributes,
  atMs: number | null,
  { source, serviceToConsumer }: MarkReading,
  sheet: Sheet,
): Mark | null {
  // Of the resource neither credential nor version is taken: both change while the process lives, and a resource does not.
  const credential = attributes.get('rekey.credential.id')
  if (credential === undefined) return ignore(sheet)
  if (!isName(credential)) return fault(sheet, 'bad-credential')
  if (atMs === null) return fault(sheet, 'no-time')
  const said = (key: string) => nameOr(attributes.get(key)) ?? nameOr(resource.get(key))
  const service = nameOr(resource.get('service.name'))
  const consumer =
    said('rekey.consumer.id') ?? (service === null ? null : serviceToConsumer(credential, service))
  const seenAs = service ?? said('rekey.agent.id')
  if (consumer === null && seenAs === null) fault(sheet, 'no-name')
  return {
    credential,
    consumer,
    // Nameless use is use all the same.
    seenAs: consumer === null ? (seenAs ?? 'nameless') : null,
    instance: nameOr(resource.get('service.instance.id')),
    version: versionOf(attributes.get('rekey.credential.version'), sheet),
    atMs,
    source,
  }
}

/** Whoever turns labels into attributes makes text of every number, so digits are a number. */
function versionOf(value: unknown, sheet: Sheet): number | null {
  if (value === undefined) return null
  const version = typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(version) && (version as number) > 0
    ? (version as number)
    : fault(sheet, 'bad-version')
}

function usedOf(attributes: Attributes, sheet: Sheet): Used {
  const outcome = attributes.get('rekey.outcome')
  const path = attributes.get('rekey.path') ?? 'usual'
  const knownOutcome = outcomes.find(one => one === outcome)
  const knownPath = paths.find(one => one === path)
  if (knownOutcome === undefined) fault(sheet, outcome === undefined ? 'no-outcome' : 'bad-outcome')
  if (knownPath === undefined) fault(sheet, 'bad-path')
  return {
    says: 'used',
    outcome: knownPath === undefined ? lessThan(knownOutcome) : (knownOutcome ?? 'degraded'),
    lane: nameOr(attributes.get('rekey.lane')),
    path: knownPath ?? 'usual',
  }
}

/** A success on a way that nobody knows is no proof of adoption. */
const lessThan = (outcome: Outcome = 'degraded'): Outcome => (outcome === 'success' ? 'degraded' : outcome)

function counted({ times, firstMs }: Increase, atMs: number, nowMs: number): Pick<Used, 'times' | 'firstMs'> {
  const most = Math.min(times, mostTimes)
  if (firstMs === null || firstMs > atMs) return { times: most }
  return { times: most, firstMs: Math.min(atMs, Math.max(firstMs, nowMs - longestAgoMs)) }
}

/** Coverage without a consumer would mean that this source sees everybody's use: a service that nobody knows may not say so. */
function heartbeat(mark: Mark, attributes: Attributes, sheet: Sheet): void {
  const said = attributes.get('rekey.covered_from')
  const fromMs = typeof said === 'string' && /^\d{1,15}$/.test(said) ? Number(said) : said
  if (typeof fromMs !== 'number' || !(fromMs > 0 && fromMs <= mark.atMs)) fault(sheet, 'bad-coverage')
  else if (mark.consumer === null) fault(sheet, 'covers-nobody')
  else say(sheet, { ...mark, version: null }, { says: 'covered', fromMs })
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longestName

const nameOr = (value: unknown): string | null => (isName(value) ? value : null)
