// Consumers, what people attest of them, and those whom nobody registered.
import {
  type Consumer,
  type CredentialEvent,
  type Ghost,
  type Observation,
  pactFaults,
  type Statement,
} from '@rekey/core'
import type { AnswerOf, BodyOf, routes } from '@rekey/wire'
import { actorOf, person } from '../access/caller.ts'
import { contentTag, type HandlersOf, matches } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { takeObservations } from '../intake/said.ts'
import { note } from '../registry/credentials.ts'
import { claimGhost, dismissGhost } from '../registry/ghosts.ts'
import { consumerOf, stale } from './inventory.ts'
import { credentialFor, type Plane, stamp } from './plane.ts'

type ConsumerView = AnswerOf<typeof routes.consumers.put>
const view = (consumer: Consumer) => consumer as ConsumerView
/** Of what a person enters: that it was run, or stands idle, is kept whoever changes the rest. */
const tagOf = ({ lastExercisedAtMs: _, idle: __, ...entered }: Consumer) => contentTag(entered)

export function consumerHandlers(plane: Plane): HandlersOf<'consumers'> {
  const { ground, keep } = plane
  const { store } = ground
  const known = async (credential: string, id: string) => {
    const one = (await store.consumers(credential)).find(consumer => consumer.id === id)
    if (one === undefined) throw notFound(`consumer ${id} of ${credential}`)
    return one
  }
  return {
    async list({ caller, params }) {
      const row = await credentialFor(plane, caller, 'read', params.credential)
      return { items: (await store.consumers(row.id)).map(view) }
    },

    async get({ caller, params, reply }) {
      const row = await credentialFor(plane, caller, 'read', params.credential)
      const one = await known(row.id, params.id)
      reply.header('etag', `"${tagOf(one)}"`)
      return view(one)
    },

    async put(call) {
      const { caller, params, body, reply } = call
      const row = await credentialFor(plane, caller, 'operate', params.credential)
      const before = (await store.consumers(row.id)).find(one => one.id === params.id)
      const isAsSeen = matches(call, before === undefined ? '' : tagOf(before))
      if (isAsSeen === false || (isAsSeen && before === undefined)) throw stale()
      pactIsGood(body.pact)
      // Names that were claimed for it stay its own, unless others are given.
      const names = body.seenAs ?? before?.seenAs
      const said = { ...body, id: params.id, ...(names !== undefined && { seenAs: names }) }
      const consumer = consumerOf(row.id, said, before)
      const type = before === undefined ? 'consumerRegistered' : 'consumerChanged'
      const writes = [{ put: 'consumer', row: consumer }] as const
      // Whoever says what they have seen is refused also when somebody else is faster by a moment.
      const seq = isAsSeen === null ? null : row.seq
      await noted(plane, row.id, { type, consumer, ...stamp(plane, caller) }, writes, seq)
      reply.header('etag', `"${tagOf(consumer)}"`)
      return view(consumer)
    },

    async remove({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'decide', params.credential)
      const { id } = await known(row.id, params.id)
      await noted(
        plane,
        row.id,
        { type: 'consumerRemoved', consumer: id, reason: body.reason, ...stamp(plane, caller) },
        [{ remove: 'consumer', credential: row.id, consumer: id }],
      )
      return { ok: true }
    },

    async idle({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'decide', params.credential)
      const before = await known(row.id, params.id)
      const { id: by } = person(caller)
      const idle = body.idle ? { by, atMs: ground.nowMs(), reason: body.reason } : null
      const consumer = { ...before, idle }
      await noted(plane, row.id, { type: 'consumerChanged', consumer, ...stamp(plane, caller) }, [
        { put: 'consumer', row: consumer },
      ])
      return view(consumer)
    },

    async attest({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'operate', params.credential)
      const consumer = await known(row.id, params.id)
      const who = person(caller)
      const source = `person/${who.id}`
      const atMs = body.atMs ?? ground.nowMs()
      const bindings = [{ credential: row.id, consumer: consumer.id }]
      const speaker = { id: source, kind: 'person', lagMs: 0, complete: false, bindings } as const
      const { saw, version, note: text } = body
      // In the record first: an attestation that counted and that nobody finds would be worse than one that must be given again.
      await keep.note(`attest/${row.id}`, {
        type: 'attested',
        credential: row.id,
        consumer: consumer.id,
        saw,
        version,
        note: text,
        ...stamp(plane, caller),
      })
      const said: Observation[] = attested(consumer, body).map(statement => ({
        credential: row.id,
        consumer: consumer.id,
        seenAs: null,
        instance: body.instance ?? `attested by ${who.id}`,
        version,
        statement,
        atMs,
        source,
      }))
      const taken = await takeObservations(plane, speaker, ground.id(), said)
      if (taken.refused.length > 0) {
        throw new ProblemError('refused', {
          detail: `It does not count: ${taken.refused.map(one => one.why).join(', ')}.`,
          how: 'Say when it was seen, within the last two days, and a version that was given out.',
        })
      }
      return { ok: true }
    },
  }
}

