// rekey receiver: who else hears of every kill, as shared signals (OpenID SSF, CAEP).
import { defaultSubjects } from '../choices.ts'
import { flag, many, needed, oneOf, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { bad, good, quiet, strong, type Words, warn } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { shownOnce } from '../views/shown-once.ts'
import { none } from '../views/states.ts'
import { pending, write, yes } from '../write.ts'

type Receiver = Answer<'receivers.get'>
type Stream = Receiver['streams'][number]

const receiverId = { receiver: needed(word('id', 'the receiver', { ids: 'receiver' })) }

const list = view({
  name: 'list',
  summary: 'list receivers of shared signals, and how far each is',
  read: call => call.ask('receivers.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'receiver',
      columns: [
        { title: 'receiver', cell: one => one.id },
        { title: 'name', cell: one => one.name, drop: 2 },
        { title: 'hears of', cell: one => one.environments.join(', '), drop: 1, least: 6 },
        {
          title: 'streams',
          cell: one =>
            one.streams.length === 0
              ? warn('none yet')
              : { lines: one.streams.map(each => streamText(each, times)) },
          least: 20,
        },
      ],
    })
  },
})

function streamText({ epoch, failing, method, status }: Stream, { nowMs }: Times): Words {
  if (failing !== null)
    return bad(`${method}, failing for ${span(Math.max(0, nowMs - failing.sinceMs))}: ${failing.why}`)
  const said = `${method}, ${status}, up to order ${epoch}`
  return status === 'enabled' ? good(said) : quiet(said)
}

const show = view({
  name: 'show',
  summary: 'look at a receiver, and at what it would not take',
  args: receiverId,
  read: call => call.ask('receivers.get', { params: { id: call.args.receiver } }),
  blocks: (answer, call) => receiverBlocks(answer, call.times()),
})

const set = write({
  name: 'set',
  summary: 'let somebody receive shared signals, or change of what',
  text: 'Its secret is shown this once, and again only with --anew. It sets up its streams by\nitself. What is not named stays as it is.',
  args: receiverId,
  options: {
    name: word('text', 'what it is called'),
    environment: many('name', 'it hears of credentials in these; * is all', { usual: '*' }),
    audience: word('text', 'the aud of what it is sent'),
    subjects: oneOf(defaultSubjects, 'what a new stream hears of before it asks', 'which'),
    anew: flag('make its secret anew; the one before stops being good'),
  },
  examples: ['receiver set gateway --name "API gateway" --environment prod'],
  async request(call) {
    const { anew, audience, environment, name, subjects } = call.options
    const { receiver: id } = call.args
    const { items } = await call.ask('receivers.list')
    const before = items.find(one => one.id === id)
    const aud = audience ?? before?.audience
    const asked = subjects ?? before?.defaultSubjects
    const body = {
      name: name ?? before?.name ?? id,
      environments: environment.length > 0 ? environment : (before?.environments ?? ['*']),
      ...(aud !== undefined && { audience: aud }),
      ...(asked !== undefined && { defaultSubjects: asked }),
      ...(anew && { anew }),
    }
    return pending('receivers.put', { params: { id }, body })
  },
  blocks: (answer, call) => receiverBlocks(answer, call.times(), answer.secret),
})

function receiverBlocks(one: Receiver, times: Times, secret: string | null = null): Block[] {
  const refused = one.streams.flatMap(({ refused }) =>
    refused.map(({ atMs, err, jti }) => `${err}, ${times.near(atMs)}: ${jti}`),
  )
  return [
    heading([strong(one.id), quiet(`  ${one.name}`)]),
    blank,
    fields([
      ['hears of', one.environments.join(', ')],
      ['audience', one.audience],
      ['new streams', one.defaultSubjects === 'ALL' ? 'hear of all of that' : 'hear of nothing yet'],
      [
        'streams',
        one.streams.length === 0 ? none : { lines: one.streams.map(each => streamText(each, times)) },
      ],
      ['would not take', refused.length === 0 ? null : { lines: refused }],
      ...shownOnce(secret),
    ]),
  ]
}

const remove = write({
  name: 'remove',
  summary: 'let a receiver hear no more',
  args: receiverId,
  options: yes,
  request: call => pending('receivers.remove', { params: { id: call.args.receiver } }),
  confirm: call => call.confirm(`Tell ${call.args.receiver} of no kill any more?`, call.options.yes),
  blocks: (_, call) => [line(`${call.args.receiver} hears of no kill any more.`)],
})

export const verbs: readonly Verb[] = [list, show, set, remove]
