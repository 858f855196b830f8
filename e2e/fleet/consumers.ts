// Who lives on which credential, as people would register them.
export type TargetName = 'postgres' | 'redis' | 'rabbitmq'

export interface Member {
  id: string
  target: TargetName
  /** The file of its process in this folder; null: it is started by something else. */
  runs: 'always' | 'by-hand' | 'wrapped'
  consumer: Record<string, unknown>
}

const owner = { id: 'team-intake', name: 'Intake team' }
const base = { owner, observability: 'sdk', reload: { how: 'every-use' }, cacheMs: 0, toleratesTwo: true }
/** The cron runs this often here; a day stands for three seconds. */
export const cronEveryMs = 3_000

export const members: readonly Member[] = [
  {
    id: 'web',
    target: 'postgres',
    runs: 'always',
    consumer: { ...base, name: 'Web server', behaviour: 'web-request', sessionMs: 2_000, critical: true },
  },
  {
    id: 'cron',
    target: 'postgres',
    runs: 'always',
    consumer: {
      ...base,
      name: 'Reconciliation cron',
      behaviour: 'scheduled-task',
      pathClass: 'background',
      reload: { how: 'each-launch' },
      cadence: { how: 'every', everyMs: cronEveryMs },
    },
  },
  {
    id: 'legacy',
    target: 'postgres',
    runs: 'wrapped',
    consumer: {
      ...base,
      name: 'Legacy exporter',
      behaviour: 'data-export',
      pathClass: 'background',
      // It runs under `rekey run`, which restarts it by itself.
      reload: { how: 'signal' },
      observability: 'wrapped',
      sessionMs: 2_000,
    },
  },
  {
    id: 'replay',
    target: 'postgres',
    runs: 'by-hand',
    consumer: {
      ...base,
      name: 'Support replay tool',
      behaviour: 'replay-script',
      pathClass: 'exception',
      reload: { how: 'each-launch' },
      cadence: { how: 'on-demand' },
    },
  },
  {
    id: 'webhook',
    target: 'redis',
    runs: 'always',
    consumer: { ...base, name: 'Webhook handler', behaviour: 'webhook-handler', sessionMs: 2_000 },
  },
  {
    id: 'ai-batch',
    target: 'redis',
    runs: 'always',
    consumer: {
      ...base,
      name: 'AI batch worker',
      behaviour: 'ai-worker',
      pathClass: 'background',
      sessionMs: 5_000,
      checkpoints: true,
    },
  },
  {
    id: 'queue',
    target: 'rabbitmq',
    runs: 'always',
    consumer: {
      ...base,
      name: 'Queue worker',
      behaviour: 'background-job',
      pathClass: 'background',
      sessionMs: 2_000,
    },
  },
  {
    id: 'retry',
    target: 'rabbitmq',
    runs: 'always',
    consumer: {
      ...base,
      name: 'Retry worker',
      behaviour: 'background-job',
      pathClass: 'background',
      sessionMs: 2_000,
      horizonMs: 2_000,
    },
  },
]

export const credentialOf = (target: TargetName) => `fleet-${target}`
/** Short, so that a rotation takes a minute: hours stand for seconds here, and nothing else is changed. */
export const policy = { quietMs: 4_000, errorWindowMs: 4_000, approvals: 1, inFlight: 'finish' }
