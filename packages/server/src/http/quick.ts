// The answer that is asked for more than all others together, an agent's read of its credential, before the framework makes a request
// of it: half of what such a read costs would otherwise be the making. Only where everything is remembered, proved and well; whatever
// is not goes the usual way and is judged there, with every reason.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Binding } from '@rekey/wire'
import { type AgentToken, checkProof } from '../access/possession.ts'
import type { Door } from './admit.ts'
import { jsonHeaders, problemHeaders } from './call.ts'
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

export interface QuickFace {
  door: Door
  limits: Limits
  metrics: Metrics
  ready: (bindings: readonly Binding[], credential: string) => Ready | null
  /** How far the record was read. */
  position(): number
}

/** With what the SDK says after the first change that it has heard of: that the answer must know of it. */
const address = /^\/api\/v1\/agent\/credentials\/([A-Za-z0-9._-]{1,200})(?:\?since=(\d{1,15}))?$/
const scheme = 'Rekey '
const headersOf = (some: Record<string, string>) => Object.entries(some).flat()
const headers = headersOf(jsonHeaders)
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
  return (request, response) => {
    const { url = '', method, headers: asked } = request
    if (method !== 'GET') return false
    const [, credential, since] = address.exec(url) ?? []
    if (credential === undefined || (since !== undefined && Number(since) > face.position())) return false
    const { authorization } = asked
    const proofed = asked['rekey-proof']
    if (authorization === undefined || typeof proofed !== 'string') return false
    if (!authorization.startsWith(scheme)) return false
    const beganMs = performance.now()
    const nowMs = door.nowMs()
    const shown = shownOn(request.socket, authorization, nowMs)
    if (shown === null || door.fencedLately() !== false) return false
    const { token } = shown
    const agent = door.keep.peek('agent', token.agent)
    const key = door.keep.peek('agent-key', token.thumbprint)
    if (agent == null || agent.endedMs !== null || key == null || key.agent !== token.agent) return false
    const ready = face.ready(agent.bindings, credential)
    if (ready === null) return false
    const quoted = `"${ready.tag}"`
    const seen = asked['if-none-match']
    // Another one, a weak one or several, and a body that nobody has read: that is for the usual way.
    if (seen !== undefined && seen !== quoted) return false
    if (asked['content-length'] !== undefined || asked['transfer-encoding'] !== undefined) return false
    const { proofKey } = token
    const proof = { proofKey, header: proofed, method, path: url, body: null, nowMs, seen: door.seen }
    // The last look: a proof is good once, so from here on there is no other way to go.
    if (checkProof(proof) !== 'ok') return false
    if (limits.take(shown.who, known, nowMs) > 0) {
      response.writeHead(429, [...headersOf(problemHeaders), 'retry-after', '1']).end(tooMany)
      metrics.answered('agent.value', 429, performance.now() - beganMs)
      return true
    }
    if (seen !== undefined) response.writeHead(304, [...headers, 'etag', quoted]).end()
    else {
      const length = ['content-length', String(ready.bytes), 'etag', quoted]
      response.writeHead(200, [...headers, ...length]).end(ready.text)
      ready.given()
    }
    metrics.answered('agent.value', response.statusCode, performance.now() - beganMs)
    return true
  }
}
