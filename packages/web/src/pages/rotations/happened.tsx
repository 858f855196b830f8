// What happened: the steps as they were recorded, authentication errors before and after with each step marked, how long it took each to
// succeed with the new version, and the failures that were recognised.
import type { EventView, LedgerView, RotationView } from '@rekey/wire'
import { to } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { Mark } from '../../parts/mark.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Card, Empty } from '../../parts/page.tsx'
import { Instant, Lasts, useNow, When } from '../../parts/time.tsx'
import { actorText } from '../audit/said/sentence.ts'
import { StepOf } from '../audit/sentence.tsx'
import { ErrorsChart } from './errors-chart.tsx'
import { marksOf, seriesOf } from './errors-series.ts'

interface HappenedParts {
  rotation: RotationView
  ledger: LedgerView
}

export function Happened({ rotation, ledger }: HappenedParts) {
  const history = useAsk('record.history', { query: { credential: rotation.credential, limit: 1_000 } })
  return (
    <div className="stack">
      <Patterns patterns={ledger.patterns as Pattern[]} />
      <Await asked={history}>
        {({ items }) => {
          const own = items.filter(one => one.stream === `rotation/${rotation.id}`)
          return (
            <>
              <Errors rotation={rotation} ledger={ledger} events={own} />
              <div className="columns">
                <Timeline events={own} />
                <Propagation ledger={ledger} />
              </div>
            </>
          )
        }}
      </Await>
    </div>
  )
}

interface Pattern {
  name: string
  consumer: string
  sinceMs: number
  beganAt: string | null
  text: string
}

function Patterns({ patterns }: { patterns: readonly Pattern[] }) {
  if (patterns.length === 0) return null
  return (
    <Notice tone="bad" title="It fails in a way that has a name">
      <ul>
        {patterns.map(one => (
          <li key={`${one.name} ${one.consumer}`}>
            <strong>{one.name.replaceAll('-', ' ')}</strong>: {one.text} Since <When ms={one.sinceMs} />
            {one.beganAt === null
              ? ', not at a step of the rotation.'
              : `, right after the step "${one.beganAt}".`}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

const aroundMs = 3_600_000

function Errors({ rotation, ledger, events }: HappenedParts & { events: readonly EventView[] }) {
  const nowMs = useNow(60_000)
  const startMs = rotation.startedMs ?? rotation.openedMs
  const fromMs = startMs - Math.max(aroundMs, rotation.plan.windows.errorWindowMs)
  const toMs = rotation.endedMs === null ? nowMs + 60_000 : rotation.endedMs + aroundMs
  const asked = useAsk('credentials.uses', { params: { id: rotation.credential }, query: { fromMs, toMs } })
  const { before, since } = ledger.errors
  return (
    <Card title="Authentication errors, before and after">
      <p className="row">
        <span>
          Before: <strong>{before.authFailures}</strong> of {before.uses} uses
        </span>
        <span>
          Since: <strong>{since.authFailures}</strong> of {since.uses} uses
        </span>
      </p>
      <Await asked={asked}>
        {({ items }) => {
          const series = seriesOf(items)
          if (series.length === 0) return <p className="soft">Nobody has reported a use in this time.</p>
          return <ErrorsChart series={series} marks={marksOf(events)} />
        }}
      </Await>
    </Card>
  )
}

function Timeline({ events }: { events: readonly EventView[] }) {
  const steps = events.filter(isStep).toSorted((a, b) => a.position - b.position)
  return (
    <Card title="The record" aside={<a href={to('audit')}>all of it</a>}>
      {steps.length === 0 ? (
        <Empty title="Nothing has happened yet.">
          <p>Each step is recorded before it is carried out, and what came of it after.</p>
        </Empty>
      ) : (
        <ol role="list" className="timeline">
          {steps.map(event => (
            <li key={event.position}>
              <a href={to('audit', event.position)} className="small">
                <Instant ms={event.atMs} />
              </a>
              <span>
                <StepOf event={event} />
              </span>
              <span className="small soft">{actorText(event.by)}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

function Propagation({ ledger }: { ledger: LedgerView }) {
  const rows = ledger.rows
    .flatMap(({ consumer, name, propagationMs }) =>
      propagationMs === null ? [] : [{ consumer, name, ms: propagationMs }],
    )
    .toSorted((a, b) => b.ms - a.ms)
  const most = Math.max(1, ...rows.map(one => one.ms))
  const missing = ledger.rows.length - rows.length
  return (
    <Card title="Propagation" aside="From its move to its first success with the new version.">
      {rows.length === 0 && <p className="soft">Nobody has succeeded with the new version yet.</p>}
      <ul role="list" className="bars">
        {rows.slice(0, 40).map(({ consumer, name, ms }) => (
          <li key={consumer}>
            <span>{name}</span>
            <span className="bar" aria-hidden="true">
              <span style={{ width: `${Math.max(1, (ms / most) * 100)}%` }} />
            </span>
            <Lasts ms={ms} />
          </li>
        ))}
      </ul>
      {rows.length > 40 && <p className="small soft">The slowest 40 of {rows.length}.</p>}
      {missing > 0 && (
        <p className="small">
          <Mark tone="plain">{missing} not yet</Mark>
        </p>
      )}
    </Card>
  )
}

/** Intentions are in the record; here what came of them is enough. */
const isStep = ({ type }: EventView) => type !== 'effectIntended'
