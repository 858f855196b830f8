// rekey signal: who says that something is wrong, and what is done about it.
import { signalStates } from '../choices.ts'
import { needed, oneOf, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { signalBlocks, signalsBlocks } from '../views/signal.ts'
import { pending, reason, write, yes } from '../write.ts'

const signalId = { signal: needed(word('id', 'the signal', { ids: 'signal' })) }

const list = view({
  name: 'list',
  summary: 'list signals, the newest first',
  options: {
    state: oneOf(signalStates, 'only these', 'state'),
    credential: word('id', 'about one credential only', { ids: 'credential' }),
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    ...paging,
  },
  read(call) {
    const { credential, environment, state } = call.options
    return paged(call.options, query =>
      call.ask('signals.list', { query: { ...query, credential, environment, state } }),
    )
  },
  blocks: (answer, call) => signalsBlocks(answer, call.times()),
  hint({ items }) {
    const open = items.find(one => one.state === 'open')
    return open === undefined ? null : `signal show ${open.id}`
  },
})

const show = view({
  name: 'show',
  summary: 'what was said, what was decided and why, and what came of it',
  args: signalId,
  read: call => call.ask('signals.get', { params: { id: call.args.signal } }),
  blocks: (answer, call) => signalBlocks(answer, call.times()),
  hint: ({ credential, id, state }) => (state === 'open' && credential !== null ? `signal kill ${id}` : null),
})

const kill = write({
  name: 'kill',
  summary: 'kill what a signal is about',
  text: 'The version, or every version of the credential where none is named. As with every\nkill a second person may have to agree.',
  args: signalId,
  options: { ...reason, ...yes },
  async request(call) {
    const why = await call.reason(call.options.reason)
    return pending('signals.kill', { params: { id: call.args.signal }, body: { reason: why } })
  },
  dryRun: async call => {
    const signal = await call.ask('signals.get', { params: { id: call.args.signal } })
    call.show(signal, () => signalBlocks(signal, call.times()))
    call.tell('Nobody was killed.')
    return 0
  },
  confirm: call =>
    call.confirm(
      `Kill what the signal ${call.args.signal} is about? It cannot be taken back.`,
      call.options.yes,
    ),
  blocks: (answer, call) => signalBlocks(answer, call.times()),
  hint({ did }) {
    const kill = did.findLast(one => one.kill !== undefined)?.kill
    return kill === undefined ? 'kill list' : `kill show ${kill}`
  },
})

const dismiss = write({
  name: 'dismiss',
  summary: 'dismiss a signal: it was a false alarm, or is dealt with',
  args: signalId,
  options: reason,
  async request(call) {
    const why = await call.reason(call.options.reason)
    return pending('signals.dismiss', { params: { id: call.args.signal }, body: { reason: why } })
  },
  blocks: (answer, call) => signalBlocks(answer, call.times()),
})

export const verbs: readonly Verb[] = [list, show, kill, dismiss]
