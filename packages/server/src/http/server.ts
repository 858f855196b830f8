// The HTTP face: every route of the wire with its handler, and around each of them the same door: how often, who, what may be
// asked, once or again, and how it ends. Handlers are in api/, one file a resource.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { allRoutes, isForPeople, none, type Route } from '@rekey/wire'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Caller, callerText, mayAnywhere, nobody } from '../access/caller.ts'
import { admit, type Door } from './admit.ts'
import { json, plainAddress } from './body.ts'
import { type Call, type Handlers, jsonHeaders, taken, usualHeaders } from './call.ts'
import { type Checker, checker } from './check.ts'
import { fail } from './fail.ts'
import { known, type Limit, type Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import type { Once } from './once.ts'
import { ProblemError } from './problem.ts'
import type { Refusals } from './refusals.ts'

export interface Face {
  door: Door
  handlers: Handlers
  limits: Limits
  once: Once
  metrics: Metrics
  refusals: Refusals
  log: (level: 'info' | 'warn' | 'error', what: string, more: Record<string, unknown>) => void
  trouble: (where: string, error: unknown) => void
  /** Answers what it can at once, and says whether it did (quick.ts). */
  quick?: (request: IncomingMessage, response: ServerResponse) => boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    bytes: Buffer | null
  }
}

const usualBodyLimit = 262_144
/** Strangers, by address; and what guesses at secrets. */
const stranger: Limit = { perSecond: 50, burst: 200 }
const guessing: Limit = { perSecond: 1, burst: 20 }
/** Agents of a whole fleet join at once, and perhaps through one balancer; nobody guesses a signature. */
const joining: Limit = { perSecond: 500, burst: 10_000 }
/** So do scanners with all that they have found. */
const joins = new Set(['agent.enrol', 'agent.token', 'signalSources.hook'])
const guessed = new Set([
  'setUp.first',
  'session.signIn',
  'session.passkey',
  'session.signOnDone',
  'kills.breakGlass',
])

export function serverOf(face: Face): FastifyInstance {
  const failed = (request: FastifyRequest, reply: FastifyReply, error: unknown) =>
    fail(face, request, reply, 'unknown', nobody, error)
  const server = fastify({
    logger: false,
    // An address that cannot be read never comes to the handler of errors.
    frameworkErrors: (error, request, reply) =>
      failed(request as FastifyRequest, reply as FastifyReply, error),
    bodyLimit: usualBodyLimit,
    // A client that sends its headers drop by drop holds a socket, not a handler, and not for long.
    connectionTimeout: 0,
    serverFactory: handler => {
      const server = createServer(
        { headersTimeout: 15_000, requestTimeout: 30_000, maxHeaderSize: 32_768, keepAliveTimeout: 72_000 },
        (request, response) => {
          if (!face.quick?.(request, response)) handler(request, response)
        },
      )
      return server
    },
    routerOptions: { maxParamLength: 2_100 },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
  })
  server.decorateRequest('bytes', null)
  // The bytes are kept for signatures, and what is not JSON is for the handler to read.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.bytes = body as Buffer
    done(null, body)
  })
  server.setNotFoundHandler({}, (request, reply) => {
    failed(request, reply, new ProblemError('not-found', { how: 'The API is described at /docs.' }))
  })
  server.setErrorHandler((error, request, reply) => failed(request, reply, error))
  for (const [operation, route] of allRoutes) register(server, face, operation, route)
  return server
}

type AnyHandler = (call: Call<Route>) => unknown

function register(server: FastifyInstance, face: Face, operation: string, route: Route): void {
  const [group, name] = operation.split('.') as [keyof Handlers, string]
  const handler = (face.handlers[group] as unknown as Record<string, AnyHandler>)[name]!
  const checks: Checks = {
    params: checker(route.params ?? none, 'params'),
    query: checker(route.query ?? none, 'query'),
    body: route.body === undefined ? null : checker(route.body, 'body'),
    isOpen: JSON.stringify(route.body ?? 0).includes('{}'),
  }
  const isOnce = route.method !== 'GET' && isForPeople(route)
  server.route({
    method: route.method,
    url: route.path,
    ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
    handler(request, reply) {
      const beganMs = performance.now()
      const counted = () => face.metrics.answered(operation, reply.statusCode, performance.now() - beganMs)
      let caller: Caller = nobody
      const failed = (error: unknown) => {
        fail(face, request, reply, operation, caller, error)
        counted()
      }
      const answered = (answer: unknown) => {
        if (answer !== taken && !reply.sent) send(reply, route, answer)
        counted()
      }
      const go = (who: Caller) => {
        // First of all, so that a refusal names them.
        caller = who
        letIn(face, route, who)
        const call = callOf(request, reply, caller, checks)
        const key = request.headers['idempotency-key']
        return isOnce && key !== undefined ? once(face, route, call, handler, String(key)) : handler(call)
      }
      // At once where it can be: what is asked most often is remembered, and each wait costs.
      try {
        const entering = entered(face, operation, route, request)
        const answer = entering instanceof Promise ? entering.then(go) : go(entering)
        if (answer instanceof Promise) answer.then(answered).catch(failed)
        else answered(answer)
      } catch (error) {
        failed(error)
      }
    },
  })
}

