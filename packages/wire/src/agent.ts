// What an agent asks of the control plane, and what it tells. An agent holds an Ed25519 key of its own; it enrols once, gets
// short-lived tokens for proving the key, and proves each request with what came with the token (docs/agents.md).
import { type Static, Type } from 'typebox'
import { anyId, ms, oneOf, orNull } from './parts.ts'
import { route } from './route.ts'

const assertion = Type.String({
  minLength: 1,
  maxLength: 4_096,
  description:
    'A JWT signed with the agent’s key: iss and sub its thumbprint, aud this control plane, at most a minute long',
})

export const binding = Type.Object({ credential: anyId, consumer: anyId })
export type Binding = Static<typeof binding>

export const enrol = route('POST /agent/enrol', {
  title: 'Enrol an agent’s key',
  text: 'With a join token, or with an identity that somebody else vouches for: a JWT of a trusted OpenID Connect issuer, a Kubernetes service account or a SPIFFE workload.',
  who: 'anyone',
  body: Type.Object(
    {
      assertion,
      join: Type.Optional(Type.String({ maxLength: 200 })),
      identity: Type.Optional(Type.String({ maxLength: 16_384 })),
      instance: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  status: 201,
  answer: Type.Object({ agent: Type.String(), key: Type.String(), bindings: Type.Array(binding), nowMs: ms }),
})

export const token = route('POST /agent/token', {
  title: 'Get a short-lived token',
  who: 'anyone',
  body: Type.Object({ assertion }, { additionalProperties: false }),
  showsSecret: true,
  answer: Type.Object({
    token: Type.String(),
    proofKey: Type.String({ description: 'What the proof of each request is made with' }),
    expiresMs: ms,
    agent: Type.String(),
    bindings: Type.Array(binding),
    nowMs: ms,
  }),
})

/** What a consumer should use now, without the value. */
const assigned = {
  credential: Type.String(),
  consumer: Type.String(),
  version: Type.Integer(),
  sinceMs: Type.Integer({ description: 'Since when it is assigned' }),
  fingerprint: orNull(Type.String()),
  handle: orNull(
    Type.String({ description: 'The target’s own name for the version: a login, the id of a key' }),
  ),
  expiresMs: orNull(
    Type.Integer({ description: 'When the value itself ends; null: the target sets no end' }),
  ),
  ttlMs: Type.Integer({ description: 'How long it may be kept without asking again' }),
  lanes: Type.Array(Type.String()),
  inFlight: Type.Enum(['finish', 'fail', 'requeue'], {
    type: 'string',
    description: 'What to do with work that was begun with another version',
  }),
  accepted: Type.Array(Type.Integer(), { description: 'Versions that the target should still accept' }),
  rotation: orNull(Type.String({ description: 'The rotation that is under way' })),
  withoutContactMs: orNull(
    Type.Integer({
      description:
        'After so long without a word from the control plane no work is done with it; null: it stays in use',
    }),
  ),
  position: Type.Integer({ description: 'How far the record was read' }),
}

export const mine = route('GET /agent/credentials', {
  title: 'What this agent is assigned, without values',
  who: 'agent',
  answer: Type.Object({ items: Type.Array(Type.Object(assigned)) }),
})

export const value = route('GET /agent/credentials/:credential', {
  title: 'The version and value that this agent’s consumer should use',
  text: 'With `If-None-Match` it answers 304 while nothing has changed. With `since`, the answer is no older than that position of the record, whichever control plane gives it.',
  who: 'agent',
  params: Type.Object({ credential: anyId }),
  query: Type.Object({
    consumer: Type.Optional(anyId),
    since: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  }),
  showsSecret: true,
  answer: Type.Object({ ...assigned, value: Type.String() }),
})
export type AssignedValue = Static<typeof value.answer>

const shortText = Type.String({ minLength: 1, maxLength: 200 })
/** One statement, as compact as it can be: a batch has thousands. */
export const statement = Type.Object(
  {
    credential: anyId,
    consumer: anyId,
    version: orNull(Type.Integer({ minimum: 1 })),
    says: oneOf('used', 'loaded', 'present', 'stopped', 'delivered', 'covered', 'fallback'),
    atMs: Type.Number(),
    instance: Type.Optional(shortText),
    outcome: Type.Optional(
      oneOf('success', 'degraded', 'auth-failure', 'rate-limit', 'payload-error', 'outage'),
    ),
    lane: Type.Optional(shortText),
    path: Type.Optional(oneOf('usual', 'exception', 'fallback')),
    state: Type.Optional(oneOf('confirmed', 'disabled')),
    /** `used`: how many uses it stands for, and when the first of them was. */
    times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    firstMs: Type.Optional(Type.Number()),
    /** `used`: from where, on what and with which model, for detectors. */
    seen: Type.Optional(
      Type.Object(
        {
          address: Type.Optional(Type.String({ minLength: 1, maxLength: 45 })),
          resource: Type.Optional(shortText),
          model: Type.Optional(shortText),
        },
        { additionalProperties: false },
      ),
    ),
    /** `covered`: since when every use was reported. */
    fromMs: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
)
export type StatementSaid = Static<typeof statement>

export const taken = Type.Object({
  folded: Type.Integer(),
  ghosts: Type.Integer({ description: 'Those that spoke of somebody whom nobody registered' }),
  repeated: Type.Boolean({ description: 'The batch was taken in before, and nothing counted twice' }),
  refused: Type.Array(Type.Object({ at: Type.Integer(), why: Type.String() }), {
    description: 'Which ones do not count, and why; the first hundred',
  }),
  refusedCount: Type.Integer(),
  nowMs: ms,
})
export type TakenIn = Static<typeof taken>

export const report = route('POST /agent/observations', {
  title: 'Report observations',
  text: 'The same batch twice counts once. What has no right to count is refused one by one, with its reason; the rest counts.',
  who: 'agent',
  bodyLimit: 4_194_304,
  body: Type.Object(
    {
      batch: Type.String({ minLength: 8, maxLength: 100 }),
      instance: shortText,
      statements: Type.Array(statement, { maxItems: 10_000 }),
    },
    { additionalProperties: false },
  ),
  answer: taken,
})

export const sessionStep = route('POST /agent/sessions', {
  title: 'Say how far a long session is in its move to another version',
  who: 'agent',
  body: Type.Object(
    {
      credential: anyId,
      consumer: anyId,
      instance: shortText,
      session: shortText,
      step: oneOf('announced', 'checkpointed', 'swapped', 'resumed', 'cannot'),
      version: Type.Integer({ minimum: 1 }),
      atMs: ms,
      detail: Type.Optional(Type.String({ maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  answer: Type.Object({ ok: Type.Literal(true), nowMs: ms }),
})

/** A message of the agents’ stream. `assigned`: ask for the value; `look`: something about the credential changed. */
export const agentNews = Type.Object({
  position: Type.Integer(),
  type: oneOf('assigned', 'look'),
  credential: Type.String(),
  consumer: Type.String(),
  version: orNull(Type.Integer()),
  atMs: ms,
})
export type AgentNews = Static<typeof agentNews>

/** A kill order: the version must not be used any more. What is said beside the order is for logs; only the order counts. */
export const killMessage = Type.Object({
  position: Type.Integer(),
  type: Type.Literal('kill'),
  credential: Type.String(),
  version: Type.Integer(),
  order: Type.String({ description: 'A signed security event token (docs/kill.md)' }),
  atMs: ms,
})
export type KillMessage = Static<typeof killMessage>

/** The keys that orders are signed with have changed. */
export const keysMessage = Type.Object({
  position: Type.Integer(),
  type: Type.Literal('keys'),
  keys: Type.String({ description: 'A signed key ring (docs/kill.md)' }),
  atMs: ms,
})
export type KeysMessage = Static<typeof keysMessage>

export const agentMessage = Type.Union([agentNews, killMessage, keysMessage])
export type AgentMessage = Static<typeof agentMessage>

const epoch = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** What a receiver of kill orders knows already: what is newer is told first of all. */
const known = {
  epoch: Type.Optional(epoch),
  serial: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  instance: Type.Optional(shortText),
}

export const orders = route('GET /agent/orders', {
  title: 'Kill orders about what this agent is bound to',
  text: 'Those with an epoch above `epoch`, the oldest first, and the key rings after `serial`. `upTo` is how far that reaches.',
  who: 'agent',
  query: Type.Object(known),
  answer: Type.Object({
    keys: Type.Array(Type.String({ description: 'Signed key rings, the oldest first' })),
    orders: Type.Array(Type.String({ description: 'Signed security event tokens' })),
    upTo: Type.Integer({ description: 'No order of a lower epoch is missing' }),
    nowMs: ms,
  }),
})

export const orderAnswer = route('POST /agent/orders/:epoch/answer', {
  title: 'Say what became of a kill order here',
  text: '`applied`: verified, kept, what was running stopped, and the version is refused from now on. `refused`: the order is no good, and `why` says in which way.',
  who: 'agent',
  params: Type.Object({ epoch }),
  query: Type.Object({
    instance: shortText,
    said: oneOf('applied', 'refused'),
    held: Type.Optional(Type.Boolean({ description: 'The version was in use here' })),
    why: Type.Optional(Type.String({ pattern: '^[a-z-]{1,50}$' })),
    jti: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.~-]{1,200}$',
        description:
          'Of the order: an answer to somebody else’s order of the same epoch is no answer to ours',
      }),
    ),
  }),
  status: 204,
  answer: Type.Null(),
})

const after = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The position that was heard last',
  }),
)

export const stream = route('GET /agent/stream', {
  title: 'Hear of changes as they happen',
  text: 'Server-sent events. `Last-Event-ID` (or `after`) resumes where the last connection broke, at any control plane; without it, the stream begins with what is assigned now.',
  who: 'agent',
  media: 'text/event-stream',
  query: Type.Object({ after, ...known }),
  answer: agentMessage,
})

export const changes = route('GET /agent/changes', {
  title: 'Wait for changes',
  text: 'The same messages for whoever cannot hold a stream open: it answers at once when there are some, and otherwise after `waitMs`.',
  who: 'agent',
  query: Type.Object({
    after,
    waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000, default: 25_000 })),
  }),
  answer: Type.Object({
    items: Type.Array(agentNews),
    position: Type.Integer(),
    epoch: Type.Integer({
      description: 'Of the last kill order: if it is above what you know, ask for orders',
    }),
  }),
})
