// Consumers, and those whom nobody registered.
import { behaviours } from '@rekey/core'
import { Type } from 'typebox'
import { anyId, lengthMs, ms, name, oneOf, orNull, owner, reason, sentence } from './parts.ts'
import { route } from './route.ts'
import { usePact } from './signals.ts'

const closed = { additionalProperties: false }

export const consumerParts = {
  name,
  behaviour: oneOf(...behaviours),
  pathClass: Type.Enum(['primary', 'background', 'exception'], { type: 'string', default: 'primary' }),
  access: Type.Union(
    [
      Type.Object({ how: Type.Literal('direct') }, closed),
      Type.Object({ how: Type.Literal('indirect'), through: anyId }, closed),
    ],
    { default: { how: 'direct' } },
  ),
  owner: Type.Union([owner, Type.Null()], { default: null }),
  source: Type.String({ maxLength: 500, default: 'Rekey SDK' }),
  follows: Type.Enum(['assignment', 'alias'], { type: 'string', default: 'assignment' }),
  reload: Type.Union(
    [
      Type.Object({ how: Type.Literal('every-use') }, closed),
      Type.Object({ how: Type.Literal('ttl'), ttlMs: lengthMs }, closed),
      Type.Object({ how: Type.Literal('signal') }, closed),
      Type.Object({ how: Type.Literal('restart'), documented: Type.Boolean() }, closed),
      Type.Object({ how: Type.Literal('each-launch') }, closed),
      Type.Object({ how: Type.Literal('by-hand'), documented: Type.Boolean() }, closed),
      Type.Object({ how: Type.Literal('unknown') }, closed),
    ],
    { default: { how: 'unknown' } },
  ),
  cacheMs: Type.Union([lengthMs], { default: 0 }),
  sessionMs: Type.Union([lengthMs], { default: 0 }),
  checkpoints: Type.Boolean({ default: false }),
  retriesReuseContext: Type.Boolean({ default: false }),
  inFlightMayFinish: Type.Boolean({ default: true }),
  cadence: Type.Union(
    [
      Type.Object({ how: Type.Literal('continuous') }, closed),
      Type.Object({ how: Type.Literal('every'), everyMs: lengthMs }, closed),
      Type.Object({ how: Type.Literal('on-demand') }, closed),
    ],
    { default: { how: 'continuous' } },
  ),
  horizonMs: Type.Union([lengthMs], { default: 0 }),
  fallback: Type.Union(
    [
      Type.Object({ how: Type.Literal('none') }, closed),
      Type.Object({ how: Type.Literal('degrades'), to: name, canBeDisabled: Type.Boolean() }, closed),
      Type.Object({ how: Type.Literal('same-credential'), to: name }, closed),
    ],
    { default: { how: 'none' } },
  ),
  effects: Type.Array(sentence, { default: [], maxItems: 100 }),
  lanes: Type.Array(name, { default: [], maxItems: 64 }),
  critical: Type.Boolean({ default: false }),
  observability: Type.Enum(['sdk', 'wrapped', 'provider', 'telemetry', 'attested', 'none'], {
    type: 'string',
    default: 'none',
  }),
  toleratesTwo: Type.Boolean({ default: true }),
  /** How the target or telemetry names it: whoever is seen so is this consumer and no ghost. */
  seenAs: Type.Optional(Type.Array(name, { maxItems: 100 })),
  /** What it declares about its use: whatever is outside is a signal. */
  pact: Type.Optional(usePact),
}
export const consumerInput = Type.Object(consumerParts, closed)
export const consumerRecord = Type.Object({
  id: anyId,
  credential: anyId,
  ...consumerParts,
  lastExercisedAtMs: orNull(ms),
  idle: orNull(Type.Object({ by: Type.String(), atMs: ms, reason: Type.String() })),
})

const ofCredential = Type.Object({ credential: anyId })
const one = Type.Object({ credential: anyId, id: anyId })

export const consumers = {
  list: route('GET /credentials/:credential/consumers', {
    title: 'List the consumers of a credential',
    who: 'read',
    params: ofCredential,
    answer: Type.Object({ items: Type.Array(consumerRecord) }),
  }),
  get: route('GET /credentials/:credential/consumers/:id', {
    title: 'Look at a consumer',
    who: 'read',
    params: one,
    answer: consumerRecord,
  }),
  put: route('PUT /credentials/:credential/consumers/:id', {
    title: 'Register or change a consumer',
    text: 'Whoever joins in the middle of a rotation owes evidence like everyone else. With `if-match` it is changed only as it was seen; a new one has no tag, and whoever sends one is refused.',
    who: 'operate',
    params: one,
    body: consumerInput,
    answer: consumerRecord,
  }),
  remove: route('DELETE /credentials/:credential/consumers/:id', {
    title: 'Take a consumer out of the register',
    text: 'If it is seen again, it is a ghost.',
    who: 'decide',
    params: one,
    body: Type.Object({ reason }, closed),
    answer: Type.Object({ ok: Type.Literal(true) }),
  }),
  idle: route('POST /credentials/:credential/consumers/:id/idle', {
    title: 'Declare that a consumer does not run for now, or that it does again',
    who: 'decide',
    params: one,
    body: Type.Object({ idle: Type.Boolean(), reason }, closed),
    answer: consumerRecord,
  }),
  attest: route('POST /credentials/:credential/consumers/:id/attest', {
    title: 'Attest what was seen',
    text: 'A named person’s word, for what no program reports: that it was run on purpose, restarted, or works with a version.',
    who: 'operate',
    params: one,
    body: Type.Object(
      {
        saw: oneOf(
          'success',
          'exercised',
          'restarted',
          'stopped',
          'fallback-confirmed',
          'fallback-disabled',
          'auth-failure',
        ),
        version: orNull(Type.Integer({ minimum: 1 })),
        lane: Type.Optional(name),
        instance: Type.Optional(name),
        atMs: Type.Optional(ms),
        note: reason,
      },
      closed,
    ),
    answer: Type.Object({ ok: Type.Literal(true) }),
  }),
}

export const ghost = Type.Object({
  id: Type.String(),
  credential: Type.String(),
  seenAs: Type.String(),
  version: orNull(Type.Integer()),
  firstMs: ms,
  lastMs: ms,
  count: Type.Integer(),
  state: oneOf('open', 'claimed', 'dismissed'),
  by: orNull(Type.String()),
})

const ghostParams = Type.Object({ credential: anyId, ghost: Type.String({ minLength: 1, maxLength: 500 }) })
export const ghosts = {
  list: route('GET /credentials/:credential/ghosts', {
    title: 'List users of a credential whom nobody registered',
    who: 'read',
    params: ofCredential,
    answer: Type.Object({ items: Type.Array(ghost) }),
  }),
  claim: route('POST /credentials/:credential/ghosts/:ghost/claim', {
    title: 'Claim a ghost: it is a consumer',
    text: 'Either a new one, with all that is known of it, or one that is registered already: from then on whoever is seen under that name is that consumer.',
    who: 'operate',
    params: ghostParams,
    body: Type.Object({ id: anyId, consumer: Type.Optional(consumerInput) }, closed),
    answer: consumerRecord,
  }),
  dismiss: route('POST /credentials/:credential/ghosts/:ghost/dismiss', {
    title: 'Dismiss a ghost',
    who: 'decide',
    params: ghostParams,
    body: Type.Object({ reason }, closed),
    answer: Type.Object({ ok: Type.Literal(true) }),
  }),
}