interface Checks {
  params: Checker
  query: Checker
  body: Checker | null
  /** Its body may be anything somewhere. */
  isOpen: boolean
}

/** At once where it can be: each wait costs, and this is on the way of every request. */
function entered(
  face: Face,
  operation: string,
  route: Route,
  request: FastifyRequest,
): Caller | Promise<Caller> {
  const { door, limits } = face
  const nowMs = door.nowMs()
  const limit = guessed.has(operation) ? guessing : joins.has(operation) ? joining : stranger
  const isShown = request.headers.authorization !== undefined || request.headers.cookie !== undefined
  // Whoever shows nothing counts by address before anything is looked up, and where nobody looks at it, it is nothing.
  if (!isShown || route.who === 'anyone')
    wait(limits.take(`${limit === stranger ? '' : operation}${request.ip}`, limit, nowMs))
  if (route.who === 'anyone') return nobody
  const turnedAway = (error: unknown): never => {
    wait(limits.take(`refused ${request.ip}`, stranger, nowMs))
    throw error
  }
  try {
    const caller = admit(door, request, request.bytes)
    return caller instanceof Promise ? caller.catch(turnedAway) : caller
  } catch (error) {
    return turnedAway(error)
  }
}

function letIn({ door, limits }: Face, route: Route, caller: Caller): void {
  if (route.who === 'anyone') return
  allowed(route, caller)
  wait(limits.take(callerText(caller), known, door.nowMs()))
}

function wait(waitMs: number): void {
  if (waitMs === 0) return
  throw new ProblemError('too-many', { how: 'Wait, and ask less often.', retryAfterMs: waitMs })
}

/** Whether this kind of caller has anything to do here; which environment it is about, only the handler knows. */
function allowed({ who }: Route, caller: Caller): void {
  if (who === 'agent' || who === 'source' || who === 'receiver') {
    if (caller.is === who) return
  } else if (caller.is === 'person') {
    if (who === 'signed-in' || who === 'anyone' || mayAnywhere(caller, who)) return
    throw new ProblemError('no-right', {
      detail: `That needs the right to ${who}.`,
      how: 'Ask an admin for a role that has it.',
    })
  }
  if (caller.is === 'nobody') throw new ProblemError('not-signed-in', { how: 'Show a token, or sign in.' })
  throw new ProblemError('out-of-scope', {
    detail: `That is not for ${caller.is === 'person' ? 'people' : `${caller.is}s`} to ask.`,
    how: 'docs/api.md says who may ask what.',
  })
}

function callOf(request: FastifyRequest, reply: FastifyReply, caller: Caller, checks: Checks): Call<Route> {
  const { bytes } = request
  plainAddress(request.url)
  return {
    params: checks.params.check(request.params) as never,
    query: checks.query.check(request.query) as never,
    body: (checks.body === null
      ? undefined
      : checks.body.check(json(request, bytes, checks.isOpen))) as never,
    caller,
    bytes,
    request,
    reply,
    signal: () => {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      // While we looked at who it is; then nothing closes any more.
      if (reply.raw.destroyed) gone.abort()
      return gone.signal
    },
  }
}

async function once(
  face: Face,
  route: Route,
  call: Call<Route>,
  handler: AnyHandler,
  key: string,
): Promise<unknown> {
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) {
    throw new ProblemError('invalid-request', {
      detail: 'An idempotency key has 8 to 100 printable characters.',
      how: 'Use a UUID.',
    })
  }
  const { request, bytes, caller } = call
  const { method, url } = request
  const done = await face.once.run({ who: callerText(caller), key, method, url, body: bytes }, async () => ({
    answer: await handler(call),
    status: route.status,
  }))
  return done.answer
}

/** Not waited for: a reply that is waited for waits until the client has read it. */
function send(reply: FastifyReply, route: Route, answer: unknown): void {
  reply.code(reply.statusCode === 200 ? route.status : reply.statusCode)
  if (route.status === 204) void reply.headers(usualHeaders).send()
  else if (route.media === undefined) void reply.headers(jsonHeaders).send(JSON.stringify(answer))
  else void reply.headers(usualHeaders).type(route.media).send(answer)
}
