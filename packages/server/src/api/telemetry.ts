// OpenTelemetry's logs and metrics (OTLP/HTTP 1.x) of a source that shows its token, read for the version mark. Answers are as that
// standard has them, in the encoding in which was asked: what could not be read is not sent again, what could not be stored is.
import { createHash } from 'node:crypto'
import type { Caller } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { type Call, type HandlersOf, usualHeaders } from '../http/call.ts'
import { ProblemError } from '../http/problem.ts'
import { heardOf } from '../intake/heard.ts'
import { speakerOf } from '../intake/hook.ts'
import { takeObservations } from '../intake/said.ts'
import { type OtlpAnswer, type Rejected, refused, taken } from '../telemetry/answer.ts'
import { baselined, type SeriesMemory, seriesMemory } from '../telemetry/baseline.ts'
import { claimed, consumerOf, recognised } from '../telemetry/claims.ts'
import { isMark, type Marked, type MarkFault, marksOfLogs, marksOfSums } from '../telemetry/marks.ts'
import { type OtlpBody, type OtlpFault, readLogs, readSums } from '../telemetry/otlp.ts'
import { turns } from '../telemetry/turns.ts'
import type { Plane } from './plane.ts'

type Signal = 'logs' | 'metrics'
type Answered = OtlpAnswer & { retryAfterMs?: number }

interface Teller {
  id: string
  record: Kept['source']
}

const mostWaiting = 16
const againMs = 5_000
/** What makes nothing of the mark, rather than less than was meant. */
const isLost: Partial<Record<MarkFault, true>> = {
  'bad-credential': true,
  'no-time': true,
  'bad-coverage': true,
  'covers-nobody': true,
  'not-a-counter': true,
  'bad-count': true,
  'from-the-future': true,
  'too-many-series': true,
}

export function telemetryHandlers(plane: Plane): HandlersOf<'telemetry'> {
  const { ground } = plane
  const memory = seriesMemory()
  const line = turns(mostWaiting)
  const heard = heardOf(plane)
  const sinceMs = ground.nowMs()
  const take = async (signal: Signal, { caller, bytes, request, reply }: TelemetryCall) => {
    const teller = tellerOf(caller)
    const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
    const body = { contentType, contentEncoding, bytes: bytes ?? new Uint8Array() }
    const answer =
      (await line.take(teller.id, () => answered(plane, { signal, teller, body, memory, sinceMs }))) ??
      later(body, 429, 'Too many requests of this source wait already')
    if (answer.status === 200) await heard(teller.id)
    if (answer.retryAfterMs !== undefined) {
      reply.header('retry-after', String(Math.ceil(answer.retryAfterMs / 1_000)))
    }
    await reply
      .headers(usualHeaders)
      .code(answer.status)
      .type(answer.contentType)
      .send(Buffer.from(answer.bytes))
    // All of it was said: the door adds nothing.
    return {}
  }
  return {
    logs: call => take('logs', call),
    metrics: call => take('metrics', call),
  }
}

type TelemetryCall = Pick<Call<never>, 'caller' | 'bytes' | 'request' | 'reply'>

function tellerOf(caller: Caller): Teller {
  if (caller.is === 'source' && caller.record.kind === 'telemetry') return caller
  throw new ProblemError('out-of-scope', { how: 'Send the token of a source of telemetry.' })
}

interface Asked {
  signal: Signal
  teller: Teller
  body: OtlpBody
  memory: SeriesMemory
  sinceMs: number
}

async function answered(plane: Plane, asked: Asked): Promise<Answered> {
  const { signal, teller, body } = asked
  const read = signal === 'logs' ? logsOf(plane, asked) : sumsOf(plane, asked)
  if (!read.ok) {
    plane.refusals.noteSource(speakerOf(teller.id, teller.record).id, 'malformed', 1)
    return refused(read)
  }
  try {
    const speaker = speakerOf(teller.id, teller.record)
    // An exporter that did not hear our answer sends the same bytes again: they count once.
    const batch = `${signal}/${createHash('sha256').update(body.bytes).digest('hex')}`
    const observations = await recognised(plane.ground.store, speaker.bindings, read.marked.observations)
    const said =
      observations.length === 0 ? null : await takeObservations(plane, speaker, batch, observations)
    read.remember()
    const reasons = new Map<string, number>()
    for (const { code, count } of read.marked.faults) {
      reasons.set(code, count)
      if (isLost[code]) plane.refusals.noteSource(speaker.id, code, count)
    }
    for (const { why } of said?.refused ?? []) reasons.set(why, (reasons.get(why) ?? 0) + 1)
    return taken(signal, read.encoding, rejectedOf(read, said?.refusedCount ?? 0, reasons))
  } catch (error) {
    plane.ground.journal.trouble?.(`telemetry ${teller.id}`, error)
    return later(body, 503, 'What was sent could not be stored')
  }
}

type Read = {
  ok: true
  encoding: 'json' | 'protobuf'
  marked: Marked
  leftOut: number
  /** Only what was stored is known: the same counters may come again. */
  remember: () => void
}

function logsOf(plane: Plane, { teller, body }: Asked): Read | OtlpFault {
  const read = readLogs(body, isMark)
  if (!read.ok) return read
  const marked = marksOfLogs(claimed(read.items, teller.record.bindings), readingOf(plane, teller))
  return { ...read, marked, remember: () => undefined }
}

function sumsOf(plane: Plane, { teller, body, memory, sinceMs }: Asked): Read | OtlpFault {
  const read = readSums(body, isMark)
  if (!read.ok) return read
  const reading = readingOf(plane, teller)
  const ours = claimed(read.items, teller.record.bindings)
  const series = baselined(ours, memory.of(teller.id), sinceMs, reading.nowMs)
  const { next, ...marked } = marksOfSums(ours, reading, series)
  return { ...read, marked, remember: () => memory.set(teller.id, next) }
}

const readingOf = ({ ground }: Plane, { id, record }: Teller) => ({
  source: speakerOf(id, record).id,
  nowMs: ground.nowMs(),
  serviceToConsumer: consumerOf(record.services),
})

/** How many do not count, and why; a mark that says less than it could is told of as well. */
function rejectedOf(
  { marked, leftOut }: Read,
  refusedCount: number,
  reasons: ReadonlyMap<string, number>,
): Rejected | null {
  const told = [...reasons].map(([why, count]) => `${why}: ${count}`)
  if (leftOut > 0) told.push(`cut or left out: ${leftOut}`)
  if (told.length === 0) return null
  const lost = marked.faults.reduce((sum, { code, count }) => sum + (isLost[code] ? count : 0), refusedCount)
  return { count: lost, text: `${told.join(', ')}. See docs/observations.md.` }
}

function later({ contentType }: OtlpBody, status: 429 | 503, text: string): Answered {
  const encoding = contentType?.includes('protobuf') ? 'protobuf' : 'json'
  // The type of an answer that is no fault of the sender's: only its status differs.
  const answer = refused({ encoding, status: 400, text, how: 'Send it again later.' })
  return { ...answer, status, retryAfterMs: againMs }
}
