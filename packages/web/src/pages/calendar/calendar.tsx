// The calendar: what is rotated when, by which policy, and what does it.
import { useDeferredValue, useMemo } from 'react'
import { setQuery, to, useAddress } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { useChoice } from '../../parts/preference.ts'
import { Table } from '../../parts/table.tsx'
import { useNow } from '../../parts/time.tsx'
import { columns } from './columns.tsx'
import { type Due, groupsOf, lineOf, type Span, spans, spanWords } from './days.ts'
import { DueDetail } from './detail.tsx'
import { TimeLine } from './time-line.tsx'

export function CalendarPage() {
  const asked = useAllPages('overview.calendar')
  return (
    <Page
      title="Calendar"
      about="What is rotated when, by which policy, and what does it."
      actions={
        <button type="button" onClick={() => print()}>
          Print
        </button>
      }
    >
      <Await asked={asked}>
        {({ items, next }) =>
          items.length === 0 && next === null ? <None /> : <Whole items={items} isWhole={next === null} />
        }
      </Await>
    </Page>
  )
}

const minuteMs = 60_000

function Whole({ items: read, isWhole }: { items: readonly Due[]; isWhole: boolean }) {
  // While page after page comes in, what is drawn may lag behind.
  const items = useDeferredValue(read)
  const { query } = useAddress()
  const clock = useChoice('clock')
  const nowMs = useNow(5 * minuteMs)
  const search = query.get('text') ?? ''
  const environment = query.get('environment') ?? ''
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const environments = useMemo(() => [...new Set(items.map(one => one.environment))].sort(), [items])
  const rows = useMemo(
    () =>
      items.filter(
        one =>
          (environment === '' || one.environment === environment) &&
          (wanted === '' || textOf(one).toLowerCase().includes(wanted)),
      ),
    [items, environment, wanted],
  )
  const groups = useMemo(() => groupsOf(rows, nowMs, clock), [rows, nowMs, clock])
  const line = useMemo(() => lineOf(rows, nowMs, clock), [rows, nowMs, clock])
  return (
    <div className="stack calendar">
      <div className="table-tools">
        <input
          type="search"
          aria-label="Search in the calendar"
          placeholder="Search"
          value={search}
          onChange={event => setQuery({ text: event.target.value })}
        />
        {environments.length > 1 && (
          <select
            aria-label="Environment"
            value={environment}
            onChange={event => setQuery({ environment: event.target.value })}
          >
            <option value="">all environments</option>
            {environments.map(one => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        <span className="small soft" role="status">
          {rows.length === items.length
            ? count(items.length)
            : `${rows.length.toLocaleString('en-GB')} of ${count(items.length)}`}
          {!isWhole && ' so far; more is being read …'}
        </span>
      </div>
      <TimeLine line={line} />
      {rows.length === 0 && <p className="soft">Nothing of that kind is here.</p>}
      {spans.map(span => groups[span].length > 0 && <Group key={span} span={span} rows={groups[span]} />)}
    </div>
  )
}

const count = (value: number) =>
  value === 1 ? '1 credential' : `${value.toLocaleString('en-GB')} credentials`

const Group = ({ span, rows }: { span: Span; rows: readonly Due[] }) => (
  <section className="stack-s" aria-labelledby={`span-${span}`}>
    <h2 id={`span-${span}`} data-is={span}>
      {spanWords[span].name} <span className="soft">({rows.length.toLocaleString('en-GB')})</span>{' '}
      <span className="small soft plain-weight">{spanWords[span].means}</span>
    </h2>
    <Table
      caption={`${spanWords[span].name}: what is rotated`}
      columns={columns}
      rows={rows}
      keyOf={one => one.credential}
      detail={one => <DueDetail due={one} />}
      rowHeight={68}
    />
  </section>
)

const textOf = ({ credential, name, environment, kind, automatedBy, fingerprint }: Due) =>
  [credential, name, environment, kind, automatedBy, fingerprint].join('\n')

const None = () => (
  <Empty title="Nothing is on the calendar.">
    <p>
      Every credential has a day on which it is rotated next: its policy says how often, and begins a while
      before. What is registered stands here by that day, with what does it.
    </p>
    <p>
      <a className="button first" href={to('credentials', 'new')}>
        Register a credential
      </a>
    </p>
  </Empty>
)
