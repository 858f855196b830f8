// The two requests that come by the ten thousand, before the framework makes requests of them: an agent's read of its credential, and
// its answer to a kill order. Half of what they cost would otherwise be the making. Only where everything is remembered, proved and
// well; whatever is not goes the usual way and is judged there, with every reason.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Binding } from '@rekey/wire'
import { type AgentToken, checkProof } from '../access/possession.ts'
import type { Door } from './admit.ts'
import { jsonHeaders, problemHeaders, usualHeaders } from './call.ts'
import { known, type Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { problemOf } from './problem.ts'

/** An answer that is written already. */
export interface Ready {
  text: string
  bytes: number
  tag: string
  /** It was handed out. */
  given(): void
}

interface Shown {
  authorization: string
  token: AgentToken
  /** As its limit is kept. */
  who: string
}

/** Somebody who is known, and has not proved this request yet. */
interface Asking {
  shown: Shown
  bindings: readonly Binding[]
  proof: string
  beganMs: number
  nowMs: number
}

export interface Answering {
  instance: string
  said: 'applied' | 'refused'
  held: boolean
  why?: string
  jti?: string
}

export interface QuickFace {
  door: Door
  limits: Limits
  metrics: Metrics
  ready: (bindings: readonly Binding[], credential: string) => Ready | null
  /** How far the record was read. */
  position(): number
  /** Otherwise another control plane may have given it just now. */
  knowsOrder(epoch: number, jti: string | undefined): boolean
  /** false: there is no such order for them. */
  answer(who: { id: string; bindings: readonly Binding[] }, epoch: number, said: Answering): boolean
}

/** With what the SDK says after the first change that it has heard of: that the answer must know of it. */
const reading = /^\/api\/v1\/agent\/credentials\/([A-Za-z0-9._-]{1,200})(?:\?since=(\d{1,15}))?$/
const answering = /^\/api\/v1\/agent\/orders\/(\d{1,15})\/answer\?([A-Za-z0-9._~=&-]{1,500})$/
const scheme = 'Rekey '
const headersOf = (some: Record<string, string>) => Object.entries(some).flat()
const headers = headersOf(jsonHeaders)
const bareHeaders = headersOf(usualHeaders)
const tooMany = JSON.stringify(
  problemOf('too-many', { how: 'Wait, and ask less often.', retryAfterMs: 1_000 }),
)

/** true: answered. */
export function quickly(face: QuickFace): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { door, limits, metrics } = face
  const shownLast = new WeakMap<Socket, Shown>()
  /** A connection is one agent's, and shows the same token again and again. */
  const shownOn = (socket: Socket, authorization: string, nowMs: number): Shown | null => {
    const last = shownLast.get(socket)
    if (last !== undefined && last.authorization === authorization && nowMs < last.token.expMs) return last
    const token = door.agentTokens.read(authorization.slice(scheme.length), nowMs)
    if (token === null) return null
    const shown = { authorization, token, who: `agent:${token.agent}` }
    shownLast.set(socket, shown)
    return shown
  }
  const asking = ({ headers: asked, socket }: IncomingMessage): Asking | null => {
    const { authorization } = asked
    const proof = asked['rekey-proof']
    if (authorization === undefined || typeof proof !== 'string') return null
    if (!authorization.startsWith(scheme)) return null
    const beganMs = performance.now()
    const nowMs = door.nowMs()
    const shown = shownOn(socket, authorization, nowMs)
    if (shown === null || door.fencedLately() !== false) return null
    const { token } = shown
    const agent = door.keep.peek('agent', token.agent)
    const key = door.keep.peek('agent-key', token.thumbprint)
    if (agent == null || agent.endedMs !== null || key == null || key.agent !== token.agent) return null
    return { shown, bindings: agent.bindings, proof, beganMs, nowMs }
  }
  /** The last look: a proof is good once, so from here on there is no other way to go. */
  const isProved = ({ shown, proof: header, nowMs }: Asking, method: string, path: string) => {
    const { proofKey } = shown.token
    return checkProof({ proofKey, header, method, path, body: null, nowMs, seen: door.seen }) === 'ok'
  }
  const isLimited = ({ shown, nowMs, beganMs }: Asking, operation: string, response: ServerResponse) => {
    if (limits.take(shown.who, known, nowMs) === 0) return false
    response.writeHead(429, [...headersOf(problemHeaders), 'retry-after', '1']).end(tooMany)
    metrics.answered(operation, 429, performance.now() - beganMs)
    return true
  }
  const read = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = '', headers: asked } = request
    const [, credential, since] = reading.exec(url) ?? []
    if (credential === undefined || (since !== undefined && Number(since) > face.position())) return false
    const one = asking(request)
    const ready = one === null ? null : face.ready(one.bindings, credential)
    if (one === null || ready === null) return false
    const quoted = `"${ready.tag}"`
    const seen = asked['if-none-match']
    // Another one, a weak one or several, and a body that nobody has read: that is for the usual way.
    if (seen !== undefined && seen !== quoted) return false
    if (asked['content-length'] !== undefined || asked['transfer-encoding'] !== undefined) return false
    if (!isProved(one, 'GET', url)) return false
    if (isLimited(one, 'agent.value', response)) return true
    if (seen !== undefined) response.writeHead(304, [...headers, 'etag', quoted]).end()
    else {
      const length = ['content-length', String(ready.bytes), 'etag', quoted]
      response.writeHead(200, [...headers, ...length]).end(ready.text)
      ready.given()
    }
    metrics.answered('agent.value', response.statusCode, performance.now() - one.beganMs)
    return true
  }
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = '', headers: asked } = request
    const [, epoch, query] = answering.exec(url) ?? []
    const said = query === undefined ? null : answeringOf(query)
    if (said === null || asked['transfer-encoding'] !== undefined) return false
    if (asked['content-length'] !== undefined && asked['content-length'] !== '0') return false
    const one = face.knowsOrder(Number(epoch), said.jti) ? asking(request) : null
    if (one === null || !isProved(one, 'POST', url)) return false
    // An answer is never too many: what is not taken would be asked for again.
    const isTaken = face.answer({ id: one.shown.token.agent, bindings: one.bindings }, Number(epoch), said)
    const status = isTaken ? 204 : 404
    if (isTaken) response.writeHead(204, bareHeaders).end()
    else response.writeHead(404, headersOf(problemHeaders)).end(noOrder)
    metrics.answered('agent.orderAnswer', status, performance.now() - one.beganMs)
    return true
  }
  return (request, response) => {
    if (request.method === 'GET') return read(request, response)
    return request.method === 'POST' && answer(request, response)
  }
}

const noOrder = JSON.stringify(problemOf('not-found', { detail: 'There is no such order for this agent.' }))

/** null: it is for the usual way to say what is wrong with it. */
function answeringOf(query: string): Answering | null {
  const given: Record<string, string> = {}
  for (const part of query.split('&')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at)
    if (at < 0 || Object.hasOwn(given, name)) return null
    given[name] = part.slice(at + 1)
  }
  const { instance, said, held = 'false', why, jti, ...more } = given
  if (instance === undefined || instance === '' || instance.length > 200) return null
  if ((said !== 'applied' && said !== 'refused') || Object.keys(more).length > 0) return null
  if (held !== 'true' && held !== 'false') return null
  if (why !== undefined && !/^[a-z-]{1,50}$/.test(why)) return null
  if (jti !== undefined && (jti === '' || jti.length > 200)) return null
  const rest = { ...(why !== undefined && { why }), ...(jti !== undefined && { jti }) }
  return { instance, said, held: held === 'true', ...rest }
}
