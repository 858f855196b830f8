// What connects a control plane with others: agents and how they join, issuers it trusts, sources of observations, webhooks.
import { Type } from 'typebox'
import { binding, taken } from './agent.ts'
import { anyId, byId, done, id, lengthMs, ms, name, oneOf, orNull, page, pageQuery } from './parts.ts'
import { route } from './route.ts'

const closed = { additionalProperties: false }
const bindings = Type.Array(binding, { maxItems: 1_000 })
const url = Type.String({ minLength: 1, maxLength: 2_000 })

export const agentView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  bindings,
  keys: Type.Array(
    Type.Object({ key: Type.String(), instance: orNull(Type.String()), how: Type.String(), enrolledMs: ms }),
  ),
  addedMs: ms,
  endedMs: orNull(ms),
})

export const agents = {
  list: route('GET /agents', {
    title: 'List agents',
    who: 'read',
    query: Type.Object(pageQuery),
    answer: page(agentView),
  }),
  get: route('GET /agents/:id', { title: 'Look at an agent', who: 'read', params: byId, answer: agentView }),
  put: route('PUT /agents/:id', {
    title: 'Register an agent, or change what it is bound to',
    text: 'It may read what the consumers it is bound to are assigned, and speak for them, and nothing else.',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object({ name, bindings }, closed),
    answer: agentView,
  }),
  end: route('DELETE /agents/:id', {
    title: 'End an agent: its keys and tokens stop being good',
    who: 'administer',
    params: byId,
    answer: agentView,
  }),
  endKey: route('DELETE /agents/:id/keys/:key', {
    title: 'End one key of an agent',
    who: 'administer',
    params: Type.Object({ id: anyId, key: anyId }),
    answer: agentView,
  }),
  join: route('POST /agents/:id/join', {
    title: 'Make a join token for an agent',
    text: 'It is shown this once. Whoever presents it enrols a key of their own; `uses: once` is spent by the first.',
    who: 'administer',
    params: byId,
    body: Type.Object(
      {
        uses: Type.Enum(['once', 'many'], { type: 'string', default: 'once' }),
        lifeMs: Type.Integer({ minimum: 10_000, maximum: 7_776_000_000, default: 3_600_000 }),
      },
      closed,
    ),
    status: 201,
    showsSecret: true,
    answer: Type.Object({ join: Type.String(), id: Type.String(), expiresMs: ms }),
  }),
  endJoin: route('DELETE /agents/:id/join/:join', {
    title: 'Take a join token back',
    who: 'administer',
    params: Type.Object({ id: anyId, join: anyId }),
    answer: done,
  }),
}

const issuerParts = {
  kind: oneOf('oidc', 'kubernetes', 'spiffe'),
  issuer: Type.String({
    minLength: 1,
    maxLength: 500,
    description: 'The issuer as its tokens name it; for SPIFFE the trust domain',
  }),
  audience: Type.String({ minLength: 1, maxLength: 500 }),
  jwksUrl: Type.Optional(url),
  jwks: Type.Optional(Type.Object({ keys: Type.Array(Type.Unknown(), { maxItems: 100 }) })),
  rules: Type.Array(
    Type.Object(
      {
        agent: anyId,
        subject: Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 })),
        claims: Type.Optional(Type.Record(Type.String(), Type.String())),
      },
      closed,
    ),
    {
      maxItems: 1_000,
      description: 'Which of its identities is which agent; one that no rule names is refused',
    },
  ),
}
export const issuers = {
  list: route('GET /issuers', {
    title: 'List trusted issuers of agents’ identities',
    who: 'read',
    answer: Type.Object({ items: Type.Array(Type.Object({ id: Type.String(), ...issuerParts })) }),
  }),
  put: route('PUT /issuers/:id', {
    title: 'Trust an issuer',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object(issuerParts, closed),
    answer: Type.Object({ id: Type.String(), ...issuerParts }),
  }),
  remove: route('DELETE /issuers/:id', {
    title: 'Trust it no longer',
    who: 'administer',
    params: byId,
    answer: done,
  }),
}

