// How a request ends badly: as a problem document, and, where it was refused for who asked, in the record as well.

import { problems } from '@rekey/wire'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Caller, callerText } from '../access/caller.ts'
import { isBrowser, sentToSignIn } from './browser.ts'
import { problemHeaders } from './call.ts'
import { ProblemError, problemOf } from './problem.ts'
import type { Face } from './server.ts'

const deniedCodes = new Set([
  'not-signed-in',
  'bad-proof',
  'wrong-password',
  'token-expired',
  'no-right',
  'out-of-scope',
  'cross-site',
])

export function fail(
  face: Face,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: string,
  caller: Caller,
  error: unknown,
): void {
  if (reply.sent || reply.raw.headersSent) return
  const problem = known400(error) ?? unexpected(face, operation, error)
  const [status] = problems[problem.code]
  if (deniedCodes.has(problem.code)) {
    face.metrics.count('rekey_access_refused_total')
    face.refusals.note(callerText(caller), operation, problem.code)
    face.log('warn', 'access-refused', {
      who: callerText(caller),
      operation,
      code: problem.code,
      from: request.ip,
    })
  }
  const said = problemOf(problem.code, problem.more)
  if (operation === 'session.signOnDone' && isBrowser(request)) {
    sentToSignIn(reply, [said.detail ?? said.title, said.how ?? ''].join(' ').trim())
    return
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="rekey"')
  const { retryAfterMs } = problem.more
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
  reply.removeHeader('etag')
  // Not waited for: a reply that is waited for waits until the client has read it.
  void reply.code(status).headers(problemHeaders).send(JSON.stringify(said))
}

/** What the framework refuses before a handler is asked. */
function known400(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new ProblemError('too-large', { how: 'Send less at once.' })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new ProblemError('wrong-media')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ProblemError('invalid-request', { how: 'See /docs.' })
  }
  return null
}

function unexpected(face: Face, operation: string, error: unknown): ProblemError {
  const { code } = (error ?? {}) as { code?: unknown }
  face.trouble(`http ${operation}`, error)
  if (typeof code === 'string' && /^(store|disk|root-key|bus)-/.test(code)) {
    return new ProblemError('unavailable', {
      how: 'Try again; /readyz says what is wrong.',
      retryAfterMs: 1_000,
    })
  }
  return new ProblemError('internal', { how: 'Look at the log of the control plane.' })
}
