// Answers of the API as a control plane with some life in it would give them, for the transcripts: a login of a shop that is just being
// rotated, and others around it. Typed as the wire has them.
// Long because: it is data, and formatted as such.
import { specMs } from './fixture-plane.ts'
import type { Answer } from './plane/operations.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const rotationId = '01a22a69-5cd4-7eeb-85ae-de820a627d28'
const killId = '01a22a6a-6f55-7a79-89d2-132ec1ba3196'
const alice = { id: 'alice', name: 'Alice Nkemelu' }

type Credential = Answer<'credentials.get'>

export const ordersDb: Credential = {
  id: 'orders-db',
  name: 'Orders database',
  kind: 'database',
  provider: 'postgres',
  settings: {
    nodes: [{ host: 'db-1.internal', port: 5432 }],
    admin: 'rekey',
    adminSecret: 'orders-admin',
    group: 'orders',
    prefix: 'orders',
  },
  target: 'orders-cluster',
  environment: 'prod',
  owner: alice,
  sensitivity: 'sensitive',
  exposure: 'internal',
  writes: true,
  policy: { everyMs: 7 * dayMs, approvals: 1 },
  llm: null,
  lifeMs: null,
  lanes: ['checkout', 'refund'],
  currentVersion: 3,
  lastVersion: 4,
  openRotation: rotationId,
  nextRotationMs: specMs + 3 * dayMs,
  lastRotationMs: specMs - 26 * dayMs,
  fingerprint: 'hmac-sha256:830ec083e871ff17',
  issuedAtMs: specMs - 26 * dayMs,
}

export const credentials: Answer<'credentials.list'> = {
  items: [
    ordersDb,
    {
      ...ordersDb,
      id: 'documents',
      name: 'Document service',
      kind: 'http-api',
      environment: 'dev',
      owner: null,
      currentVersion: 1,
      openRotation: null,
      nextRotationMs: specMs - 5 * hourMs,
    },
    {
      ...ordersDb,
      id: 'summariser-llm',
      name: 'Summariser’s key (日本語)',
      kind: 'llm-key',
      currentVersion: null,
      openRotation: null,
      nextRotationMs: null,
      issuedAtMs: null,
    },
  ],
  next: null,
}

const held = (version: number, life: string) => ({
  version,
  handle: `orders_v${version}`,
  fingerprint: `hmac-sha256:0${version}c083e871ff17a3`,
  life,
})

export const rotation: Answer<'rotations.get'> = {
  id: rotationId,
  credential: 'orders-db',
  environment: 'prod',
  phase: 'running',
  ending: null,
  because: null,
  trigger: 'because its time has come',
  openedBy: 'scheduler',
  openedMs: specMs - 3 * hourMs,
  startAtMs: specMs - 3 * hourMs,
  startedMs: specMs - 3 * hourMs,
  endedMs: null,
  mintedMs: specMs - 3 * hourMs + 4_000,
  old: held(3, 'active'),
  new: held(4, 'active'),
  step: {
    do: 'observe',
    at: 6,
    of: 11,
    enteredMs: specMs - 40 * minuteMs,
    waitsFor: `the observation to last until ${new Date(specMs + 20 * minuteMs).toISOString()}, every gate to open, and the approval of a person`,
    notBeforeMs: specMs + 20 * minuteMs,
  },
  problem: null,
  turnedBecause: null,
  heldBecause: null,
  assignments: ['web', 'queue', 'retry', 'replay'].map(consumer => ({
    consumer,
    side: 'new' as const,
    sinceMs: specMs - 2 * hourMs,
  })),
  approvals: [],
  overrides: [],
  restricted: [],
  overdueMs: null,
  plan: {
    model: 'waves',
    order: 'prove-first',
    course: [
      'mint',
      'probe new for accepted',
      'compare rights',
      'move wave 1 to new',
      'move wave 2 to new',
      'observe before leaving old',
      'disable old',
      'end sessions of old',
      'watch old',
      'destroy old',
      'probe old for refused',
    ],
    reasons: [
      {
        code: 'mixed-pace',
        text: 'Consumers take a new value up at different speeds: the quick ones go first and show whether it works.',
      },
    ],
    gaps: [],
    overrides: [],
    waves: [
      {
        name: 'first',
        consumers: ['web', 'queue'],
        settleMs: 15 * minuteMs,
        why: 'Few, and what shows success fastest: harm stays small if the new value does not work.',
      },
      {
        name: 'rare',
        consumers: ['retry', 'replay'],
        settleMs: 15 * minuteMs,
        why: 'They run rarely or only when called: last, and each has to be run on purpose.',
      },
    ],
    owed: [
      {
        consumer: 'web',
        name: 'Web shop',
        lanes: ['checkout', 'refund'],
        exercise: false,
        refresh: true,
        quietMs: 30 * minuteMs,
      },
      {
        consumer: 'replay',
        name: 'Replay of lost orders',
        lanes: [],
        exercise: true,
        refresh: false,
        quietMs: dayMs,
      },
    ],
    lanes: ['checkout', 'refund'],
    windows: {
      overlapMs: 4 * hourMs,
      deadlineMs: 6 * hourMs,
      observeMs: hourMs,
      watchMs: hourMs,
      freshMs: hourMs,
      errorWindowMs: 15 * minuteMs,
    },
    inFlight: 'finish',
    rollback: 'reassign',
    approvals: 1,
    owner: alice,
  },
  seq: 41,
}

