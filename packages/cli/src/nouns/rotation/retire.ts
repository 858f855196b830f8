// rekey rotation retire, and to override a gate: decisions that cannot be taken back.
import { gates } from '../../choices.ts'
import { exitCodes } from '../../exit.ts'
import { needed, oneOf, word } from '../../kinds.ts'
import { rotationArg, rotationId } from '../../rotation-named.ts'
import { line } from '../../show/blocks.ts'
import { warn } from '../../show/words.ts'
import { gatesBlocks } from '../../views/gates.ts'
import { decidedBlocks, type Rotation } from '../../views/rotation.ts'
import { pending, reason, write, yes } from '../../write.ts'

export const retire = write({
  name: 'retire',
  summary: 'decide that the old version goes: every gate is asked once more',
  text: 'Where two people decide, each of them asks for it. --dry-run shows the gates, and\ndecides nothing.',
  args: rotationArg,
  options: yes,
  async request(call) {
    const id = await rotationId(call, call.args.rotation)
    return pending('decisions.retire', { params: { id }, body: {} })
  },
  async dryRun(call) {
    const id = await rotationId(call, call.args.rotation)
    const answer = await call.ask('rotations.gates', { params: { id } })
    call.show(answer, () => gatesBlocks(answer, call.args.rotation, true, call.times(answer.nowMs)))
    call.tell('Nothing was decided.')
    return answer.open || refusesOnly(answer.gates) ? 0 : exitCodes.refused
  },
  confirm: call =>
    call.confirm(
      `Retire the old version of ${call.args.rotation}? It is disabled, and in the end destroyed.`,
      call.options.yes,
    ),
  blocks: (answer, call) => [
    ...decidedBlocks(answer, call.times()),
    ...(lacks(answer) > 0 ? [line(warn('Another person has to ask for it as well.'), 2)] : []),
  ],
  hint: (_, call) => `rotation watch ${call.args.rotation}`,
  after: async answer => (lacks(answer) > 0 ? exitCodes.waits : 0),
})

/** What is left is what this command itself brings. */
const refusesOnly = (all: readonly { gate: string; open: boolean }[]) =>
  all.every(one => one.open || one.gate === 'decision')

/** How many more have to ask for it, while it has not gone on. */
const lacks = ({ approvals, plan, step }: Rotation) =>
  step?.do === 'observe' ? Math.max(0, plan.approvals - new Set(approvals.map(one => one.by)).size) : 0

export const override = write({
  name: 'override',
  summary: 'open a gate that refuses, by name and under yours',
  text: 'Where the rules ask for two people it becomes a proposal, and the command ends with 4.',
  args: { ...rotationArg, gate: needed(oneOf(gates, 'which gate', 'gate')) },
  options: { consumer: word('id', 'for one consumer only', { ids: 'consumer' }), ...reason, ...yes },
  examples: ['rotation override orders-db quiet --consumer replay --reason "it was deleted"'],
  async request(call) {
    const { gate, rotation } = call.args
    const why = await call.reason(call.options.reason)
    const id = await rotationId(call, rotation)
    const consumer = call.options.consumer ?? null
    return pending('decisions.override', { params: { id }, body: { gate, consumer, reason: why } })
  },
  confirm(call) {
    const { gate, rotation } = call.args
    const who = call.options.consumer === undefined ? '' : ` for ${call.options.consumer}`
    return call.confirm(
      `Override the gate ${gate} of ${rotation}${who}? It stands in the record under your name.`,
      call.options.yes,
    )
  },
  blocks: (answer, call) => decidedBlocks(answer, call.times()),
  hint: (_, call) => `rotation gates ${call.args.rotation}`,
})
