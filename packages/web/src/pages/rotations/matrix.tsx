// The ledger as a matrix: each consumer by what should be true (configuration), what its processes loaded (runtime) and what it did
// (behaviour); then the truth, and whether it would let the old version go.
import type { LedgerView, RotationView } from '@rekey/wire'
import { useMemo, useState } from 'react'
import { setQuery, useAddress } from '../../address.ts'
import { TruthMark, VersionMark } from '../../parts/mark.tsx'
import { Empty } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { ConsumerDialog } from './consumer-dialog.tsx'
import { Runtime } from './runtime.tsx'

type Row = LedgerView['rows'][number]
const filters = ['all', 'keeps', 'old', 'mixed', 'unknown', 'new'] as const
type Filter = (typeof filters)[number]

export function Matrix({ ledger, rotation }: { ledger: LedgerView; rotation: RotationView }) {
  const { query } = useAddress()
  const asked = query.get('show') as Filter | null
  const filter: Filter = asked !== null && filters.includes(asked) ? asked : 'all'
  const [chosen, setChosen] = useState<string | null>(null)
  const { leaving, arriving, rows } = ledger
  const shown = useMemo(() => rows.filter(row => isShown(row, filter)), [rows, filter])
  const columns = useMemo(() => columnsOf({ leaving, arriving, onChoose: setChosen }), [leaving, arriving])
  const row = rows.find(one => one.consumer === chosen)
  return (
    <>
      <Table
        caption="The adoption ledger"
        columns={columns}
        rows={shown}
        keyOf={one => one.consumer}
        textOf={one =>
          `${one.consumer} ${one.name} ${one.owner ?? ''} ${one.missing.map(missing => missing.text).join(' ')}`
        }
        rowHeight={62}
        tools={
          <Chips
            label="Show"
            value={filter}
            onChange={value => setQuery({ show: value === 'all' ? undefined : value })}
            options={filters.map(value => ({
              value,
              text: value === 'keeps' ? (leaving === null ? 'not proved' : `keeps v${leaving}`) : value,
              count: rows.filter(one => isShown(one, value)).length,
            }))}
          />
        }
        none={
          <Empty title="Nobody is registered, so nothing can be proved.">
            <p>Register who uses the credential. Until then the gates refuse to retire anything.</p>
          </Empty>
        }
      />
      {row !== undefined && (
        <ConsumerDialog row={row} ledger={ledger} rotation={rotation} onClose={() => setChosen(null)} />
      )}
    </>
  )
}

const isShown = (row: Row, filter: Filter) =>
  filter === 'all' || (filter === 'keeps' ? !row.safe : row.truth === filter)

interface Sides {
  leaving: number | null
  arriving: number | null
  onChoose: (consumer: string) => void
}

const rank = { mixed: 0, old: 1, unknown: 2, new: 3 } as const

function columnsOf({ leaving, arriving, onChoose }: Sides): Column<Row>[] {
  const version = (one: number | null) => <VersionMark version={one} old={leaving} fresh={arriving} />
  return [
    {
      id: 'consumer',
      head: 'Consumer',
      names: true,
      sort: row => row.name,
      cell: row => (
        <span className="stack-s">
          <button type="button" className="plain as-text" onClick={() => onChoose(row.consumer)}>
            {row.name}
          </button>
          <span className="small soft normal">{row.owner ?? 'no owner'}</span>
        </span>
      ),
    },
    {
      id: 'configuration',
      head: 'Configuration',
      sort: row => row.configuration,
      cell: row => version(row.configuration),
    },
    {
      id: 'runtime',
      head: 'Runtime',
      cell: row => <Runtime instances={row.runtime} leaving={leaving} arriving={arriving} />,
    },
    {
      id: 'behaviour',
      head: 'Behaviour',
      sort: row => row.lastNewSuccessMs,
      cell: row => (
        <span className="stack-s">
          {version(row.behaviour)}
          {row.lastNewSuccessMs !== null && (
            <span className="small soft">
              worked <When ms={row.lastNewSuccessMs} />
            </span>
          )}
        </span>
      ),
    },
    { id: 'truth', head: 'Truth', sort: row => rank[row.truth], cell: row => <TruthMark is={row.truth} /> },
    {
      id: 'old',
      head: leaving === null ? 'Last old use' : `Last use of v${leaving}`,
      sort: row => row.lastOldUseMs,
      cell: row => <When ms={row.lastOldUseMs} none="never" />,
    },
    {
      id: 'safe',
      head: 'Lets it go?',
      sort: row => (row.safe ? 1 : 0),
      cell: row =>
        row.safe ? (
          <span>✓ yes</span>
        ) : (
          <span className="stack-s">
            <span>
              ✕ no: <Sentence>{row.missing[0]?.text ?? 'nothing is known'}</Sentence>
            </span>
            {row.missing.length > 1 && <span className="small soft">and {row.missing.length - 1} more</span>}
          </span>
        ),
    },
  ]
}
