// Status lists for anyone, and passports for agents and people.
import type { Version } from '@rekey/core'
import { statusListMedia } from '@rekey/wire'
import { agent } from '../access/caller.ts'
import { type HandlersOf, taken, usualHeaders } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { passportText } from '../status/passport.ts'
import { bindingOf } from './agent.ts'
import { credentialFor, type Plane } from './plane.ts'

/** Lists hold nothing that is not for everybody, and pages check them too. */
const forPages = 'access-control-allow-origin'

export function statusListHandlers({ status }: Plane): HandlersOf<'statusLists'> {
  return {
    async all({ reply }) {
      reply.header(forPages, '*')
      return { status_lists: await status.uris() }
    },

    async list({ params, query, reply, request }) {
      reply.header(forPages, '*')
      if (query.time !== undefined) {
        throw new ProblemError('not-implemented', {
          detail: 'Lists of the past are not kept.',
          how: 'Ask without time for the list of now; what happened when is in the record.',
        })
      }
      const token = await status.token(params.list)
      if (token === null) throw notFound(`status list ${params.list}`)
      if (token === 'behind') throw behind()
      reply.header('vary', 'accept-encoding')
      if (!takesGzip.test(String(request.headers['accept-encoding'] ?? ''))) return token.text
      const zipped = await token.zipped()
      const headers = { ...usualHeaders, 'content-type': statusListMedia, 'content-encoding': 'gzip' }
      void reply.headers(headers).send(zipped)
      return taken
    },
  }
}

export function passportHandlers(plane: Plane): HandlersOf<'passports'> {
  const { assignments, ground, orders, status } = plane
  const issued = async (credential: string, version: Version) => {
    const place = await status.place(credential, version.number)
    if (place === null) throw behind()
    const [{ issuer }, { active }] = await Promise.all([orders.keys.ring(), status.keys.pair()])
    const passport = passportText(active, { issuer, version, place, atMs: ground.nowMs() })
    return { credential, version: version.number, passport }
  }
  return {
    async mine({ caller, params, query }) {
      const { credential, consumer } = bindingOf(agent(caller), params.credential, query.consumer)
      const assigned = await assignments.of(credential)
      const number = assigned?.consumers.get(consumer)?.version ?? null
      const version = number === null ? undefined : assigned?.versions.get(number)
      if (version === undefined) {
        throw new ProblemError('not-assigned', { how: 'Wait until a version is assigned; the stream tells.' })
      }
      return issued(credential, version)
    },

    async of({ caller, params: { id, number } }) {
      await credentialFor(plane, caller, 'read', id)
      const version = (await ground.store.versions(id)).find(one => one.number === number)
      if (version === undefined) throw notFound(`version ${number} of ${id}`)
      return issued(id, version)
    },
  }
}

const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i

const behind = () =>
  new ProblemError('unavailable', {
    detail: 'What this control plane knows of the versions is not whole, or too old to be vouched for.',
    how: 'Ask again, or another control plane; /readyz says what is wrong.',
    retryAfterMs: 1_000,
  })
