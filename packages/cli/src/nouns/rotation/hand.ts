// Steps that only a person can do: what to do at the target, and what came of it.
import { usage } from '../../exit.ts'
import { flag, oneOf, word } from '../../kinds.ts'
import { rotationArg, rotationId } from '../../rotation-named.ts'
import { type Block, blank, fields, heading, line } from '../../show/blocks.ts'
import { quiet } from '../../show/words.ts'
import { view } from '../../view.ts'
import { decidedBlocks } from '../../views/rotation.ts'
import { version } from '../../views/states.ts'
import { pending, write } from '../../write.ts'

export const handStep = view({
  name: 'hand-step',
  summary: 'what a person has to do at the target',
  args: rotationArg,
  async read(call) {
    const id = await rotationId(call, call.args.rotation)
    return call.ask('rotations.handStep', { params: { id } })
  },
  blocks({ step }, call): Block[] {
    if (step === null) return [line(quiet('There is nothing for a person to do.'))]
    return [
      heading(`${step.verb} ${version(step.version)} of ${call.args.rotation}`),
      blank,
      ...step.steps.map((one, at) => line(`${at + 1}. ${one}`, 2)),
      blank,
      fields([
        ['its name', step.name],
        ['handle', step.handle],
        ['then give', step.asks.length === 0 ? 'nothing: say that it is done' : step.asks.join(' and ')],
      ]),
    ]
  },
  hint({ step }, call) {
    if (step === null) return null
    const asks = step.asks.map(one =>
      one === 'handle' ? '--handle <name>' : one === 'value' ? '--value' : '--answer <what>',
    )
    return ['rotation hand-in', call.args.rotation, ...asks].join(' ')
  },
})

export const handIn = write({
  name: 'hand-in',
  summary: 'report a step that was done by hand',
  text: 'A value is asked for without showing it, or read as a line of standard input; it is\nnever an argument, and is sealed at once.',
  args: rotationArg,
  options: {
    handle: word('name', 'what the target calls the new value'),
    value: flag('hand in a value: it is asked for'),
    answer: oneOf(['accepted', 'refused'], 'what the target answered when you tried it'),
  },
  examples: [
    'rotation hand-in documents --handle docs-2 --value < new-key.txt',
    'rotation hand-in documents --answer accepted',
  ],
  async request(call) {
    const { answer, handle, value } = call.options
    if (answer !== undefined && (value || handle !== undefined))
      throw usage('Either a value with its handle, or an answer.')
    const id = await rotationId(call, call.args.rotation)
    const given = value ? await call.askSecret('The value') : undefined
    return pending(
      'rotations.handIn',
      { params: { id }, body: { handle, value: given, answer } },
      { secret: ['value'] },
    )
  },
  blocks: (answer, call) => decidedBlocks(answer, call.times()),
  hint(answer, call) {
    const isForHands = answer.step?.waitsFor?.startsWith('a person to ') === true
    return `rotation ${isForHands ? 'hand-step' : 'watch'} ${call.args.rotation}`
  },
})
