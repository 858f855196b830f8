// The eight steps of a kill, each confirmed, unconfirmed or not needed, with the time after the order.
import { to, useAddress, withQuery } from '../../address.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { lengthText } from '../../parts/time-text.ts'
import { count, type Killed, type Step, type StepName, stateWords, stepOrder, stepWords } from './standing.ts'

export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol role="list" className="kill-steps">
      {[...steps].sort(inOrder).map(step => (
        <li key={step.step} data-is={step.state}>
          <div className="row between">
            <span className="row">
              <StateShape state={step.state} />
              <strong>{stepWords[step.step].name}</strong>
            </span>
            <span className="small number">{afterText(step)}</span>
          </div>
          <p className="small">
            <span className="soft">{stateWords[step.state]}: </span>
            {step.text === '' ? stepWords[step.step].means : step.text}
          </p>
        </li>
      ))}
    </ol>
  )
}

const inOrder = (a: Step, b: Step) => stepOrder.indexOf(a.step) - stepOrder.indexOf(b.step)

const afterText = ({ afterMs, state }: Step) =>
  afterMs !== null
    ? afterMs === 0
      ? 'with the order'
      : `+ ${lengthText(afterMs)}`
    : state === 'unconfirmed'
      ? 'open'
      : ''

const shapes: Record<Step['state'], string> = {
  confirmed: 'M1.5 5.5l2.4 2.4 4.6-5.4',
  unconfirmed: 'M5 1.2v4.6M5 8v.6',
  'not-needed': 'M1.5 5h7',
}

const StateShape = ({ state }: { state: Step['state'] }) => (
  <svg viewBox="0 0 10 10" className="state-shape" data-is={state} aria-hidden="true">
    <path d={shapes[state]} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
  </svg>
)

/** Many versions: a row each, a column a step. */
export function StepMatrix({ killed, chosen }: { killed: readonly Killed[]; chosen: Killed | undefined }) {
  const { parts } = useAddress()
  const hrefOf = ({ credential, version }: Killed) =>
    withQuery(to(...parts), { credential, version: String(version) })
  const columns: readonly Column<Killed>[] = [
    {
      id: 'version',
      head: 'Version',
      names: true,
      sort: one => `${one.credential} ${one.version}`,
      cell: one => (
        <a href={hrefOf(one)} {...(one === chosen && { 'aria-current': 'true' as const })}>
          version {one.version} of {one.credential}
        </a>
      ),
    },
    {
      id: 'holders',
      head: 'Holders',
      sort: one => one.holders.filter(each => each.state === 'unconfirmed').length,
      cell: ({ holders }) =>
        holders.length === 0
          ? 'none known'
          : `${count(holders.filter(one => one.state === 'confirmed').length)} of ${count(holders.length)}`,
    },
    ...stepOrder.map(
      (name): Column<Killed> => ({
        id: name,
        head: stepWords[name].name,
        sort: one => stepOf(one, name)?.afterMs ?? null,
        cell: one => <Cell step={stepOf(one, name)} />,
      }),
    ),
  ]
  return (
    <section className="stack" aria-labelledby="versions">
      <h2 id="versions">Versions ({count(killed.length)})</h2>
      <p className="soft">Choose one to see its steps, its holders and its consumers.</p>
      <Table
        caption="Each killed version with its steps"
        columns={columns}
        rows={killed}
        keyOf={one => `${one.credential} ${one.version}`}
        textOf={one => `${one.credential} ${one.environment}`}
      />
    </section>
  )
}

const stepOf = ({ steps }: Killed, name: StepName) => steps.find(one => one.step === name)

function Cell({ step }: { step: Step | undefined }) {
  if (step === undefined) return <span className="soft">–</span>
  const { state, afterMs } = step
  return (
    <span className="row step-cell" title={step.text}>
      <StateShape state={state} />
      <span className="small number">{afterMs !== null ? lengthText(afterMs) : stateWords[state]}</span>
    </span>
  )
}
