// Docstore over HTTP: what it does with documents, for whoever has a good key, and the keys themselves, for its administrator.
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Keys } from './keys.ts'

/** How long Docstore needs for what it does not do at once. */
export const slowJobMs = 5_000
const mostJobs = 10_000
const longestBody = 100_000

interface Answer {
  status: number
  body: unknown
}

export function docstore(adminKey: string, keys = new Keys(), nowMs: () => number = Date.now): Server {
  const jobs = new Map<string, number>()
  let lastJob = 0

  function administered(method: string, id: string | null, body: Record<string, unknown>): Answer {
    if (method === 'GET' && id === null) return ok({ keys: keys.list() })
    if (method === 'POST' && id === null) {
      const { name } = body
      if (typeof name !== 'string' || name === '') return failed(400, 'no_name')
      const { key, secret } = keys.create(name)
      return { status: 201, body: { id: key.id, name, secret } }
    }
    if (id === null) return failed(405, 'no_such_method')
    if (method === 'PATCH') {
      if (typeof body['enabled'] !== 'boolean') return failed(400, 'nothing_to_change')
      return keys.setEnabled(id, body['enabled'])
        ? ok({ id, enabled: body['enabled'] })
        : failed(404, 'no_key')
    }
    if (method === 'DELETE') return keys.remove(id) ? ok({ id, deleted: true }) : failed(404, 'no_key')
    return failed(405, 'no_such_method')
  }

  function worked(method: string, [what, id]: (string | undefined)[], key: string): Answer {
    if (what === 'me') return ok({ key })
    if (method === 'POST' && (what === 'documents' || what === 'summaries')) return ok({ key, done: true })
    if (method === 'POST' && what === 'jobs' && id === undefined) {
      // Whoever never fetches what he asked for does not fill the memory.
      if (jobs.size >= mostJobs) jobs.delete(jobs.keys().next().value!)
      const made = `j${++lastJob}`
      jobs.set(made, nowMs() + slowJobMs)
      return { status: 202, body: { id: made, key } }
    }
    if (method === 'GET' && what === 'jobs' && id !== undefined) {
      const readyMs = jobs.get(id)
      if (readyMs === undefined) return failed(404, 'no_job')
      if (nowMs() < readyMs) return failed(409, 'not_ready')
      jobs.delete(id)
      return ok({ key, done: true })
    }
    return failed(404, 'no_such_thing')
  }

  return createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').slice(1)
    const method = request.method ?? 'GET'
    const value = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const body = await bodyOf(request)
    const [version, what, ...rest] = path
    if (version !== 'v1' || what === undefined) return send(response, failed(404, 'no_such_thing'))
    if (what === 'keys') {
      if (!isSame(value, adminKey)) return send(response, failed(401, 'not_the_administrator'))
      return send(response, administered(method, rest[0] ?? null, body))
    }
    const checked = keys.use(value, request.headers['user-agent'] ?? 'somebody')
    if (checked.is === 'refused') return send(response, failed(401, checked.code))
    send(response, worked(method, [what, ...rest], checked.key.id))
  })
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const part of request) if (text.length < longestBody) text += part
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const ok = (body: unknown): Answer => ({ status: 200, body })
const failed = (status: number, code: string): Answer => ({ status, body: { error: { code } } })

const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other))
const digest = (text: string) => createHash('sha256').update(text).digest()
