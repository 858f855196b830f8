// What agents ask. An agent reads what its consumers are assigned and speaks for them, and nothing else.
import { type Actor, secondMs } from '@rekey/core'
import type { AssignedValue, Binding } from '@rekey/wire'
import { type Agent, agent } from '../access/caller.ts'
import { frameOf, openLine } from '../feed/line.ts'
import { contentTag, type HandlersOf, isSeen, taken } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import type { Ready } from '../http/quick.ts'
import { takeSaid } from '../intake/said.ts'
import { orderHandlers, orderNews } from './agent-orders.ts'
import type { Assigned } from './assignments.ts'
import { enrolment } from './enrolment.ts'
import type { Plane } from './plane.ts'

const reachMs = 5 * secondMs

export function agentHandlers(plane: Plane): HandlersOf<'agent'> {
  const { assignments, feed, ground, keep, orders, streams } = plane
  return {
    ...enrolment(plane),

    async mine({ caller }) {
      const items = []
      for (const binding of agent(caller).bindings) {
        const assigned = await assignments.of(binding.credential)
        const one = assigned === null ? null : assignedTo(assigned, binding)
        if (one !== null) items.push(one)
      }
      return { items }
    },

    async value(call) {
      const { caller, params, query } = call
      const binding = bindingOf(agent(caller), params.credential, query.consumer)
      const { since } = query
      if (since !== undefined && !(await feed.reached(since, reachMs))) {
        throw new ProblemError('unavailable', {
          detail: 'This control plane has not heard of that change yet.',
          how: 'Ask again.',
          retryAfterMs: secondMs,
        })
      }
      const assigned = await assignments.of(binding.credential)
      if (assigned === null) throw notFound(`credential ${binding.credential}`)
      const one = valid(assigned, binding)
      const secret = await assignments.value(binding.credential, one.version)
      if (secret === null) throw notFound(`value of version ${one.version}`)
      const answer = { ...one, value: secret.reveal() }
      const { tag, given } = written(plane, one, answer)
      if (isSeen(call, tag)) return taken
      given()
      return answer
    },

    async report({ caller, body }) {
      const { id, bindings } = agent(caller)
      if (orders.isUrgent()) {
        throw new ProblemError('too-many', {
          detail: 'A kill order is on its way, and goes before reports.',
          how: 'Send it again in a moment: nothing of it was taken.',
          retryAfterMs: secondMs,
        })
      }
      const source = {
        id: `agent/${id}`,
        kind: 'sdk',
        lagMs: 10 * secondMs,
        complete: true,
        bindings,
      } as const
      return takeSaid(plane, source, `${body.instance}/${body.batch}`, body.statements, body.instance)
    },

    async sessionStep({ caller, body }) {
      const { id, bindings } = agent(caller)
      const { credential, consumer, detail = null, instance, session, step, version } = body
      bindingOf({ id, bindings }, credential, consumer)
      const by: Actor = { kind: 'agent', id }
      const said = { credential, consumer, instance, session, step, version, detail }
      const nowMs = ground.nowMs()
      await keep.note(`session-of/${credential}`, { type: 'sessionStepped', ...said, atMs: nowMs, by })
      return { ok: true, nowMs }
    },

    async stream({ caller, query, request, reply }): Promise<typeof taken> {
      const { id, bindings } = agent(caller)
      const after = cursorOf(request.headers['last-event-id'], query.after)
      if (after !== null) await feed.reached(after, reachMs)
      // A store that does not answer must not keep back what is known here.
      await orders.caughtUp().catch(error => ground.journal.trouble?.('kill', error))
      let leave: () => void = () => undefined
      const line = openLine(reply, () => leave())
      // In one turn with taking the seat: what is ordered from here on is told to the seat.
      for (const frame of orderNews(plane, { id, bindings }, query)) line.write(frame)
      leave = streams.addAgent({
        agent: id,
        instance: query.instance ?? null,
        bindings,
        tell: frame => void line.write(frame),
        hear: (_message, frame) => void line.write(frame),
        beat: () => void line.write(':\n\n'),
        end: () => line.end(),
      })
      const { messages, position } = await streams.now(bindings)
      for (const message of messages) line.write(frameOf(position, message))
      return taken
    },

    async changes({ caller, query, signal }) {
      const { id, bindings } = agent(caller)
      const { after, waitMs = 25_000 } = query
      if (after !== undefined) await feed.reached(after, reachMs)
      if (after !== undefined && !streams.changedSince(bindings, after)) {
        await somethingFor(plane, { id, bindings }, waitMs, signal())
        if (!streams.changedSince(bindings, after)) {
          // No further than what was looked through: a change that is on its way would be taken for seen.
          return { items: [], position: Math.max(after, streams.position()), epoch: orders.book.epoch() }
        }
      }
      const { messages, position } = await streams.now(bindings)
      return { items: messages, position, epoch: orders.book.epoch() }
    },

    ...orderHandlers(plane),
  }
}

export function cursorOf(header: string | string[] | undefined, query: number | undefined): number | null {
  const text = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : query
  return text ?? null
}

