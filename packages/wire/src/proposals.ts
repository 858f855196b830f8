// Decisions that need two: what waits for a second person, and the rules that say what does.
import { Type } from 'typebox'
import { byId, done, environment, ms, oneOf, reason } from './parts.ts'
import { route } from './route.ts'

const closed = { additionalProperties: false }

/** What a second person can be asked for. */
export const twoPerson = ['retire', 'override', 'kill'] as const

export const proposalView = Type.Object({
  id: Type.String(),
  what: oneOf(...twoPerson),
  rotation: Type.String(),
  credential: Type.String(),
  environment: Type.String(),
  body: Type.Unknown(),
  by: Type.String(),
  madeMs: ms,
  expiresMs: ms,
})

export const proposals = {
  list: route('GET /proposals', {
    title: 'List what waits for a second person',
    who: 'read',
    answer: Type.Object({ items: Type.Array(proposalView) }),
  }),
  agree: route('POST /proposals/:id/agree', {
    title: 'Agree as the second person, and have it done',
    who: 'decide',
    params: byId,
    answer: done,
  }),
  decline: route('POST /proposals/:id/decline', {
    title: 'Decline, or take back one’s own',
    who: 'decide',
    params: byId,
    body: Type.Object({ reason }, closed),
    answer: done,
  }),
}

export const rules = Type.Object(
  {
    twoPerson: Type.Record(Type.Union([environment, Type.Literal('*')]), Type.Array(oneOf(...twoPerson)), {
      description: 'Which decisions need two people, for each environment; * for all',
    }),
  },
  closed,
)

export const settings = {
  get: route('GET /settings', { title: 'Rules of this control plane', who: 'read', answer: rules }),
  put: route('PUT /settings', { title: 'Change the rules', who: 'administer', body: rules, answer: rules }),
}
