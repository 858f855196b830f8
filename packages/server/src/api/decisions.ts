// What people ask of a rotation: each is a command to the core, in the name of the person, and is done or refused with every
// reason. What needs two people becomes a proposal.
import type { Command } from '@rekey/core'
import { type Right, type RotationView, type Route, routes } from '@rekey/wire'
import { actorOf } from '../access/caller.ts'
import type { Call, HandlersOf } from '../http/call.ts'
import { notFound, ProblemError, refused } from '../http/problem.ts'
import { ask, attempt } from '../runner/commit.ts'
import { gather } from '../runner/gather.ts'
import { needsTwo } from '../runner/two-person.ts'
import type { Plane } from './plane.ts'
import { propose } from './proposals.ts'
import { fresh, overtaken, rotationFor, unchanged } from './rotation-found.ts'

type Asking = Pick<Call<Route>, 'caller' | 'request' | 'reply'> & { params: { id: string } }

export function decisionHandlers(plane: Plane): HandlersOf<'decisions'> {
  const decide = async (
    call: Asking,
    name: keyof typeof routes.decisions,
    command: Command,
  ): Promise<RotationView> => {
    const { id } = call.params
    await rotationFor(plane, call.caller, rightOf(name), id)
    await perform(plane, call, id, command)
    return fresh(plane, call, id)
  }
  return {
    start: call => decide(call, 'start', { do: 'start' }),
    hold: call => decide(call, 'hold', { ...call.body, do: 'hold' }),
    release: call => decide(call, 'release', { do: 'release' }),
    moveConsumer: call => decide(call, 'moveConsumer', { ...call.body, do: 'moveConsumer' }),
    contain: call => decide(call, 'contain', { ...call.body, do: 'contain' }),
    restrict: call => decide(call, 'restrict', { ...call.body, do: 'restrict' }),
    lift: call => decide(call, 'lift', { ...call.body, do: 'lift' }),
    resume: call => decide(call, 'resume', { do: 'resume' }),
    retry: call => decide(call, 'retry', { ...call.body, do: 'retry' }),
    rollBack: call => decide(call, 'rollBack', { ...call.body, do: 'rollBack' }),
    abort: call => decide(call, 'abort', { ...call.body, do: 'abort' }),
    // Where it needs two, the plan says so: each of them asks for it, and the core counts.
    retire: call => decide(call, 'retire', { do: 'retire' }),

    async override(call) {
      const { caller, params, body } = call
      const found = await rotationFor(plane, caller, rightOf('override'), params.id)
      const { environment } = found.credential.record
      if (!(await needsTwo(plane.ground, 'override', environment))) {
        return decide(call, 'override', { ...body, do: 'override' })
      }
      unchanged(call, found.row)
      const id = await propose(plane, caller, found, body)
      throw new ProblemError('needs-second-person', {
        id,
        detail: `In ${environment} a second person has to agree before a gate is overridden.`,
        how: `Somebody else who may decide there agrees within a day: POST /api/v1/proposals/${id}/agree.`,
      })
    },
  }
}

/** As the route says, in one place. */
const rightOf = (name: keyof typeof routes.decisions) => routes.decisions[name].who as Right

async function perform({ ground }: Plane, call: Asking, id: string, command: Command): Promise<void> {
  const by = actorOf(call.caller)
  const named = call.request.headers['if-match']
  if (named === undefined || named.trim() === '*') {
    const asked = await ask(ground, id, command, by)
    if (!asked.ok) throw refused(asked.refusals)
    return
  }
  // Once only: whoever named a state wants it decided on that one, and on no other that came in between.
  const gathered = await gather(ground, id)
  if (gathered === null) throw notFound(`rotation ${id}`)
  unchanged(call, gathered.row)
  const outcome = await attempt(ground, gathered, command, by, null)
  if (!outcome.ok) throw 'refusals' in outcome ? refused(outcome.refusals) : overtaken()
}
