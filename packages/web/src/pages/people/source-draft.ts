// A source of observations as it is entered: who it may speak for, and what its kind takes besides.
import type { AnswerOf, Binding, BodyOf, routes } from '@rekey/wire'
import { idFault } from '../../parts/id.ts'
import { exactLength, noLength, readLength } from '../../parts/length.ts'

export type Source = AnswerOf<typeof routes.sources.list>['items'][number]
export type SourceInput = BodyOf<typeof routes.sources.put>
export type SourceKind = Source['kind']

export const sourceKinds: Record<SourceKind, { name: string; means: string; proof: string }> = {
  webhook: {
    name: 'Webhook',
    means: 'Any program that posts what it saw, signed.',
    proof: 'It signs with the secret, as Standard Webhooks have it.',
  },
  ci: {
    name: 'CI run',
    means: 'A pipeline that tells which version its jobs ran with.',
    proof: 'It signs with the secret, as Standard Webhooks have it.',
  },
  telemetry: {
    name: 'Telemetry',
    means: 'OpenTelemetry logs and metrics that carry the version mark.',
    proof: 'It sends the token as a bearer token.',
  },
  metrics: {
    name: 'Metrics',
    means: 'A Prometheus that is asked about uses and authentication errors.',
    proof: 'Nothing: it is asked by Rekey.',
  },
}

export interface ServiceDraft {
  service: string
  binding: string
}

export interface SourceDraft {
  id: string
  kind: SourceKind
  bindings: readonly Binding[]
  lag: string
  complete: boolean
  services: readonly ServiceDraft[]
  url: string
  errors: string
  uses: string
  secret: string
}

export const bindingKey = ({ credential, consumer }: Binding) => `${consumer} ${credential}`

export function sourceDraft(one?: Source): SourceDraft {
  return {
    id: one?.id ?? '',
    kind: one?.kind ?? 'webhook',
    bindings: one?.bindings ?? [],
    lag: exactLength(one?.lagMs ?? 60_000),
    complete: one?.complete ?? false,
    services: Object.entries(one?.services ?? {}).map(([service, binding]) => ({
      service,
      binding: bindingKey(binding),
    })),
    url: one?.prometheus?.url ?? '',
    errors: one?.prometheus?.errors ?? '',
    uses: one?.prometheus?.uses ?? '',
    secret: one?.prometheus?.secret ?? '',
  }
}

export type SourceFaults = Partial<Record<keyof SourceDraft, string>>

export function readSource(draft: SourceDraft): { id: string; body: SourceInput; faults: SourceFaults } {
  const faults: SourceFaults = idFault(draft.id)
  const { id, kind, bindings, complete } = draft
  if (bindings.length === 0) faults.bindings = 'Say whom it may speak for: at least one consumer.'
  const lagMs = readLength(draft.lag)
  if (lagMs === null) faults.lag = noLength
  const services = kind === 'telemetry' ? servicesOf(draft, faults) : null
  const body: SourceInput = {
    kind,
    bindings: [...bindings],
    lagMs: lagMs ?? 0,
    complete,
    ...(services !== null && { services }),
    ...(kind === 'metrics' && { prometheus: prometheusOf(draft, faults) }),
  }
  return { id, body, faults }
}

function servicesOf({ services, bindings }: SourceDraft, faults: SourceFaults): Record<string, Binding> {
  const known = new Map(bindings.map(one => [bindingKey(one), one]))
  const said = services.filter(one => one.service.trim() !== '')
  if (said.some(one => !known.has(one.binding)))
    faults.services = 'Each service is one of the consumers that the source may speak for.'
  return Object.fromEntries(
    said.flatMap(({ service, binding }): [string, Binding][] => {
      const found = known.get(binding)
      return found === undefined ? [] : [[service.trim(), found]]
    }),
  )
}

function prometheusOf(draft: SourceDraft, faults: SourceFaults): NonNullable<SourceInput['prometheus']> {
  const [url, errors, uses, secret] = [draft.url, draft.errors, draft.uses, draft.secret].map(one =>
    one.trim(),
  )
  if (!URL.canParse(url!)) faults.url = 'The address of the Prometheus, as https://prometheus.example.com.'
  if (errors === '') faults.errors = 'A query that counts authentication errors.'
  if (uses === '') faults.uses = 'A query that counts all uses.'
  return { url: url!, errors: errors!, uses: uses!, ...(secret !== '' && { secret: secret! }) }
}
