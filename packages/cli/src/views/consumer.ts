// Consumers, and those whom nobody registered, as they are shown.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { gap, quiet, strong, type Words, warn } from '../show/words.ts'
import { list } from './list.ts'
import { state, version } from './states.ts'

export type Consumer = Answer<'consumers.put'>
type Ghost = Answer<'ghosts.list'>['items'][number] & { environment?: string; name?: string }

interface PageOf<T> {
  items: readonly T[]
  next?: string | null
}

export function consumersBlocks(
  { items, next = null }: PageOf<Consumer & { environment?: string }>,
  across: boolean,
): Block[] {
  return list({
    items,
    next,
    one: 'consumer',
    empty: across
      ? 'No consumer is registered yet: rekey consumer set'
      : 'It has no consumers: nothing could prove that nobody needs its old version.',
    columns: [
      { title: 'consumer', cell: one => one.id },
      { title: 'credential', cell: one => (across ? one.credential : ''), drop: 0 },
      { title: 'environment', cell: one => one.environment ?? '', drop: 6 },
      { title: 'name', cell: one => one.name, drop: 5, least: 14 },
      { title: 'behaviour', cell: one => one.behaviour, drop: 3 },
      { title: 'path', cell: pathOf, drop: 4 },
      { title: 'takes it up', cell: one => reloadOf(one), drop: 1, least: 12 },
      {
        title: 'seen by',
        cell: one => (one.observability === 'none' ? warn('nothing') : one.observability),
        drop: 2,
      },
      { title: 'owner', cell: one => one.owner?.name ?? warn('nobody') },
      {
        title: 'idle',
        cell: one => (one.idle === null ? '' : quiet(`idle: ${one.idle.reason}`)),
        drop: 7,
        least: 12,
      },
    ],
  })
}

const pathOf = ({ pathClass }: Consumer): Words => (pathClass === 'exception' ? warn(pathClass) : pathClass)

function reloadOf({ reload }: Pick<Consumer, 'reload'>): Words {
  switch (reload.how) {
    case 'ttl':
      return `every ${span(reload.ttlMs)}`
    case 'restart':
    case 'by-hand':
      return reload.documented ? reload.how : [`${reload.how}, `, warn('not written down')]
    case 'unknown':
      return warn('nobody has said')
    default:
      return reload.how
  }
}

function cadenceOf({ cadence }: Consumer): string {
  return cadence.how === 'every' ? `every ${span(cadence.everyMs)}` : cadence.how
}

export function consumerBlocks(one: Consumer, times: Times): Block[] {
  const { access, fallback, idle, pact, seenAs } = one
  return [
    heading([
      strong(one.id),
      quiet(` of ${one.credential}`),
      quiet(one.name === one.id ? '' : `${gap}${one.name}`),
    ]),
    blank,
    fields([
      ['behaviour', one.behaviour],
      ['path', pathOf(one)],
      ['access', access.how === 'direct' ? 'direct' : `through ${access.through}`],
      ['owner', one.owner === null ? warn('nobody') : one.owner.name],
      ['value from', one.source],
      ['follows', one.follows],
      ['takes it up', reloadOf(one)],
      ['caches for', lengthOf(one.cacheMs)],
      [
        'sessions',
        one.sessionMs === 0
          ? null
          : `up to ${span(one.sessionMs)}${one.checkpoints ? ', with checkpoints' : ''}`,
      ],
      ['runs', cadenceOf(one)],
      ['may come back', one.horizonMs === 0 ? null : `within ${span(one.horizonMs)}`],
      ['retries', one.retriesReuseContext ? 'with what they held at first' : null],
      ['in flight', one.inFlightMayFinish ? null : 'may not finish'],
      ['fallback', fallbackOf(fallback)],
      ['two versions', one.toleratesTwo ? null : warn('only one valid version')],
      [
        'seen by',
        one.observability === 'none' ? warn('nothing: its silence proves nothing') : one.observability,
      ],
      ['seen as', (seenAs ?? []).join(', ')],
      ['lanes', one.lanes.join(', ')],
      ['effects', { lines: one.effects }],
      ['critical', one.critical ? warn('yes') : null],
      ['pact', pact === undefined ? null : JSON.stringify(pact)],
      ['last exercised', one.lastExercisedAtMs === null ? null : times.both(one.lastExercisedAtMs)],
      ['idle', idle === null ? null : `since ${times.at(idle.atMs)}, says ${idle.by}: ${idle.reason}`],
    ]),
  ]
}

const lengthOf = (ms: number) => (ms === 0 ? null : span(ms))

function fallbackOf(fallback: Consumer['fallback']): Words | null {
  if (fallback.how === 'none') return null
  if (fallback.how === 'same-credential') return `${fallback.to}, with the same credential`
  return [warn(`hides failures behind ${fallback.to}`), fallback.canBeDisabled ? ', can be disabled' : '']
}

export function ghostsBlocks({ items, next = null }: PageOf<Ghost>, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'ghost',
    empty: 'There are no ghosts: everybody who was seen is registered.',
    columns: [
      { title: 'seen as', cell: one => one.seenAs },
      { title: 'credential', cell: one => one.credential },
      { title: 'environment', cell: one => one.environment ?? '', drop: 4 },
      { title: 'version', cell: one => version(one.version), drop: 3 },
      { title: 'state', cell: one => state(one.state) },
      { title: 'times', cell: one => String(one.count), align: 'right', drop: 2 },
      { title: 'last', cell: one => times.near(one.lastMs) },
      { title: 'first', cell: one => times.near(one.firstMs), drop: 5 },
      { title: 'by', cell: one => one.by ?? '', drop: 1 },
    ],
  })
}