const signOnParts = {
  name,
  issuer: url,
  clientId: Type.String({ minLength: 1, maxLength: 500 }),
  clientSecret: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The name of an admin secret, never the secret',
    }),
  ),
}
export const signOns = {
  list: route('GET /sign-on', {
    title: 'List OpenID Connect providers for signing in',
    who: 'anyone',
    answer: Type.Object({ items: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) }),
  }),
  put: route('PUT /sign-on/:id', {
    title: 'Let people sign in through a provider',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object(signOnParts, closed),
    answer: Type.Object({ id: Type.String(), ...signOnParts }),
  }),
  remove: route('DELETE /sign-on/:id', { title: 'No longer', who: 'administer', params: byId, answer: done }),
}

const sourceParts = {
  kind: oneOf('webhook', 'ci', 'telemetry', 'metrics'),
  bindings,
  lagMs: Type.Union([lengthMs], { default: 60_000, description: 'How late it may be with what it says' }),
  complete: Type.Boolean({ default: false, description: 'It sees every use, so that its silence counts' }),
  /** Of telemetry: which service is which consumer. */
  services: Type.Optional(Type.Record(Type.String(), binding)),
  /** Of metrics: what Prometheus is asked. */
  prometheus: Type.Optional(
    Type.Object(
      {
        url,
        errors: Type.String({
          minLength: 1,
          maxLength: 2_000,
          description: 'Query: authentication errors, as a counter',
        }),
        uses: Type.String({ minLength: 1, maxLength: 2_000, description: 'Query: all uses, as a counter' }),
        secret: Type.Optional(
          Type.String({ maxLength: 200, description: 'The name of an admin secret with the token' }),
        ),
      },
      closed,
    ),
  ),
}
export const sourceView = Type.Object({ id: Type.String(), ...sourceParts, madeMs: ms, heardMs: orNull(ms) })
export const sources = {
  list: route('GET /sources', {
    title: 'List sources of observations',
    who: 'read',
    answer: Type.Object({ items: Type.Array(sourceView) }),
  }),
  put: route('PUT /sources/:id', {
    title: 'Register a source of observations',
    text: 'A webhook source gets a signing secret, a telemetry source a token; either is shown this once, and again only when it is made anew.',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object({ ...sourceParts, anew: Type.Optional(Type.Boolean()) }, closed),
    showsSecret: true,
    answer: Type.Object({ ...sourceView.properties, secret: orNull(Type.String()) }),
  }),
  remove: route('DELETE /sources/:id', {
    title: 'Hear a source no longer',
    who: 'administer',
    params: byId,
    answer: done,
  }),
  hook: route('POST /sources/:id/hook', {
    title: 'Observations by signed webhook',
    text: 'Signed as Standard Webhooks have it. The body is a batch of statements, as for agents.',
    who: 'anyone',
    params: byId,
    bodyLimit: 1_048_576,
    answer: taken,
  }),
}

const webhookParts = {
  url,
  environments: Type.Array(Type.String({ maxLength: 63 }), { default: ['*'], minItems: 1, maxItems: 100 }),
  types: Type.Array(Type.String({ maxLength: 100 }), {
    default: [],
    maxItems: 200,
    description: 'Types of events; none: all',
  }),
}
export const webhookView = Type.Object({
  id: Type.String(),
  ...webhookParts,
  position: Type.Integer(),
  failing: orNull(Type.Object({ sinceMs: ms, attempts: Type.Integer(), why: Type.String(), nextMs: ms })),
  off: orNull(Type.String()),
  madeMs: ms,
})
export const webhooks = {
  list: route('GET /webhooks', {
    title: 'List webhooks',
    who: 'read',
    answer: Type.Object({ items: Type.Array(webhookView) }),
  }),
  put: route('PUT /webhooks/:id', {
    title: 'Send events to an address',
    text: 'Signed as Standard Webhooks have it; the secret is shown this once. Events come in order, each until it is taken.',
    who: 'administer',
    params: Type.Object({ id }),
    body: Type.Object({ ...webhookParts, anew: Type.Optional(Type.Boolean()) }, closed),
    showsSecret: true,
    answer: Type.Object({ ...webhookView.properties, secret: orNull(Type.String()) }),
  }),
  remove: route('DELETE /webhooks/:id', {
    title: 'Send no more',
    who: 'administer',
    params: byId,
    answer: done,
  }),
}
