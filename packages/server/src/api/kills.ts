// Kills: what one would reach, giving the order, and what came of it.
import { type Actor, type KillScope, scopeText } from '@rekey/core'
import type { KillView } from '@rekey/wire'
import { actorOf, type Caller, may, need } from '../access/caller.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound } from '../http/problem.ts'
import { breakGlass } from '../kill/break-glass.ts'
import { note } from '../kill/dismiss.ts'
import { kill } from '../kill/kill.ts'
import { radiusOf } from '../kill/radius.ts'
import { reachedBy } from '../kill/reach.ts'
import { killView } from '../kill/report.ts'
import { killMarkdown } from '../kill/report-markdown.ts'
import { type KillState, killStateOf } from '../kill/state.ts'
import { allowed, nothing, refusedKill } from './kill-proposal.ts'
import type { Plane } from './plane.ts'

export function killHandlers(plane: Plane): HandlersOf<'kills'> {
  const { keep } = plane
  const { store } = plane.ground
  const found = async (caller: Caller, id: string): Promise<KillState> => {
    const state = await killStateOf(store, id)
    const isSeen = state?.killed.some(one => may(caller, 'read', one.environment)) ?? false
    if (state === null || !isSeen) throw notFound(`kill ${id}`)
    const seen = (environment: string) => may(caller, 'read', environment)
    return { ...state, killed: state.killed.filter(one => seen(one.environment)) }
  }
  const viewed = async (caller: Caller, id: string): Promise<KillView> =>
    killView(plane, await found(caller, id))
  return {
    async preview({ caller, body }) {
      const scope = body.scope as KillScope
      const reached = await reachedBy(plane, scope)
      const seen = reached.filter(({ row }) => may(caller, 'read', row.record.environment))
      if (seen.length === 0) throw nothing()
      return radiusOf(plane, scope, seen, seen.length < reached.length)
    },

    async order({ caller, body }) {
      const scope = body.scope as KillScope
      const { expectVersions, reason } = body
      const answer = await kill(plane, {
        scope,
        reason,
        by: actorOf(caller),
        cause: { why: 'person' },
        ...(expectVersions !== undefined && { expectVersions }),
        allow: reached => allowed(plane, caller, { scope, reason }, reached),
      })
      if (!answer.ok) throw refusedKill(answer)
      return viewed(caller, answer.kill)
    },

    async breakGlass({ body }) {
      return breakGlass(plane, { code: body.code, scope: body.scope as KillScope, reason: body.reason })
    },

    async list({ caller, query }) {
      const limit = query.limit ?? 100
      const all = await keep.all('kill')
      const lines = new Map<string, { environments: string[]; line: Line }>()
      for (const { id: part, record } of all) {
        const id = part.slice(0, part.lastIndexOf('/'))
        const known = lines.get(id)
        if (known !== undefined) {
          known.line.versions += record.versions
          known.environments.push(...record.environments)
          continue
        }
        const { scope, reason, by, atMs, versions, environments } = record
        const line = { id, scope: scopeText(scope), reason, by: actorName(by), orderedMs: atMs, versions }
        lines.set(id, { environments: [...environments], line })
      }
      const seen = [...lines.values()]
        .filter(({ environments }) => environments.some(one => may(caller, 'read', one)))
        .map(one => one.line)
        .sort((a, b) => b.orderedMs - a.orderedMs || (a.id < b.id ? 1 : -1))
      const from = query.after === undefined ? 0 : seen.findIndex(one => one.id === query.after) + 1
      const items = seen.slice(from, from + limit)
      return { items, next: from + limit < seen.length ? (items.at(-1)?.id ?? null) : null }
    },

    get: ({ caller, params }) => viewed(caller, params.id),

    async report({ caller, params }) {
      return killMarkdown(await viewed(caller, params.id))
    },

    async dismiss({ caller, params, body }) {
      const state = await found(caller, params.id)
      const one = state.killed.find(each => each.credential === body.credential)
      if (one === undefined) throw notFound(`${body.credential} in kill ${params.id}`)
      need(caller, 'decide', one.environment)
      await note(plane, params.id, state, body, actorOf(caller))
      return viewed(caller, params.id)
    },
  }
}

interface Line {
  id: string
  scope: string
  reason: string
  by: string
  orderedMs: number
  versions: number
}

const actorName = ({ kind, id }: Actor) => `${kind}:${id}`
