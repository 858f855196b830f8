// The four scenes of the walk: the same content-intake platform, cut to what each cutover model is for.
import { type Abilities, type Consumer, type Credential, hourMs, type Model, minuteMs } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'

export interface Scene {
  model: Model
  title: string
  credential: Credential
  consumers: Consumer[]
  abilities: Partial<Abilities>
}

const credentialId = 'document-provider'
const owner = { id: 'team-intake', name: 'Intake team' }

const credential: Credential = {
  id: credentialId,
  name: 'Document provider token',
  kind: 'http-api',
  provider: 'memory',
  settings: {},
  target: 'document-provider',
  environment: 'production',
  owner: { id: 'team-platform', name: 'Platform team' },
  sensitivity: 'normal',
  exposure: 'internal',
  writes: true,
  policy: {},
  llm: null,
  lifeMs: null,
  lanes: ['ingestion'],
}

function consumer(id: string, name: string, facts: Partial<Consumer>): Consumer {
  return aConsumer({ id, name, credential: credentialId, owner, lanes: ['ingestion'], ...facts })
}

const api = consumer('intake-api', 'Intake API', {
  behaviour: 'web-request',
  pathClass: 'primary',
  reload: { how: 'ttl', ttlMs: minuteMs },
  cacheMs: minuteMs,
  critical: true,
  effects: ['documents are taken in'],
})
const webhook = consumer('webhook-intake', 'Webhook intake', { behaviour: 'webhook-handler' })
const queue = consumer('queue-worker', 'Queue worker', {
  reload: { how: 'restart', documented: true },
  sessionMs: 10 * minuteMs,
})
const retries = consumer('retry-worker', 'Retry worker', {
  horizonMs: hourMs,
  retriesReuseContext: true,
})
const cron = consumer('reconciliation', 'Reconciliation job', {
  behaviour: 'scheduled-task',
  cadence: { how: 'every', everyMs: hourMs },
  reload: { how: 'each-launch' },
  effects: ['invoices are reconciled'],
})
const replay = consumer('replay-tool', 'Support replay tool', {
  behaviour: 'replay-script',
  pathClass: 'exception',
  cadence: { how: 'on-demand' },
  reload: { how: 'each-launch' },
})
const summariser = consumer('summariser', 'AI summariser', {
  behaviour: 'ai-worker',
  fallback: { how: 'degrades', to: 'a smaller model', canBeDisabled: true },
})

const quick = [api, webhook].map(one => ({ ...one, reload: { how: 'every-use' } as const, cacheMs: 0 }))

export const scenes: Record<Model, Scene> = {
  atomic: {
    model: 'atomic',
    title: 'a target that holds one value: minting ends the old one, everybody reads at each use',
    credential,
    consumers: quick.map(one => ({ ...one, critical: false })),
    abilities: { maxLive: 1 },
  },
  dual: {
    model: 'dual',
    title: 'two valid values, a few quick consumers and a replay tool that nobody thinks of',
    credential,
    consumers: [...quick, replay],
    abilities: {},
  },
  alias: {
    model: 'alias',
    title: 'everybody follows the alias “current”, which moves once',
    credential,
    consumers: [
      ...quick,
      { ...cron, cadence: { how: 'every', everyMs: 30 * minuteMs } as const },
      replay,
    ].map(one => ({ ...one, follows: 'alias' as const })),
    abilities: {},
  },
  waves: {
    model: 'waves',
    title:
      'the whole platform: mixed refresh speeds, a retry horizon, a cron job, a replay tool and a fallback',
    credential,
    consumers: [api, webhook, queue, retries, cron, replay, summariser],
    abilities: {},
  },
}
