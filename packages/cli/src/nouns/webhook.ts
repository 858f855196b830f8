// rekey webhook: where events are sent to, in order, each until it is taken.
import { usage } from '../exit.ts'
import { flag, many, needed, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { bad, good, strong, type Words } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { shownOnce } from '../views/shown-once.ts'
import { pending, write, yes } from '../write.ts'

type Webhook = Answer<'webhooks.list'>['items'][number]

const webhookId = { webhook: needed(word('id', 'the webhook', { ids: 'webhook' })) }

const list = view({
  name: 'list',
  summary: 'list webhooks, and how far each is',
  read: call => call.ask('webhooks.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'webhook',
      columns: [
        { title: 'webhook', cell: one => one.id },
        { title: 'state', cell: one => stateOf(one, times), least: 20 },
        { title: 'to', cell: one => one.url, drop: 1 },
        { title: 'in', cell: one => one.environments.join(', '), drop: 3, least: 6 },
        {
          title: 'types',
          cell: one => (one.types.length === 0 ? 'all' : one.types.join(', ')),
          drop: 4,
          least: 10,
        },
        { title: 'up to event', cell: one => String(one.position), align: 'right', drop: 2 },
      ],
    })
  },
})

function stateOf({ failing, off }: Webhook, times: Times): Words {
  if (off !== null) return bad(`off: ${off}`)
  if (failing === null) return good('well')
  return bad(
    `failing for ${span(Math.max(0, times.nowMs - failing.sinceMs))}, ${failing.attempts} times: ${failing.why}`,
  )
}

const set = write({
  name: 'set',
  summary: 'send events to an address, or change how',
  text: 'Signed as Standard Webhooks have it; the secret is shown this once, and again only with\n--anew. What is not named stays as it is.',
  args: webhookId,
  options: {
    url: word('address', 'where to'),
    environment: many('name', 'of which environments; * is all', { usual: '*' }),
    type: many('name', 'only these types of events'),
    anew: flag('make its secret anew; the one before stops being good'),
  },
  examples: ['webhook set siem --url https://siem.example.com/rekey --environment prod'],
  async request(call) {
    const { anew, environment, type, url } = call.options
    const { webhook: id } = call.args
    const { items } = await call.ask('webhooks.list')
    const before = items.find(one => one.id === id)
    const to = url ?? before?.url
    if (to === undefined) throw usage('It is not said where to.', 'Give --url.')
    const body = {
      url: to,
      environments: environment.length > 0 ? environment : (before?.environments ?? ['*']),
      types: type.length > 0 ? type : (before?.types ?? []),
      ...(anew && { anew }),
    }
    return pending('webhooks.put', { params: { id }, body })
  },
  blocks: (answer, call) => webhookBlocks(answer, call.times()),
})

function webhookBlocks(one: Answer<'webhooks.put'>, times: Times): Block[] {
  return [
    heading(strong(one.id)),
    blank,
    fields([
      ['to', one.url],
      ['state', stateOf(one, times)],
      ['environments', one.environments.join(', ')],
      ['types', one.types.length === 0 ? 'all' : one.types.join(', ')],
      ...shownOnce(one.secret),
    ]),
  ]
}

const remove = write({
  name: 'remove',
  summary: 'send no more',
  args: webhookId,
  options: yes,
  request: call => pending('webhooks.remove', { params: { id: call.args.webhook } }),
  confirm: call => call.confirm(`Send nothing more to ${call.args.webhook}?`, call.options.yes),
  blocks: (_, call) => [line(`Nothing is sent to ${call.args.webhook} any more.`)],
})

export const verbs: readonly Verb[] = [list, set, remove]
