// Rotations: planning, opening, looking, and what a person does by hand.
import { gateNames, models, phases } from '@rekey/core'
import { type Static, Type } from 'typebox'
import { containment } from './containment.ts'
import { anyId, byId, environment, lengthMs, ms, oneOf, orNull, page, pageQuery, reason } from './parts.ts'
import { route } from './route.ts'

const closed = { additionalProperties: false }
const side = oneOf('old', 'new')

const held = Type.Object({
  version: Type.Integer(),
  handle: orNull(Type.String()),
  fingerprint: orNull(Type.String()),
  life: Type.String(),
})

const said = Type.Object({ code: Type.String(), text: Type.String() })
export const gap = Type.Object({
  code: Type.String(),
  text: Type.String(),
  how: Type.String(),
  overridable: Type.Boolean(),
})

export const planView = Type.Object({
  model: oneOf(...models),
  order: oneOf('prove-first', 'revoke-first'),
  course: Type.Array(Type.String()),
  reasons: Type.Array(said),
  gaps: Type.Array(gap),
  overrides: Type.Array(Type.Object({ code: Type.String(), by: Type.String(), reason: Type.String() })),
  waves: Type.Array(
    Type.Object({
      name: Type.String(),
      consumers: Type.Array(Type.String()),
      settleMs: lengthMs,
      why: Type.String(),
    }),
  ),
  owed: Type.Array(
    Type.Object({
      consumer: Type.String(),
      name: Type.String(),
      lanes: Type.Array(Type.String()),
      exercise: Type.Boolean(),
      refresh: Type.Boolean(),
      quietMs: Type.Number(),
    }),
  ),
  lanes: Type.Array(Type.String()),
  windows: Type.Object({
    overlapMs: orNull(Type.Number()),
    deadlineMs: Type.Number(),
    observeMs: Type.Number(),
    watchMs: Type.Number(),
    freshMs: Type.Number(),
    errorWindowMs: Type.Number(),
  }),
  inFlight: oneOf('finish', 'fail', 'requeue'),
  rollback: orNull(Type.String()),
  approvals: Type.Integer(),
  owner: orNull(Type.Object({ id: Type.String(), name: Type.String() })),
})

export const rotationView = Type.Object({
  id: Type.String(),
  credential: Type.String(),
  environment: Type.String(),
  phase: oneOf(...phases),
  ending: orNull(Type.String()),
  because: orNull(Type.String()),
  trigger: Type.String(),
  openedBy: Type.String(),
  openedMs: ms,
  startAtMs: ms,
  startedMs: orNull(ms),
  endedMs: orNull(ms),
  mintedMs: orNull(ms),
  old: orNull(held),
  new: orNull(held),
  step: orNull(
    Type.Object({
      do: Type.String(),
      at: Type.Integer(),
      of: Type.Integer(),
      enteredMs: ms,
      waitsFor: orNull(Type.String({ description: 'What it waits for: a time, a person, evidence' })),
      notBeforeMs: orNull(ms),
    }),
  ),
  problem: orNull(said),
  turnedBecause: orNull(Type.String()),
  heldBecause: orNull(Type.String()),
  assignments: Type.Array(Type.Object({ consumer: Type.String(), side, sinceMs: ms })),
  approvals: Type.Array(Type.Object({ by: Type.String(), atMs: ms })),
  overrides: Type.Array(
    Type.Object({
      gate: Type.String(),
      consumer: orNull(Type.String()),
      by: Type.String(),
      reason: Type.String(),
      atMs: ms,
    }),
  ),
  restricted: Type.Array(Type.String()),
  overdueMs: orNull(ms),
  plan: planView,
  seq: Type.Integer(),
})
export type RotationView = Static<typeof rotationView>

const missing = Type.Object({
  gate: Type.String(),
  what: Type.String(),
  consumer: orNull(Type.String()),
  text: Type.String(),
  how: Type.String(),
})

export const ledgerRow = Type.Object({
  consumer: Type.String(),
  name: Type.String(),
  owner: orNull(Type.String()),
  refresh: Type.String({ description: 'How it takes up a new value' }),
  truth: oneOf('old', 'new', 'mixed', 'unknown'),
  lastOldUseMs: orNull(ms),
  firstNewSuccessMs: orNull(ms),
  lastNewSuccessMs: orNull(ms),
  movedMs: orNull(ms),
  propagationMs: orNull(
    Type.Integer({ description: 'From its move to its first success with the new version' }),
  ),
  exercised: orNull(Type.Boolean({ description: 'null: it owes no exercise' })),
  /** The three layers, each with the version that it shows. */
  configuration: orNull(Type.Integer()),
  runtime: Type.Array(
    Type.Object({
      instance: Type.String(),
      version: orNull(Type.Integer()),
      lastSeenMs: ms,
      stoppedMs: orNull(ms),
    }),
  ),
  behaviour: orNull(Type.Integer({ description: 'The version of the last success' })),
  safe: Type.Boolean(),
  missing: Type.Array(missing),
})

