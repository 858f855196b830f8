// What is asked without the API: whether it lives, whether it can work, figures, and the description of the API.

import { openApi } from '@rekey/wire'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { usualHeaders } from './call.ts'
import { docsPage } from './docs-page.ts'
import type { Metrics } from './metrics.ts'

export interface Health {
  /** Exercises the real path: throws when the control plane cannot do its work. */
  check: () => Promise<void>
  version: string
  engine: string
  fenced: () => Promise<boolean>
  metrics: Metrics
  gauges: () => Record<string, number>
}

export function plainRoutes(server: FastifyInstance, health: Health): void {
  const { version, engine } = health
  // What may be kept for a while says so itself.
  const get = (path: string, answer: (reply: FastifyReply) => unknown) =>
    server.get(path, async (_request, reply) => answer(reply.headers(usualHeaders)))

  get('/livez', () => ({ status: 'ok' as const }))

  get('/readyz', async reply => {
    const fenced = await health.fenced().catch(() => false)
    try {
      await health.check()
      return { status: 'ready' as const, store: engine, fenced }
    } catch (error) {
      reply.code(503)
      const why = error instanceof Error ? error.message : 'unknown'
      return { status: 'not-ready' as const, store: engine, fenced, why }
    }
  })

  get('/version', () => ({ name: 'rekey' as const, version, node: process.version }))

  get('/metrics', reply => {
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return health.metrics.text(health.gauges())
  })

  // Made when somebody asks: it is some hundred kilobytes that most processes never need.
  let document: string | null = null
  get('/openapi.json', reply => {
    document ??= JSON.stringify(openApi(version))
    reply.type('application/json; charset=utf-8').header('cache-control', 'public, max-age=300')
    return document
  })

  let page: string | null = null
  get('/docs', reply => {
    page ??= docsPage(version)
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'public, max-age=300')
      .header('content-security-policy', `${nothingElse}; style-src 'unsafe-inline'`)
    return page
  })
}

/** What is not named besides may not be loaded, nor may the page be framed. */
const nothingElse = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
