// The map as a table: the same facts, for whoever reads rather than looks.
import { to } from '../../../address.ts'
import { Mark } from '../../../parts/mark.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { Lasts } from '../../../parts/time.tsx'
import { PathMark } from '../../consumers/path-mark.tsx'
import { behaviourTexts, type ConsumerRecord, fallbackText, reloadText } from '../../consumers/words.ts'

interface TwinParts {
  consumers: readonly ConsumerRecord[]
}

export function Twin({ consumers }: TwinParts) {
  const names = new Map(consumers.map(one => [one.id, one.name]))
  return (
    <Table
      caption="The map as a table"
      columns={columnsOf(names)}
      rows={consumers}
      keyOf={one => one.id}
      rowHeight={64}
    />
  )
}

function columnsOf(names: ReadonlyMap<string, string>): readonly Column<ConsumerRecord>[] {
  return [
    {
      id: 'name',
      head: 'Consumer',
      names: true,
      cell: one => (
        <a href={to('consumers', one.credential, one.id)} className="anywhere" title={one.name}>
          {one.name}
        </a>
      ),
      sort: one => one.name.toLowerCase(),
    },
    {
      id: 'through',
      head: 'Reaches the target',
      cell: ({ access }) =>
        access.how === 'direct' ? (
          'itself'
        ) : names.has(access.through) ? (
          `through ${names.get(access.through)}`
        ) : (
          <>
            through {access.through} <Mark tone="warn">not registered</Mark>
          </>
        ),
      sort: ({ access }) => (access.how === 'direct' ? '' : access.through),
    },
    {
      id: 'path',
      head: 'Path class',
      cell: one => <PathMark is={one.pathClass} />,
      sort: one => one.pathClass,
    },
    {
      id: 'what',
      head: 'What it is',
      cell: one => behaviourTexts[one.behaviour],
      sort: one => one.behaviour,
    },
    {
      id: 'reload',
      head: 'Takes up a new value',
      cell: one => (one.reload.how === 'unknown' ? <Mark tone="warn">unknown</Mark> : reloadText(one.reload)),
      sort: one => reloadText(one.reload),
    },
    {
      id: 'sessions',
      head: 'Sessions',
      cell: one => (one.sessionMs === 0 ? 'none' : <Lasts ms={one.sessionMs} />),
      sort: one => one.sessionMs,
    },
    { id: 'fallback', head: 'When refused', cell: one => fallbackText(one.fallback) },
    {
      id: 'effects',
      head: 'For the business',
      cell: one =>
        one.effects.length === 0 ? <span className="soft">nobody has said</span> : one.effects.join('; '),
    },
  ]
}
