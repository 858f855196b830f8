// rekey source: who else may say what was seen.
import { bindingOf, rebound } from '../binding.ts'
import { sourceKinds } from '../choices.ts'
import { usage } from '../exit.ts'
import { readFields } from '../json-file.ts'
import { file, flag, length, many, needed, oneOf, short, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { gap, quiet, strong, warn } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { bindingText } from '../views/agent.ts'
import { list as listed } from '../views/list.ts'
import { shownOnce } from '../views/shown-once.ts'
import { none, yesNo } from '../views/states.ts'
import { pending, write, yes } from '../write.ts'

type Source = Answer<'sources.list'>['items'][number]

const sourceId = { source: needed(word('id', 'the source', { ids: 'source' })) }

const list = view({
  name: 'list',
  summary: 'list sources of observations',
  read: call => call.ask('sources.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'source',
      columns: [
        { title: 'source', cell: one => one.id },
        { title: 'kind', cell: one => one.kind },
        { title: 'speaks for', cell: one => ({ lines: one.bindings.map(bindingText) }), drop: 1 },
        { title: 'sees every use', cell: one => yesNo(one.complete), drop: 3 },
        { title: 'late by', cell: one => span(one.lagMs), drop: 4 },
        { title: 'heard', cell: one => (one.heardMs === null ? warn('never') : times.near(one.heardMs)) },
      ],
    })
  },
})

const set = write({
  name: 'set',
  summary: 'register a source of observations, or change one',
  text: 'A webhook source gets a signing secret, a telemetry source a token: it is shown this\nonce, and again only with --anew. What is not named stays as it is.',
  args: sourceId,
  options: {
    file: short('f', file('all of it as JSON, as the API has it; flags go before it')),
    kind: oneOf(sourceKinds, 'how it speaks', 'kind'),
    bind: many('credential:consumer', 'whom it may speak for'),
    unbind: many('credential:consumer', 'whom it may speak for no more'),
    service: many('name=credential:consumer', 'of telemetry: which service is which consumer'),
    lag: length('how late it may be with what it says'),
    complete: flag('it sees every use, so that its silence counts'),
    anew: flag('make its secret anew; the one before stops being good'),
  },
  examples: [
    'source set ci --kind ci --bind orders-db:nightly',
    'source set otel --kind telemetry --service web=orders-db:web',
  ],
  async request(call) {
    const { anew, bind, complete, file, kind, lag, service, unbind } = call.options
    const { source: id } = call.args
    const { items } = await call.ask('sources.list')
    const before = items.find(one => one.id === id)
    const given = await readFields(file, call.io)
    const known = { ...(before === undefined ? {} : inputOf(before)), ...given } as Partial<Source>
    if (known.kind === undefined && kind === undefined)
      throw usage('It is not said how it speaks.', `Give --kind: ${sourceKinds.join(', ')}.`)
    const services = { ...known.services, ...Object.fromEntries(service.map(serviceOf)) }
    const body = {
      ...known,
      bindings: rebound(known.bindings ?? [], bind, unbind),
      ...(kind !== undefined && { kind }),
      ...(lag !== undefined && { lagMs: lag }),
      ...(complete && { complete }),
      ...(Object.keys(services).length > 0 && { services }),
      ...(anew && { anew }),
    }
    return pending('sources.put', { params: { id }, body })
  },
  blocks: (answer, call) => sourceBlocks(answer, call.times()),
})

const inputOf = ({ id: _, madeMs: __, heardMs: ___, ...input }: Source) => input

function serviceOf(text: string): [string, ReturnType<typeof bindingOf>] {
  const at = text.indexOf('=')
  if (at < 1) throw usage(`--service: "${text}" is none.`, 'Give it as name=credential:consumer.')
  return [text.slice(0, at), bindingOf(text.slice(at + 1), '--service')]
}

function sourceBlocks(one: Answer<'sources.put'>, times: Times): Block[] {
  const services = Object.entries(one.services ?? {}).map(([name, of]) => `${name} is ${bindingText(of)}`)
  return [
    heading([strong(one.id), quiet(`${gap}${one.kind}`)]),
    blank,
    fields([
      ['speaks for', { lines: one.bindings.map(bindingText) }],
      ['services', { lines: services }],
      ['prometheus', one.prometheus?.url ?? null],
      ['late by', span(one.lagMs)],
      ['sees every use', yesNo(one.complete)],
      ['heard', one.heardMs === null ? none : times.both(one.heardMs)],
      ...shownOnce(one.secret),
    ]),
  ]
}

const remove = write({
  name: 'remove',
  summary: 'hear a source no longer',
  args: sourceId,
  options: yes,
  request: call => pending('sources.remove', { params: { id: call.args.source } }),
  confirm: call => call.confirm(`Hear ${call.args.source} no longer?`, call.options.yes),
  blocks: (_, call) => [line(`${call.args.source} is heard no longer.`)],
})

export const verbs: readonly Verb[] = [list, set, remove]
