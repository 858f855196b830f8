// Who used the credential between two times, with which version, and how it went: as far as it was told.
import type { CredentialView } from '@rekey/wire'
import { useRef } from 'react'
import { setQuery, to, useAddress } from '../../../address.ts'
import { type Asked, useAsk } from '../../../api/use.ts'
import { SelectField } from '../../../parts/fields.tsx'
import { Mark } from '../../../parts/mark.tsx'
import { MomentField } from '../../../parts/moment-field.tsx'
import { Await, Notice } from '../../../parts/notice.tsx'
import { Card, Empty } from '../../../parts/page.tsx'
import { Chips, type Column, Table } from '../../../parts/table.tsx'
import { Instant, useNow } from '../../../parts/time.tsx'
import { ErrorsChart } from '../../rotations/errors-chart.tsx'
import { seriesOf } from '../../rotations/errors-series.ts'
import { type SpanName, spanOf, tellerText, type UseRow, usesBy } from './uses.ts'

export function UsesTab({ credential }: { credential: CredentialView }) {
  const { id, currentVersion } = credential
  const { query } = useAddress()
  const nowMs = useNow(60_000)
  const { fromMs, toMs, name } = spanOf(query, nowMs)
  const consumer = query.get('consumer') ?? ''
  const asked = useAsk(
    'credentials.uses',
    { params: { id }, query: { fromMs, toMs, ...(consumer !== '' && { consumer }) } },
    name === null ? {} : { everyMs: 10_000 },
  )
  // What goes along with the clock is asked anew each minute; what was there stays until then.
  const last = useRef(asked.data)
  if (asked.data !== undefined) last.current = asked.data
  const shown: Asked<'credentials.uses'> =
    asked.data === undefined && name !== null ? { ...asked, data: last.current } : asked
  const consumers = useAsk('consumers.list', { params: { credential: id } })
  const at = (part: { fromMs?: number | null; toMs?: number | null }) => {
    const next = { fromMs, toMs, ...part }
    if (next.fromMs === null || next.toMs === null) return
    setQuery({ from: String(next.fromMs), to: String(next.toMs), last: undefined })
  }
  const isTurned = query.get('from') !== null && name !== null
  return (
    <div className="stack">
      <div className="row">
        <Chips
          label="How far back"
          options={[
            { value: 'hour', text: 'The last hour' },
            { value: 'day', text: 'The last day' },
            { value: 'week', text: 'The last week' },
            { value: 'chosen', text: 'Between two times' },
          ]}
          value={name ?? 'chosen'}
          onChange={value =>
            value === 'chosen'
              ? at({})
              : setQuery({ last: value as SpanName, from: undefined, to: undefined })
          }
        />
      </div>
      <div className="fields">
        <MomentField label="From" ms={fromMs} onChange={ms => at({ fromMs: ms })} />
        <MomentField
          label="To"
          ms={toMs}
          onChange={ms => at({ toMs: ms })}
          fault={isTurned ? 'It has to lie after the beginning: the last day is shown.' : null}
        />
        <SelectField
          label="Consumer"
          value={consumer}
          onChange={value => setQuery({ consumer: value })}
          options={[
            { value: '', text: 'all' },
            ...(consumers.data?.items ?? []).map(one => ({ value: one.id, text: one.name })),
          ]}
        />
      </div>
      <Await asked={shown}>
        {({ items }) => {
          const rows = usesBy(items)
          if (rows.length === 0) return <None />
          const series = seriesOf(items)
          return (
            <>
              {series.length > 0 && (
                <Card title="Uses" aside="in stretches of five minutes">
                  <ErrorsChart series={series} marks={[]} />
                </Card>
              )}
              <Table
                caption="Uses by consumer and version"
                columns={columnsOf(
                  id,
                  currentVersion,
                  new Map(consumers.data?.items.map(one => [one.id, one.name])),
                )}
                rows={rows}
                keyOf={one => `${one.consumer} ${one.version}`}
                textOf={one =>
                  `${one.consumer} v${one.version} ${one.sources.join(' ')} ${one.lanes.join(' ')}`
                }
                sortedBy={{ id: 'last', down: true }}
              />
              <Notice>
                This is what was told, by those who may speak for a consumer. Whoever is missing here did not
                use it only if somebody covers it: the ledger of a rotation says so.
              </Notice>
            </>
          )
        }}
      </Await>
    </div>
  )
}

const None = () => (
  <Empty title="Nobody has told of a use in this time.">
    <p>
      Uses are told by the SDK and the wrapper, by targets that say who uses a version, by telemetry with a
      version mark, and by people who attest. That nothing was told does not mean that nobody used it. Ask for
      a longer time, or see how each consumer can be observed.
    </p>
  </Empty>
)

function columnsOf(
  credential: string,
  current: number | null,
  names: ReadonlyMap<string, string>,
): readonly Column<UseRow>[] {
  return [
    {
      id: 'consumer',
      head: 'Consumer',
      names: true,
      cell: one =>
        names.has(one.consumer) ? (
          <>
            <a href={to('consumers', credential, one.consumer)} className="anywhere">
              {names.get(one.consumer)}
            </a>
            <div className="small soft">{one.lanes.length > 0 && `lanes: ${one.lanes.join(', ')}`}</div>
          </>
        ) : (
          <>
            <span className="anywhere">{one.consumer === '' ? 'nobody registered' : one.consumer}</span>{' '}
            <Mark tone="warn">not registered</Mark>
          </>
        ),
      sort: one => names.get(one.consumer) ?? one.consumer,
    },
    {
      id: 'version',
      head: 'Version',
      cell: one =>
        one.version === null ? (
          <span className="soft">not told</span>
        ) : (
          <>
            v{one.version} {one.version === current && <Mark tone="mark">current</Mark>}
          </>
        ),
      sort: one => one.version,
    },
    count('successes', 'Worked', one => one.successes),
    {
      ...count('refused', 'Refused', one => one.refused),
      cell: one => (one.refused > 0 ? <Mark tone="bad">{one.refused.toLocaleString('en-GB')}</Mark> : 0),
    },
    count('otherwise', 'Failed otherwise', one => one.otherwise),
    { id: 'first', head: 'First', cell: one => <Instant ms={one.firstMs} />, sort: one => one.firstMs },
    { id: 'last', head: 'Last', cell: one => <Instant ms={one.lastMs} />, sort: one => one.lastMs },
    {
      id: 'sources',
      head: 'Told by',
      cell: one => <span className="anywhere">{[...new Set(one.sources.map(tellerText))].join(', ')}</span>,
    },
  ]
}

const count = (id: string, head: string, of: (one: UseRow) => number): Column<UseRow> => ({
  id,
  head,
  number: true,
  cell: one => of(one).toLocaleString('en-GB'),
  sort: of,
})
