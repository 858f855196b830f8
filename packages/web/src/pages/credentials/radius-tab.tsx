// How far a compromise of this credential would reach: who would stop, what that means, and how it would be ended at its target.
import type { CredentialView } from '@rekey/wire'
import { to, withQuery } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { ButtonLink } from '../../parts/button-link.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { type PathClass, PathMark } from '../consumers/path-mark.tsx'

type Reached = Answer<'kills.preview'>['credentials'][number]
type Row = Reached['consumers'][number]

export function RadiusTab({ credential }: { credential: CredentialView }) {
  const { id, environment } = credential
  const scope = { of: 'credential', credential: id } as const
  const radius = useAsk('kills.preview', { body: { scope } }, { everyMs: 5_000 })
  const map = useAsk('credentials.map', { params: { id } })
  return (
    <Await asked={radius}>
      {({ credentials, totals, warnings }) => {
        const [reached] = credentials
        return (
          <div className="stack">
            {warnings.map(text => (
              <Notice key={text} tone="warn">
                {text}
              </Notice>
            ))}
            <div className="columns">
              <Card title="If it were killed now">
                <Facts
                  facts={[
                    { name: 'Versions', value: totals.versions },
                    { name: 'Consumers', value: totals.consumers },
                    { name: 'Processes that may hold it', value: totals.instances },
                    { name: 'Of them reached at once', value: totals.connected },
                    map.data !== undefined && { name: 'Agents', value: map.data.reach.agents },
                    map.data !== undefined && { name: 'Owners to be told', value: map.data.reach.owners },
                  ]}
                />
              </Card>
              <Card title="At its target">
                <p>{reached?.atTarget ?? 'There is nothing to end there: no version is valid.'}</p>
                <p className="row">
                  <ButtonLink
                    kind="grave"
                    href={withQuery(to('kills', 'new'), { of: 'credential', credential: id })}
                    needs={{ right: 'decide', environment }}
                  >
                    Kill this credential
                  </ButtonLink>
                  <span className="small soft">The form says it all once more before anything happens.</span>
                </p>
              </Card>
            </div>
            <Table
              caption="Consumers that would stop"
              columns={columnsOf(id)}
              rows={reached?.consumers ?? []}
              keyOf={one => one.consumer}
              textOf={one => `${one.consumer} ${one.name} ${one.owner} ${one.effects.join(' ')}`}
              none={<p className="soft">No consumer is registered: nobody can say who would stop.</p>}
            />
            {reached !== undefined && reached.agents.length > 0 && (
              <Card title="Agents bound to it">
                <ul className="bulleted">
                  {reached.agents.map(agent => (
                    <li key={agent} className="anywhere">
                      {agent}
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </div>
        )
      }}
    </Await>
  )
}

const columnsOf = (credential: string): readonly Column<Row>[] => [
  {
    id: 'name',
    head: 'Consumer',
    names: true,
    cell: one => (
      <a href={to('consumers', credential, one.consumer)} className="anywhere" title={one.name}>
        {one.name}
      </a>
    ),
    sort: one => one.name.toLowerCase(),
  },
  {
    id: 'path',
    head: 'Path class',
    cell: one => <PathMark is={one.pathClass as PathClass} />,
    sort: one => one.pathClass,
  },
  { id: 'owner', head: 'Owner', cell: one => one.owner ?? 'nobody', sort: one => one.owner },
  {
    id: 'effects',
    head: 'What stops',
    cell: one =>
      one.effects.length === 0 ? <span className="soft">nobody has said</span> : one.effects.join('; '),
  },
  {
    id: 'instances',
    head: 'Processes',
    cell: one => one.instances,
    sort: one => one.instances,
    number: true,
  },
  {
    id: 'connected',
    head: 'Reached at once',
    cell: one => one.connected,
    sort: one => one.connected,
    number: true,
  },
]
