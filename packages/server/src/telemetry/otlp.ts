// Logs and metrics as OTLP/HTTP brings them (opentelemetry-proto 1.x; https://opentelemetry.io/docs/specs/otlp), made into plain lists.
// Of metrics only sums are read: no other kind counts anything. What a record may hold is limited, so that nobody fills our memory with
// it; a request that is not what it says is refused as a whole, and nothing here throws.
import { malformed, type OtlpBody, type OtlpEncoding, type OtlpFault, open } from './body.ts'
import { fields, Malformed, type Message } from './message.ts'

export type { OtlpBody, OtlpEncoding, OtlpFault } from './body.ts'

/** An int64 beyond 2^53 is its digits. Lists and other nested values are left out. */
export type Attributes = ReadonlyMap<string, string | number | boolean>

export interface LogRecord {
  /** null: the source did not say. */
  atMs: number | null
  observedMs: number | null
  eventName: string | null
  body: string | null
  attributes: Attributes
  resource: Attributes
}

export interface SumPoint {
  name: string
  startMs: number | null
  atMs: number | null
  value: number
  attributes: Attributes
  resource: Attributes
  isMonotonic: boolean
  temporality: 'delta' | 'cumulative'
}

export interface OtlpItems<Item> {
  ok: true
  encoding: OtlpEncoding
  items: Item[]
  /** Attributes that were too many or too long, bodies that were cut, points without a value or a meaning. */
  leftOut: number
}

/** Which attributes are kept. Whoever looks for a few should say so: they are found among any number of others. */
export type Keep = (key: string) => boolean

export const mostItems = 100_000
export const mostAttributes = 64
export const longestText = 1_024

const request = fields({ resourceLogs: 1, resourceMetrics: 1 })
const ofResource = fields({ resource: 1, scopeLogs: 2, scopeMetrics: 2 })
const ofScope = fields({ logRecords: 2, metrics: 2 })
const resource = fields({ attributes: 1 })
const logRecord = fields({ timeUnixNano: 1, body: 5, attributes: 6, observedTimeUnixNano: 11, eventName: 12 })
const metric = fields({ name: 1, sum: 7 })
const sum = fields({ dataPoints: 1, aggregationTemporality: 2, isMonotonic: 3 })
const point = fields({
  startTimeUnixNano: 2,
  timeUnixNano: 3,
  asDouble: 4,
  asInt: 6,
  attributes: 7,
  flags: 8,
})
const keyValue = fields({ key: 1, value: 2 })
const anyValue = fields({ stringValue: 1, boolValue: 2, intValue: 3, doubleValue: 4 })

export function readLogs(body: OtlpBody, keep: Keep = everything): OtlpItems<LogRecord> | OtlpFault {
  return read(body, function* (message, tally) {
    for (const [scope, attributes] of scopes(message, 'resourceLogs', 'scopeLogs', keep, tally)) {
      for (const one of scope.all('logRecords', logRecord)) yield logOf(one, attributes, keep, tally)
    }
  })
}

export function readSums(body: OtlpBody, keep: Keep = everything): OtlpItems<SumPoint> | OtlpFault {
  return read(body, function* (message, tally) {
    for (const [scope, attributes] of scopes(message, 'resourceMetrics', 'scopeMetrics', keep, tally)) {
      for (const one of scope.all('metrics', metric)) yield* pointsOf(one, attributes, keep, tally)
    }
  })
}

interface Tally {
  leftOut: number
}

function read<Item>(
  body: OtlpBody,
  itemsOf: (message: Message, tally: Tally) => Iterable<Item>,
): OtlpItems<Item> | OtlpFault {
  const opened = open(body, request)
  if (!opened.ok) return opened
  const { encoding, message } = opened
  const items: Item[] = []
  const tally: Tally = { leftOut: 0 }
  try {
    for (const item of itemsOf(message, tally)) {
      if (items.length === mostItems) throw new Malformed(`the request holds more than ${mostItems} items`)
      items.push(item)
    }
  } catch (error) {
    return malformed(error, encoding)
  }
  return { ok: true, encoding, items, leftOut: tally.leftOut }
}

function* scopes(
  message: Message,
  outer: 'resourceLogs' | 'resourceMetrics',
  inner: 'scopeLogs' | 'scopeMetrics',
  keep: Keep,
  tally: Tally,
): Iterable<[Message, Attributes]> {
  for (const one of message.all(outer, ofResource)) {
    const attributes = attributesOf(one.one('resource', resource), keep, tally)
    for (const scope of one.all(inner, ofScope)) yield [scope, attributes]
  }
}

function logOf(message: Message, resource: Attributes, keep: Keep, tally: Tally): LogRecord {
  const text = message.one('body', anyValue)?.text('stringValue') ?? null
  if (text !== null && text.length > longestText) tally.leftOut++
  return {
    atMs: msOf(message.fixed('timeUnixNano')),
    observedMs: msOf(message.fixed('observedTimeUnixNano')),
    eventName: short(message.text('eventName'), tally),
    body: text?.slice(0, longestText).toWellFormed() ?? null,
    attributes: attributesOf(message, keep, tally),
    resource,
  }
}

function* pointsOf(message: Message, resource: Attributes, keep: Keep, tally: Tally): Iterable<SumPoint> {
  const name = short(message.text('name'), tally)
  const sums = message.one('sum', sum)
  if (sums === null || name === null) return
  const temporality = ([null, 'delta', 'cumulative'] as const)[
    Number(sums.whole('aggregationTemporality') ?? 0)
  ]
  const isMonotonic = sums.flag('isMonotonic') ?? false
  for (const one of sums.all('dataPoints', point)) {
    const value = amountOf(one)
    if (value === null || temporality === null || temporality === undefined) {
      tally.leftOut++
      continue
    }
    yield {
      name,
      startMs: msOf(one.fixed('startTimeUnixNano')),
      atMs: msOf(one.fixed('timeUnixNano')),
      value,
      attributes: attributesOf(one, keep, tally),
      resource,
      isMonotonic,
      temporality,
    }
  }
}

/** The lowest flag says that the series has ended, and that there is no value. */
function amountOf(message: Message): number | null {
  if (((message.whole('flags') ?? 0n) & 1n) === 1n) return null
  const whole = message.signedFixed('asInt')
  return whole === null ? message.real('asDouble') : Number(whole)
}

function attributesOf(message: Message | null, keep: Keep, tally: Tally): Attributes {
  const attributes = new Map<string, string | number | boolean>()
  for (const one of message?.all('attributes', keyValue) ?? []) {
    const key = one.text('key') ?? ''
    if (!keep(key)) continue
    const value = plainOf(one.one('value', anyValue))
    if (value === null) continue
    const isLong = key.length > longestText || (typeof value === 'string' && value.length > longestText)
    if (isLong || (attributes.size >= mostAttributes && !attributes.has(key))) tally.leftOut++
    else attributes.set(key, value)
  }
  return attributes
}

function plainOf(value: Message | null): string | number | boolean | null {
  if (value === null) return null
  const text = value.text('stringValue') ?? value.flag('boolValue')
  if (text !== null) return text
  const whole = value.whole('intValue')
  if (whole === null) return value.real('doubleValue')
  const near = Number(whole)
  return Number.isSafeInteger(near) ? near : String(whole)
}

function short(text: string | null, tally: Tally): string | null {
  if (text === null || text === '') return null
  if (text.length <= longestText) return text
  tally.leftOut++
  return null
}

/** Zero is how the protocol says that a time is not known. */
const msOf = (nanos: bigint | null) => (nanos === null || nanos === 0n ? null : Number(nanos / 1_000_000n))

const everything: Keep = () => true
