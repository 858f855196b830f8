// Kills: the order that a version is dead, who has confirmed it, and what became of it at the target.
import { credentialKinds } from '@rekey/core'
import { type Static, Type } from 'typebox'
import {
  anyId,
  byId,
  environment,
  lengthMs,
  ms,
  name,
  oneOf,
  orNull,
  page,
  pageQuery,
  reason,
} from './parts.ts'
import { route } from './route.ts'

const closed = { additionalProperties: false }
const version = Type.Integer({ minimum: 1 })
const one = <const T extends string>(of: T) => Type.Literal(of)

export const killScope = Type.Union(
  [
    Type.Object({ of: one('version'), credential: anyId, version }, closed),
    Type.Object({ of: one('credential'), credential: anyId }, closed),
    Type.Object({ of: one('agent'), agent: anyId }, closed),
    Type.Object({ of: one('target'), target: name }, closed),
    Type.Object({ of: one('environment'), environment }, closed),
    Type.Object(
      {
        of: one('query'),
        query: Type.Partial(
          Type.Object({
            environment,
            kind: oneOf(...credentialKinds),
            provider: anyId,
            target: name,
            owner: anyId,
            text: name,
            issuedBeforeMs: ms,
            handle: name,
            fingerprint: name,
          }),
          closed,
        ),
      },
      closed,
    ),
  ],
  { description: 'A version, a credential, an agent, a target, an environment, or what a query finds' },
)

const consumerReached = Type.Object({
  consumer: Type.String(),
  name: Type.String(),
  owner: orNull(Type.String()),
  pathClass: Type.String(),
  effects: Type.Array(Type.String()),
  instances: Type.Integer({ description: 'Processes that may hold it' }),
  connected: Type.Integer({
    description: 'Of them, those that the order reaches at once, on this control plane',
  }),
})

/** What a kill would do, before it is done. */
export const blastRadius = Type.Object({
  scope: Type.String(),
  credentials: Type.Array(
    Type.Object({
      credential: Type.String(),
      name: Type.String(),
      environment: Type.String(),
      target: Type.String(),
      versions: Type.Array(Type.Integer()),
      consumers: Type.Array(consumerReached),
      agents: Type.Array(Type.String(), { description: 'Bound to it' }),
      atTarget: Type.String({ description: 'How it is ended there, in a sentence' }),
      openRotation: orNull(Type.String()),
    }),
  ),
  totals: Type.Object({
    credentials: Type.Integer(),
    versions: Type.Integer(),
    consumers: Type.Integer(),
    instances: Type.Integer(),
    connected: Type.Integer(),
  }),
  warnings: Type.Array(Type.String()),
})

const holder = Type.Object({
  consumer: Type.String(),
  instance: Type.String(),
  agent: orNull(Type.String()),
  connected: Type.Boolean({ description: 'It had a stream open when the order went out' }),
  state: oneOf('confirmed', 'unconfirmed'),
  how: Type.String({ description: 'By what it is confirmed, or why it is not' }),
  held: orNull(Type.Boolean()),
  afterMs: orNull(Type.Integer({ description: 'From the order to its answer' })),
})

const step = Type.Object({
  step: oneOf('revoke', 'record', 'halt', 'mint', 'probe', 'publish', 'resume', 'notify'),
  state: oneOf('confirmed', 'unconfirmed', 'not-needed'),
  atMs: orNull(ms),
  afterMs: orNull(Type.Integer()),
  text: Type.String(),
})

export const killedView = Type.Object({
  credential: Type.String(),
  version: Type.Integer(),
  environment: Type.String(),
  epoch: Type.Integer(),
  rotation: orNull(Type.String()),
  steps: Type.Array(step),
  holders: Type.Array(holder),
  consumers: Type.Array(
    Type.Object({
      consumer: Type.String(),
      state: oneOf('confirmed', 'unconfirmed', 'nobody-known'),
      lastUseMs: orNull(ms),
      resumedMs: orNull(ms),
      newVersion: orNull(Type.Integer()),
    }),
  ),
  lastUseAfterKillMs: orNull(
    Type.Integer({
      description: 'The last success with the killed version, from the order on; null: none after it',
    }),
  ),
  providerRefusedAfterMs: orNull(Type.Integer()),
})

