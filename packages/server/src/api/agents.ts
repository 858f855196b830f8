// Agents: what they are bound to, how they join, and how they end.
import type { AnswerOf, Binding, routes } from '@rekey/wire'
import { type Caller, may, need } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { keepToken } from '../access/people.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { type Plane, stamp } from './plane.ts'

type AgentView = AnswerOf<typeof routes.agents.get>
type Keys = AgentView['keys']

export function agentsHandlers(plane: Plane): HandlersOf<'agents'> {
  const { ground, keep } = plane
  const known = async (id: string) => {
    const record = await keep.get('agent', id)
    if (record === null) throw notFound(`agent ${id}`)
    return record
  }
  return {
    async list({ caller, query }) {
      const limit = query.limit ?? 100
      const some = await keep.page('agent', { after: query.after ?? null, limit })
      const keys = await keysOf(plane, new Set(some.map(one => one.id)))
      const bindingsSeen = seenBy(plane, caller)
      const items: AgentView[] = []
      for (const { id, record } of some) {
        const bindings = await bindingsSeen(record.bindings)
        if (bindings !== null) items.push(agentView(id, { ...record, bindings }, keys.get(id) ?? []))
      }
      return { items, next: some.length < limit ? null : some.at(-1)!.id }
    },

    async get({ caller, params }) {
      const record = await known(params.id)
      const bindings = await seenBy(plane, caller)(record.bindings)
      if (bindings === null) throw notFound(`agent ${params.id}`)
      return viewed(plane, params.id, { ...record, bindings })
    },

    async put({ caller, params, body }) {
      const before = await keep.get('agent', params.id)
      // Whoever binds an agent hands out what the consumer may read: in each environment that is touched, before and after.
      await needBindings(plane, caller, [...(before?.bindings ?? []), ...body.bindings])
      await bindable(plane, body.bindings)
      const record: Kept['agent'] = {
        name: body.name,
        bindings: body.bindings,
        addedMs: before?.addedMs ?? ground.nowMs(),
        endedMs: null,
      }
      await keep.put('agent', params.id, record, {
        event: {
          type: 'agentRegistered',
          agent: params.id,
          bindings: body.bindings,
          ...stamp(plane, caller),
        },
      })
      return viewed(plane, params.id, record)
    },

    async end({ caller, params }) {
      const record = await known(params.id)
      await needBindings(plane, caller, record.bindings)
      const ended = { ...record, endedMs: ground.nowMs() }
      const said = { agent: params.id, ...stamp(plane, caller) }
      await keep.put('agent', params.id, ended, { event: { type: 'agentEnded', ...said } })
      // If an agent of that name is registered again one day, nothing of this one must open its door. Each with its event: other
      // control planes remember keys, and forget what they are told of.
      const keys = (await keysOf(plane, new Set([params.id]))).get(params.id) ?? []
      for (const { key } of keys) await keep.remove('agent-key', key, { type: 'agentKeyEnded', key, ...said })
      for (const { id: join, record } of await keep.all('join')) {
        if (record.agent === params.id)
          await keep.remove('join', join, { type: 'joinTokenEnded', join, ...said })
      }
      return agentView(params.id, ended, [])
    },

    async endKey({ caller, params }) {
      const record = await known(params.id)
      await needBindings(plane, caller, record.bindings)
      const key = await keep.get('agent-key', params.key)
      if (key === null || key.agent !== params.id) throw notFound(`key ${params.key} of ${params.id}`)
      await keep.remove('agent-key', params.key, {
        type: 'agentKeyEnded',
        agent: params.id,
        key: params.key,
        ...stamp(plane, caller),
      })
      return viewed(plane, params.id, record)
    },

    async join({ caller, params, body }) {
      const record = await known(params.id)
      await needBindings(plane, caller, record.bindings)
      if (record.endedMs !== null) {
        throw new ProblemError('refused', {
          detail: `The agent ${params.id} was ended.`,
          how: 'Register it again first.',
        })
      }
      const { uses = 'once', lifeMs = 3_600_000 } = body
      const nowMs = ground.nowMs()
      const expiresMs = nowMs + lifeMs
      const made = (hash: string): Kept['join'] => ({ hash, agent: params.id, uses, madeMs: nowMs })
      const { id, text } = await keepToken(keep, 'join', 'join', ground.random, made, expiresMs)
      await keep.note(`join/${id}`, {
        type: 'joinTokenMade',
        agent: params.id,
        join: id,
        uses,
        expiresMs,
        ...stamp(plane, caller),
      })
      return { join: text.reveal(), id, expiresMs }
    },

    async endJoin({ caller, params }) {
      const record = await known(params.id)
      await needBindings(plane, caller, record.bindings)
      const join = await keep.get('join', params.join)
      if (join === null || join.agent !== params.id) throw notFound(`join token ${params.join}`)
      await keep.remove('join', params.join, {
        type: 'joinTokenEnded',
        agent: params.id,
        join: params.join,
        ...stamp(plane, caller),
      })
      return { ok: true }
    },
  }
}

export async function needBindings(
  { ground }: Plane,
  caller: Caller,
  bindings: readonly Binding[],
): Promise<void> {
  const credentials = new Set(bindings.map(one => one.credential))
  if (credentials.size === 0) need(caller, 'administer', null)
  for (const id of credentials) {
    const row = await ground.store.credential(id)
    need(caller, 'administer', row?.record.environment ?? null)
  }
}

/** Those of credentials that the caller may look at; null: none of them, and so not what is bound to them either. */
export function seenBy(
  { ground }: Plane,
  caller: Caller,
): (bindings: readonly Binding[]) => Promise<Binding[] | null> {
  const known = new Map<string, boolean>()
  return async bindings => {
    for (const { credential } of bindings) {
      if (known.has(credential)) continue
      const row = await ground.store.credential(credential)
      known.set(credential, may(caller, 'read', row?.record.environment ?? null))
    }
    const seen = bindings.filter(one => known.get(one.credential))
    return seen.length === 0 && bindings.length > 0 ? null : seen
  }
}

async function bindable({ ground }: Plane, bindings: readonly Binding[]): Promise<void> {
  for (const { credential, consumer } of bindings) {
    const consumers = await ground.store.consumers(credential)
    if (consumers.some(one => one.id === consumer)) continue
    throw new ProblemError('not-acceptable', {
      detail: `There is no consumer ${consumer} of ${credential}.`,
      how: 'Register the consumer first: an agent is bound to what is known.',
    })
  }
}

async function viewed(plane: Plane, id: string, record: Kept['agent']): Promise<AgentView> {
  return agentView(id, record, (await keysOf(plane, new Set([id]))).get(id) ?? [])
}

function agentView(id: string, record: Kept['agent'], keys: Keys): AgentView {
  const { name, bindings, addedMs, endedMs } = record
  return { id, name, bindings, keys, addedMs, endedMs }
}

async function keysOf({ keep }: Plane, agents: ReadonlySet<string>): Promise<Map<string, Keys>> {
  const found = new Map<string, Keys>()
  for (const { id: key, record } of await keep.all('agent-key')) {
    if (!agents.has(record.agent)) continue
    const { instance, how, enrolledMs } = record
    const known = found.get(record.agent)
    if (known === undefined) found.set(record.agent, [{ key, instance, how, enrolledMs }])
    else known.push({ key, instance, how, enrolledMs })
  }
  return found
}