export const rotations: Answer<'rotations.list'> = {
  items: [
    {
      ...rotation,
      id: '0190ffff-0000-7000-8000-000000000001',
      credential: 'documents',
      environment: 'dev',
      phase: 'ended',
      ending: 'rolled-back',
      endedMs: specMs - 9 * dayMs,
      openedMs: specMs - 10 * dayMs,
      step: null,
    },
    rotation,
  ],
  next: null,
}

const missing = (gate: string, consumer: string | null, text: string, how: string) => ({
  gate,
  what: gate,
  consumer,
  text,
  how,
})
const instance = (name: string, version: number | null) => ({
  instance: name,
  version,
  lastSeenMs: specMs - 30_000,
  stoppedMs: null,
})

type Row = Answer<'rotations.ledger'>['rows'][number]
const row = (consumer: string, name: string, more: Partial<Row>): Row => ({
  consumer,
  name,
  owner: alice.name,
  refresh: 'reads it anew every 1 min',
  truth: 'new',
  lastOldUseMs: specMs - 100 * minuteMs,
  firstNewSuccessMs: specMs - 99 * minuteMs,
  lastNewSuccessMs: specMs - 20_000,
  movedMs: specMs - 2 * hourMs,
  propagationMs: 21 * minuteMs,
  exercised: null,
  configuration: 4,
  runtime: [instance(`${consumer}-1`, 4), instance(`${consumer}-2`, 4)],
  behaviour: 4,
  safe: true,
  missing: [],
  ...more,
})

export const ledger: Answer<'rotations.ledger'> = {
  rotation: rotationId,
  arriving: 4,
  leaving: 3,
  rows: [
    row('web', 'Web shop', {}),
    row('queue', 'Order queue', {
      truth: 'mixed',
      safe: false,
      lastOldUseMs: specMs - 4 * minuteMs,
      runtime: [instance('queue-1', 4), instance('queue-2', 3), instance('queue-3', 3)],
      missing: [
        missing(
          'refreshed',
          'queue',
          'queue-2 of Order queue still holds version 3',
          'refresh or restart queue-2',
        ),
        missing(
          'refreshed',
          'queue',
          'queue-3 of Order queue still holds version 3',
          'refresh or restart queue-3',
        ),
        missing(
          'quiet',
          'queue',
          `Order queue used another version at ${new Date(specMs - 4 * minuteMs).toISOString()}; quiet is reached at ${new Date(specMs + 26 * minuteMs).toISOString()} (30 min in all)`,
          'refresh Order queue, then wait',
        ),
      ],
    }),
    row('retry', 'Retry worker', {
      truth: 'old',
      safe: false,
      configuration: 4,
      behaviour: 3,
      runtime: [instance('retry-1', 3)],
      firstNewSuccessMs: null,
      propagationMs: null,
      refresh: 'when it is restarted',
      missing: [
        missing(
          'truth',
          'retry',
          'Retry worker acts on the version that is to be left',
          'refresh Retry worker',
        ),
      ],
    }),
    row('replay', 'Replay of lost\norders', {
      truth: 'unknown',
      safe: false,
      configuration: null,
      behaviour: null,
      runtime: [],
      owner: null,
      lastOldUseMs: null,
      firstNewSuccessMs: null,
      propagationMs: null,
      refresh: 'at each launch',
      exercised: false,
      missing: [
        missing(
          'rarePaths',
          'replay',
          'Replay of lost\norders is rare and has not been run since it was moved',
          'run it once on purpose, from a fresh start, and let it report',
        ),
      ],
    }),
  ],
  ghosts: 1,
  errors: { before: { uses: 1_240, authFailures: 0 }, since: { uses: 2_511, authFailures: 3 } },
  patterns: [
    {
      name: 'split-brain',
      consumer: 'queue',
      sinceMs: specMs - 90 * minuteMs,
      beganAt: 'move',
      text: 'Order queue acts on both versions long after it was moved',
    },
  ],
  nowMs: specMs,
}

