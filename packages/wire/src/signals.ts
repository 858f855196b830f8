// Signals in: who may tell us that something is wrong with a credential, what is done about it, and what was told.
import { reactions, signalKinds } from '@rekey/core'
import { type Static, Type } from 'typebox'
import {
  anyId,
  byId,
  done,
  environment,
  id,
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
const url = Type.String({ minLength: 1, maxLength: 2_000 })
const adminSecret = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The name of an admin secret, never the secret',
})
const path = Type.String({ pattern: '^\\$', maxLength: 500, description: 'Where it stands: $.a.b, $.a[0]' })

const sourceParts = {
  kind: oneOf('github', 'github-partner', 'gitguardian', 'standard', 'siem'),
  environments: Type.Array(Type.String({ maxLength: 63 }), {
    default: ['*'],
    minItems: 1,
    maxItems: 100,
    description:
      'What it says of credentials of other environments is told to people, and nothing more is done',
  }),
  as: Type.Optional(oneOf('public-leak', 'leak', 'alert', 'provider-notice')),
  github: Type.Optional(
    Type.Object(
      { api: Type.Union([url], { default: 'https://api.github.com' }), secret: adminSecret },
      { ...closed, description: 'Of github: where alerts are asked for, and the token that may read them' },
    ),
  ),
  keys: Type.Optional(
    Type.Object(
      { url, secret: Type.Optional(adminSecret) },
      { ...closed, description: 'Of github-partner: where the public keys are' },
    ),
  ),
  known: Type.Optional(
    Type.Record(
      Type.String({ maxLength: 200 }),
      Type.Object({ credential: anyId, version: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
      { description: 'Of gitguardian: whose a hash of a secret, or a detector, is. It is a hint' },
    ),
  ),
  siem: Type.Optional(
    Type.Object(
      {
        signed: Type.Boolean({
          default: true,
          description: 'false: it cannot sign, and nothing it says ever kills',
        }),
        header: Type.Union([Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' })], {
          default: 'x-rekey-signature',
          description: 'Holds the HMAC-SHA256 of the body in hex',
        }),
        prefix: Type.Union([Type.String({ maxLength: 20 })], { default: 'sha256=' }),
        fields: Type.Object(
          {
            id: Type.Optional(path),
            value: Type.Optional(path),
            handle: Type.Optional(path),
            credential: Type.Optional(path),
            version: Type.Optional(path),
            public: Type.Optional(path),
            confidence: Type.Optional(path),
            location: Type.Optional(path),
            summary: Type.Optional(path),
          },
          closed,
        ),
      },
      { ...closed, description: 'Of siem: how its rule signs, and where in its message what stands' },
    ),
  ),
}

export const signalSourceView = Type.Object({
  id: Type.String(),
  ...sourceParts,
  madeMs: ms,
  heardMs: orNull(ms),
})

export const signalSources = {
  list: route('GET /signal-sources', {
    title: 'List who may send signals',
    who: 'read',
    answer: Type.Object({ items: Type.Array(signalSourceView) }),
  }),
  put: route('PUT /signal-sources/:id', {
    title: 'Let somebody send signals',
    text: 'The secret that its messages are signed with is shown this once, and again only when it is made anew.',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object({ ...sourceParts, anew: Type.Optional(Type.Boolean()) }, closed),
    showsSecret: true,
    answer: Type.Object({ ...signalSourceView.properties, secret: orNull(Type.String()) }),
  }),
  remove: route('DELETE /signal-sources/:id', {
    title: 'Hear it no longer',
    who: 'administer',
    params: byId,
    answer: done,
  }),
  hook: route('POST /signal-sources/:id/hook', {
    title: 'A signal by webhook, signed in the way of its source',
    text: 'It is answered when it is durable; what is done about it is in the signals.',
    who: 'anyone',
    params: byId,
    bodyLimit: 1_048_576,
    answer: Type.Union([
      Type.Object({ taken: Type.Integer(), repeated: Type.Boolean(), nowMs: ms }),
      Type.Array(
        Type.Object({ token_hash: Type.String(), token_type: Type.String(), label: Type.String() }),
        { description: 'To GitHub’s partner programme: which of the tokens are ours' },
      ),
    ]),
  }),
}

const reaction = oneOf(...reactions)
const signalKind = oneOf(...signalKinds)
const environmentOrAll = '^(\\*|[a-z0-9][a-z0-9-]{0,62})$'
const policyParts = {
  reactions: Type.Record(
    Type.String({ pattern: environmentOrAll }),
    Type.Partial(Type.Object(Object.fromEntries(signalKinds.map(one => [one, reaction])), closed)),
    { default: {}, description: 'By environment (* for the others), then by kind of signal' },
  ),
  killsPerHour: Type.Record(
    Type.String({ pattern: environmentOrAll }),
    Type.Integer({ minimum: 0, maximum: 10_000 }),
    { default: {}, description: 'Automatic kills by environment; what comes above becomes a page' },
  ),
  groupMs: Type.Union([Type.Integer({ minimum: 60_000, maximum: 604_800_000 })], {
    default: 3_600_000,
    description: 'Signals about the same within so long are one',
  }),
}

export const signalPolicy = {
  get: route('GET /signal-policy', {
    title: 'What is done about signals',
    who: 'read',
    answer: Type.Object({ ...policyParts, usual: Type.Record(Type.String(), Type.String()) }),
  }),
  put: route('PUT /signal-policy', {
    title: 'Say what is done about signals',
    text: 'What is not said is as `usual` has it. A kill without a person takes a verified channel and an exact match besides.',
    who: 'administer',
    body: Type.Object(policyParts, closed),
    answer: Type.Object({ ...policyParts, usual: Type.Record(Type.String(), Type.String()) }),
  }),
}

export const normalSignal = Type.Object({
  source: Type.String(),
  source_event_id: Type.String(),
  received_at: Type.String(),
  auth: Type.Object({ scheme: Type.String(), key_id: orNull(Type.String()), verified: Type.Boolean() }),
  match: orNull(
    Type.Object({
      credential: Type.String(),
      version: orNull(Type.Integer()),
      how: oneOf('value', 'handle', 'hint'),
    }),
  ),
  confidence: Type.Number(),
  public: Type.Boolean(),
  evidence_hash: Type.String(),
  locations: Type.Array(Type.String()),
})

export const signalView = Type.Object({
  id: Type.String(),
  kind: signalKind,
  kinds: Type.Array(signalKind),
  sources: Type.Array(Type.String()),
  summary: Type.String(),
  credential: orNull(Type.String()),
  version: orNull(Type.Integer()),
  environment: orNull(Type.String()),
  own: orNull(Type.Object({ type: Type.String(), id: Type.String() })),
  count: Type.Integer({ description: 'How many said the same within the window' }),
  firstMs: ms,
  lastMs: ms,
  state: oneOf('open', 'done', 'dismissed'),
  wanted: reaction,
  reaction,
  reasons: Type.Array(Type.Object({ code: Type.String(), text: Type.String() })),
  how: Type.Array(Type.String({ description: 'What a person can do about it' })),
  did: Type.Array(
    Type.Object({
      atMs: ms,
      did: Type.String(),
      text: Type.String(),
      kill: Type.Optional(Type.String()),
      rotation: Type.Optional(Type.String()),
    }),
  ),
  signal: normalSignal,
})
export type SignalView = Static<typeof signalView>

export const signals = {
  list: route('GET /signals', {
    title: 'List signals, the newest first',
    who: 'read',
    query: Type.Object({
      ...pageQuery,
      environment: Type.Optional(environment),
      credential: Type.Optional(anyId),
      state: Type.Optional(oneOf('open', 'done', 'dismissed')),
    }),
    answer: page(signalView),
  }),
  get: route('GET /signals/:id', {
    title: 'Look at a signal: what was said, what was decided and why, and what came of it',
    who: 'read',
    params: byId,
    answer: signalView,
  }),
  kill: route('POST /signals/:id/kill', {
    title: 'Kill what the signal is about',
    text: 'The version, or every version of the credential where none is named. As with every kill, a second person may have to agree.',
    who: 'decide',
    params: byId,
    body: Type.Object({ reason }, closed),
    answer: signalView,
  }),
  dismiss: route('POST /signals/:id/dismiss', {
    title: 'Dismiss a signal: it was a false alarm, or is dealt with',
    who: 'decide',
    params: byId,
    body: Type.Object({ reason }, closed),
    answer: signalView,
  }),
}

/** What a consumer declares about its use. */
export const usePact = Type.Object(
  {
    addresses: Type.Optional(
      Type.Array(Type.String({ maxLength: 49, description: 'A range, as 10.0.0.0/8, or one address' }), {
        maxItems: 100,
      }),
    ),
    hoursUtc: Type.Optional(
      Type.Tuple([Type.Integer({ minimum: 0, maximum: 23 }), Type.Integer({ minimum: 0, maximum: 24 })]),
    ),
    resources: Type.Optional(Type.Array(name, { maxItems: 1_000 })),
    models: Type.Optional(Type.Array(name, { maxItems: 100 })),
    perHour: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  },
  closed,
)
