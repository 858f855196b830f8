// All rotations: those under way, and those that have ended.
import type { RotationView } from '@rekey/wire'
import { setQuery, to, useAddress } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { PhaseMark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { Lasts, When } from '../../parts/time.tsx'

const columns: readonly Column<RotationView>[] = [
  {
    id: 'credential',
    head: 'Credential',
    names: true,
    cell: one => <a href={to('rotations', one.id)}>{one.credential}</a>,
    sort: one => one.credential,
  },
  { id: 'environment', head: 'Environment', cell: one => one.environment, sort: one => one.environment },
  {
    id: 'phase',
    head: 'State',
    cell: one => <PhaseMark phase={one.phase} ending={one.ending} />,
    sort: one => one.ending ?? one.phase,
  },
  {
    id: 'versions',
    head: 'Versions',
    cell: one =>
      `${one.old === null ? '–' : `v${one.old.version}`} → ${one.new === null ? '–' : `v${one.new.version}`}`,
  },
  {
    id: 'step',
    head: 'Step',
    cell: one =>
      one.step === null ? (
        (one.because ?? '–')
      ) : (
        <>
          <span className="nowrap">{one.step.do}</span>
          <div className="small soft nowrap">
            {one.step.at} of {one.step.of}
          </div>
        </>
      ),
  },
  { id: 'trigger', head: 'Why', cell: one => one.trigger },
  { id: 'opened', head: 'Opened', cell: one => <When ms={one.openedMs} />, sort: one => one.openedMs },
  {
    id: 'took',
    head: 'Took',
    cell: one => (
      <Lasts ms={one.endedMs === null || one.startedMs === null ? null : one.endedMs - one.startedMs} />
    ),
    sort: one => (one.endedMs === null || one.startedMs === null ? null : one.endedMs - one.startedMs),
  },
]

export function RotationList() {
  const { query } = useAddress()
  const which = query.get('which') === 'all' ? 'all' : 'open'
  const asked = useAsk('rotations.list', { query: { limit: 500, ...(which === 'open' && { open: true }) } })
  return (
    <Page
      title="Rotations"
      about="Each is a move from one version to the next, from plan to proof that the old one is dead."
    >
      <Await asked={asked}>
        {({ items, next }) => (
          <>
            <Table
              caption="Rotations"
              columns={columns}
              rows={items}
              keyOf={one => one.id}
              textOf={one =>
                `${one.credential} ${one.environment} ${one.phase} ${one.ending ?? ''} ${one.trigger} ${one.openedBy}`
              }
              sortedBy={{ id: 'opened', down: true }}
              tools={
                <Chips
                  label="Which"
                  options={[
                    { value: 'open', text: 'Under way' },
                    { value: 'all', text: 'All' },
                  ]}
                  value={which}
                  onChange={value => setQuery({ which: value === 'all' ? 'all' : undefined })}
                />
              }
              none={
                <Empty title={which === 'open' ? 'No rotation is under way.' : 'There has been no rotation.'}>
                  <p>
                    Open one from the page of a <a href={to('credentials')}>credential</a>: it is planned
                    first, and says what it will wait for. What is due by policy opens by itself; see the{' '}
                    <a href={to('calendar')}>calendar</a>.
                  </p>
                </Empty>
              }
            />
            {next !== null && (
              <p className="soft small">There are more. Search by a credential on its own page.</p>
            )}
          </>
        )}
      </Await>
    </Page>
  )
}
