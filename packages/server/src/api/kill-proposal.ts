// A kill that waits for a second person, where the rules of an environment ask for one.
import type { KillScope } from '@rekey/core'
import { actorOf, type Caller, may, need, person } from '../access/caller.ts'
import { ProblemError } from '../http/problem.ts'
import { type KillAnswer, kill } from '../kill/kill.ts'
import type { Reached } from '../kill/reach.ts'
import { needsTwo } from '../runner/two-person.ts'
import { type Plane, stamp } from './plane.ts'
import { answered, isSame, lifeMs, type Proposal, tooLate } from './proposals.ts'

export interface ProposedKill {
  scope: KillScope
  reason: string
}

/** In every environment that is reached; where two have to say so, it becomes a proposal. */
export async function allowed(
  plane: Plane,
  caller: Caller,
  asked: ProposedKill,
  reached: readonly Reached[],
): Promise<void> {
  const environments = new Set(reached.map(({ row }) => row.record.environment))
  const seen = [...environments].filter(one => may(caller, 'read', one))
  // Who may not even look there is told that there is nothing.
  if (seen.length === 0 && environments.size > 0) throw nothing()
  for (const one of seen) need(caller, 'decide', one)
  if (seen.length < environments.size) {
    throw new ProblemError('no-right', {
      detail: 'It reaches environments in which you may not decide.',
      how: 'Narrow the scope, or ask somebody who may decide in all of them.',
    })
  }
  for (const one of environments) {
    if (!(await needsTwo(plane.ground, 'kill', one))) continue
    const id = await propose(plane, caller, one, asked)
    throw new ProblemError('needs-second-person', {
      id,
      detail: `In ${one} a second person has to agree to a kill.`,
      how: `Somebody else who may decide there agrees: POST /api/v1/proposals/${id}/agree. If nobody can be had: break the glass.`,
    })
  }
}

async function propose(
  { ground, keep }: Plane,
  caller: Caller,
  environment: string,
  body: ProposedKill,
): Promise<string> {
  const nowMs = ground.nowMs()
  const proposal: Proposal = {
    what: 'kill',
    rotation: '',
    credential: 'credential' in body.scope ? body.scope.credential : '',
    environment,
    body,
    by: person(caller).id,
    madeMs: nowMs,
    expiresMs: nowMs + lifeMs,
  }
  const known = (await keep.all('proposal')).find(({ record }) => isSame(record, proposal))
  if (known !== undefined) return known.id
  const id = ground.id()
  await keep.put('proposal', id, proposal, {
    expiresMs: proposal.expiresMs,
    event: {
      type: 'proposalMade',
      proposal: id,
      what: 'kill',
      rotation: '',
      atMs: nowMs,
      by: actorOf(caller),
    },
  })
  return id
}

/** To die is for good, so it is done before it is written down as agreed: of two who agree at once one finds nothing left to kill. */
export async function agreeToKill(
  plane: Plane,
  caller: Caller,
  id: string,
  proposal: Proposal,
): Promise<void> {
  const { by, body, rotation, what } = proposal
  const { reason, scope } = body as ProposedKill
  const answer = await kill(plane, {
    scope,
    reason,
    by: { kind: 'person', id: by },
    cause: { why: 'person' },
    allow(reached) {
      for (const { row } of reached) need(caller, 'decide', row.record.environment)
    },
  })
  if (!answer.ok && answer.code !== 'nothing-to-kill') throw refusedKill(answer)
  const said = { proposal: id, what, rotation, ...stamp(plane, caller) }
  const [append, writes] = answered(id, { type: 'proposalAgreed', proposedBy: by, ...said })
  const committed = await plane.ground.store.commit({ fence: null, appends: [append], writes })
  if (!committed.ok) throw tooLate()
}

export const nothing = () =>
  new ProblemError('not-found', {
    detail: 'Nothing in that scope may still be in use: it is not there, or it is dead already.',
    how: 'Look at the versions of the credential, and at the kills before this one.',
  })

export function refusedKill({ code, text, how }: Extract<KillAnswer, { ok: false }>): ProblemError {
  if (code === 'busy') return new ProblemError('conflict', { detail: text, how })
  if (code === 'nothing-to-kill') return nothing()
  return new ProblemError('refused', { detail: text, how, faults: [{ code, text, how }] })
}
