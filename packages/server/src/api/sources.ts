// Sources of observations: who else may say what consumers do. Each is bound to consumers, and proves itself in the way of its
// kind: a webhook (or a CI run) by a signature, telemetry by a token; a Prometheus is asked by us.
import type { Binding, BodyOf, routes, sourceView } from '@rekey/wire'
import type { Static } from 'typebox'
import { actorOf } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { keepToken } from '../access/people.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { hookOf, sourceName } from '../intake/hook.ts'
import { askedUpTo, queryFor } from '../telemetry/poll.ts'
import { checkAddress } from '../webhooks/address.ts'
import { newSigning } from '../webhooks/secrets.ts'
import { needBindings, seenBy } from './agents.ts'
import { type Plane, stamp } from './plane.ts'

type Source = Kept['source']
type Asked = BodyOf<typeof routes.sources.put>
type SourceView = Static<typeof sourceView>

/** How a source of that kind proves itself. */
const proofs = { webhook: 'signature', ci: 'signature', telemetry: 'token', metrics: 'none' } as const

export function sourceHandlers(plane: Plane): HandlersOf<'sources'> {
  const { ground, keep } = plane
  const hear = hookOf(plane)
  return {
    async list({ caller }) {
      const bindingsSeen = seenBy(plane, caller)
      const heard = new Map((await keep.all('source-heard')).map(({ id, record }) => [id, record.atMs]))
      const items: SourceView[] = []
      for (const { id, record } of await keep.all('source')) {
        const bindings = await bindingsSeen(record.bindings)
        if (bindings === null) continue
        const isSeen = (one: Binding) => bindings.some(seen => seen.credential === one.credential)
        const services = Object.fromEntries(Object.entries(record.services).filter(([, one]) => isSeen(one)))
        items.push(viewOf(id, { ...record, bindings, services }, heard.get(id) ?? null))
      }
      return { items }
    },

    async put({ caller, params: { id }, body }) {
      const before = await keep.get('source', id)
      // Whoever binds a source decides whose word counts: in each environment that is touched, before and after.
      await needBindings(plane, caller, [...(before?.bindings ?? []), ...body.bindings])
      const faults = [...(await bindingFaults(plane, body.bindings)), ...kindFaults(plane, body)]
      if (faults.length > 0) {
        throw new ProblemError('not-acceptable', {
          detail: faults.join(' '),
          how: 'Correct it, and try again.',
        })
      }
      const nowMs = ground.nowMs()
      const proof = proofs[body.kind]
      const isSameProof = before !== null && proofs[before.kind] === proof
      const needsProof = proof !== 'none' && (!isSameProof || body.anew === true)
      const signing =
        needsProof && proof === 'signature' ? await newSigning(plane, sourceName(id), isSameProof) : null
      const token =
        needsProof && proof === 'token'
          ? await keepToken(keep, 'source-token', 'source', ground.random, () => ({ source: id }), null)
          : null
      const record = recordOf(
        body,
        token?.hash ?? (isSameProof ? before.hash : null),
        before?.madeMs ?? nowMs,
      )
      await keep.put('source', id, record, {
        event: { type: 'sourceSet', source: id, kind: body.kind, atMs: nowMs, by: actorOf(caller) },
        writes: signing === null ? [] : [signing.write],
      })
      // The hash has changed, so the tokens before are good for nothing already.
      if (token !== null || !isSameProof) await removeTokens(plane, id, token?.id ?? null)
      const heardMs = (await keep.get('source-heard', id))?.atMs ?? null
      const secret = (signing?.secret ?? token?.text)?.reveal() ?? null
      return { ...viewOf(id, record, heardMs), secret }
    },

    async remove({ caller, params: { id } }) {
      const record = await keep.get('source', id)
      if (record === null) throw notFound(`source ${id}`)
      await needBindings(plane, caller, record.bindings)
      await keep.remove('source', id, {
        type: 'sourceRemoved',
        source: id,
        ...stamp(plane, caller),
      })
      // From here on it is not heard. What is left of it is of no use to anybody, nor to one that comes under its name.
      await keep.remove('signing', sourceName(id))
      await keep.remove('source-heard', id)
      await removeTokens(plane, id, null)
      await ground.store.setMeta(askedUpTo(id), null)
      return { ok: true }
    },

    hook: ({ params, request, bytes }) => hear(params.id, request.headers, bytes ?? new Uint8Array()),
  }
}

async function removeTokens({ keep }: Plane, source: string, but: string | null): Promise<void> {
  for (const { id, record } of await keep.all('source-token')) {
    if (record.source === source && id !== but) await keep.remove('source-token', id)
  }
}

async function bindingFaults({ ground }: Plane, bindings: readonly Binding[]): Promise<string[]> {
  const faults: string[] = []
  for (const [credential, some] of Map.groupBy(bindings, one => one.credential)) {
    const known = new Set((await ground.store.consumers(credential)).map(one => one.id))
    for (const { consumer } of some) {
      if (!known.has(consumer)) faults.push(`There is no consumer ${consumer} of ${credential}.`)
    }
  }
  return faults
}

function kindFaults(plane: Plane, { kind, bindings, services = {}, prometheus }: Asked): string[] {
  const faults: string[] = []
  const bound = new Set(bindings.map(one => `${one.consumer} ${one.credential}`))
  if (kind !== 'telemetry' && Object.keys(services).length > 0) {
    faults.push('Only telemetry has services: leave them out.')
  }
  for (const [service, { consumer, credential }] of Object.entries(services)) {
    if (bound.has(`${consumer} ${credential}`)) continue
    faults.push(
      `The service ${service} is to be ${consumer} of ${credential}, to which the source is not bound.`,
    )
  }
  if (kind !== 'metrics') {
    if (prometheus !== undefined) faults.push('Only a source of metrics has a Prometheus: leave it out.')
    return faults
  }
  if (prometheus === undefined) return [...faults, 'A source of metrics needs the Prometheus that is asked.']
  const checked = checkAddress(prometheus.url, plane)
  if (!checked.ok) faults.push(`Of the Prometheus, ${checked.text}. ${checked.how}`)
  for (const query of [prometheus.errors, prometheus.uses]) {
    // The same count for two consumers is a count of neither.
    if (new Set(bindings.map(one => queryFor(query, one))).size === bound.size) continue
    faults.push('A query is the same for several bindings: write "$consumer" or "$credential" into it.')
    break
  }
  return faults
}

function recordOf(asked: Asked, hash: string | null, madeMs: number): Source {
  const { kind, bindings, lagMs = 60_000, complete = false, services = {}, prometheus } = asked
  return {
    kind,
    bindings,
    lagMs,
    complete,
    services,
    prometheus: prometheus === undefined ? null : { ...prometheus, secret: prometheus.secret ?? null },
    hash,
    madeMs,
  }
}

function viewOf(id: string, record: Source, heardMs: number | null): SourceView {
  const { kind, bindings, lagMs, complete, services, prometheus, madeMs } = record
  return {
    id,
    kind,
    bindings,
    lagMs,
    complete,
    ...(kind === 'telemetry' && { services }),
    ...(prometheus !== null && { prometheus: shown(prometheus) }),
    madeMs,
    heardMs,
  }
}

function shown({
  secret,
  ...rest
}: NonNullable<Source['prometheus']>): NonNullable<SourceView['prometheus']> {
  return secret === null ? rest : { ...rest, secret }
}
