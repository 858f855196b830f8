// Signals: who says that something is wrong, what was decided and why, and what came of it.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import type { Times } from '../show/times.ts'
import { gap, quiet, strong, type Words, warn } from '../show/words.ts'
import { list } from './list.ts'
import { none, state, version } from './states.ts'

type Page = Answer<'signals.list'>
type Signal = Answer<'signals.get'>

export function signalsBlocks({ items, next }: Page, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'signal',
    columns: [
      { title: 'signal', cell: one => one.id },
      { title: 'kind', cell: one => one.kind },
      { title: 'credential', cell: one => one.credential ?? none, drop: 1 },
      { title: 'state', cell: one => state(one.state) },
      { title: 'done', cell: one => state(one.reaction), drop: 3 },
      { title: 'times', cell: one => String(one.count), align: 'right', drop: 5 },
      { title: 'last', cell: one => times.near(one.lastMs), drop: 2 },
      { title: 'environment', cell: one => one.environment ?? '', drop: 4 },
      { title: 'what', cell: one => one.summary, drop: 6, least: 20 },
    ],
  })
}

export function signalBlocks(one: Signal, times: Times): Block[] {
  const { how, reasons, signal } = one
  return [
    heading([strong(one.kind), gap, state(one.state)]),
    line(times.said(one.summary)),
    blank,
    fields([
      ['signal', one.id],
      [
        'credential',
        one.credential === null ? warn('nothing that is known') : `${one.credential} ${version(one.version)}`,
      ],
      ['environment', one.environment],
      ['Rekey’s own', one.own === null ? null : `${one.own.type} ${one.own.id}`],
      ['sources', one.sources.join(', ')],
      ['said', `${one.count} times, first ${times.both(one.firstMs)}, last ${times.near(one.lastMs)}`],
      ['proof', proofOf(signal)],
      ['confidence', `${Math.round(signal.confidence * 100)} %${signal.public ? ', public' : ''}`],
      ['found at', { lines: signal.locations }],
      ['wanted', state(one.wanted)],
      ['decided', [state(one.reaction)]],
      ['because', { lines: reasons.map(reason => [quiet(`${reason.code} `), times.said(reason.text)]) }],
      ['done', { lines: one.did.map(did => doneText(did, times)) }],
      ['what to do', { lines: one.state === 'open' ? how.map(text => times.said(text)) : [] }],
    ]),
  ]
}

function proofOf({ auth, match }: Signal['signal']): Words {
  const proved = auth.verified
    ? `the channel proved itself (${auth.scheme})`
    : warn('the channel did not prove itself')
  const by = match === null ? '' : `, matched by ${match.how}`
  return [proved, by]
}

function doneText({ atMs, kill, rotation, text }: Signal['did'][number], times: Times): Words {
  const id = kill ?? rotation
  return [quiet(`${times.at(atMs)} `), times.said(text), id === undefined ? '' : quiet(` ${id}`)]
}
