// Shared signals (OpenID Shared Signals Framework 1.0, CAEP 1.0): kills as security event tokens for third parties, pushed (RFC 8935) or
// polled (RFC 8936). Names of fields are the standard's. docs/shared-signals.md.
import { Type } from 'typebox'
import { anyId, done, environment, id, ms, name, oneOf, orNull } from './parts.ts'
import { route } from './route.ts'

export const pushMethod = 'urn:ietf:rfc:8935'
export const pollMethod = 'urn:ietf:rfc:8936'
export const signalScopes = ['ssf.read', 'ssf.manage'] as const
export type SignalScope = (typeof signalScopes)[number]

const closed = { additionalProperties: false }

// ------------------------------------------------------------------------------------------------ who receives

const receiverParts = {
  name,
  environments: Type.Array(Type.Union([environment, Type.Literal('*')]), {
    minItems: 1,
    maxItems: 100,
    description: 'It hears of credentials in these, `*` in all',
  }),
  audience: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'The aud of what it is sent, if it wants one of its own',
    }),
  ),
  defaultSubjects: Type.Optional(oneOf('ALL', 'NONE')),
}

const receiverView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  environments: Type.Array(Type.String()),
  audience: Type.String(),
  defaultSubjects: oneOf('ALL', 'NONE'),
  madeMs: ms,
  streams: Type.Array(
    Type.Object({
      stream: Type.String(),
      method: oneOf('push', 'poll'),
      status: oneOf('enabled', 'paused', 'disabled'),
      epoch: Type.Integer({ description: 'Of orders, up to which it has taken everything' }),
      failing: orNull(Type.Object({ sinceMs: ms, attempts: Type.Integer(), why: Type.String(), nextMs: ms })),
      refused: Type.Array(Type.Object({ jti: Type.String(), err: Type.String(), atMs: ms }), {
        description: 'What it would not take, the last of it; it is not sent again',
      }),
    }),
  ),
})

export const receivers = {
  list: route('GET /receivers', {
    title: 'List receivers of shared signals',
    who: 'read',
    answer: Type.Object({ items: Type.Array(receiverView) }),
  }),
  get: route('GET /receivers/:id', {
    title: 'Look at a receiver of shared signals, and how far its streams are',
    who: 'read',
    params: Type.Object({ id: anyId }),
    answer: receiverView,
  }),
  put: route('PUT /receivers/:id', {
    title: 'Let somebody receive shared signals',
    text: 'The secret is shown this once: with it the receiver gets tokens (client_id is its id), and sets up its streams by itself. With `anew` it gets another one, and the one before ends.',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object({ ...receiverParts, anew: Type.Optional(Type.Boolean()) }, closed),
    showsSecret: true,
    answer: Type.Object({ ...receiverView.properties, secret: orNull(Type.String()) }),
  }),
  remove: route('DELETE /receivers/:id', {
    title: 'Let it receive no more',
    who: 'administer',
    params: Type.Object({ id: anyId }),
    answer: done,
  }),
}

// ------------------------------------------------------------------------------------------------ what it asks

const text = Type.String({ maxLength: 2_048 })
const streamId = Type.String({ minLength: 1, maxLength: 100 })
const events = Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 })

const streamInput = {
  delivery: Type.Optional(
    Type.Object({
      method: Type.String({ maxLength: 100 }),
      endpoint_url: Type.Optional(text),
      authorization_header: Type.Optional(Type.String({ maxLength: 4_096 })),
    }),
  ),
  events_requested: Type.Optional(events),
  description: Type.Optional(text),
}
/** What we say of it; whoever sends it back has to send it as it is. */
const streamSaid = {
  iss: Type.Optional(Type.Unknown()),
  aud: Type.Optional(Type.Unknown()),
  events_supported: Type.Optional(Type.Unknown()),
  events_delivered: Type.Optional(Type.Unknown()),
}

export const signalStream = Type.Object({
  stream_id: Type.String(),
  iss: Type.String(),
  aud: Type.String(),
  events_supported: Type.Array(Type.String()),
  events_requested: Type.Optional(Type.Array(Type.String())),
  events_delivered: Type.Array(Type.String()),
  delivery: Type.Object({ method: Type.String(), endpoint_url: Type.String() }),
  description: Type.Optional(Type.String()),
})

