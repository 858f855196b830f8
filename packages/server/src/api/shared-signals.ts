// What receivers of shared signals ask: tokens, their streams, and what is owed to them.
import type { SignalScope } from '@rekey/wire'
import type { FastifyReply } from 'fastify'
import type { Caller, Receiver } from '../access/caller.ts'
import { type HandlersOf, jsonHeaders, taken } from '../http/call.ts'
import { ProblemError } from '../http/problem.ts'
import { servingOf, verificationLifeMs } from '../shared-signals/owed.ts'
import { poll } from '../shared-signals/poll.ts'
import {
  changeStream,
  createStream,
  ownStream,
  removeStream,
  setStatus,
  streamsOf,
  viewOf,
} from '../shared-signals/streams.ts'
import { setSubject } from '../shared-signals/subjects.ts'
import { grant, tokenLifeMs } from '../shared-signals/token.ts'
import type { Plane } from './plane.ts'

export function sharedSignalHandlers(plane: Plane): HandlersOf<'sharedSignals'> {
  const { ground, keep, shared } = plane
  return {
    async token({ request, reply, bytes }) {
      const { authorization, 'content-type': type = '' } = request.headers
      const granted = await grant(plane, type, bytes ?? new Uint8Array(), authorization)
      if (granted.ok) {
        const { token, scopes } = granted
        return {
          access_token: token,
          token_type: 'Bearer',
          expires_in: tokenLifeMs / 1_000,
          scope: scopes.join(' '),
        }
      }
      const { error, text } = granted
      if (error === 'invalid_client') {
        reply.header('www-authenticate', 'Basic realm="rekey"')
        plane.metrics.count('rekey_access_refused_total')
        plane.refusals.note('nobody', 'sharedSignals.token', error)
      }
      void reply
        .code(error === 'invalid_client' ? 401 : 400)
        .headers(jsonHeaders)
        .send(JSON.stringify({ error, error_description: text }))
      return taken
    },

    async jwks() {
      return { keys: await shared.keys.published() }
    },

    async createStream({ caller, body, reply }) {
      return createStream(plane, receiver(caller, 'ssf.manage', reply), body)
    },

    async readStream({ caller, query: { stream_id: id }, reply }) {
      const who = receiver(caller, 'ssf.read', reply)
      if (id !== undefined) return viewOf(plane, id, await ownStream(plane, who, id))
      const all = await streamsOf(plane, who.id)
      return Promise.all(all.map(one => viewOf(plane, one.id, one.record)))
    },

    async changeStream({ caller, body, reply }) {
      return changeStream(plane, receiver(caller, 'ssf.manage', reply), body, false)
    },

    async replaceStream({ caller, body, reply }) {
      return changeStream(plane, receiver(caller, 'ssf.manage', reply), body, true)
    },

    async removeStream({ caller, query: { stream_id: id }, reply }) {
      const who = receiver(caller, 'ssf.manage', reply)
      await removeStream(plane, id, await ownStream(plane, who, id), who)
      return null
    },

    async readStatus({ caller, query: { stream_id: id }, reply }) {
      return statusOf(id, await ownStream(plane, receiver(caller, 'ssf.read', reply), id))
    },

    async setStatus({ caller, body, reply }) {
      const { stream_id: id, status, reason = null } = body
      const who = receiver(caller, 'ssf.manage', reply)
      return statusOf(id, await setStatus(plane, who, id, status, reason))
    },

    async addSubject({ caller, body, reply }) {
      const who = receiver(caller, 'ssf.manage', reply)
      await ownStream(plane, who, body.stream_id)
      await setSubject(plane, who, body.stream_id, body.subject, true)
      return {}
    },

    async removeSubject({ caller, body, reply }) {
      const who = receiver(caller, 'ssf.manage', reply)
      await ownStream(plane, who, body.stream_id)
      await setSubject(plane, who, body.stream_id, body.subject, false)
      return null
    },

    async verify({ caller, body, reply }) {
      const { stream_id: stream, state = null } = body
      await ownStream(plane, receiver(caller, 'ssf.read', reply), stream)
      const asked = await keep.page('signal-verification', { after: `${stream}/`, limit: mostVerifications })
      if (asked.filter(one => one.id.startsWith(`${stream}/`)).length >= mostVerifications) {
        const how = 'Take what was asked for before.'
        throw new ProblemError('too-many', {
          detail: 'Verifications wait already.',
          how,
          retryAfterMs: 1_000,
        })
      }
      const atMs = ground.nowMs()
      const id = `${stream}/${ground.id()}`
      await keep.put('signal-verification', id, { state, atMs }, { expiresMs: atMs + verificationLifeMs })
      shared.tell(stream)
      return null
    },

    async poll({ caller, params, body, reply, signal }) {
      const stream = await ownStream(plane, receiver(caller, 'ssf.read', reply), params.stream)
      const serving = await servingOf(plane, params.stream)
      if (serving === null || stream.delivery.method !== 'poll') {
        throw new ProblemError('not-found', {
          detail: 'This stream is pushed.',
          how: 'Change its delivery to poll it.',
        })
      }
      return poll(plane, serving, body, signal())
    },
  }
}

const mostVerifications = 10

const statusOf = (
  id: string,
  { status, reason }: { status: 'enabled' | 'paused' | 'disabled'; reason: string | null },
) => ({
  stream_id: id,
  status,
  ...(reason !== null && { reason }),
})

/** Who may manage may read. */
function receiver(caller: Caller, scope: SignalScope, reply: FastifyReply): Receiver {
  if (caller.is !== 'receiver') throw new ProblemError('not-signed-in')
  if (caller.scopes.includes(scope) || caller.scopes.includes('ssf.manage')) return caller
  // RFC 6750, 3.1.
  reply.header('www-authenticate', `Bearer realm="rekey", error="insufficient_scope", scope="${scope}"`)
  throw new ProblemError('out-of-scope', {
    detail: `That takes the scope ${scope}.`,
    how: 'Get a token with it.',
  })
}
