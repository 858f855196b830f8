// What waits for a second person. A proposal is agreed to in the same commit as what it asks for: neither is there without the
// other, and of two who agree at once one is too late, for both would be the second event of the proposal's stream.
import { type AccessEvent, type Actor, type Command, dayMs, decide } from '@rekey/core'
import type { Append, Write } from '@rekey/store'
import type { BodyOf, routes } from '@rekey/wire'
import { actorOf, type Caller, may, need, person } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import type { Ground } from '../ground.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError, refused } from '../http/problem.ts'
import { ask } from '../runner/commit.ts'
import { gather } from '../runner/gather.ts'
import { stored } from '../runner/rows.ts'
import { agreeToKill } from './kill-proposal.ts'
import { type Plane, stamp, visible } from './plane.ts'
import type { Found } from './rotation-found.ts'

export type Proposal = Kept['proposal']
type Override = BodyOf<typeof routes.decisions.override>

export const lifeMs = dayMs

export function proposalHandlers(plane: Plane): HandlersOf<'proposals'> {
  const { ground, keep } = plane
  const found = async (caller: Caller, id: string): Promise<Proposal> => {
    const proposal = await keep.get('proposal', id)
    if (proposal === null) throw notFound(`proposal ${id}`)
    visible(caller, 'read', proposal.environment, `proposal ${id}`)
    return proposal
  }
  return {
    async list({ caller }) {
      const all = await keep.all('proposal')
      const shown = all.filter(({ record }) => may(caller, 'read', record.environment))
      return { items: shown.map(({ id, record }) => ({ id, ...record })) }
    },

    async agree({ caller, params: { id } }) {
      const proposal = await found(caller, id)
      need(caller, 'decide', proposal.environment)
      await needOther(plane, caller, proposal)
      const { what, rotation, by: proposedBy } = proposal
      if (what === 'kill') {
        await agreeToKill(plane, caller, id, proposal)
        return { ok: true }
      }
      const said = { proposal: id, what, rotation, ...stamp(plane, caller) }
      const [append, writes] = answered(id, { type: 'proposalAgreed', proposedBy, ...said })
      const proposer: Actor = { kind: 'person', id: proposedBy }
      const asked = await ask(alongside(ground, append, writes), rotation, commandOf(proposal), proposer)
      if (asked.ok) return { ok: true }
      if ((await keep.get('proposal', id)) === null) throw tooLate()
      throw refused(asked.refusals)
    },

    async decline({ caller, params: { id }, body }) {
      const { by: proposedBy, environment, rotation, what } = await found(caller, id)
      if (person(caller).id !== proposedBy) need(caller, 'decide', environment)
      const said = { proposal: id, what, rotation, ...stamp(plane, caller) }
      const [append, writes] = answered(id, { type: 'proposalDeclined', reason: body.reason, ...said })
      const committed = await ground.store.commit({ fence: null, appends: [append], writes })
      if (!committed.ok) throw tooLate()
      return { ok: true }
    },
  }
}

/** Kept for a day; the same asked again by the same person is the same proposal. What would be refused is refused now. */
export async function propose(
  plane: Plane,
  caller: Caller,
  { row, credential }: Found,
  body: Override,
): Promise<string> {
  const { ground, keep } = plane
  const { environment } = credential.record
  const nowMs = ground.nowMs()
  const by = actorOf(caller)
  const proposal: Proposal = {
    what: 'override',
    rotation: row.id,
    credential: credential.id,
    environment,
    body: { gate: body.gate, consumer: body.consumer, reason: body.reason },
    by: person(caller).id,
    madeMs: nowMs,
    expiresMs: nowMs + lifeMs,
  }
  await tried(ground, proposal, by)
  const known = (await keep.all('proposal')).find(({ record }) => isSame(record, proposal))
  if (known !== undefined) return known.id
  const id = ground.id()
  await keep.put('proposal', id, proposal, {
    expiresMs: proposal.expiresMs,
    event: { type: 'proposalMade', proposal: id, what: 'override', rotation: row.id, atMs: nowMs, by },
  })
  return id
}

export const isSame = (a: Proposal, b: Proposal) =>
  a.by === b.by && a.rotation === b.rotation && JSON.stringify(a.body) === JSON.stringify(b.body)

async function tried(ground: Ground, proposal: Proposal, by: Actor): Promise<void> {
  const gathered = await gather(ground, proposal.rotation)
  if (gathered === null) throw notFound(`rotation ${proposal.rotation}`)
  const { state, ledger, baseline, fenced } = gathered
  const facts = { nowMs: ground.nowMs(), by, key: ground.id(), ledger, baseline, fenced }
  const decision = decide(state, commandOf(proposal), facts)
  if (!decision.ok) throw refused(decision.refusals)
}

function commandOf({ what, body }: Proposal): Command {
  if (what !== 'override') throw new Error(`nothing proposes ${what}`)
  return { ...(body as Override), do: 'override' }
}

/** Another person, and the one who proposed it may still decide: otherwise it would be the word of one. */
async function needOther({ keep }: Plane, caller: Caller, { by, environment }: Proposal): Promise<void> {
  if (person(caller).id === by) {
    throw new ProblemError('no-right', {
      detail: 'You proposed this yourself.',
      how: 'Somebody else who may decide there has to agree.',
    })
  }
  const proposer = await keep.get('person', by)
  const asThem: Caller = {
    is: 'person',
    id: by,
    roles: proposer === null || proposer.endedMs !== null ? {} : proposer.roles,
    limits: null,
    by,
    with: 'session',
  }
  if (may(asThem, 'decide', environment)) return
  throw new ProblemError('refused', {
    detail: `${by} proposed this, and may not decide in ${environment} any more.`,
    how: 'Decline it, and propose it anew.',
  })
}

/** Made is the first event of its stream: what answers it can only be the second. */
export const answered = (id: string, event: AccessEvent): [Append, Write[]] => [
  { stream: `proposal/${id}`, expected: 1, events: [stored(event)] },
  [{ remove: 'record', kind: 'proposal', id }],
]

/** What is committed on this ground has that beside it, in the same transaction. */
function alongside(ground: Ground, append: Append, writes: readonly Write[]): Ground {
  const { store } = ground
  return {
    ...ground,
    store: {
      ...store,
      commit: ({ fence, appends, writes: own }) =>
        store.commit({ fence, appends: [...appends, append], writes: [...own, ...writes] }),
    },
  }
}

export const tooLate = () =>
  new ProblemError('conflict', {
    detail: 'Somebody has answered this proposal just now.',
    how: 'Look at the rotation.',
  })
