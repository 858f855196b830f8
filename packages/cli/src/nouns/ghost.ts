// rekey ghost: users of a credential whom nobody registered. Each is claimed or dismissed, by a named person.
import { ghostStates } from '../choices.ts'
import { consumerBody, consumerFlags } from '../consumer-flags.ts'
import { readFields } from '../json-file.ts'
import { type Kinds, needed, oneOf, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import { line } from '../show/blocks.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { consumerBlocks, ghostsBlocks } from '../views/consumer.ts'
import { shellWord } from '../views/next-step.ts'
import { pending, reason, write } from '../write.ts'

const named = {
  credential: needed(word('id', 'the credential', { ids: 'credential' })),
  ghost: needed(word('name', 'as it was seen', { ids: 'ghost' })),
} satisfies Kinds

const list = view({
  name: 'list',
  summary: 'list those whom nobody registered, of one credential or of all',
  args: { credential: word('id', 'of this one only', { ids: 'credential' }) },
  options: {
    state: oneOf(ghostStates, 'only these', 'state'),
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    text: word('text', 'with this in its name'),
    ...paging,
  },
  async read(call) {
    const { environment, state, text } = call.options
    const { credential } = call.args
    if (credential === undefined)
      return paged(call.options, query =>
        call.ask('overview.ghosts', { query: { ...query, environment, state, text } }),
      )
    const { items } = await call.ask('ghosts.list', { params: { credential } })
    return { items: items.filter(one => state === undefined || one.state === state) }
  },
  blocks: (answer, call) => ghostsBlocks(answer, call.times()),
  hint({ items }) {
    const open = items.find(one => one.state === 'open')
    return open === undefined
      ? null
      : `ghost claim ${open.credential} ${shellWord(open.seenAs)} --as <consumer>`
  },
})

const claim = write({
  name: 'claim',
  summary: 'claim a ghost: it is a consumer, a new one or one that is registered',
  text: 'From then on whoever is seen under that name is that consumer, and owes evidence\nlike every other. A new one is described as in rekey consumer set.',
  args: named,
  options: { as: needed(word('consumer', 'which consumer it is', { ids: 'consumer' })), ...consumerFlags },
  examples: [
    'ghost claim orders-db report-7 --as reports',
    'ghost claim orders-db report-7 --as reports --name Reports --behaviour scheduled-task',
  ],
  async request(call) {
    const { credential, ghost } = call.args
    const { as: id, file } = call.options
    const given = await readFields(file, call.io)
    const consumer = consumerBody(given, call.options)
    const isDescribed = Object.keys(consumer).length > 0
    return pending('ghosts.claim', {
      params: { credential, ghost },
      body: { id, ...(isDescribed && { consumer: consumer as never }) },
    })
  },
  blocks: (answer, call) => consumerBlocks(answer, call.times()),
})

const dismiss = write({
  name: 'dismiss',
  summary: 'dismiss a ghost: it counts as nobody from here on',
  args: named,
  options: reason,
  async request(call) {
    const why = await call.reason(call.options.reason)
    return pending('ghosts.dismiss', { params: call.args, body: { reason: why } })
  },
  blocks: (_, call) => [line(`${call.args.ghost} of ${call.args.credential} is dismissed.`)],
})

export const verbs: readonly Verb[] = [list, claim, dismiss]
