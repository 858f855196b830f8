// How a piece of work ended, read from the error it threw or the response it returned. Only `auth-failure` speaks about the
// credential; a busy or broken target, or a bad request, must not be taken for it (requirement 6.7).
//
// 403 and its like (NOPERM of Redis, 42501 of PostgreSQL) say that the caller is known and may not do this: a fault of the
// request, unless a challenge asks for other credentials. What nobody recognises is `outage`: there was no answer that anything
// could be learned from, and it is held neither against the request nor against the credential.
import type { StatementSaid } from '@rekey/wire'

export type Outcome = NonNullable<StatementSaid['outcome']>
export type Ended = { error: unknown } | { result: unknown }
/** null: as the usual reading has it. */
export type Classify = (ended: Ended) => Outcome | null

export function classify(ended: Ended): Outcome {
  return 'error' in ended ? outcomeOfError(ended.error) : outcomeOfResult(ended.result)
}

export function outcomeOfResult(result: unknown): Outcome {
  if (typeof result !== 'object' || result === null) return 'success'
  const { status, headers } = result as { status?: unknown; headers?: unknown }
  if (typeof status !== 'number' || typeof headers !== 'object' || headers === null) return 'success'
  return outcomeOfStatus(status, headers) ?? 'success'
}

function outcomeOfStatus(status: number, headers: unknown): Outcome | null {
  if (status === 401) return 'auth-failure'
  if (status === 403) return isChallenged(headers) ? 'auth-failure' : 'payload-error'
  if (status === 429) return 'rate-limit'
  if (status === 408) return 'outage'
  if (status >= 400 && status < 500) return 'payload-error'
  return status >= 500 && status < 600 ? 'outage' : null
}

function isChallenged(headers: unknown): boolean {
  if (typeof headers !== 'object' || headers === null) return false
  const { get } = headers as { get?: unknown }
  const found =
    typeof get === 'function'
      ? get.call(headers, 'www-authenticate')
      : (headers as Record<string, unknown>)['www-authenticate']
  return typeof found === 'string' && found !== ''
}

/** An error often wraps the one that matters. */
const deepest = 5

function outcomeOfError(error: unknown): Outcome {
  let at = error
  for (let depth = 0; depth < deepest && typeof at === 'object' && at !== null; depth++) {
    const found = outcomeOfOne(at as Known)
    if (found !== null) return found
    const { cause, errors } = at as { cause?: unknown; errors?: unknown }
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return 'outage'
}

interface Known {
  code?: unknown
  errno?: unknown
  status?: unknown
  statusCode?: unknown
  response?: { status?: unknown; headers?: unknown }
  headers?: unknown
  message?: unknown
  metadata?: unknown
  $metadata?: { httpStatusCode?: unknown }
}

function outcomeOfOne(error: Known): Outcome | null {
  const { code } = error
  return (
    outcomeOfHttp(error) ??
    (typeof code === 'string' ? outcomeOfCode(code) : null) ??
    outcomeOfRpc(error) ??
    outcomeOfText(error)
  )
}

function outcomeOfHttp(error: Known): Outcome | null {
  const found = error.status ?? error.statusCode ?? error.response?.status ?? error.$metadata?.httpStatusCode
  const status = typeof found === 'number' ? found : null
  return status === null || status < 400
    ? null
    : outcomeOfStatus(status, error.response?.headers ?? error.headers)
}

function outcomeOfCode(code: string): Outcome | null {
  const known = byCode[code]
  if (known !== undefined) return known
  if (/^E[A-Z]{3,}$|^(UND_ERR|PROTOCOL|ERR_(SOCKET|TLS|SSL|HTTP2|STREAM))_/.test(code)) return 'outage'
  if (/^ER_/.test(code)) return 'payload-error'
  return /^[0-9A-Z]{5}$/.test(code) ? outcomeOfSqlState(code) : null
}

const byCode: Record<string, Outcome> = {
  ER_ACCESS_DENIED_ERROR: 'auth-failure',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'auth-failure',
  ER_ACCOUNT_HAS_BEEN_LOCKED: 'auth-failure',
  ER_MUST_CHANGE_PASSWORD_LOGIN: 'auth-failure',
  ER_CON_COUNT_ERROR: 'rate-limit',
  ER_TOO_MANY_USER_CONNECTIONS: 'rate-limit',
  ER_USER_LIMIT_REACHED: 'rate-limit',
  ER_SERVER_SHUTDOWN: 'outage',
  ER_HOST_IS_BLOCKED: 'outage',
  ER_OPTION_PREVENTS_STATEMENT: 'outage',
  // What Redis clients put in front of the text, some of them as the code.
  WRONGPASS: 'auth-failure',
  NOAUTH: 'auth-failure',
  ENOTFOUND: 'outage',
}

/** Classes of SQLSTATE, as PostgreSQL gives them. */
function outcomeOfSqlState(code: string): Outcome | null {
  if (code === '28P01' || code === '28000') return 'auth-failure'
  if (code === '53300') return 'rate-limit'
  return byClass[code.slice(0, 2)] ?? null
}

const byClass: Record<string, Outcome> = {
  '08': 'outage',
  53: 'outage',
  57: 'outage',
  58: 'outage',
  XX: 'outage',
  22: 'payload-error',
  23: 'payload-error',
  25: 'payload-error',
  40: 'payload-error',
  42: 'payload-error',
  '3D': 'payload-error',
  P0: 'payload-error',
}

/** gRPC: a number for a code, and metadata beside it. AMQP: the reply code of the closing. */
function outcomeOfRpc({ code, metadata, message }: Known): Outcome | null {
  if (typeof code !== 'number') return null
  if (metadata !== undefined) return byRpc[code] ?? null
  if (code === 403) return /ACCESS[-_]REFUSED/.test(String(message)) ? 'auth-failure' : 'payload-error'
  return [320, 501, 541].includes(code) ? 'outage' : code >= 404 && code <= 406 ? 'payload-error' : null
}

const byRpc: Record<number, Outcome> = {
  3: 'payload-error',
  4: 'outage',
  5: 'payload-error',
  6: 'payload-error',
  7: 'payload-error',
  8: 'rate-limit',
  9: 'payload-error',
  11: 'payload-error',
  14: 'outage',
  16: 'auth-failure',
}

function outcomeOfText({ message }: Known): Outcome | null {
  if (typeof message !== 'string') return null
  for (const [pattern, outcome] of texts) if (pattern.test(message)) return outcome
  return null
}

const texts: readonly [RegExp, Outcome][] = [
  [/^(WRONGPASS|NOAUTH)\b|^ERR invalid password/, 'auth-failure'],
  [/\b403 \(ACCESS[-_]REFUSED\)/, 'auth-failure'],
  [/^ERR max number of clients reached/, 'rate-limit'],
  [/^(LOADING|CLUSTERDOWN|MASTERDOWN|READONLY|TRYAGAIN|BUSY)\b/, 'outage'],
  [/^(NOPERM|WRONGTYPE|ERR|EXECABORT)\b/, 'payload-error'],
]
