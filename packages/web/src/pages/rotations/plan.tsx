// The plan as it was fixed: the model with its reasons, what it lacks, waves, what each owes, windows; and the runbook, to print.
import type { RotationView } from '@rekey/wire'
import type { ReactNode } from 'react'
import { addressOf } from '../../api/ask.ts'
import { Mark } from '../../parts/mark.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Lasts } from '../../parts/time.tsx'

type Plan = RotationView['plan']

export function PlanTab({ rotation }: { rotation: RotationView }) {
  const runbook = addressOf('rotations.runbook', { params: { id: rotation.id } })
  return (
    <div className="stack">
      <p>
        <a className="button" href={runbook} download={`${rotation.id}.md`}>
          Runbook as Markdown
        </a>
      </p>
      <PlanView plan={rotation.plan} />
    </div>
  )
}

interface ViewParts {
  plan: Plan
  /** What can be done about a gap, where something can. */
  beside?: (gap: Plan['gaps'][number]) => ReactNode
}

/** Also before it is opened. */
export function PlanView({ plan, beside }: ViewParts) {
  const { gaps, reasons, overrides, waves } = plan
  return (
    <div className="stack">
      {gaps.length > 0 && (
        <Card
          title={`It lacks ${gaps.length === 1 ? 'something' : `${gaps.length} things`}`}
          aside="It waits until they are there."
        >
          <ul role="list" className="missing">
            {gaps.map(gap => (
              <li key={`${gap.code} ${gap.text}`}>
                <div>
                  {gap.text}
                  <span className="how">{gap.how}</span>
                  {beside?.(gap)}
                </div>
                {!gap.overridable && <Mark tone="bad">cannot be overridden</Mark>}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className="columns">
        <Card title={`Model: ${plan.model}`} aside={plan.order}>
          <ul className="stack-s listed">
            {reasons.map(one => (
              <li key={one.text}>
                <Sentence>{one.text}</Sentence>
              </li>
            ))}
          </ul>
          {overrides.map(one => (
            <p key={one.code} className="small">
              <Mark tone="bad">overridden</Mark> {one.code} by {one.by}: {one.reason}
            </p>
          ))}
        </Card>
        <Windows plan={plan} />
      </div>
      {waves.length > 0 && (
        <Card title="Waves" aside="What shows success fastest moves first.">
          <ol className="stack-s listed">
            {waves.map(wave => (
              <li key={wave.name}>
                <strong>{wave.name}</strong>: {wave.consumers.join(', ')}{' '}
                <span className="soft">
                  {wave.why} Stands for <Lasts ms={wave.settleMs} />.
                </span>
              </li>
            ))}
          </ol>
        </Card>
      )}
      <section className="stack" aria-labelledby="owed">
        <h2 id="owed">What each owes</h2>
        <Table
          caption="What each consumer owes"
          columns={owedColumns}
          rows={plan.owed}
          keyOf={one => one.consumer}
        />
      </section>
    </div>
  )
}

const owedColumns: readonly Column<Plan['owed'][number]>[] = [
  { id: 'name', head: 'Consumer', names: true, cell: one => one.name, sort: one => one.name },
  { id: 'lanes', head: 'Lanes', cell: one => (one.lanes.length === 0 ? 'any work' : one.lanes.join(', ')) },
  { id: 'exercise', head: 'Exercise', cell: one => (one.exercise ? 'must be run on purpose' : '–') },
  { id: 'refresh', head: 'Refresh', cell: one => (one.refresh ? 'must take it up anew' : '–') },
  { id: 'quiet', head: 'Quiet for', cell: one => <Lasts ms={one.quietMs} />, sort: one => one.quietMs },
]

function Windows({ plan }: { plan: Plan }) {
  const { windows, rollback, inFlight, owner, approvals, lanes } = plan
  return (
    <Card title="Windows">
      <Facts
        facts={[
          {
            name: 'Two valid versions',
            value: windows.overlapMs === null ? 'never' : <Lasts ms={windows.overlapMs} />,
          },
          { name: 'Deadline after', value: <Lasts ms={windows.deadlineMs} /> },
          { name: 'Observation', value: <Lasts ms={windows.observeMs} /> },
          { name: 'Watched once disabled', value: <Lasts ms={windows.watchMs} /> },
          { name: 'A success is fresh for', value: <Lasts ms={windows.freshMs} /> },
          { name: 'Errors are compared over', value: <Lasts ms={windows.errorWindowMs} /> },
          { name: 'Work in flight', value: inFlight },
          { name: 'Way back', value: rollback ?? 'none' },
          { name: 'Lanes', value: lanes.length === 0 ? 'none named' : lanes.join(', ') },
          {
            name: 'Who decides',
            value: `${owner?.name ?? 'nobody'}${approvals === 0 ? ', no approval asked' : approvals === 2 ? ', two people' : ''}`,
          },
        ]}
      />
    </Card>
  )
}
