// Rotations: planning and opening them, looking at them, and what a person has done by hand.
import { type PlanOverride, planMarkdown, runbookMarkdown, Secret } from '@rekey/core'
import type { CredentialRow, RotationFacts } from '@rekey/store'
import type { BodyOf, routes } from '@rekey/wire'
import { actorOf, type Caller, need, person } from '../access/caller.ts'
import { type HandlersOf, isSeen, taken } from '../http/call.ts'
import { notFound, ProblemError, refused } from '../http/problem.ts'
import { type HandedIn, handIn, handStep } from '../runner/hand-in.ts'
import { type NotOpened, openRotation, planFor } from '../runner/open.ts'
import { needsTwo } from '../runner/two-person.ts'
import { containmentView } from './containment-view.ts'
import { gatesView } from './gates-view.ts'
import { ledgerView } from './ledger-view.ts'
import { credentialFor, type Plane } from './plane.ts'
import { fresh, rotationFor, tagOf, unchanged } from './rotation-found.ts'
import { listRotations } from './rotation-list.ts'
import { planView, rotationView } from './rotation-view.ts'

export function rotationHandlers(plane: Plane): HandlersOf<'rotations'> {
  const { ground } = plane
  const factsFor = async (caller: Caller, id: string): Promise<RotationFacts> => {
    await rotationFor(plane, caller, 'read', id)
    const facts = await ground.store.rotationFacts(id)
    if (facts === null) throw notFound(`rotation ${id}`)
    return facts
  }
  return {
    list: ({ caller, query }) => listRotations(plane, caller, query),

    async plan({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'read', params.id)
      const trigger = { why: 'person', by: person(caller).id, reason: 'to see the plan' } as const
      const planned = await planFor(ground, row, {
        trigger,
        ...(body.wish !== undefined && { wish: body.wish }),
      })
      if (!planned.ok) throw notOpened(planned, null)
      return planView(planned.plan)
    },

    async open(call) {
      const { caller, params, body } = call
      const row = await credentialFor(plane, caller, 'operate', params.id)
      const overrides = await overridesOf(plane, caller, row, body)
      const { reason, wish, startAtMs } = body
      const opened = await openRotation(ground, {
        credential: row.id,
        trigger: { why: 'person', by: person(caller).id, reason },
        by: actorOf(caller),
        overrides,
        ...(wish !== undefined && { wish }),
        ...(startAtMs !== undefined && { startAtMs }),
      })
      if (opened.ok) return fresh(plane, call, opened.rotation)
      throw notOpened(opened, await ground.store.credential(row.id))
    },

    async get(call) {
      const { row, credential } = await rotationFor(plane, call.caller, 'read', call.params.id)
      return isSeen(call, tagOf(row)) ? taken : rotationView(row, credential)
    },

    async ledger({ caller, params }) {
      return ledgerView(await factsFor(caller, params.id), ground.nowMs())
    },

    async containment({ caller, params }) {
      return containmentView(await factsFor(caller, params.id), ground.nowMs())
    },

    async gates({ caller, params }) {
      return gatesView(await factsFor(caller, params.id), ground.nowMs())
    },

    async runbook({ caller, params }) {
      const { row, credential, consumers } = await factsFor(caller, params.id)
      const { plan, startAtMs } = row.state
      const parts = [planMarkdown, runbookMarkdown].map(print =>
        print(plan, credential.record, consumers, { startAtMs }),
      )
      return parts.join('\n')
    },

    async handStep({ caller, params }) {
      await rotationFor(plane, caller, 'read', params.id)
      const step = await handStep(ground, params.id)
      if (step === null) return { step: null }
      const { verb, version, handle, guide } = step
      const { name = null, steps, asks } = guide
      return { step: { verb, version, handle, name, steps: [...steps], asks: [...asks] } }
    },

    async handIn(call) {
      const { caller, params, body } = call
      const { row } = await rotationFor(plane, caller, 'operate', params.id)
      unchanged(call, row)
      const { value, ...rest } = body
      const form: HandedIn = { ...rest, ...(value !== undefined && { value: new Secret(value) }) }
      const handed = await handIn(ground, row.id, form, actorOf(caller))
      if (!handed.ok) throw refused(handed.refusals)
      return fresh(plane, call, row.id)
    },
  }
}

/** To override a gap of the plan is a decision, and where decisions of this kind need two people, one does not take it alone. */
async function overridesOf(
  { ground }: Plane,
  caller: Caller,
  { record }: CredentialRow,
  { overrides = [] }: BodyOf<typeof routes.rotations.open>,
): Promise<PlanOverride[]> {
  if (overrides.length === 0) return []
  need(caller, 'decide', record.environment)
  if (await needsTwo(ground, 'override', record.environment)) {
    throw new ProblemError('refused', {
      detail: `In ${record.environment} nobody overrides anything alone, and a plan cannot wait for a second person.`,
      how: 'Complete what the plan needs and open it without overrides; or an admin lifts the rule for the time.',
    })
  }
  return overrides.map(one => ({ ...one, by: person(caller).id }))
}

function notOpened({ code, text, how }: NotOpened, row: CredentialRow | null): ProblemError {
  const said = { detail: text, how }
  const open = row?.openRotation ?? null
  if (code === 'unknown-credential') return new ProblemError('not-found', said)
  if (code === 'rotation-open') {
    return new ProblemError('already-exists', { ...said, ...(open !== null && { id: open }) })
  }
  if (code === 'busy') return new ProblemError('conflict', said)
  return new ProblemError('refused', { ...said, faults: [{ code, text, how }] })
}
