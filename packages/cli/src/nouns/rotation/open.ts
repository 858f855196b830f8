// rekey rotation open: the plan is fixed from then on. With --dry-run it is shown, and nothing is opened.
import { models } from '../../choices.ts'
import { many, moment, needed, oneOf, word } from '../../kinds.ts'
import { planBlocks } from '../../views/plan.ts'
import { rotationBlocks } from '../../views/rotation.ts'
import { pending, reason, write } from '../../write.ts'

export const open = write({
  name: 'open',
  summary: 'open a rotation: its plan is fixed from then on',
  text: 'One whose plan has gaps is opened, and waits for what is missing. --dry-run shows the\nplan, and opens nothing.',
  args: { credential: needed(word('id', 'the credential', { ids: 'credential' })) },
  options: {
    ...reason,
    wish: oneOf(models, 'the model that you would have', 'model'),
    startAt: moment('when it starts, instead of when its time has come', true),
    override: many('gap', 'a gap of the plan that you override, with the same reason'),
  },
  examples: [
    'rotation open orders-db --reason "every month"',
    'rotation open orders-db --start-at 2h --wish waves',
    'rotation open orders-db --dry-run',
  ],
  async request(call) {
    const { override, startAt, wish } = call.options
    const isDry = call.options as unknown as { dryRun: boolean }
    const reason = isDry.dryRun ? 'a dry run' : await call.reason(call.options.reason)
    const overrides = override.map(code => ({ code, reason }))
    return pending('rotations.open', {
      params: { id: call.args.credential },
      body: { reason, wish, startAtMs: startAt, ...(overrides.length > 0 && { overrides }) },
    })
  },
  async dryRun(call) {
    const { credential: id } = call.args
    const answer = await call.ask('rotations.plan', { params: { id }, body: { wish: call.options.wish } })
    call.show(answer, () => planBlocks(answer, id, call.times()))
    call.tell('Nothing was opened.')
    return 0
  },
  blocks: (answer, call) => rotationBlocks(answer, call.times()),
  hint: ({ credential, plan }) => `rotation ${plan.gaps.length > 0 ? 'plan' : 'watch'} ${credential}`,
})
