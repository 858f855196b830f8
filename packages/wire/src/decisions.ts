// What people decide about a rotation that is under way.
import { gateNames } from '@rekey/core'
import { Type } from 'typebox'
import { anyId, byId, oneOf, orNull, reason } from './parts.ts'
import { rotationView } from './rotations.ts'
import { type Right, route } from './route.ts'

const closed = { additionalProperties: false }
const side = oneOf('old', 'new')
const because = Type.Object({ reason }, closed)
const ofConsumer = Type.Object({ consumer: anyId, reason }, closed)
const nothing = Type.Object({}, closed)

const decision = <B extends Parameters<typeof Type.Optional>[0]>(
  path: string,
  title: string,
  who: Right,
  body: B,
) => route(`POST /rotations/:id/${path}`, { title, who, params: byId, body, answer: rotationView })

/** What people ask of a rotation. Each is refused with every reason at once when it may not be. */
export const decisions = {
  start: decision('start', 'Start it now', 'operate', nothing),
  hold: decision('hold', 'Let it wait', 'operate', because),
  release: decision('release', 'Let it go on', 'operate', nothing),
  moveConsumer: decision(
    'move',
    'Move one consumer to the new version, or back',
    'operate',
    Type.Object({ consumer: anyId, to: side, reason }, closed),
  ),
  contain: decision(
    'contain',
    'Contain: nothing expands, nothing is retired',
    'operate',
    Type.Object({ cause: reason }, closed),
  ),
  restrict: decision(
    'restrict',
    'Restrict a consumer that cannot be verified; frozen, it is given no value either',
    'operate',
    Type.Object({ consumer: anyId, reason, freeze: Type.Optional(Type.Boolean()) }, closed),
  ),
  lift: decision('lift', 'Lift a restriction', 'decide', ofConsumer),
  resume: decision('resume', 'Resume after a containment', 'decide', nothing),
  retry: decision('retry', 'Try again where it is stuck', 'operate', because),
  rollBack: decision('roll-back', 'Go back to the old version', 'operate', because),
  abort: decision('abort', 'Give it up', 'operate', because),
  retire: decision('retire', 'Retire the old version', 'decide', nothing),
  override: decision(
    'override',
    'Override a gate',
    'decide',
    Type.Object({ gate: oneOf(...gateNames), consumer: orNull(anyId), reason }, closed),
  ),
}
