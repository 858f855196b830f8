// rekey signal-source: who may say that something is wrong with a credential.
import { signalKindsOfSources, signalSourceKinds } from '../choices.ts'
import { usage } from '../exit.ts'
import { readFields } from '../json-file.ts'
import { file, flag, many, needed, oneOf, short, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import type { Times } from '../show/times.ts'
import { gap, quiet, strong, warn } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { shownOnce } from '../views/shown-once.ts'
import { none } from '../views/states.ts'
import { pending, write, yes } from '../write.ts'

type Source = Answer<'signalSources.list'>['items'][number]

const sourceId = { source: needed(word('id', 'the source of signals', { ids: 'signal-source' })) }

const list = view({
  name: 'list',
  summary: 'list who may send signals',
  read: call => call.ask('signalSources.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'source',
      columns: [
        { title: 'source', cell: one => one.id },
        { title: 'kind', cell: one => one.kind },
        { title: 'believed in', cell: one => one.environments.join(', '), drop: 1, least: 6 },
        { title: 'says', cell: one => one.as ?? 'as it names it', drop: 2 },
        { title: 'heard', cell: one => (one.heardMs === null ? warn('never') : times.near(one.heardMs)) },
      ],
    })
  },
})

const set = write({
  name: 'set',
  summary: 'let somebody send signals, or change how they are read',
  text: 'The secret that its messages are signed with is shown this once, and again only with\n--anew. What a kind needs besides goes into a file. What is not named stays as it is.',
  args: sourceId,
  options: {
    file: short('f', file('all of it as JSON, as the API has it; flags go before it')),
    kind: oneOf(signalSourceKinds, 'whose messages it sends', 'kind'),
    environment: many('name', 'what it says of others is only told to people', { usual: '*' }),
    as: oneOf(signalKindsOfSources, 'what its messages mean, whatever they say', 'kind'),
    anew: flag('make its secret anew; the one before stops being good'),
  },
  examples: ['signal-source set scanner --kind standard --environment prod --as public-leak'],
  async request(call) {
    const { anew, as, environment, file, kind } = call.options
    const { source: id } = call.args
    const { items } = await call.ask('signalSources.list')
    const before = items.find(one => one.id === id)
    const given = await readFields(file, call.io)
    const known = { ...(before === undefined ? {} : inputOf(before)), ...given } as Partial<Source>
    if (known.kind === undefined && kind === undefined)
      throw usage('It is not said whose messages it sends.', `Give --kind: ${signalSourceKinds.join(', ')}.`)
    const body = {
      ...known,
      environments: environment.length > 0 ? environment : (known.environments ?? ['*']),
      ...(kind !== undefined && { kind }),
      ...(as !== undefined && { as }),
      ...(anew && { anew }),
    }
    return pending('signalSources.put', { params: { id }, body })
  },
  blocks: (answer, call) => sourceBlocks(answer, call.times()),
})

const inputOf = ({ id: _, madeMs: __, heardMs: ___, ...input }: Source) => input

const sourceBlocks = (one: Answer<'signalSources.put'>, times: Times): Block[] => [
  heading([strong(one.id), quiet(`${gap}${one.kind}`)]),
  blank,
  fields([
    ['believed in', one.environments.join(', ')],
    ['says', one.as ?? 'as it names it'],
    ['sends to', `/api/v1/signal-sources/${one.id}/hook`],
    ['heard', one.heardMs === null ? none : times.both(one.heardMs)],
    ...shownOnce(one.secret),
  ]),
]

const remove = write({
  name: 'remove',
  summary: 'hear a source of signals no longer',
  args: sourceId,
  options: yes,
  request: call => pending('signalSources.remove', { params: { id: call.args.source } }),
  confirm: call => call.confirm(`Hear ${call.args.source} no longer?`, call.options.yes),
  blocks: (_, call) => [line(`${call.args.source} is heard no longer.`)],
})

export const verbs: readonly Verb[] = [list, set, remove]
