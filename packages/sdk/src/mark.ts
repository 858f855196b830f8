// Marks: which version a piece of work was begun with, in logs, spans and the payloads of jobs; and the plan's rule for a job
// that comes to a worker which holds another one (requirement 5.6). A mark never holds anything of the value.
import { CrossedError, RequeueError } from './error.ts'
import type { Assigned } from './held.ts'

/** Attributes as OpenTelemetry names them: for the span or log line of the use, never for the resource. */
export interface Mark {
  'rekey.credential.id': string
  'rekey.credential.version': number
  'rekey.consumer.id': string
  'rekey.credential.fingerprint'?: string
}

export type Rule = 'finish' | 'fail' | 'requeue'

export interface Crossing {
  /** What the work was begun with; null: it has no mark of this credential. */
  version: number | null
  crossed: boolean
  rule: Rule
}

/** Versions by credential, under this name in a payload. */
export type Stamped<T extends object> = T & { rekey: Record<string, number> }

export function markOf({ credential, consumer, version, fingerprint }: Assigned): Mark {
  return {
    'rekey.credential.id': credential,
    'rekey.credential.version': version,
    'rekey.consumer.id': consumer,
    ...(fingerprint !== null && { 'rekey.credential.fingerprint': fingerprint }),
  }
}

/** Stamps of other credentials stay. */
export function stamped<T extends object>(payload: T, { credential, version }: Assigned): Stamped<T> {
  return { ...payload, rekey: { ...stampsOf(payload), [credential]: version } }
}

/** A payload comes from a queue, so it may hold anything. A job without a mark was begun by somebody who makes none. */
export function crossingOf(payload: unknown, { credential, version, inFlight }: Assigned): Crossing {
  const stamps = stampsOf(payload)
  const found: unknown = Object.hasOwn(stamps, credential) ? stamps[credential] : null
  const begun = Number.isSafeInteger(found) && (found as number) > 0 ? (found as number) : null
  return { version: begun, crossed: begun !== null && begun !== version, rule: inFlight }
}

/** The version to finish with, where it is finished at all. */
export function finishedWith(
  { version, crossed, rule }: Crossing,
  { credential, version: now }: Assigned,
): number {
  if (!crossed) return now
  const text = `The work was begun with version ${version} of ${credential}, and version ${now} is used now.`
  if (rule === 'fail') throw new CrossedError(text)
  if (rule === 'requeue') throw new RequeueError(text)
  return version!
}

function stampsOf(payload: unknown): Record<string, number> {
  if (typeof payload !== 'object' || payload === null) return {}
  const { rekey } = payload as { rekey?: unknown }
  return typeof rekey === 'object' && rekey !== null ? (rekey as Record<string, number>) : {}
}
