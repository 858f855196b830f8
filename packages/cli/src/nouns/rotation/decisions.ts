// What people ask of a rotation that is under way. Each is refused with every reason at once when it may not be.
import type { Call } from '../../call.ts'
import { sides } from '../../choices.ts'
import { flag, type Kinds, needed, oneOf, type Read, word } from '../../kinds.ts'
import type { Body, Known } from '../../plane/operations.ts'
import { rotationArg, rotationId } from '../../rotation-named.ts'
import type { Verb } from '../../verb.ts'
import { decidedBlocks, type Rotation } from '../../views/rotation.ts'
import { type Pending, pending, reason, type WriteParts, write, yes } from '../../write.ts'

type Decision = Extract<Known, `decisions.${string}`>
type OfRotation = typeof rotationArg

interface Parts<A extends Kinds, O extends Kinds>
  extends Omit<WriteParts<A & OfRotation, O, Rotation>, 'args' | 'blocks' | 'hint' | 'request'> {
  operation: Decision
  /** Behind the rotation. */
  args?: A
  body(call: Call<A & OfRotation, O>): Promise<object>
}

// biome-ignore lint/complexity/noBannedTypes: no arguments and no options are an empty table of them
function decision<const A extends Kinds = {}, const O extends Kinds = {}>(parts: Parts<A, O>): Verb {
  const { args, body, operation, ...rest } = parts
  return write<A & OfRotation, O, Rotation>({
    ...rest,
    args: { ...rotationArg, ...args } as A & OfRotation,
    async request(call) {
      // What is asked of a person comes first: nobody types a reason for a rotation that is not there, and nothing is asked twice.
      const id = await rotationId(call, (call.args as Read<OfRotation>).rotation)
      const sent = (await body(call)) as Partial<Body<Decision>>
      return pending(operation, { params: { id }, body: sent }) as Pending<Rotation>
    },
    blocks: (answer, call) => decidedBlocks(answer, call.times()),
    hint: (answer, call) =>
      answer.phase === 'ended' ? null : `rotation watch ${(call.args as Read<OfRotation>).rotation}`,
  })
}

const ofConsumer = { consumer: needed(word('id', 'the consumer', { ids: 'consumer' })) } satisfies Kinds
const nothing = async () => ({})
const because = async (call: Call<OfRotation, typeof reason>) => ({
  reason: await call.reason(call.options.reason),
})

export const start = decision({
  name: 'start',
  summary: 'start it now, instead of when its time has come',
  operation: 'decisions.start',
  body: nothing,
})

export const hold = decision({
  name: 'hold',
  summary: 'let it wait',
  operation: 'decisions.hold',
  options: reason,
  body: because,
})

export const release = decision({
  name: 'release',
  summary: 'let it go on',
  operation: 'decisions.release',
  body: nothing,
})

export const move = decision({
  name: 'move',
  summary: 'move one consumer to the new version, or back',
  operation: 'decisions.moveConsumer',
  args: ofConsumer,
  options: { to: needed(oneOf(sides, 'which version', 'side')), ...reason },
  body: async call => ({
    consumer: call.args.consumer,
    to: call.options.to,
    reason: await call.reason(call.options.reason),
  }),
})

export const contain = decision({
  name: 'contain',
  summary: 'contain it: nothing expands, nothing is retired, everybody proves itself',
  operation: 'decisions.contain',
  options: reason,
  body: async call => ({ cause: await call.reason(call.options.reason) }),
})

export const restrict = decision({
  name: 'restrict',
  summary: 'restrict a consumer that cannot be verified; frozen, it is given no value',
  operation: 'decisions.restrict',
  args: ofConsumer,
  options: { freeze: flag('it is given no value either'), ...reason },
  body: async call => ({
    consumer: call.args.consumer,
    reason: await call.reason(call.options.reason),
    ...(call.options.freeze && { freeze: true }),
  }),
})

export const lift = decision({
  name: 'lift',
  summary: 'lift the restriction of a consumer',
  operation: 'decisions.lift',
  args: ofConsumer,
  options: reason,
  body: async call => ({ consumer: call.args.consumer, reason: await call.reason(call.options.reason) }),
})

export const resume = decision({
  name: 'resume',
  summary: 'resume after a containment',
  operation: 'decisions.resume',
  body: nothing,
})

export const retry = decision({
  name: 'retry',
  summary: 'try again where it is stuck',
  operation: 'decisions.retry',
  options: reason,
  body: because,
})

export const rollBack = decision({
  name: 'roll-back',
  summary: 'go back to the old version, everybody',
  operation: 'decisions.rollBack',
  options: reason,
  body: because,
})

export const abort = decision({
  name: 'abort',
  summary: 'give it up: the new version is cleared away',
  operation: 'decisions.abort',
  options: { ...reason, ...yes },
  body: async call => ({ reason: await call.reason(call.options.reason) }),
  confirm: call =>
    call.confirm(
      `Give up the rotation of ${call.args.rotation}? The new version is cleared away.`,
      call.options.yes,
    ),
})
