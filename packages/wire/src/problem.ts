// What went wrong, as RFC 9457 has it, with a code that stays the same and says what to do. The one table of codes.
import { type Static, Type } from 'typebox'

/** Status and title by code. A code is never given another meaning; sentences may change. */
export const problems = {
  'invalid-request': [400, 'The request is not valid.'],
  'malformed-json': [400, 'The body is not JSON.'],
  'not-signed-in': [401, 'Nobody is signed in.'],
  'bad-proof': [401, 'The proof of the key is not good.'],
  'wrong-password': [401, 'Name or password is not right.'],
  'token-expired': [401, 'The token has expired.'],
  'no-right': [403, 'You may not do that.'],
  'out-of-scope': [403, 'That is not yours to ask for.'],
  'cross-site': [403, 'The request came from another site.'],
  'not-found': [404, 'There is nothing here.'],
  'method-not-allowed': [405, 'That cannot be done here.'],
  'already-exists': [409, 'It exists already.'],
  conflict: [409, 'It changed meanwhile.'],
  refused: [409, 'It was refused.'],
  'in-progress': [409, 'The same request is being worked on.'],
  'key-reused': [422, 'The idempotency key was used for another request.'],
  'needs-second-person': [409, 'A second person has to agree.'],
  'not-assigned': [409, 'No version is assigned.'],
  frozen: [409, 'This consumer is frozen.'],
  'version-ended': [410, 'That version is no longer valid.'],
  'stale-etag': [412, 'It is not what you have seen.'],
  'too-large': [413, 'The request is too large.'],
  'wrong-media': [415, 'This kind of body is not understood.'],
  'not-acceptable': [422, 'It cannot be taken as it is.'],
  'too-many': [429, 'Too many requests.'],
  internal: [500, 'The control plane failed.'],
  'not-implemented': [501, 'That is not done here.'],
  unavailable: [503, 'The control plane cannot work just now.'],
} as const satisfies Record<string, readonly [number, string]>
export type ProblemCode = keyof typeof problems

const missing = Type.Object({
  gate: Type.String(),
  what: Type.String(),
  consumer: Type.Union([Type.String(), Type.Null()]),
  text: Type.String(),
  how: Type.String(),
})

/** One reason among several: all of them are named at once. */
export const fault = Type.Object({
  code: Type.String(),
  text: Type.String(),
  how: Type.String(),
  /** Where in the request, as a JSON pointer. */
  at: Type.Optional(Type.String()),
  missing: Type.Optional(Type.Array(missing)),
})
export type Fault = Static<typeof fault>

export const problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String({ description: 'This case, in a sentence' })),
    how: Type.Optional(Type.String({ description: 'What to do about it' })),
    faults: Type.Optional(Type.Array(fault)),
    nowMs: Type.Optional(Type.Integer({ description: 'Our clock, where the caller’s seems to be off' })),
    retryAfterMs: Type.Optional(Type.Integer()),
    id: Type.Optional(Type.String({ description: 'What exists or is waited for already' })),
  },
  { $id: 'Problem', description: 'application/problem+json (RFC 9457)' },
)
export type Problem = Static<typeof problem>
