// The HTTP face. So far: whether the process lives, whether it can do its work, and which version it is.
import fastify, { type FastifyInstance } from 'fastify'
import { Type } from 'typebox'

export interface Health {
  /** Exercises the real path: throws when the control plane cannot do its work. */
  check: () => Promise<void>
  version: string
  engine: string
  fenced: () => Promise<boolean>
}

const alive = Type.Object({ status: Type.Literal('ok') })
const ready = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('not-ready')]),
  store: Type.String(),
  /** A restored store waits for a person before it touches any target. */
  fenced: Type.Boolean(),
  why: Type.Optional(Type.String()),
})
const version = Type.Object({ name: Type.Literal('rekey'), version: Type.String(), node: Type.String() })
export function http(health: Health): FastifyInstance {
  const server = fastify({
    logger: false,
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
  })

  server.get('/livez', { schema: { response: { 200: alive } } }, async () => ({ status: 'ok' as const }))

  server.get('/readyz', { schema: { response: { 200: ready, 503: ready } } }, async (_request, reply) => {
    const fenced = await health.fenced().catch(() => false)
    try {
      await health.check()
      return { status: 'ready' as const, store: health.engine, fenced }
    } catch (error) {
      reply.code(503)
      const why = error instanceof Error ? error.message : 'unknown'
      return { status: 'not-ready' as const, store: health.engine, fenced, why }
    }
  })

  server.get('/version', { schema: { response: { 200: version } } }, async () => ({
    name: 'rekey' as const,
    version: health.version,
    node: process.version,
  }))

  server.setNotFoundHandler({}, (_request, reply) => {
    void reply
      .code(404)
      .type('application/problem+json')
      .send(titled(404, 'not-found', 'There is nothing here.'))
  })
  server.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    const body =
      status === 500
        ? titled(500, 'internal', 'The control plane failed.')
        : titled(status, 'bad-request', 'The request is not valid.')
    void reply.code(status).type('application/problem+json').send(body)
  })
  return server
}

const titled = (status: number, code: string, title: string) => ({ type: 'about:blank', title, status, code })
