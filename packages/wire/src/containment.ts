// A containment (8.2): who acts on what, and what can still be trusted.
import { Type } from 'typebox'
import { byId, ms, oneOf, orNull } from './parts.ts'
import { route } from './route.ts'

export const containment = route('GET /rotations/:id/containment', {
  title: 'Who acts on what, what can still be trusted, and what has to be shown before it goes on',
  who: 'read',
  params: byId,
  answer: Type.Object({
    contained: Type.Boolean(),
    cause: orNull(Type.String()),
    sinceMs: orNull(ms),
    mayResume: Type.Boolean(),
    mayGoBack: Type.Boolean(),
    trusted: Type.Array(Type.String(), { description: 'Consumers that can still be trusted' }),
    consumers: Type.Array(
      Type.Object({
        consumer: Type.String(),
        name: Type.String(),
        truth: oneOf('old', 'new', 'mixed', 'unknown'),
        version: orNull(Type.Integer()),
        trust: oneOf('trusted', 'unproved', 'set-aside'),
        lastCleanMs: orNull(ms),
        frozen: Type.Boolean(),
        text: Type.String(),
        how: orNull(Type.String({ description: 'What to do about it' })),
      }),
    ),
  }),
})