const gate = (name: string, found: ReturnType<typeof missing>[] = []) => ({
  gate: name as never,
  open: found.length === 0,
  missing: found,
  overridden: [],
})

export const gates: Answer<'rotations.gates'> = {
  stage: 'retire',
  open: false,
  gates: [
    gate('plan'),
    gate('owners', [
      missing(
        'owners',
        'replay',
        'Replay of lost orders has no owner',
        'name a person or team that answers for Replay of lost orders',
      ),
    ]),
    gate('moved'),
    gate('rarePaths', ledger.rows[3]!.missing),
    gate('refreshed', ledger.rows[1]!.missing.slice(0, 2)),
    {
      ...gate('freshSuccess'),
      overridden: [{ by: 'bob', reason: 'it was deleted', consumer: 'old-export' }],
    },
    gate('quiet', ledger.rows[1]!.missing.slice(2)),
    gate('ghosts', [
      missing(
        'ghosts',
        null,
        `report-7 used the credential and is not registered, last at ${new Date(specMs - hourMs).toISOString()}`,
        'claim it as a consumer, or dismiss it as a named person',
      ),
    ]),
    gate('rights'),
    gate('rollback'),
    gate('decision', [
      missing(
        'decision',
        null,
        'the decision to retire needs Alice Nkemelu',
        'approve the retirement as a named person',
      ),
    ]),
  ],
  nowMs: specMs,
}

type Item = Answer<'overview.now'>['items'][number]
const item = (
  more: Partial<Item> & Pick<Item, 'kind' | 'urgency' | 'title' | 'because' | 'action'>,
): Item => ({
  id: more.kind,
  credential: 'orders-db',
  name: 'Orders database',
  environment: 'prod',
  rotation: rotationId,
  subject: null,
  sinceMs: specMs - hourMs,
  untilMs: null,
  ...more,
})

export const now: Answer<'overview.now'> = {
  items: [
    item({
      kind: 'kill-unconfirmed',
      urgency: 'now',
      title: '2 holders have not confirmed a kill',
      because: 'worker-7 and worker-8 had no stream open when the order went out.',
      subject: killId,
      rotation: null,
      action: { do: 'look-at-kill', text: 'Look at it', needs: 'decide', may: true },
    }),
    item({
      kind: 'window-closing',
      urgency: 'today',
      title: 'Two valid versions, and the window closes',
      because: 'Order queue still acts on version 3.',
      untilMs: specMs + 3 * hourMs,
      action: { do: 'look-at-gates', text: 'Look at the gates', needs: 'read', may: true },
    }),
    item({
      kind: 'ghost',
      urgency: 'soon',
      title: 'Somebody uses it whom nobody registered',
      because: 'It was seen as “report 7”, last an hour ago.',
      subject: 'orders-db/report 7',
      rotation: null,
      action: { do: 'claim-ghost', text: 'Claim it', needs: 'operate', may: false },
    }),
  ],
  more: 2,
  flights: [
    {
      rotation: rotationId,
      credential: 'orders-db',
      name: 'Orders database',
      environment: 'prod',
      phase: 'running',
      step: rotation.step,
      old: 3,
      new: 4,
      openedMs: specMs - 3 * hourMs,
      deadlineMs: specMs + 3 * hourMs,
      truth: { old: 1, new: 1, mixed: 1, unknown: 1 },
      safe: 1,
      consumers: 4,
      refusedGates: ['quiet'],
    },
  ],
  counts: { credentials: 12, consumers: 41, agents: 8, ghosts: 1, flights: 1 },
  position: 1_204,
  nowMs: specMs,
}

type Consumer = Answer<'overview.consumers'>['items'][number]
const consumer = (id: string, more: Partial<Consumer>): Consumer => ({
  id,
  credential: 'orders-db',
  environment: 'prod',
  name: id,
  behaviour: 'web-request',
  pathClass: 'primary',
  access: { how: 'direct' },
  owner: alice,
  source: 'Rekey SDK',
  follows: 'assignment',
  reload: { how: 'ttl', ttlMs: minuteMs },
  cacheMs: 0,
  sessionMs: 0,
  checkpoints: false,
  retriesReuseContext: false,
  inFlightMayFinish: true,
  cadence: { how: 'continuous' },
  horizonMs: 0,
  fallback: { how: 'none' },
  effects: [],
  lanes: [],
  critical: false,
  observability: 'sdk',
  toleratesTwo: true,
  lastExercisedAtMs: null,
  idle: null,
  ...more,
})

