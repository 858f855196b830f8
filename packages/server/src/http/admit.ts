// At the door: who is it, by what they show? An API token, a session (in a cookie or not), an agent's token with the proof of
// its key, a source's token. What is shown and is not good is refused, never taken for nobody.
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'
import { nobody } from '../access/caller.ts'
import type { Keep, Kept } from '../access/kept.ts'
import { type AgentToken, type AgentTokens, checkProof, type ReplayGuard } from '../access/possession.ts'
import { isSameText, readToken } from '../access/token-format.ts'
import { ProblemError } from './problem.ts'

export interface Door {
  keep: Keep
  agentTokens: AgentTokens
  seen: ReplayGuard
  nowMs: () => number
  /** The names under which this control plane may be asked; a page of another site must not use our cookie. */
  origins: ReadonlySet<string>
  /** A restored store may know tokens and agents that were ended after the backup was taken. */
  fenced: () => Promise<boolean>
  /** What was answered a moment ago; null: it has to be asked. */
  fencedLately: () => boolean | null
}

export const sessionCookie = 'rekey-session'

/** At once where all that it takes is remembered: it is on the way of every request. */
export function admit(door: Door, request: FastifyRequest, body: Buffer | null): Caller | Promise<Caller> {
  const { authorization } = request.headers
  if (authorization === undefined) {
    const shown = cookieOf(request.headers.cookie)
    if (shown === null) return nobody
    if (request.method !== 'GET' && request.method !== 'HEAD') sameSite(door, request)
    return byToken(door, shown)
  }
  const space = authorization.indexOf(' ')
  const scheme = authorization.slice(0, space).toLowerCase()
  const shown = authorization.slice(space + 1).trim()
  if (scheme === 'rekey') return byKey(door, request, shown, body)
  if (scheme === 'bearer') return byToken(door, shown)
  throw new ProblemError('not-signed-in', {
    detail: 'The authorization header is of a kind that is not known here.',
    how: 'Send "Bearer" with an API token, or "Rekey" with an agent’s token.',
  })
}

async function byToken(door: Door, shown: string): Promise<Caller> {
  const { keep, nowMs } = door
  const read = readToken(shown)
  if (read === null) throw unknown()
  if (read.type !== 'session') await unfenced(door)
  if (read.type === 'source') {
    const { source: id } = (await keep.get('source-token', read.id)) ?? { source: '' }
    const record = await keep.get('source', id)
    if (record === null || record.hash === null || !isSameText(record.hash, read.hash)) throw unknown()
    return { is: 'source', id, record }
  }
  if (read.type === 'receiver') {
    const token = await keep.get('receiver-token', read.id)
    if (token === null || !isSameText(token.hash, read.hash)) throw unknown()
    const record = await keep.get('receiver', token.receiver)
    if (record === null) throw unknown()
    return { is: 'receiver', id: token.receiver, record, scopes: token.scopes }
  }
  const kind = read.type === 'pat' ? 'token' : read.type === 'session' ? 'session' : null
  if (kind === null) throw unknown()
  const record = await keep.get(kind, read.id)
  if (record === null || !isSameText(record.hash, read.hash)) throw unknown()
  if ('expiresMs' in record && record.expiresMs !== null && record.expiresMs <= nowMs()) {
    throw new ProblemError('token-expired', { how: 'Make another one.' })
  }
  const person = await keep.get('person', record.person)
  if (person === null || person.endedMs !== null) throw unknown()
  return {
    is: 'person',
    id: record.person,
    roles: person.roles,
    limits: 'rights' in record ? { rights: record.rights, environments: record.environments } : null,
    by: read.id,
    with: kind,
  }
}

function byKey(
  door: Door,
  request: FastifyRequest,
  shown: string,
  body: Buffer | null,
): Caller | Promise<Caller> {
  const nowMs = door.nowMs()
  const token = door.agentTokens.read(shown, nowMs)
  if (token === null) {
    throw new ProblemError('token-expired', {
      detail: 'The agent’s token is not good any more.',
      how: 'Get another one.',
      nowMs,
    })
  }
  const header = request.headers['rekey-proof']
  const proof = checkProof({
    proofKey: token.proofKey,
    header: typeof header === 'string' ? header : '',
    method: request.method,
    path: request.url,
    body,
    nowMs,
    seen: door.seen,
  })
  if (proof !== 'ok') {
    throw new ProblemError('bad-proof', {
      detail: proofTexts[proof],
      how: 'Prove each request anew with the key that came with the token; nowMs is our clock.',
      nowMs,
    })
  }
  const agent = door.keep.peek('agent', token.agent)
  const key = door.keep.peek('agent-key', token.thumbprint)
  if (agent === undefined || key === undefined || door.fencedLately() !== false) return lookedUp(door, token)
  return known(token, agent, key)
}

async function lookedUp(door: Door, token: AgentToken): Promise<Caller> {
  await unfenced(door)
  const [agent, key] = await Promise.all([
    door.keep.get('agent', token.agent),
    door.keep.get('agent-key', token.thumbprint),
  ])
  return known(token, agent, key)
}

function known(
  { agent: id, thumbprint }: AgentToken,
  agent: Kept['agent'] | null,
  key: Kept['agent-key'] | null,
): Caller {
  if (agent === null || agent.endedMs !== null || key === null || key.agent !== id) {
    throw new ProblemError('not-signed-in', {
      detail: 'This agent, or this key of it, was ended.',
      how: 'Enrol again.',
    })
  }
  return { is: 'agent', id, key: thumbprint, bindings: agent.bindings }
}

/** What was ended meanwhile must not come to life again: until a person has looked, only people come in. */
async function unfenced({ fenced }: Door): Promise<void> {
  if (!(await fenced())) return
  throw new ProblemError('unavailable', {
    detail: 'The store was restored from a backup and waits for a person.',
    how: 'Compare what it knows with what is, and lift the fence: npm run store -- lift-fence.',
    retryAfterMs: 60_000,
  })
}

const proofTexts = {
  malformed: 'The request bears no proof of the key, or one of another shape.',
  stale: 'The proof is from another time than ours.',
  replayed: 'The proof was used before.',
  'bad-mac': 'The proof does not fit the request.',
  full: 'Too many requests were proved in the last minute.',
} as const

/** A browser says where a request comes from; whoever leaves both out is no browser of today. */
function sameSite({ origins }: Door, { headers }: FastifyRequest): void {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  if (origin !== undefined ? origins.has(origin) || origin === ownOrigin(headers) : site === 'same-origin')
    return
  throw new ProblemError('cross-site', {
    detail: 'A session in a cookie is good for requests from our own pages only.',
    how: 'Send the token as "Bearer" instead; or add the page’s address to REKEY_URL.',
  })
}

const ownOrigin = ({ host, origin }: FastifyRequest['headers']) =>
  `${origin?.startsWith('https:') ? 'https' : 'http'}://${host}`

function cookieOf(header: string | undefined): string | null {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (part.slice(0, at).trim() === sessionCookie) return part.slice(at + 1).trim()
  }
  return null
}

const unknown = () =>
  new ProblemError('not-signed-in', {
    detail: 'The token is not known here, or was ended.',
    how: 'Sign in again, or make another token.',
  })
