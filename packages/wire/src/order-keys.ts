// What kills rest on: the keys that orders are signed with, and the codes for when nobody can sign in.
import { Type } from 'typebox'
import { byId, done, ms, orNull, reason } from './parts.ts'
import { route } from './route.ts'

const closed = { additionalProperties: false }

const glassView = Type.Object({ id: Type.String(), madeMs: ms, expiresMs: orNull(ms) })

export const glass = {
  list: route('GET /break-glass', {
    title: 'List break-glass codes, without the codes',
    who: 'administer',
    answer: Type.Object({ items: Type.Array(glassView) }),
  }),
  make: route('POST /break-glass', {
    title: 'Make a break-glass code',
    text: 'It is shown this once: print it, and keep it where it can be found when nobody can sign in. It kills, and does nothing else.',
    who: 'administer',
    body: Type.Object({ lifeMs: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 3.2e11 })) }, closed),
    status: 201,
    showsSecret: true,
    answer: Type.Object({ ...glassView.properties, code: Type.String() }),
  }),
  remove: route('DELETE /break-glass/:id', {
    title: 'Take a break-glass code back',
    who: 'administer',
    params: byId,
    answer: done,
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
          Type.Union([Type.Literal('orders'), Type.Literal('status'), Type.Literal('shared-signals')], {
            description: 'What the key signs; kill orders, where nothing is said',
          }),
        ),
      },
      closed,
    ),
    answer: Type.Object({ serial: Type.Integer(), active: Type.String(), standBy: Type.String() }),
  }),
}