export const killView = Type.Object({
  id: Type.String(),
  scope: Type.String(),
  reason: Type.String(),
  by: Type.String(),
  cause: Type.String(),
  askedMs: ms,
  orderedMs: ms,
  killed: Type.Array(killedView),
  unconfirmed: Type.Array(
    Type.Object({
      credential: Type.String(),
      consumer: orNull(Type.String()),
      instance: orNull(Type.String()),
      what: Type.String(),
      how: Type.String({ description: 'What to do about it' }),
    }),
  ),
  latency: Type.Object({
    recordedMs: Type.Integer({ description: 'From being asked to the durable record' }),
    holders: Type.Object({
      p50Ms: orNull(Type.Integer()),
      p99Ms: orNull(Type.Integer()),
      lastMs: orNull(Type.Integer()),
    }),
    providerMs: orNull(Type.Integer({ description: 'Until every target refused' })),
  }),
  byHand: Type.Object({
    assumptions: Type.Array(Type.Object({ what: Type.String(), takesMs: lengthMs, times: Type.Integer() })),
    detectMs: lengthMs,
    revokeMs: lengthMs,
    propagateMs: lengthMs,
  }),
  measured: Type.Object({
    detectMs: orNull(Type.Integer()),
    revokeMs: orNull(Type.Integer()),
    propagateMs: orNull(Type.Integer()),
  }),
})
export type KillView = Static<typeof killView>

export const killLine = Type.Object({
  id: Type.String(),
  scope: Type.String(),
  reason: Type.String(),
  by: Type.String(),
  orderedMs: ms,
  versions: Type.Integer(),
})

const killBody = { scope: killScope, reason }

export const kills = {
  preview: route('POST /kills/preview', {
    title: 'See what a kill would reach, before it is done',
    who: 'read',
    body: Type.Object({ scope: killScope }, closed),
    answer: blastRadius,
  }),
  order: route('POST /kills', {
    title: 'Kill: revoke first, everywhere, then replace',
    text: 'Answers when the order is durable and on its way to every holder; what came of it is in the report.',
    who: 'decide',
    body: Type.Object(
      {
        ...killBody,
        expectVersions: Type.Optional(
          Type.Integer({ minimum: 1, description: 'Refused when it would reach another number of versions' }),
        ),
      },
      closed,
    ),
    status: 201,
    answer: killView,
  }),
  breakGlass: route('POST /kills/break-glass', {
    title: 'Kill with a break-glass code, when nobody can sign in',
    text: 'Made beforehand with `npm run store -- break-glass`. It works without a sign-in and with a store that cannot be written; it is told to everybody.',
    who: 'anyone',
    body: Type.Object({ ...killBody, code: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
    status: 202,
    answer: Type.Object({
      orders: Type.Integer({ description: 'How many versions were killed' }),
      kill: Type.String(),
      recorded: Type.Boolean({
        description: 'false: the store could not be written; it will be as soon as it can',
      }),
    }),
  }),
  list: route('GET /kills', {
    title: 'List kills, the newest first',
    who: 'read',
    query: Type.Object(pageQuery),
    answer: page(killLine),
  }),
  get: route('GET /kills/:id', {
    title: 'What came of a kill: each step, each holder, each target, confirmed or not',
    who: 'read',
    params: byId,
    answer: killView,
  }),
  report: route('GET /kills/:id/report.md', {
    title: 'The report of a kill, to hand on',
    who: 'read',
    media: 'text/markdown; charset=utf-8',
    params: byId,
    answer: Type.String(),
  }),
  dismiss: route('POST /kills/:id/dismiss', {
    title: 'Answer for a holder that cannot confirm',
    who: 'decide',
    params: byId,
    body: Type.Object({ credential: anyId, consumer: anyId, instance: name, reason }, closed),
    answer: killView,
  }),
}

const jwk = Type.Record(Type.String(), Type.Unknown())

export const orderKeys = {
  list: route('GET /order-keys', {
    title: 'The keys that orders, status lists and shared signals are checked with, as a JWK set',
    who: 'anyone',
    answer: Type.Object({ keys: Type.Array(jwk) }),
  }),
  rings: route('GET /order-keys/rings', {
    title: 'The signed key rings of kill orders, the oldest first',
    who: 'anyone',
    answer: Type.Object({ keys: Type.Array(Type.String()), serial: Type.Integer() }),
  }),
  replace: route('POST /order-keys/replace', {
    title: 'Put the stand-by key in the place of the one that signs',
    text: 'When the signing key itself is compromised: receivers know the stand-by already, believe what it says of its successor, and take nothing more from the old one.',
    who: 'administer',
    body: Type.Object(
      {
        reason,
        of: Type.Optional(
          Type.Union([one('orders'), one('status'), one('shared-signals')], {
            description: 'What the key signs; kill orders, where nothing is said',
          }),
        ),
      },
      closed,
    ),
    answer: Type.Object({ serial: Type.Integer(), active: Type.String(), standBy: Type.String() }),
  }),
}
