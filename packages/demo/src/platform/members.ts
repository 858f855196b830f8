// Who lives on the one token of Docstore: how each of them takes a token up in the usual way, how it does with Rekey, and what a team would
// register of it. The times are those of the demo; a night is fifteen seconds here (docs/demo.md).

export const memberIds = [
  'intake-api',
  'webhook-intake',
  'queue-workers',
  'retry-worker',
  'summariser',
  'reconciliation',
  'support-replay',
  'oversized-fallback',
] as const
export type MemberId = (typeof memberIds)[number]

/** How it comes to run. */
export type Runs = 'always' | 'nightly' | 'by-hand' | 'for-large-files'

export interface Member {
  id: MemberId
  name: string
  runs: Runs
  copies: number
  /** Its program in this folder. */
  file: string
  userAgent: string
  /** When it notices another token, in the usual way. */
  usually: string
  /** How it has its token from Rekey. */
  withRekey: { by: 'sdk' } | { by: 'run'; more: readonly string[] }
  /** What is registered of it. */
  consumer: Record<string, unknown>
}

/** A night of the demo, and how often a large file comes. */
export const nightMs = 15_000
export const largeFileMs = 22_000
/** A retry comes back after eleven seconds; a little more is what its team knows of it. */
const horizonMs = 12_000

const intake = { id: 'team-intake', name: 'Intake team' }
const ai = { id: 'team-ai', name: 'AI team' }
const finance = { id: 'team-finance', name: 'Finance team' }
const support = { id: 'team-support', name: 'Support team' }

const sdk = { owner: intake, observability: 'sdk', reload: { how: 'every-use' } }
const wrapped = { owner: intake, observability: 'wrapped', reload: { how: 'signal' }, source: 'rekey run' }
const launched = { observability: 'wrapped', reload: { how: 'each-launch' }, source: 'rekey run' }
const inEnvironment = ['--covers', '--env', 'DOCSTORE_TOKEN=docstore']

export const members: readonly Member[] = [
  {
    id: 'intake-api',
    name: 'Intake API',
    runs: 'always',
    copies: 1,
    file: 'api-child.ts',
    userAgent: 'intake-api/2.3',
    usually: 'reads the token again every minute',
    withRekey: { by: 'sdk' },
    consumer: { ...sdk, behaviour: 'web-request', critical: true, effects: ['documents are taken in'] },
  },
  {
    id: 'webhook-intake',
    name: 'Webhook intake',
    runs: 'always',
    copies: 1,
    file: 'webhook-child.ts',
    userAgent: 'webhook-intake/1.8',
    usually: 'keeps the token in a cache',
    withRekey: { by: 'sdk' },
    consumer: { ...sdk, behaviour: 'webhook-handler', effects: ['documents of partners are taken in'] },
  },
  {
    id: 'queue-workers',
    name: 'Queue workers',
    runs: 'always',
    copies: 2,
    file: 'queue-child.ts',
    userAgent: 'queue-worker/4.1',
    usually: 'load it at the start, until the next deployment',
    withRekey: {
      by: 'run',
      more: [...inEnvironment, '--copies', '2', '--rolling', '--settle', '200ms', '--ready-after', '700ms'],
    },
    consumer: { ...wrapped, behaviour: 'background-job', pathClass: 'background' },
  },
  {
    id: 'retry-worker',
    name: 'Retry worker',
    runs: 'always',
    copies: 1,
    file: 'retry-child.ts',
    userAgent: 'retry-worker/3.0',
    usually: 'retries with the token of the first try',
    withRekey: { by: 'sdk' },
    consumer: {
      ...sdk,
      behaviour: 'background-job',
      pathClass: 'background',
      retriesReuseContext: true,
      cacheMs: horizonMs,
      horizonMs,
    },
  },
  {
    id: 'summariser',
    name: 'AI summariser',
    runs: 'always',
    copies: 1,
    file: 'summariser-child.ts',
    userAgent: 'summariser/0.4',
    usually: 'falls back to cheaper summaries, silently',
    withRekey: { by: 'sdk' },
    consumer: {
      ...sdk,
      owner: ai,
      behaviour: 'ai-worker',
      fallback: { how: 'degrades', to: 'a cheaper summary', canBeDisabled: true },
    },
  },
  {
    id: 'reconciliation',
    name: 'Reconciliation cron',
    runs: 'nightly',
    copies: 1,
    file: 'cron-child.ts',
    userAgent: 'reconciliation/1.0',
    usually: 'has the environment of its installation',
    withRekey: { by: 'run', more: inEnvironment },
    consumer: {
      ...launched,
      owner: finance,
      behaviour: 'scheduled-task',
      // Once a night is rare. A night is seconds here, so the path says what the rhythm cannot.
      pathClass: 'exception',
      cadence: { how: 'every', everyMs: nightMs },
      effects: ['invoices are reconciled'],
    },
  },
  {
    id: 'support-replay',
    name: 'Support replay tool',
    runs: 'by-hand',
    copies: 1,
    file: 'replay-child.ts',
    userAgent: 'support-replay/0.9',
    usually: 'has the token pasted in its configuration',
    withRekey: { by: 'run', more: ['--covers', '--template', 'replay.template.json:replay.json'] },
    consumer: {
      ...launched,
      owner: support,
      behaviour: 'replay-script',
      pathClass: 'exception',
      cadence: { how: 'on-demand' },
    },
  },
  {
    id: 'oversized-fallback',
    name: 'Oversized-file fallback',
    runs: 'for-large-files',
    copies: 1,
    file: 'oversized-child.ts',
    userAgent: 'oversized-fallback/0.1',
    usually: 'has the token in its image; nobody knows of it',
    withRekey: { by: 'run', more: inEnvironment },
    consumer: {
      ...launched,
      owner: intake,
      behaviour: 'fallback-service',
      pathClass: 'exception',
      cadence: { how: 'on-demand' },
    },
  },
]

/** The one that is in nobody's list. */
export const forgotten: MemberId = 'oversized-fallback'
export const memberOf = (id: MemberId) => members.find(one => one.id === id)!

/** As a person registers it; from then on Docstore's word about it is known to be about it. */
export const registered = ({ name, consumer, userAgent }: Member) => ({
  name,
  ...consumer,
  seenAs: [userAgent],
})
