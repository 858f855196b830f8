// Signals: what came in, what was decided about it and why, and what a person does about it; and the policy for all of that.
import {
  type KillScope,
  type SignalEvent,
  type SignalPolicy,
  signalPolicyFaults,
  usualReactions,
  usualSignalPolicy,
} from '@rekey/core'
import type { AnswerOf, routes, SignalView } from '@rekey/wire'
import { actorOf, type Caller, may, need } from '../access/caller.ts'
import { type HandlersOf, taken } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { kill } from '../kill/kill.ts'
import type { Incident } from '../signals/record.ts'
import { allowed, refusedKill } from './kill-proposal.ts'
import { type Plane, stamp, visible } from './plane.ts'
import { replaceSingle, shownSingle } from './single.ts'

export function signalHandlers(plane: Plane): HandlersOf<'signals'> {
  const { keep } = plane
  const found = async (caller: Caller, right: 'read' | 'decide', id: string): Promise<Incident> => {
    const record = await keep.get('signal', id)
    if (record === null) throw notFound(`signal ${id}`)
    if (record.environment === null) {
      // Of what is not known to be of any environment hears who may read in all of them.
      if (!may(caller, 'read', null)) throw notFound(`signal ${id}`)
      need(caller, right, null)
    } else visible(caller, right, record.environment, `signal ${id}`)
    return record
  }
  return {
    async list({ caller, query }) {
      const limit = query.limit ?? 100
      const seen = (await keep.all('signal'))
        .filter(({ record }) => may(caller, 'read', record.environment) && isAsked(record, query))
        .sort((a, b) => b.record.firstMs - a.record.firstMs || (a.id < b.id ? 1 : -1))
      const from = query.after === undefined ? 0 : seen.findIndex(one => one.id === query.after) + 1
      const items = seen.slice(from, from + limit).map(({ id, record }) => viewOf(id, record))
      return { items, next: from + limit < seen.length ? (items.at(-1)?.id ?? null) : null }
    },

    async get({ caller, params: { id } }) {
      return viewOf(id, await found(caller, 'read', id))
    },

    async kill({ caller, params: { id }, body }) {
      const { credential, version } = await found(caller, 'decide', id)
      if (credential === null) {
        throw new ProblemError('refused', {
          detail: 'Nothing that is known here is meant by this signal.',
          how: 'Find out whose value it is, and kill that: POST /api/v1/kills.',
        })
      }
      const scope: KillScope =
        version === null ? { of: 'credential', credential } : { of: 'version', credential, version }
      const reason = `signal ${id}: ${body.reason}`
      const answer = await kill(plane, {
        scope,
        reason,
        by: actorOf(caller),
        cause: { why: 'person' },
        allow: reached => allowed(plane, caller, { scope, reason }, reached),
      })
      if (!answer.ok) throw refusedKill(answer)
      const did = {
        did: 'killed',
        text: `${body.reason} (asked for by a person)`,
        kill: answer.kill,
      } as const
      return changed(plane, id, record => ({
        record: {
          ...record,
          state: 'done',
          did: [...record.did, { atMs: plane.ground.nowMs(), ...did }],
          seq: record.seq + 1,
        },
        event: { type: 'signalActed', credential, version, ...did, ...stamp(plane, caller) },
      }))
    },

    async dismiss({ caller, params: { id }, body }) {
      await found(caller, 'decide', id)
      return changed(plane, id, record =>
        record.state === 'dismissed'
          ? null
          : {
              record: { ...record, state: 'dismissed', seq: record.seq + 1 },
              event: {
                type: 'signalDismissed',
                credential: record.credential,
                reason: body.reason,
                ...stamp(plane, caller),
              },
            },
      )
    },
  }
}

type Changed = { record: Incident; event: SignalEvent } | null

async function changed({ keep }: Plane, id: string, to: (record: Incident) => Changed): Promise<SignalView> {
  const record = await keep.change('signal', id, to)
  if (record === null) throw notFound(`signal ${id}`)
  return viewOf(id, record)
}

function isAsked(
  record: Incident,
  { environment, credential, state }: { environment?: string; credential?: string; state?: string },
): boolean {
  if (environment !== undefined && environment !== record.environment) return false
  if (credential !== undefined && credential !== record.credential) return false
  return state === undefined || state === record.state
}

function viewOf(id: string, record: Incident): SignalView {
  const { subject: _, how: _how, what, seq: _seq, reasons, signal, ...rest } = record
  return {
    id,
    ...rest,
    how: what,
    reasons: [...reasons],
    signal: { ...signal, locations: [...signal.locations] },
  }
}

type PolicyView = AnswerOf<typeof routes.signalPolicy.get>
const policyAt = { kind: 'signal-policy', id: 'policy', usual: usualSignalPolicy } as const
const shown = (policy: SignalPolicy) => ({ ...policy, usual: usualReactions }) as PolicyView

export function signalPolicyHandlers(plane: Plane): HandlersOf<'signalPolicy'> {
  return {
    async get(call) {
      const { caller } = call
      const policy = await shownSingle(plane, call, policyAt)
      if (policy === null) return taken
      const { reactions, killsPerHour, groupMs } = policy
      const isSeen = ([environment]: [string, unknown]) =>
        environment === '*' || may(caller, 'read', environment)
      const seen = <T>(by: Readonly<Record<string, T>>) =>
        Object.fromEntries(Object.entries(by).filter(isSeen)) as Record<string, T>
      return shown({ reactions: seen(reactions), killsPerHour: seen(killsPerHour), groupMs })
    },

    async put(call) {
      const { caller, body } = call
      // One record for all: who may change it for one environment only could change it for the others.
      need(caller, 'administer', null)
      const policy = body as SignalPolicy
      const faults = signalPolicyFaults(policy)
      if (faults.length > 0) {
        throw new ProblemError('not-acceptable', {
          detail: faults.map(one => one.text).join(' '),
          how: 'Correct it, and try again.',
          faults: faults.map(one => ({ code: 'policy-invalid', ...one })),
        })
      }
      const event = { type: 'signalPolicySet', policy, ...stamp(plane, caller) } as const
      await replaceSingle(plane, call, policyAt, policy, event)
      return shown(policy)
    },
  }
}