/** Not its own is refused by name; that it exists at all is not told. */
export function bindingOf(
  { bindings }: Pick<Agent, 'id' | 'bindings'>,
  credential: string,
  consumer?: string,
): Binding {
  const mine = bindings.filter(
    one => one.credential === credential && (consumer ?? one.consumer) === one.consumer,
  )
  if (mine.length === 1) return mine[0]!
  if (mine.length > 1) {
    throw new ProblemError('invalid-request', {
      detail: `This agent is several consumers of ${credential}.`,
      how: `Say which: ${mine.map(one => one.consumer).join(', ')}.`,
    })
  }
  throw new ProblemError('out-of-scope', {
    detail: `This agent is not bound to ${consumer === undefined ? credential : `${consumer} of ${credential}`}.`,
    how: 'An admin binds agents to consumers: PUT /api/v1/agents/:id.',
  })
}

/** What the binding is assigned, if that is still accepted. */
function valid(assigned: Assigned, binding: Binding): AssignedView {
  if (assigned.consumers.get(binding.consumer)?.isFrozen) {
    throw new ProblemError('frozen', {
      detail: `${binding.consumer} of ${binding.credential} is frozen until somebody has looked at it.`,
      how: 'Wait; the stream tells when that is lifted. POST /api/v1/rotations/:id/lift does it.',
    })
  }
  const one = assignedTo(assigned, binding)
  if (one === null) {
    throw new ProblemError('not-assigned', {
      detail: `${binding.consumer} is assigned no version of ${binding.credential} yet.`,
      how: 'Rotate the credential once, or register the value that it has.',
    })
  }
  if (!one.accepted.includes(one.version)) {
    throw new ProblemError('version-ended', {
      detail: `Version ${one.version} of ${binding.credential} is not accepted any more.`,
      how: 'Wait until another version is assigned; the stream tells.',
    })
  }
  return one
}

type AssignedView = Omit<AssignedValue, 'value'>

/** What is remembered of it, written; null: it has to be looked up, or judged. */
export function readyFor({
  assignments,
}: Plane): (bindings: readonly Binding[], credential: string) => Ready | null {
  return (bindings, credential) => {
    const at = bindings.findIndex(one => one.credential === credential)
    const isOnlyOne = at === bindings.findLastIndex(one => one.credential === credential)
    const assigned = assignments.peek(credential)
    if (at < 0 || !isOnlyOne || assigned == null) return null
    const one = assignedTo(assigned, bindings[at]!)
    if (one === null || !one.accepted.includes(one.version)) return null
    if (assigned.consumers.get(bindings[at]!.consumer)?.isFrozen) return null
    return texts.get(one) ?? null
  }
}

/** As it is sent. It lives as long as what is remembered of the assignment, and so does the value that is remembered beside it. */
const texts = new WeakMap<AssignedView, Ready>()

function written({ delivered }: Plane, one: AssignedView, answer: AssignedValue): Ready {
  let known = texts.get(one)
  if (known === undefined) {
    const text = JSON.stringify(answer)
    known = { tag: tagOf(one), text, bytes: Buffer.byteLength(text), given: () => delivered.note(one) }
    texts.set(one, known)
  }
  return known
}

/** Made once for what does not change: a fleet asks for the same again and again. */
const made = new WeakMap<Assigned, Map<string, AssignedView | null>>()

function assignedTo(assigned: Assigned, binding: Binding): AssignedView | null {
  let views = made.get(assigned)
  if (views === undefined) {
    views = new Map()
    made.set(assigned, views)
  }
  let view = views.get(binding.consumer)
  if (view === undefined) {
    view = viewOf(assigned, binding)
    views.set(binding.consumer, view)
  }
  return view
}

function viewOf(assigned: Assigned, { credential, consumer }: Binding): AssignedView | null {
  const one = assigned.consumers.get(consumer)
  const version = one?.version ?? null
  if (one === undefined || version === null) return null
  const known = assigned.versions.get(version)
  const issuedMs = known?.issuedAtMs ?? null
  return {
    credential,
    consumer,
    version,
    sinceMs: one.sinceMs,
    fingerprint: known?.fingerprint ?? null,
    handle: known?.handle ?? null,
    expiresMs: assigned.lifeMs === null || issuedMs === null ? null : issuedMs + assigned.lifeMs,
    ttlMs: one.ttlMs,
    lanes: [...one.lanes],
    inFlight: assigned.inFlight,
    withoutContactMs: assigned.withoutContactMs,
    accepted: [...assigned.versions.values()].filter(isAccepted).map(({ number }) => number),
    rotation: assigned.rotation,
    position: assigned.position,
  }
}

const isAccepted = ({ state, compromised }: { state: string; compromised: boolean }) =>
  (state === 'active' || state === 'pre-active') && !compromised

/** Of all that the answer says, but for how far the record was read. */
const tagOf = ({ position: _, ...said }: AssignedView) => contentTag(said)

function somethingFor(
  { streams }: Plane,
  { id, bindings }: Pick<Agent, 'id' | 'bindings'>,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      leave()
      resolve()
    }
    const timer = setTimeout(done, waitMs)
    const seat = { agent: id, instance: null, bindings, beat: () => undefined }
    const leave = streams.addAgent({ ...seat, hear: done, tell: done, end: done })
    signal.addEventListener('abort', done, { once: true })
    // Gone before we listened: that is told to nobody again.
    if (signal.aborted) done()
  })
}
