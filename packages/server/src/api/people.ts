// People and their API tokens.
import type { AccessEvent } from '@rekey/core'
import type { AnswerOf, routes } from '@rekey/wire'
import { actorOf, may, need, person } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { endTokens, isLastAdmin, keepToken, newPerson, personView } from '../access/people.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { type Plane, stamp } from './plane.ts'
import { accepted, there } from './session.ts'

export function peopleHandlers(plane: Plane): HandlersOf<'people'> {
  const { ground, keep } = plane
  return {
    async list({ query }) {
      const limit = query.limit ?? 100
      const some = await keep.page('person', { after: query.after ?? null, limit })
      return {
        items: some.map(({ id, record }) => personView(id, record)),
        next: some.length < limit ? null : some.at(-1)!.id,
      }
    },

    async add({ caller, body }) {
      need(caller, 'administer', null)
      const { id, name, roles, signOn } = body
      const record = newPerson(name, roles, ground.nowMs())
      if (body.password !== undefined) record.password = await accepted(id, body.password)
      if (signOn !== undefined) record.signOn.push(signOn)
      if (record.password === null && record.signOn.length === 0) {
        throw new ProblemError('invalid-request', {
          detail: 'They could not sign in.',
          how: 'Give a first password, or the subject that a sign-on provider knows them by.',
        })
      }
      if (!(await keep.once('person', id, record, null))) {
        throw new ProblemError('already-exists', {
          detail: `There is a person ${id} already.`,
          how: 'Choose another id.',
        })
      }
      const event: AccessEvent = {
        type: 'personAdded',
        person: id,
        roles,
        ...stamp(plane, caller),
      }
      await keep.put('person', id, record, { event })
      return personView(id, record)
    },

    async setRoles({ caller, params, body }) {
      need(caller, 'administer', null)
      if (body.roles['*'] !== 'admin') await somebodyElse(plane, params.id)
      const { roles } = body
      const next = await keep.change('person', params.id, record => ({
        record: { ...record, roles },
        event: { type: 'rolesChanged', person: params.id, roles, ...stamp(plane, caller) },
      }))
      return personView(params.id, there(params.id, next))
    },

    async end({ caller, params }) {
      need(caller, 'administer', null)
      await somebodyElse(plane, params.id)
      const said = stamp(plane, caller)
      // Their credentials of every kind go; that they were here stays.
      const next = await keep.change('person', params.id, record => ({
        record: { ...record, password: null, passkeys: [], signOn: [], endedMs: said.atMs },
        event: { type: 'personEnded', person: params.id, ...said },
      }))
      const ended = there(params.id, next)
      await endTokens(keep, params.id, null, true, said)
      return personView(params.id, ended)
    },
  }
}

async function somebodyElse({ keep }: Plane, id: string): Promise<void> {
  if (!(await isLastAdmin(keep, id))) return
  throw new ProblemError('refused', {
    detail: 'This is the last one who may do everything.',
    how: 'Make somebody else an admin of all environments first.',
  })
}

type TokenView = AnswerOf<typeof routes.tokens.list>['items'][number]

export function tokenHandlers(plane: Plane): HandlersOf<'tokens'> {
  const { ground, keep } = plane
  return {
    async list({ caller }) {
      const all = await keep.all('token')
      const isAdmin = may(caller, 'administer', null)
      const mine = all.filter(one => isAdmin || one.record.person === person(caller).id)
      return { items: mine.map(one => tokenView(one.id, one.record)) }
    },

    async make({ caller, body }) {
      const who = person(caller)
      if (who.limits !== null) {
        throw new ProblemError('out-of-scope', {
          detail: 'A token cannot make tokens.',
          how: 'Sign in, and make it there.',
        })
      }
      const nowMs = ground.nowMs()
      const expiresMs = body.lifeMs === undefined ? null : nowMs + body.lifeMs
      const { name, rights, environments = ['*'] } = body
      const made = (hash: string): Kept['token'] => ({
        hash,
        name,
        person: who.id,
        rights,
        environments,
        madeMs: nowMs,
        expiresMs,
      })
      const { id, text } = await keepToken(keep, 'token', 'pat', ground.random, made, expiresMs)
      await keep.note(`token/${id}`, {
        type: 'tokenMade',
        token: id,
        person: who.id,
        rights,
        environments,
        atMs: nowMs,
        by: actorOf(caller),
      })
      return { ...tokenView(id, made('')), token: text.reveal() }
    },

    async revoke({ caller, params }) {
      const who = person(caller)
      const record = await keep.get('token', params.id)
      if (record === null) throw notFound(`token ${params.id}`)
      const isMine = record.person === who.id
      if (who.limits !== null && who.by !== params.id && !may(caller, 'administer', null)) {
        throw new ProblemError('out-of-scope', {
          detail: 'A token ends itself, and no other one.',
          how: 'Sign in, and do it there.',
        })
      }
      if (!isMine && !may(caller, 'administer', null)) throw notFound(`token ${params.id}`)
      await keep.remove('token', params.id, {
        type: 'tokenRevoked',
        token: params.id,
        person: record.person,
        ...stamp(plane, caller),
      })
      return { ok: true }
    },
  }
}

const tokenView = (id: string, record: Kept['token']): TokenView => {
  const { hash: _, ...shown } = record
  return { id, ...shown, lastMs: null }
}