export const consumers: Answer<'overview.consumers'> = {
  items: [
    consumer('web', { name: 'Web shop' }),
    consumer('replay', {
      name: 'Replay of lost orders',
      behaviour: 'replay-script',
      pathClass: 'exception',
      owner: null,
      reload: { how: 'by-hand', documented: false },
      observability: 'none',
    }),
    consumer('summariser', {
      credential: 'documents',
      environment: 'dev',
      name: 'AI summariser',
      behaviour: 'ai-worker',
      reload: { how: 'every-use' },
      idle: { by: 'bob', atMs: specMs, reason: 'switched off until May' },
    }),
  ],
  next: 'summariser',
}

export const ghosts: Answer<'overview.ghosts'> = {
  items: [
    {
      id: 'orders-db/report-7',
      credential: 'orders-db',
      environment: 'prod',
      name: 'Orders database',
      seenAs: 'report-7\x1b[31m',
      version: 3,
      firstMs: specMs - 9 * dayMs,
      lastMs: specMs - hourMs,
      count: 144,
      state: 'open',
      by: null,
    },
  ],
  next: null,
}

export const calendar: Answer<'overview.calendar'> = {
  items: [
    {
      credential: 'orders-db',
      name: 'Orders database',
      environment: 'prod',
      kind: 'database',
      fingerprint: null,
      version: 3,
      issuedAtMs: specMs - 26 * dayMs,
      lastRotationMs: specMs - 26 * dayMs,
      dueAtMs: specMs + 4 * dayMs,
      startAtMs: specMs + 2 * dayMs,
      leftMs: 4 * dayMs,
      overdue: false,
      alert: false,
      everyMs: 30 * dayMs,
      automatedBy: 'PostgreSQL login',
      openRotation: rotationId,
      policy: {},
      reasons: [],
    },
    {
      credential: 'documents',
      name: 'Document service',
      environment: 'dev',
      kind: 'http-api',
      fingerprint: null,
      version: 1,
      issuedAtMs: specMs - 40 * dayMs,
      lastRotationMs: null,
      dueAtMs: specMs - 10 * dayMs,
      startAtMs: specMs,
      leftMs: -10 * dayMs,
      overdue: true,
      alert: false,
      everyMs: 30 * dayMs,
      automatedBy: 'a person, by hand',
      openRotation: null,
      policy: {},
      reasons: [
        {
          code: 'overdue',
          text: `It was due at ${new Date(specMs - 10 * dayMs).toISOString()}, 10 d ago: it begins now, in or out of a window.`,
        },
      ],
    },
  ],
  next: null,
}

export const readiness: Answer<'overview.readiness'> = {
  items: [
    {
      credential: 'orders-db',
      name: 'Orders database',
      environment: 'prod',
      verdict: 'not-ready',
      startAtMs: specMs + 2 * dayMs,
      rotation: null,
      consumers: 4,
      checks: [],
      rarePaths: [],
      missing: [
        {
          check: 'owners-known',
          consumer: 'replay',
          text: 'Replay of lost orders has no owner.',
          how: 'Enter a person or a team.',
          blocks: true,
        },
        {
          check: 'rollback-rehearsed',
          consumer: null,
          text: 'The way back has never been tried.',
          how: 'Rehearse it: move one consumer to the new version and back.',
          blocks: false,
        },
      ],
    },
    {
      credential: 'documents',
      name: 'Document service',
      environment: 'dev',
      verdict: 'ready',
      startAtMs: null,
      rotation: rotationId,
      consumers: 1,
      checks: [],
      rarePaths: [],
      missing: [],
    },
  ],
  next: null,
}

export const history: Answer<'record.history'> = {
  items: [
    {
      position: 1_204,
      stream: `rotation/${rotationId}`,
      seq: 12,
      type: 'waveMoved',
      atMs: specMs - 2 * hourMs,
      by: 'scheduler',
      credential: 'orders-db',
      environment: 'prod',
      data: { wave: 1, consumers: ['retry', 'replay'] },
      leaf: 1_190,
    },
    {
      position: 1_180,
      stream: 'reveal/orders-db',
      seq: 3,
      type: 'valueRevealed',
      atMs: specMs - dayMs,
      by: 'person:alice',
      credential: 'orders-db',
      environment: 'prod',
      data: { version: 3, reason: 'the console asks for it', by: { kind: 'person', id: 'alice' } },
      leaf: 1_166,
    },
  ],
  position: 1_180,
  more: true,
  last: 1_204,
}

