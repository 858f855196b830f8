// Credentials and their consumers: registering, changing, looking.
import {
  advise,
  type Consumer,
  type Credential,
  checkPolicy,
  fiveQuestions,
  nextRotation,
  pactFaults,
  policyFor,
  readiness,
  Secret,
} from '@rekey/core'
import { completeSettings, type Provider, settingsFaults } from '@rekey/providers'
import type { CredentialRow } from '@rekey/store'
import type { BodyOf, CredentialView, Fault, routes } from '@rekey/wire'
import { actorOf, may, need } from '../access/caller.ts'
import { type HandlersOf, isSeen, matches, taken } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { changeCredential, registerCredential } from '../registry/credentials.ts'
import { credentialFor, type Plane, stamp } from './plane.ts'

export function credentialHandlers(plane: Plane): HandlersOf<'credentials'> {
  const { ground, keep } = plane
  const { store } = ground
  const viewed = async (row: CredentialRow): Promise<CredentialView> => {
    const versions = row.currentVersion === null ? [] : await store.versions(row.id)
    const current = versions.find(one => one.number === row.currentVersion)
    const { currentVersion, lastVersion, openRotation, nextRotationMs, lastRotationMs, record } = row
    return {
      ...(record as CredentialView),
      currentVersion,
      lastVersion,
      openRotation,
      nextRotationMs,
      lastRotationMs,
      fingerprint: current?.fingerprint ?? null,
      issuedAtMs: current?.issuedAtMs ?? null,
    }
  }
  return {
    async list({ caller, query }) {
      const limit = query.limit ?? 100
      const items: CredentialView[] = []
      let after = query.after ?? null
      for (let looked = 0; looked < mostLooked; looked += limit) {
        const rows = await store.credentials({ after, limit })
        for (const row of rows) {
          after = row.id
          const { environment } = row.record
          if (!may(caller, 'read', environment)) continue
          if (query.environment !== undefined && query.environment !== environment) continue
          items.push(await viewed(row))
          if (items.length === limit) return { items, next: after }
        }
        if (rows.length < limit) return { items, next: null }
      }
      return { items, next: after }
    },

    async get(call) {
      const row = await credentialFor(plane, call.caller, 'read', call.params.id)
      if (isSeen(call, tagOf(row))) return taken
      return viewed(row)
    },

    async register({ caller, body, reply }) {
      const { id, existing } = body
      const record = { id, ...body.credential } as Credential
      need(caller, 'operate', record.environment)
      const consumers = (body.consumers ?? []).map(one => consumerOf(id, one))
      judge(ground.providers.get(record.provider), record, consumers)
      const imported =
        existing === undefined
          ? null
          : {
              handle: existing.handle,
              secret: new Secret(existing.value),
              issuedMs: existing.issuedMs ?? ground.nowMs(),
            }
      if (!(await registerCredential(ground, record, consumers, imported, actorOf(caller)))) {
        throw new ProblemError('already-exists', {
          detail: `There is a credential ${id} already.`,
          how: 'Choose another id, or change that one.',
        })
      }
      const row = await store.credential(id)
      if (row === null) throw notFound(`credential ${id}`)
      reply.header('etag', `"${tagOf(row)}"`)
      return viewed(row)
    },

    async change(call) {
      const { caller, params, body, reply } = call
      const row = await credentialFor(plane, caller, 'operate', params.id)
      if (matches(call, tagOf(row)) === false) throw stale()
      const record = { id: row.id, ...body } as Credential
      need(caller, 'operate', record.environment)
      judge(ground.providers.get(record.provider), record, [])
      if (!(await changeCredential(ground, record, actorOf(caller)))) {
        throw new ProblemError('conflict', { how: 'Look at it again, and change it anew.' })
      }
      const next = (await store.credential(row.id)) ?? row
      reply.header('etag', `"${tagOf(next)}"`)
      return viewed(next)
    },

    async versions({ caller, params }) {
      const row = await credentialFor(plane, caller, 'read', params.id)
      const versions = await store.versions(row.id)
      return { items: versions.map(({ operation: _, ...version }) => version) }
    },

    async reveal({ caller, params, body }) {
      const row = await credentialFor(plane, caller, 'decide', params.id)
      const sealed = await store.sealed(row.id, params.number)
      if (sealed === null) throw notFound(`value of version ${params.number}`)
      // Written down before it is shown.
      await keep.note(`reveal/${row.id}`, {
        type: 'valueRevealed',
        credential: row.id,
        version: params.number,
        reason: body.reason,
        ...stamp(plane, caller),
      })
      return { value: ground.vault.open(sealed).reveal() }
    },

    async map({ caller, params }) {
      const row = await credentialFor(plane, caller, 'read', params.id)
      const provider = ground.providers.get(row.record.provider)
      if (provider === undefined) throw notFound(`provider ${row.record.provider}`)
      const [consumers, versions, agents] = await Promise.all([
        store.consumers(row.id),
        store.versions(row.id),
        keep.all('agent'),
      ])
      const credential = row.record
      const policy = policyFor(credential, credential.policy)
      const abilities = abilitiesOf(provider, credential)
      const nowMs = ground.nowMs()
      const issuedAtMs = versions.find(one => one.number === row.currentVersion)?.issuedAtMs ?? null
      const bound = agents.filter(
        ({ record }) => record.endedMs === null && record.bindings.some(one => one.credential === row.id),
      )
      return {
        questions: fiveQuestions(consumers),
        readiness: readiness({
          credential,
          consumers,
          abilities,
          policy,
          nowMs,
          rollbackRehearsedAtMs: row.lastRollbackMs,
        }),
        advice: advise({ credential, consumers, abilities, policyAdvice: policy.advice }),
        calendar: nextRotation({ credential, policy, nowMs, issuedAtMs }),
        reach: {
          consumers: consumers.length,
          agents: bound.length,
          owners: new Set(consumers.flatMap(one => one.owner?.id ?? [])).size,
        },
      }
    },

    async uses({ caller, params, query }) {
      const row = await credentialFor(plane, caller, 'read', params.id)
      const buckets = await store.buckets({ credential: row.id, ...query })
      return {
        items: buckets.map(({ credential: _, version, ...one }) => ({
          ...one,
          version: version < 0 ? null : version,
        })),
      }
    },
  }
}

