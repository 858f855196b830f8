// The blast radius of a kill, before it is done: who would be stopped, who of them at once, and how it is ended at the target.
import { to } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { Mark } from '../../parts/mark.tsx'
import { Notice } from '../../parts/notice.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { count } from './standing.ts'

export type Radius = Answer<'kills.preview'>
type Credential = Radius['credentials'][number]
type Consumer = Credential['consumers'][number]

export function RadiusView({ radius }: { radius: Radius }) {
  const { credentials, warnings } = radius
  const only = credentials.length === 1 ? credentials[0] : undefined
  return (
    <div className="stack">
      <TotalsOf radius={radius} />
      {warnings.length > 0 && (
        <Notice tone="warn" title="Know this before you do it:">
          <ul>
            {warnings.map(warning => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      {only !== undefined ? (
        <section className="card stack" aria-label={`What it reaches of ${only.name}`}>
          <div className="row between">
            <h3>
              <a href={to('credentials', only.credential)}>{only.name}</a>
            </h3>
            <span className="small soft">
              {only.environment} · {only.target}
            </span>
          </div>
          <Reached credential={only} />
        </section>
      ) : (
        <Table
          caption="Credentials that it reaches"
          columns={credentialColumns}
          rows={credentials}
          keyOf={one => one.credential}
          textOf={textOf}
          detail={one => <Reached credential={one} />}
        />
      )}
    </div>
  )
}

/** The figures alone, where there is little room. */
export function TotalsOf({ radius: { totals } }: { radius: Radius }) {
  const { credentials, versions, consumers, instances, connected } = totals
  return (
    <dl className="figures">
      <Figure name={credentials === 1 ? 'credential' : 'credentials'} value={count(credentials)} />
      <Figure name={versions === 1 ? 'version' : 'versions'} value={count(versions)} />
      <Figure name={consumers === 1 ? 'consumer' : 'consumers'} value={count(consumers)} />
      <Figure
        name={instances === 1 ? 'process may hold it' : 'processes may hold it'}
        value={count(instances)}
      />
      <Figure
        name="the order reaches at once"
        value={instances === 0 && connected === 0 ? '0' : `${count(connected)} of ${count(instances)}`}
      />
    </dl>
  )
}

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd className="number">{value}</dd>
  </div>
)

const textOf = ({ credential, name, environment, target, consumers }: Credential) =>
  [credential, name, environment, target, ...consumers.map(one => `${one.name} ${one.owner}`)].join('\n')

const credentialColumns: readonly Column<Credential>[] = [
  {
    id: 'name',
    head: 'Credential',
    names: true,
    sort: one => one.name,
    cell: one => <a href={to('credentials', one.credential)}>{one.name}</a>,
  },
  { id: 'environment', head: 'Environment', sort: one => one.environment, cell: one => one.environment },
  { id: 'target', head: 'Target', sort: one => one.target, cell: one => one.target },
  { id: 'versions', head: 'Versions', cell: one => one.versions.map(number => `v${number}`).join(', ') },
  {
    id: 'consumers',
    head: 'Consumers',
    number: true,
    sort: one => one.consumers.length,
    cell: one => count(one.consumers.length),
  },
  {
    id: 'instances',
    head: 'Processes',
    number: true,
    sort: one => sumOf(one, 'instances'),
    cell: one => count(sumOf(one, 'instances')),
  },
]

const sumOf = ({ consumers }: Credential, of: 'instances' | 'connected') =>
  consumers.reduce((sum, one) => sum + one[of], 0)

function Reached({ credential }: { credential: Credential }) {
  const { versions, atTarget, openRotation, agents, consumers } = credential
  return (
    <div className="stack">
      <dl className="facts">
        <dt>Dies</dt>
        <dd>{versions.map(number => `version ${number}`).join(', ')}</dd>
        <dt>At the target</dt>
        <dd>{atTarget}</dd>
        <dt>Bound agents</dt>
        <dd>{agents.length === 0 ? 'none' : agents.join(', ')}</dd>
        {openRotation !== null && (
          <>
            <dt>Open rotation</dt>
            <dd>
              <a href={to('rotations', openRotation)}>It turns round</a>, whatever it was about to do.
            </dd>
          </>
        )}
      </dl>
      {consumers.length === 0 ? (
        <p className="soft">
          No consumer is registered. Whoever uses it stops when the target refuses, and nobody is told by
          name.
        </p>
      ) : (
        <Table
          caption="Consumers that it stops"
          columns={consumerColumns}
          rows={consumers}
          keyOf={one => one.consumer}
          sortedBy={{ id: 'instances', down: true }}
        />
      )}
    </div>
  )
}

const consumerColumns: readonly Column<Consumer>[] = [
  { id: 'name', head: 'Consumer', names: true, sort: one => one.name, cell: one => one.name },
  {
    id: 'owner',
    head: 'Owner',
    sort: one => one.owner,
    cell: one => one.owner ?? <Mark tone="warn">no owner</Mark>,
  },
  {
    id: 'path',
    head: 'Path',
    sort: one => one.pathClass,
    cell: one => <Mark tone={one.pathClass === 'exception' ? 'warn' : 'plain'}>{one.pathClass}</Mark>,
  },
  {
    id: 'effects',
    head: 'What hangs on it',
    cell: one =>
      one.effects.length === 0 ? <span className="soft">nobody has said</span> : one.effects.join(' '),
  },
  {
    id: 'instances',
    head: 'Stops at once',
    number: true,
    sort: one => one.instances,
    cell: one =>
      one.instances === 0 ? (
        <span className="soft">none known</span>
      ) : (
        `${count(one.connected)} of ${count(one.instances)}`
      ),
  },
]