export const providers: Answer<'providers.list'> = {
  items: [
    {
      kind: 'postgres',
      title: 'PostgreSQL login',
      provedAgainst: 'server',
      settings: {
        type: 'object',
        required: ['host', 'prefix', 'tls'],
        properties: {
          host: { type: 'string', description: 'A name or an address, without a port' },
          port: { type: 'integer', minimum: 1, maximum: 65_535, default: 5_432 },
          prefix: { type: 'string', description: 'How the names that Rekey gives there begin' },
          tls: {
            anyOf: [{ const: 'verify' }, { const: 'off' }],
            default: 'verify',
            description: 'Whether the way there is encrypted',
          },
          nodes: { type: 'array', items: { type: 'object', properties: { host: { type: 'string' } } } },
        },
        additionalProperties: false,
      },
      abilities: {
        maxLive: 100,
        secretFrom: 'us',
        canDisable: true,
        canEndSessions: true,
        canList: true,
        canCompareRights: true,
        usage: 'sessions',
        usageLagMs: 0,
        byHand: [],
      },
    },
  ],
}

export const radius: Answer<'kills.preview'> = {
  scope: 'version 3 of orders-db',
  credentials: [
    {
      credential: 'orders-db',
      name: 'Orders database',
      environment: 'prod',
      target: 'orders-cluster',
      versions: [3],
      agents: ['web-agent'],
      atTarget: 'its login is disabled, its sessions are ended, and it is dropped',
      openRotation: rotationId,
      consumers: [
        {
          consumer: 'web',
          name: 'Web shop',
          owner: alice.name,
          pathClass: 'primary',
          effects: ['orders are taken'],
          instances: 2,
          connected: 2,
        },
        {
          consumer: 'replay',
          name: 'Replay',
          owner: null,
          pathClass: 'exception',
          effects: [],
          instances: 0,
          connected: 0,
        },
      ],
    },
  ],
  totals: { credentials: 1, versions: 1, consumers: 2, instances: 2, connected: 2 },
  warnings: ['On exception paths, and so not seen to fail soon: Replay.'],
}

export const kill: Answer<'kills.get'> = {
  id: killId,
  scope: 'version 3 of orders-db',
  reason: 'found on a paste site',
  by: 'person:alice',
  cause: 'a person',
  askedMs: specMs - 65_012,
  orderedMs: specMs - 65_000,
  killed: [
    {
      credential: 'orders-db',
      version: 3,
      environment: 'prod',
      epoch: 7,
      rotation: rotationId,
      steps: [
        {
          step: 'revoke',
          state: 'confirmed',
          atMs: specMs - 64_000,
          afterMs: 412,
          text: 'the target refuses it',
        },
        {
          step: 'record',
          state: 'confirmed',
          atMs: specMs - 65_000,
          afterMs: 0,
          text: 'the order is durable',
        },
        { step: 'halt', state: 'unconfirmed', atMs: null, afterMs: null, text: '1 of 3 have not confirmed' },
        { step: 'notify', state: 'not-needed', atMs: null, afterMs: null, text: 'no webhook is registered' },
      ],
      holders: [
        {
          consumer: 'web',
          instance: 'web-1',
          agent: 'web-agent',
          connected: true,
          state: 'confirmed',
          how: 'its answer',
          held: true,
          afterMs: 3,
        },
        {
          consumer: 'web',
          instance: 'web-2',
          agent: 'web-agent',
          connected: true,
          state: 'confirmed',
          how: 'its answer',
          held: true,
          afterMs: 9,
        },
        {
          consumer: 'queue',
          instance: 'queue-3',
          agent: 'queue-agent',
          connected: false,
          state: 'unconfirmed',
          how: 'it had no stream open',
          held: null,
          afterMs: null,
        },
      ],
      consumers: [],
      lastUseAfterKillMs: null,
      providerRefusedAfterMs: 412,
    },
  ],
  unconfirmed: [
    {
      credential: 'orders-db',
      consumer: 'queue',
      instance: 'queue-3',
      what: 'it had no stream open when the order went out',
      how: 'Look whether it still runs; end it, or answer for it.',
    },
  ],
  latency: { recordedMs: 12, holders: { p50Ms: 3, p99Ms: 9, lastMs: 9 }, providerMs: 412 },
  byHand: { assumptions: [], detectMs: 0, revokeMs: 0, propagateMs: 0 },
  measured: { detectMs: null, revokeMs: 412, propagateMs: null },
}
