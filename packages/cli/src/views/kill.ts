// Kills: what one would reach before it is done, and what came of it: each step, each holder, each target, confirmed or not.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, indented, line, remedy } from '../show/blocks.ts'
import { table } from '../show/table.ts'
import { span, type Times } from '../show/times.ts'
import { bad, gap, good, quiet, strong, warn } from '../show/words.ts'
import { list } from './list.ts'
import { none, some, state, version } from './states.ts'

type Radius = Answer<'kills.preview'>
export type Kill = Answer<'kills.get'>
type Killed = Kill['killed'][number]
type Page = Answer<'kills.list'>

export function radiusBlocks({ credentials, scope, totals, warnings }: Radius): Block[] {
  const reached = [
    some(totals.versions, 'version'),
    `of ${some(totals.credentials, 'credential')}`,
    `with ${some(totals.consumers, 'consumer')}`,
    `and ${some(totals.instances, 'process', 'processes')}, ${totals.connected} of them connected here`,
  ]
  return [
    heading([strong('A kill of '), strong(scope), strong(' would reach')]),
    line(reached.join(' ')),
    ...warnings.map(one => line(warn(one))),
    ...credentials.flatMap(one => [
      blank,
      line([
        strong(one.credential),
        ` ${one.versions.map(version).join(', ')}`,
        quiet(` (${one.environment}) at ${one.target}`),
        one.openRotation === null ? '' : warn(' its rotation is turned round'),
      ]),
      indented([
        line(one.atTarget),
        ...(one.agents.length === 0 ? [] : [line(`bound to it: ${one.agents.join(', ')}`)]),
        one.consumers.length === 0 ? line(warn('No consumer is registered.')) : reachedTable(one.consumers),
      ]),
    ]),
  ]
}

const reachedTable = (consumers: Radius['credentials'][number]['consumers']): Block =>
  table(consumers, [
    { title: 'consumer', cell: one => one.consumer },
    { title: 'owner', cell: one => one.owner ?? warn('nobody'), drop: 2 },
    { title: 'path', cell: one => one.pathClass, drop: 3 },
    { title: 'processes', cell: one => String(one.instances), align: 'right' },
    { title: 'connected', cell: one => String(one.connected), align: 'right' },
    { title: 'what it does', cell: one => one.effects.join('; '), drop: 1, least: 16 },
  ])

export function killsBlocks({ items, next }: Page, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'kill',
    columns: [
      { title: 'kill', cell: one => one.id },
      { title: 'when', cell: one => times.near(one.orderedMs) },
      { title: 'what', cell: one => one.scope, drop: 1, least: 16 },
      { title: 'versions', cell: one => String(one.versions), align: 'right', drop: 3 },
      { title: 'by', cell: one => one.by, drop: 2 },
      { title: 'why', cell: one => one.reason, drop: 4, least: 16 },
    ],
  })
}

export function killBlocks(kill: Kill, times: Times): Block[] {
  const { latency, unconfirmed } = kill
  const { holders } = latency
  return [
    heading([bad('killed'), gap, strong(kill.scope)]),
    fields([
      ['kill', kill.id],
      ['ordered', `${times.both(kill.orderedMs)} by ${kill.by}`],
      ['why', kill.reason],
      ['durable', `${span(latency.recordedMs)} after it was asked for`],
      [
        'holders',
        holders.lastMs === null
          ? null
          : `the last one after ${span(holders.lastMs)}, half of them within ${span(holders.p50Ms ?? 0)}`,
      ],
      [
        'target',
        latency.providerMs === null
          ? warn('has not been seen to refuse it')
          : `refuses it since ${span(latency.providerMs)} after the order`,
      ],
    ]),
    ...kill.killed.flatMap(one => [blank, ...killedBlocks(one, times)]),
    blank,
    ...(unconfirmed.length === 0
      ? [line(good('Everything is confirmed.'))]
      : [
          heading(bad(`${some(unconfirmed.length, 'thing')} not confirmed`)),
          ...unconfirmed.flatMap(missing),
        ]),
  ]
}

function missing(one: Kill['unconfirmed'][number]): Block[] {
  const who = [one.credential, one.consumer, one.instance].filter(part => part !== null).join(' · ')
  return [line([warn(who), `${gap}${one.what}`], 2, 2), remedy(one.how, 4)]
}

function killedBlocks(one: Killed, times: Times): Block[] {
  const open = one.holders.filter(holder => holder.state === 'unconfirmed')
  const confirmed = one.holders.length - open.length
  return [
    line([
      strong(one.credential),
      ` ${version(one.version)}`,
      quiet(` (${one.environment}), epoch ${one.epoch}`),
    ]),
    indented([
      table(one.steps, [
        { title: 'step', cell: step => step.step },
        { title: 'state', cell: step => state(step.state) },
        { title: 'after', cell: step => (step.afterMs === null ? none : span(step.afterMs)), align: 'right' },
        { title: 'what', cell: step => times.said(step.text), least: 24 },
      ]),
      line([
        `${confirmed} of ${some(one.holders.length, 'known holder')} confirmed`,
        ...(open.length === 0 ? [] : [bad(`, not: ${open.map(holder => holder.instance).join(', ')}`)]),
      ]),
    ]),
    ...(one.lastUseAfterKillMs === null
      ? []
      : [line(bad(`It was used after the order, last ${times.both(one.lastUseAfterKillMs)}.`), 2)]),
  ]
}

/** One line for whoever waits for it. */
export function confirmedText({ killed, unconfirmed }: Kill): string {
  const holders = killed.flatMap(one => one.holders)
  const confirmed = holders.filter(one => one.state === 'confirmed').length
  const steps = killed.flatMap(one => one.steps.filter(step => step.state !== 'not-needed'))
  const done = steps.filter(step => step.state === 'confirmed').length
  return `${done} of ${some(steps.length, 'step')} and ${confirmed} of ${some(holders.length, 'holder')} confirmed, ${some(unconfirmed.length, 'thing')} open`
}
