// The record: events as they were written, live and in the past, and the sealed log that proves them.
import { type Static, Type } from 'typebox'
import { anyId, environment, ms, orNull } from './parts.ts'
import { route } from './route.ts'

export const eventView = Type.Object({
  position: Type.Integer(),
  stream: Type.String(),
  seq: Type.Integer(),
  type: Type.String(),
  atMs: ms,
  by: Type.String(),
  credential: orNull(Type.String()),
  environment: orNull(Type.String()),
  data: Type.Unknown(),
  leaf: orNull(Type.Integer({ description: 'Its place in the sealed log' })),
})
export type EventView = Static<typeof eventView>

const position = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const filters = {
  after: Type.Optional(position),
  credential: Type.Optional(anyId),
  environment: Type.Optional(environment),
  type: Type.Optional(Type.String({ maxLength: 100 })),
}

const ofHistory = {
  credential: filters.credential,
  environment: filters.environment,
  type: filters.type,
  by: Type.Optional(Type.String({ maxLength: 200, description: 'Whoever did it, as person:alice' })),
  text: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Somewhere in its type, its stream, who did it, or its data',
    }),
  ),
  fromMs: Type.Optional(ms),
  toMs: Type.Optional(ms),
}

export const record = {
  history: route('GET /history', {
    title: 'Events, the newest first',
    text: 'A page goes back from `before`. It looks at so many events and no more: where `items` is short and `more` is true, go on from `position`.',
    who: 'read',
    query: Type.Object({
      before: Type.Optional(position),
      ...ofHistory,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
    }),
    answer: Type.Object({
      items: Type.Array(eventView),
      position: Type.Integer({ description: 'Go on before this one' }),
      more: Type.Boolean({ description: 'There may be older ones' }),
      last: Type.Integer({ description: 'The position of the newest event of all' }),
    }),
  }),
  events: route('GET /events', {
    title: 'Events, oldest first; with waitMs, wait for the next',
    who: 'read',
    query: Type.Object({
      ...filters,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
      waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000, default: 0 })),
    }),
    answer: Type.Object({
      items: Type.Array(eventView),
      position: Type.Integer({ description: 'Go on after this one' }),
      more: Type.Boolean({ description: 'There is more already: ask again at once' }),
    }),
  }),
  stream: route('GET /stream', {
    title: 'Events as they happen',
    text: 'Server-sent events, each with its position as id: `Last-Event-ID` resumes at any control plane, and nothing is missed.',
    who: 'read',
    media: 'text/event-stream',
    query: Type.Object(filters),
    answer: eventView,
  }),
  checkpoint: route('GET /log/checkpoint', {
    title: 'The signed checkpoint of the log',
    text: 'A signed note (C2SP), with the key it can be checked with.',
    who: 'anyone',
    answer: Type.Object({ checkpoint: orNull(Type.String()), key: Type.String(), size: Type.Integer() }),
  }),
  proof: route('GET /log/proof/:position', {
    title: 'The proof that an event is in the log',
    who: 'read',
    params: Type.Object({ position }),
    answer: Type.Object({
      proof: Type.String({ description: 'A tlog-proof (C2SP)' }),
      leaf: Type.Integer(),
      data: Type.String({
        description: 'The leaf as it was sealed: what is proved. It names the event’s data by their digest',
      }),
    }),
  }),
}
