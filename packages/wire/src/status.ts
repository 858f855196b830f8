// Status lists (draft-ietf-oauth-status-list): the validity of every version as signed bits, and the passports that say of an opaque
// value where its bits are. docs/status-list.md.
import { Type } from 'typebox'
import { anyId } from './parts.ts'
import { route } from './route.ts'

export const statusListMedia = 'application/statuslist+jwt'

export const statusLists = {
  all: route('GET /status', {
    title: 'Where the status lists are',
    text: 'The aggregation of the draft: whoever wants to check offline fetches them all.',
    who: 'anyone',
    answer: Type.Object({ status_lists: Type.Array(Type.String()) }),
  }),
  list: route('GET /status/:list', {
    title: 'A status list: the validity of a million versions, signed',
    text: 'Two bits a version: 0 valid, 1 invalid, 2 suspended, 3 superseded while its grace runs. A list of another time is not kept: 501.',
    who: 'anyone',
    params: Type.Object({ list: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
    query: Type.Object({
      time: Type.Optional(Type.String({ maxLength: 20, description: 'Seconds since 1970' })),
    }),
    media: statusListMedia,
    answer: Type.String(),
  }),
}

const passport = Type.Object({
  credential: Type.String(),
  version: Type.Integer(),
  passport: Type.String({ description: 'A JWT of the type rekey-passport+jwt' }),
})

export const passports = {
  mine: route('GET /agent/passports/:credential', {
    title: 'The passport of the version that this agent is assigned',
    text: 'To show beside the value: whoever is shown it can look up whether the version is still good, without asking us.',
    who: 'agent',
    params: Type.Object({ credential: anyId }),
    query: Type.Object({ consumer: Type.Optional(anyId) }),
    answer: passport,
  }),
  of: route('GET /credentials/:id/versions/:number/passport', {
    title: 'The passport of a version',
    who: 'read',
    params: Type.Object({ id: anyId, number: Type.Integer({ minimum: 1 }) }),
    answer: passport,
  }),
}