const ofStream = Type.Object({ stream_id: streamId })
const status = oneOf('enabled', 'paused', 'disabled')
const statusAnswer = Type.Object({ stream_id: Type.String(), status, reason: Type.Optional(Type.String()) })
const subject = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 20 })
const setError = Type.Object({
  err: Type.String({ maxLength: 100 }),
  description: Type.Optional(text),
})
const jti = Type.String({ maxLength: 500 })

const forReceivers = { who: 'receiver' } as const

export const sharedSignals = {
  token: route('POST /ssf/token', {
    title: 'Get a token, as OAuth has it (client credentials)',
    text: 'A form with `grant_type=client_credentials`; the receiver’s id and secret by HTTP Basic or as client_id and client_secret. Its errors are those of RFC 6749.',
    who: 'anyone',
    showsSecret: true,
    bodyLimit: 16_384,
    answer: Type.Object({
      access_token: Type.String(),
      token_type: Type.Literal('Bearer'),
      expires_in: Type.Integer(),
      scope: Type.String(),
    }),
  }),
  jwks: route('GET /ssf/jwks', {
    title: 'The keys that shared signals are signed with: the active one and its stand-by',
    who: 'anyone',
    answer: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
  }),
  createStream: route('POST /ssf/streams', {
    title: 'Create a stream',
    ...forReceivers,
    body: Type.Object({ ...streamInput, ...streamSaid }),
    status: 201,
    answer: signalStream,
  }),
  readStream: route('GET /ssf/streams', {
    title: 'Read a stream, or all of them',
    ...forReceivers,
    query: Type.Partial(ofStream),
    answer: Type.Union([signalStream, Type.Array(signalStream)]),
  }),
  changeStream: route('PATCH /ssf/streams', {
    title: 'Change a stream: what is not named stays',
    ...forReceivers,
    body: Type.Object({ ...ofStream.properties, ...streamInput, ...streamSaid }),
    answer: signalStream,
  }),
  replaceStream: route('PUT /ssf/streams', {
    title: 'Replace a stream: what is not named is taken away',
    ...forReceivers,
    body: Type.Object({ ...ofStream.properties, ...streamInput, ...streamSaid }),
    answer: signalStream,
  }),
  removeStream: route('DELETE /ssf/streams', {
    title: 'Delete a stream',
    ...forReceivers,
    query: ofStream,
    status: 204,
    answer: Type.Null(),
  }),
  readStatus: route('GET /ssf/status', {
    title: 'Read the status of a stream',
    ...forReceivers,
    query: ofStream,
    answer: statusAnswer,
  }),
  setStatus: route('POST /ssf/status', {
    title: 'Enable, pause or disable a stream',
    text: 'What happens while it is paused is sent afterwards; what happens while it is disabled is not.',
    ...forReceivers,
    body: Type.Object({ ...ofStream.properties, status, reason: Type.Optional(text) }),
    answer: statusAnswer,
  }),
  addSubject: route('POST /ssf/subjects/add', {
    title: 'Hear of a credential, or of one version of it',
    ...forReceivers,
    body: Type.Object({ ...ofStream.properties, subject, verified: Type.Optional(Type.Boolean()) }),
    answer: Type.Object({}),
  }),
  removeSubject: route('POST /ssf/subjects/remove', {
    title: 'Hear no more of a credential, or of one version of it',
    ...forReceivers,
    body: Type.Object({ ...ofStream.properties, subject }),
    status: 204,
    answer: Type.Null(),
  }),
  verify: route('POST /ssf/verify', {
    title: 'Ask for a verification event',
    ...forReceivers,
    body: Type.Object({ ...ofStream.properties, state: Type.Optional(text) }),
    status: 204,
    answer: Type.Null(),
  }),
  poll: route('POST /ssf/poll/:stream', {
    title: 'Poll a stream (RFC 8936)',
    text: 'Waits up to 25 seconds where nothing is there, unless `returnImmediately`. What is not acknowledged comes again.',
    ...forReceivers,
    params: Type.Object({ stream: streamId }),
    body: Type.Object({
      maxEvents: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      returnImmediately: Type.Optional(Type.Boolean()),
      ack: Type.Optional(Type.Array(jti, { maxItems: 10_000 })),
      setErrs: Type.Optional(Type.Record(jti, setError)),
    }),
    answer: Type.Object({
      sets: Type.Record(Type.String(), Type.String()),
      moreAvailable: Type.Boolean(),
    }),
  }),
}
