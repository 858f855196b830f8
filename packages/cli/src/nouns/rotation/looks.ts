// Where a rotation stands: in a list, by itself, in its ledger, at its gates.
import { models } from '../../choices.ts'
import { exitCodes } from '../../exit.ts'
import { flag, needed, oneOf, word } from '../../kinds.ts'
import { paged, paging } from '../../pages.ts'
import { rotationArg, rotationId } from '../../rotation-named.ts'
import { text } from '../../show/blocks.ts'
import { verb } from '../../verb.ts'
import { view } from '../../view.ts'
import { containmentBlocks } from '../../views/containment.ts'
import { gatesBlocks } from '../../views/gates.ts'
import { ledgerBlocks } from '../../views/ledger.ts'
import { planBlocks } from '../../views/plan.ts'
import { type Rotation, rotationBlocks, rotationsBlocks } from '../../views/rotation.ts'

export const list = view({
  name: 'list',
  summary: 'list rotations, the latest first',
  args: { credential: word('id', 'of one credential only', { ids: 'credential' }) },
  options: {
    open: flag('only those that have not ended'),
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    ...paging,
  },
  read(call) {
    const { environment, open } = call.options
    const { credential } = call.args
    return paged(call.options, query =>
      call.ask('rotations.list', { query: { ...query, credential, environment, open: open || undefined } }),
    )
  },
  blocks: (answer, call) => rotationsBlocks(answer, call.times()),
})

export const plan = view({
  name: 'plan',
  summary: 'how a rotation would go, without opening it',
  args: { credential: needed(word('id', 'the credential', { ids: 'credential' })) },
  options: { wish: oneOf(models, 'the model that you would have', 'model') },
  read: call =>
    call.ask('rotations.plan', { params: { id: call.args.credential }, body: { wish: call.options.wish } }),
  blocks: (answer, call) => planBlocks(answer, call.args.credential, call.times()),
  hint: (answer, call) => (answer.gaps.length === 0 ? `rotation open ${call.args.credential}` : null),
})

export const show = view({
  name: 'show',
  summary: 'where a rotation stands, and what it waits for',
  args: rotationArg,
  read: async call =>
    call.ask('rotations.get', { params: { id: await rotationId(call, call.args.rotation) } }),
  blocks: (answer, call) => rotationBlocks(answer, call.times()),
  hint: (answer, call) => nextOf(answer, call.args.rotation),
})

function nextOf({ credential, phase, plan, step }: Rotation, named: string): string | null {
  if (phase === 'ended') return null
  if (phase === 'planned')
    return plan.gaps.length > 0 ? `rotation plan ${credential}` : `rotation start ${named}`
  if (phase === 'contained') return `rotation containment ${named}`
  if (phase === 'held') return `rotation release ${named}`
  if (phase === 'stuck') return `rotation retry ${named}`
  if (step?.waitsFor?.startsWith('a person to ')) return `rotation hand-step ${named}`
  return step?.do === 'observe' ? `rotation gates ${named}` : `rotation watch ${named}`
}

export const ledger = view({
  name: 'ledger',
  summary: 'who has moved: each consumer in configuration, runtime and behaviour',
  text: 'A consumer is safe when it would let the old version go. What is missing first stands\nbeside the others; --why says all of it, with what to do.',
  args: rotationArg,
  options: {
    why: flag('all that is missing of each, and how to get it'),
    consumer: word('id', 'of one consumer only', { ids: 'consumer' }),
  },
  examples: [
    'rotation ledger orders-db',
    'rotation ledger orders-db --why --consumer web',
    'rotation ledger orders-db --watch',
  ],
  async read(call) {
    const id = await rotationId(call, call.args.rotation)
    return call.ask('rotations.ledger', { params: { id } })
  },
  blocks: (answer, call) => ledgerBlocks(answer, call.args.rotation, call.options)(call.times(answer.nowMs)),
  hint: (answer, call) =>
    answer.rows.some(row => !row.safe) && !call.options.why
      ? `rotation ledger ${call.args.rotation} --why`
      : `rotation gates ${call.args.rotation}`,
})

export const gates = view({
  name: 'gates',
  summary: 'every gate as it stands, what is missing, and how to get it',
  text: 'Ends with 0 when all of them are open, and with 3 when one refuses.',
  args: rotationArg,
  options: { all: flag('all that is missing, however much') },
  async read(call) {
    const id = await rotationId(call, call.args.rotation)
    return call.ask('rotations.gates', { params: { id } })
  },
  blocks: (answer, call) =>
    gatesBlocks(answer, call.args.rotation, call.options.all, call.times(answer.nowMs)),
  hint(answer, call) {
    const refusing = answer.gates.filter(one => !one.open).map(one => one.gate)
    const isForPerson = answer.stage === 'retire' && refusing.every(one => one === 'decision')
    return isForPerson
      ? `rotation retire ${call.args.rotation}`
      : `rotation ledger ${call.args.rotation} --why`
  },
  code: answer => (answer.open ? 0 : exitCodes.refused),
})

export const containment = view({
  name: 'containment',
  summary: 'who acts on what, and what can still be trusted',
  args: rotationArg,
  async read(call) {
    const id = await rotationId(call, call.args.rotation)
    return call.ask('rotations.containment', { params: { id } })
  },
  blocks: (answer, call) => containmentBlocks(answer, call.args.rotation, call.times()),
  hint: (answer, call) => (answer.mayResume ? `rotation resume ${call.args.rotation}` : null),
})

export const runbook = verb({
  name: 'runbook',
  summary: 'the plan and the runbook as Markdown, to print',
  args: rotationArg,
  examples: ['rotation runbook orders-db > runbook.md'],
  async run(call) {
    const id = await rotationId(call, call.args.rotation)
    const { value } = await call.plane.answer('rotations.runbook', { params: { id } }, { isText: true })
    call.show(value, () => [text(value)])
    return 0
  },
})
