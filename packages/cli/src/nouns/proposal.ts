// rekey proposal: what waits for a second person.
import { exitCodes, Failure } from '../exit.ts'
import { needed, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { line } from '../show/blocks.ts'
import { strong } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { none } from '../views/states.ts'
import { pending, reason, write, yes } from '../write.ts'

type Proposal = Answer<'proposals.list'>['items'][number]

const proposalId = { proposal: needed(word('id', 'the proposal', { ids: 'proposal' })) }

const list = view({
  name: 'list',
  summary: 'list what waits for a second person',
  read: call => call.ask('proposals.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'proposal',
      empty: 'Nothing waits for a second person.',
      columns: [
        { title: 'proposal', cell: one => one.id },
        { title: 'what', cell: one => one.what },
        { title: 'credential', cell: one => (one.credential === '' ? none : one.credential) },
        { title: 'by', cell: one => one.by },
        { title: 'environment', cell: one => one.environment, drop: 3 },
        { title: 'expires', cell: one => times.near(one.expiresMs), drop: 1 },
        { title: 'what for', cell: aboutText, drop: 2, least: 20 },
      ],
    })
  },
  hint: ({ items }) => (items[0] === undefined ? null : `proposal agree ${items[0].id}`),
})

/** What it asks for: its body is that of the decision. */
function aboutText({ body }: Proposal): string {
  const { consumer, gate, reason, scope } = body as {
    consumer?: string | null
    gate?: string
    reason?: string
    scope?: object
  }
  const what =
    gate === undefined ? JSON.stringify(scope ?? {}) : `${gate}${consumer == null ? '' : ` for ${consumer}`}`
  return `${what}: ${reason ?? ''}`
}

const agree = write({
  name: 'agree',
  summary: 'agree as the second person, and have it done',
  args: proposalId,
  options: yes,
  request: call => pending('proposals.agree', { params: { id: call.args.proposal } }),
  async confirm(call) {
    if (call.options.yes) return
    // Nobody agrees to what they have not seen.
    const { items } = await call.ask('proposals.list')
    const one = items.find(each => each.id === call.args.proposal)
    if (one === undefined)
      throw new Failure(exitCodes.failed, `No proposal ${call.args.proposal} waits.`, 'rekey proposal list')
    if (call.canAsk)
      call.tell([strong(one.what), ` ${one.credential}, proposed by ${one.by}: ${aboutText(one)}`])
    await call.confirm('Agree, and have it done?', false)
  },
  blocks: () => [line('It is done.')],
})

const decline = write({
  name: 'decline',
  summary: 'decline, or take back what you proposed',
  args: proposalId,
  options: reason,
  async request(call) {
    const why = await call.reason(call.options.reason)
    return pending('proposals.decline', { params: { id: call.args.proposal }, body: { reason: why } })
  },
  blocks: () => [line('It is declined.')],
})

export const verbs: readonly Verb[] = [list, agree, decline]