function pactIsGood(pact: Consumer['pact']): void {
  const [first] = pactFaults(pact)
  if (first === undefined) return
  throw new ProblemError('not-acceptable', { detail: first, how: 'Correct the pact, or leave it out.' })
}

/** What a person saw, as statements that gates accept. */
function attested(consumer: Consumer, { saw, lane }: BodyOf<typeof routes.consumers.attest>): Statement[] {
  const used = (outcome: 'success' | 'auth-failure', path: 'usual' | 'exception'): Statement => ({
    says: 'used',
    outcome,
    lane: lane ?? null,
    path,
  })
  switch (saw) {
    case 'success':
      return [used('success', 'usual')]
    case 'exercised':
      return [used('success', consumer.pathClass === 'exception' ? 'exception' : 'usual')]
    case 'auth-failure':
      return [used('auth-failure', 'usual')]
    case 'restarted':
      return [{ says: 'loaded' }]
    case 'stopped':
      return [{ says: 'stopped' }]
    case 'fallback-confirmed':
      return [{ says: 'fallback', state: 'confirmed' }]
    case 'fallback-disabled':
      return [{ says: 'fallback', state: 'disabled' }]
  }
}

export function ghostHandlers(plane: Plane): HandlersOf<'ghosts'> {
  const { ground } = plane
  const { store } = ground
  const known = async (credential: string, id: string): Promise<Ghost> => {
    const { ghosts } = await store.ledger(credential)
    const one = ghosts.find(ghost => ghost.id === id || ghost.seenAs === id)
    if (one === undefined) throw notFound(`ghost ${id} of ${credential}`)
    return one
  }
  return {
    async list({ caller, params }) {
      const row = await credentialFor(plane, caller, 'read', params.credential)
      return { items: (await store.ledger(row.id)).ghosts }
    },

    async claim({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'operate', params.credential)
      const ghost = await known(row.id, params.ghost)
      const before = (await store.consumers(row.id)).find(one => one.id === body.id)
      if (before === undefined && body.consumer === undefined) {
        throw new ProblemError('invalid-request', {
          detail: `There is no consumer ${body.id} yet.`,
          how: 'Say what is known of it, as "consumer"; or name one that is registered.',
        })
      }
      pactIsGood(body.consumer?.pact)
      const base =
        body.consumer === undefined ? before! : consumerOf(row.id, { ...body.consumer, id: body.id }, before)
      // From here on whoever is seen under that name is this consumer.
      const seenAs = [...new Set([...(base.seenAs ?? []), ghost.seenAs])]
      const consumer = { ...base, seenAs }
      if (!(await claimGhost(ground, ghost, consumer, actorOf(caller)))) throw busy()
      return view(consumer)
    },

    async dismiss({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'decide', params.credential)
      const ghost = await known(row.id, params.ghost)
      if (!(await dismissGhost(ground, ghost, body.reason, actorOf(caller)))) throw busy()
      return { ok: true }
    },
  }
}

const busy = () =>
  new ProblemError('conflict', { detail: 'The credential keeps changing.', how: 'Ask again.' })

async function noted(
  { ground }: Plane,
  credential: string,
  event: CredentialEvent,
  writes: Parameters<typeof note>[3],
  seq: number | null = null,
): Promise<void> {
  const change: Parameters<typeof note>[4] = row => {
    if (seq !== null && row.seq !== seq) throw stale()
    return row
  }
  if (!(await note(ground, credential, [event], writes, change))) throw busy()
}
