// Agents, as they are shown.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading } from '../show/blocks.ts'
import { table } from '../show/table.ts'
import type { Times } from '../show/times.ts'
import { gap, good, quiet, strong, warn } from '../show/words.ts'
import { list } from './list.ts'
import { none } from './states.ts'

type Page = Answer<'agents.list'>
type Agent = Answer<'agents.get'>

export function agentsBlocks({ items, next }: Page, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'agent',
    columns: [
      { title: 'agent', cell: one => one.id },
      { title: 'name', cell: one => (one.name === one.id ? '' : one.name), drop: 3, least: 12 },
      { title: 'state', cell: stateOf },
      { title: 'keys', cell: one => String(one.keys.length), align: 'right', drop: 2 },
      { title: 'bound to', cell: one => ({ lines: one.bindings.map(bindingText) }) },
      { title: 'since', cell: one => times.at(one.addedMs), drop: 4 },
    ],
  })
}

const stateOf = ({ endedMs, keys }: Agent) =>
  endedMs !== null ? quiet('ended') : keys.length === 0 ? warn('has not joined') : good('joined')

export const bindingText = ({ consumer, credential }: Agent['bindings'][number]) =>
  `${credential}:${consumer}`

export function agentBlocks(one: Agent, times: Times): Block[] {
  const { bindings, endedMs, keys } = one
  return [
    heading([strong(one.id), gap, stateOf(one), quiet(one.name === one.id ? '' : `${gap}${one.name}`)]),
    blank,
    fields([
      ['bound to', bindings.length === 0 ? warn('nothing') : { lines: bindings.map(bindingText) }],
      ['since', times.both(one.addedMs)],
      ['ended', endedMs === null ? null : times.both(endedMs)],
    ]),
    ...(keys.length === 0
      ? []
      : [
          blank,
          table(keys, [
            { title: 'key', cell: key => key.key },
            { title: 'instance', cell: key => key.instance ?? none, drop: 1 },
            { title: 'joined by', cell: key => key.how, drop: 2 },
            { title: 'when', cell: key => times.near(key.enrolledMs), drop: 3 },
          ]),
        ]),
  ]
}
