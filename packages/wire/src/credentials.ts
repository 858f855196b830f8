// Credentials and their versions, and what can be asked of them.
import { credentialKinds, triggerEvents } from '@rekey/core'
import { type Static, Type } from 'typebox'
import { consumerParts } from './consumers.ts'
import {
  anyId,
  byId,
  environment,
  id,
  lengthMs,
  ms,
  name,
  oneOf,
  orNull,
  owner,
  page,
  pageQuery,
  reason,
  sentence,
} from './parts.ts'
import { route } from './route.ts'

const closed = { additionalProperties: false }

const window = Type.Object(
  {
    weekday: Type.Integer({ minimum: 0, maximum: 6, description: '0 is Sunday' }),
    startMinute: Type.Integer({ minimum: 0, maximum: 1_439, description: 'UTC' }),
    lengthMs,
  },
  closed,
)

/** What a credential sets differently from the defaults of its kind. */
export const policy = Type.Partial(
  Type.Object({
    everyMs: lengthMs,
    usesLimit: orNull(Type.Integer({ minimum: 1 })),
    bytesLimit: orNull(Type.Integer({ minimum: 1 })),
    operationsLimit: orNull(Type.Integer({ minimum: 1 })),
    onEvents: Type.Array(oneOf(...triggerEvents)),
    leadMs: lengthMs,
    jitterMs: lengthMs,
    windows: Type.Array(window, { maxItems: 100 }),
    alertBeforeMs: orNull(lengthMs),
    deferForSessionsMs: lengthMs,
    advice: orNull(sentence),
    approvals: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
    maxAttempts: Type.Integer({ minimum: 1, maximum: 100 }),
    backoffMs: lengthMs,
    backoffCapMs: lengthMs,
    quietMs: lengthMs,
    errorWindowMs: lengthMs,
    onFailure: oneOf('contain', 'roll-back'),
    inFlight: oneOf('finish', 'fail', 'requeue'),
    withoutContactMs: orNull(lengthMs),
  }),
  closed,
)

const llm = Type.Object(
  {
    account: name,
    project: name,
    tier: orNull(name),
    spendLimitUsd: orNull(Type.Number({ minimum: 0 })),
    allowedAddresses: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 1_000 }),
  },
  closed,
)

const credentialParts = {
  name,
  kind: oneOf(...credentialKinds),
  provider: anyId,
  settings: Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), {
    default: {},
    description: 'What the provider needs; see GET /providers. Admin secrets are named, never given',
  }),
  target: name,
  environment,
  owner: Type.Union([owner, Type.Null()], { default: null }),
  sensitivity: Type.Enum(['normal', 'sensitive', 'critical'], { type: 'string', default: 'normal' }),
  exposure: Type.Enum(['internal', 'partner', 'public'], { type: 'string', default: 'internal' }),
  writes: Type.Boolean({ default: true }),
  policy: Type.Union([policy], { default: {} }),
  llm: Type.Union([llm, Type.Null()], { default: null }),
  lifeMs: Type.Union([lengthMs, Type.Null()], { default: null }),
  lanes: Type.Array(name, {
    default: [],
    maxItems: 100,
    description: 'Real workflows that must be proved to work',
  }),
}
export const credentialInput = Type.Object(credentialParts, closed)
export const credentialRecord = Type.Object({ id: anyId, ...credentialParts })

export const version = Type.Object({
  credential: anyId,
  number: Type.Integer(),
  state: oneOf('intended', 'pre-active', 'active', 'suspended', 'destroyed', 'dead', 'void'),
  handle: orNull(Type.String()),
  fingerprint: orNull(Type.String()),
  issuedAtMs: orNull(ms),
  endedAtMs: orNull(ms),
  compromised: Type.Boolean(),
})

export const credentialView = Type.Object({
  ...credentialRecord.properties,
  currentVersion: orNull(Type.Integer()),
  lastVersion: Type.Integer(),
  openRotation: orNull(Type.String()),
  nextRotationMs: orNull(ms),
  lastRotationMs: orNull(ms),
  fingerprint: orNull(Type.String()),
  issuedAtMs: orNull(ms),
})
export type CredentialView = Static<typeof credentialView>

const existing = Type.Object(
  {
    handle: Type.String({ minLength: 1, maxLength: 500 }),
    value: Type.String({
      minLength: 1,
      maxLength: 65_536,
      description: 'It is sealed at once, and never shown unasked',
    }),
    issuedMs: Type.Optional(ms),
  },
  closed,
)

export const credentials = {
  list: route('GET /credentials', {
    title: 'List credentials',
    who: 'read',
    query: Type.Object({ ...pageQuery, environment: Type.Optional(environment) }),
    answer: page(credentialView),
  }),
  get: route('GET /credentials/:id', {
    title: 'Look at a credential',
    who: 'read',
    params: byId,
    answer: credentialView,
  }),
  register: route('POST /credentials', {
    title: 'Register a credential',
    text: 'With its consumers, and with the value that it has now, if there is one.',
    who: 'operate',
    body: Type.Object(
      {
        id,
        credential: credentialInput,
        consumers: Type.Array(Type.Object({ id, ...consumerParts }, closed), {
          default: [],
          maxItems: 1_000,
        }),
        existing: Type.Optional(existing),
      },
      closed,
    ),
    status: 201,
    answer: credentialView,
  }),
  change: route('PUT /credentials/:id', {
    title: 'Change a credential',
    text: 'With `If-Match`, only if it is still what was seen.',
    who: 'operate',
    params: byId,
    body: credentialInput,
    answer: credentialView,
  }),
  versions: route('GET /credentials/:id/versions', {
    title: 'List the versions of a credential',
    who: 'read',
    params: byId,
    answer: Type.Object({ items: Type.Array(version) }),
  }),
  reveal: route('POST /credentials/:id/versions/:number/reveal', {
    title: 'Show a value',
    text: 'For a person who asks for it, with a reason. It is written down who saw what.',
    who: 'decide',
    params: Type.Object({ id: anyId, number: Type.Integer({ minimum: 1 }) }),
    body: Type.Object({ reason }, closed),
    showsSecret: true,
    answer: Type.Object({ value: Type.String() }),
  }),
  map: route('GET /credentials/:id/map', {
    title: 'Who depends on a credential, and how',
    text: 'The five questions, readiness, advice, and how far a compromise would reach.',
    who: 'read',
    params: byId,
    answer: Type.Object({
      questions: Type.Unknown(),
      readiness: Type.Unknown(),
      advice: Type.Unknown(),
      calendar: Type.Unknown(),
      reach: Type.Object({ consumers: Type.Integer(), agents: Type.Integer(), owners: Type.Integer() }),
    }),
  }),
  uses: route('GET /credentials/:id/uses', {
    title: 'Who used a credential in a span of time',
    text: 'In stretches of five minutes, as long as they are kept.',
    who: 'read',
    params: byId,
    query: Type.Object({ fromMs: ms, toMs: ms, consumer: Type.Optional(anyId) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          bucketMs: ms,
          consumer: Type.String(),
          version: orNull(Type.Integer()),
          source: Type.String(),
          says: Type.String(),
          outcome: Type.String(),
          lane: Type.String(),
          count: Type.Integer(),
          firstMs: ms,
          lastMs: ms,
        }),
      ),
    }),
  }),
}