const mostLooked = 5_000
export const tagOf = (row: CredentialRow) => `${row.seq}`
export const stale = () =>
  new ProblemError('stale-etag', { how: 'Look at it again, and change what is there now.' })

export const abilitiesOf = (provider: Provider, { settings }: Credential) =>
  provider.abilitiesWith?.(completeSettings(provider, settings)) ?? provider.abilities

export function consumerOf(
  credential: string,
  { id, ...input }: { id: string } & BodyOf<typeof routes.consumers.put>,
  { lastExercisedAtMs, idle }: Pick<Consumer, 'lastExercisedAtMs' | 'idle'> = {
    lastExercisedAtMs: null,
    idle: null,
  },
): Consumer {
  return {
    ...(input as Omit<Consumer, 'id' | 'credential' | 'lastExercisedAtMs' | 'idle'>),
    id,
    credential,
    // These two and no more of what was known: all the rest is as it was asked for.
    lastExercisedAtMs,
    idle,
  }
}

/** All that is wrong with it, before anything is written: a rotation months later is no time to find out. */
function judge(provider: Provider | undefined, record: Credential, consumers: readonly Consumer[]): void {
  const faults: Fault[] = []
  if (provider === undefined) {
    const how = 'GET /api/v1/providers lists them.'
    faults.push({
      code: 'no-provider',
      text: `There is no provider ${record.provider}.`,
      how,
      at: '/body/credential/provider',
    })
  } else {
    for (const text of settingsFaults(provider, record.settings)) {
      const how = `Correct the settings of ${provider.title}.`
      faults.push({ code: 'settings-invalid', text, how, at: '/body/credential/settings' })
    }
  }
  for (const { path, text, how } of checkPolicy(record.policy, record)) {
    faults.push({ code: 'policy-invalid', text, how, at: `/body/credential/policy/${path}` })
  }
  for (const text of consumers.flatMap(one => pactFaults(one.pact)))
    faults.push({ code: 'pact-invalid', text, how: 'Correct it, or leave it out.', at: '/body/consumers' })
  const ids = consumers.map(one => one.id)
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) {
    faults.push({
      code: 'twice',
      text: `The consumer ${id} is there twice.`,
      how: 'Leave one out.',
      at: '/body/consumers',
    })
  }
  if (faults.length > 0) {
    throw new ProblemError('not-acceptable', {
      detail: faults[0]!.text,
      how: faults[0]!.how,
      faults,
    })
  }
}