export const ledgerView = Type.Object({
  rotation: Type.String(),
  arriving: orNull(Type.Integer()),
  leaving: orNull(Type.Integer()),
  rows: Type.Array(ledgerRow),
  ghosts: Type.Integer(),
  errors: Type.Object({
    before: Type.Object({ uses: Type.Integer(), authFailures: Type.Integer() }),
    since: Type.Object({ uses: Type.Integer(), authFailures: Type.Integer() }),
  }),
  patterns: Type.Array(Type.Unknown()),
  nowMs: ms,
})
export type LedgerView = Static<typeof ledgerView>

export const gatesView = Type.Object({
  stage: oneOf('wave', 'retire', 'return', 'recover'),
  open: Type.Boolean(),
  gates: Type.Array(
    Type.Object({
      gate: oneOf(...gateNames),
      open: Type.Boolean(),
      missing: Type.Array(missing),
      overridden: Type.Array(
        Type.Object({ by: Type.String(), reason: Type.String(), consumer: orNull(Type.String()) }),
      ),
    }),
  ),
  nowMs: ms,
})

const openBody = {
  reason,
  wish: Type.Optional(oneOf(...models)),
  overrides: Type.Optional(
    Type.Array(Type.Object({ code: Type.String({ maxLength: 100 }), reason }, closed), {
      maxItems: 100,
      description: 'Gaps of the plan that a named person overrides',
    }),
  ),
}

export const rotations = {
  list: route('GET /rotations', {
    title: 'List rotations, the latest last',
    who: 'read',
    query: Type.Object({
      ...pageQuery,
      credential: Type.Optional(anyId),
      environment: Type.Optional(environment),
      open: Type.Optional(Type.Boolean()),
    }),
    answer: page(rotationView),
  }),
  plan: route('POST /credentials/:id/plan', {
    title: 'Plan a rotation without opening it',
    who: 'read',
    params: byId,
    body: Type.Object({ wish: Type.Optional(oneOf(...models)) }, closed),
    answer: planView,
  }),
  open: route('POST /credentials/:id/rotations', {
    title: 'Open a rotation',
    text: 'The plan is fixed from then on. One with gaps is opened, and waits for what is missing.',
    who: 'operate',
    params: byId,
    body: Type.Object({ ...openBody, startAtMs: Type.Optional(ms) }, closed),
    status: 201,
    answer: rotationView,
  }),
  get: route('GET /rotations/:id', {
    title: 'Look at a rotation',
    who: 'read',
    params: byId,
    answer: rotationView,
  }),
  ledger: route('GET /rotations/:id/ledger', {
    title: 'The adoption ledger: where each consumer stands, and what it owes',
    who: 'read',
    params: byId,
    answer: ledgerView,
  }),
  containment,
  gates: route('GET /rotations/:id/gates', {
    title: 'Every gate as it stands now, and what is missing',
    who: 'read',
    params: byId,
    answer: gatesView,
  }),
  runbook: route('GET /rotations/:id/runbook', {
    title: 'The plan and the runbook, to print',
    who: 'read',
    params: byId,
    media: 'text/markdown; charset=utf-8',
    answer: Type.String(),
  }),
  handStep: route('GET /rotations/:id/hand-step', {
    title: 'What a person has to do at the target',
    who: 'read',
    params: byId,
    answer: Type.Object({
      step: orNull(
        Type.Object({
          verb: Type.String(),
          version: Type.Integer(),
          handle: orNull(Type.String()),
          name: orNull(Type.String()),
          steps: Type.Array(Type.String()),
          asks: Type.Array(oneOf('handle', 'value', 'answer')),
        }),
      ),
    }),
  }),
  handIn: route('POST /rotations/:id/hand-in', {
    title: 'Report a step that was done by hand',
    who: 'operate',
    params: byId,
    body: Type.Object(
      {
        handle: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
        value: Type.Optional(Type.String({ minLength: 1, maxLength: 65_536 })),
        answer: Type.Optional(oneOf('accepted', 'refused')),
      },
      closed,
    ),
    answer: rotationView,
  }),
}
