// Signals, the newest first; those that wait for a person before all.
import type { SignalView } from '@rekey/wire'
import { setQuery, to, useAddress } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { ReactionMark, StateMark } from './marks.tsx'
import { kindWords, subjectText, whyLess } from './words.ts'

const states = ['open', 'done', 'dismissed', 'all'] as const
type State = (typeof states)[number]
const stateText: Record<State, string> = { open: 'Open', done: 'Done', dismissed: 'Dismissed', all: 'All' }

export function SignalList() {
  const { query } = useAddress()
  const state: State = states.find(one => one === query.get('state')) ?? 'open'
  const credential = query.get('credential') ?? undefined
  const asked = useAllPages('signals.list', { ...(state !== 'all' && { state }), credential })
  return (
    <Page
      title="Signals"
      about="Leaks and anomalies that somebody told us of, or that our own detectors saw: what was decided, and why."
      actions={
        <a className="button" href={to('people', 'signal-sources')}>
          Sources
        </a>
      }
    >
      <div className="stack">
        <Chips
          label="Which signals"
          options={states.map(value => ({ value, text: stateText[value] }))}
          value={state}
          onChange={next => setQuery({ state: next === 'open' ? undefined : next })}
        />
        {credential !== undefined && (
          <p>
            Only those about <strong>{credential}</strong>. <a href={to('signals')}>Show all</a>
          </p>
        )}
        <Await asked={asked}>
          {({ items, next }) =>
            items.length === 0 ? (
              <None state={state} />
            ) : (
              <>
                <Table
                  caption="Signals, the newest first"
                  columns={columns}
                  rows={items}
                  keyOf={one => one.id}
                  textOf={textOf}
                  rowHeight={92}
                />
                {next !== null && <p className="soft">More are being read …</p>}
              </>
            )
          }
        </Await>
      </div>
    </Page>
  )
}

const textOf = (one: SignalView) =>
  [kindWords[one.kind].name, one.summary, subjectText(one), one.environment, ...one.sources].join('\n')

const columns: readonly Column<SignalView>[] = [
  {
    id: 'kind',
    head: 'What',
    names: true,
    sort: one => one.kind,
    cell: one => (
      <span className="stack-s">
        <a href={to('signals', one.id)}>{kindWords[one.kind].name}</a>
        <span className="small plain-weight clamp">{one.summary}</span>
      </span>
    ),
  },
  {
    id: 'about',
    head: 'About',
    sort: subjectText,
    cell: one =>
      one.credential === null ? (
        <span className="soft">{subjectText(one)}</span>
      ) : (
        <span className="stack-s">
          <a href={to('credentials', one.credential)}>{subjectText(one)}</a>
          <span className="small soft">{one.environment}</span>
        </span>
      ),
  },
  {
    id: 'sources',
    head: 'Told by',
    sort: one => one.sources.join(),
    cell: one => (
      <span className="stack-s">
        <span>{one.sources.join(', ')}</span>
        {one.count > 1 && <span className="small soft">{one.count.toLocaleString('en-GB')} times</span>}
      </span>
    ),
  },
  { id: 'when', head: 'First', sort: one => one.firstMs, cell: one => <When ms={one.firstMs} /> },
  { id: 'last', head: 'Last', sort: one => one.lastMs, cell: one => <When ms={one.lastMs} /> },
  {
    id: 'did',
    head: 'Decided',
    sort: one => one.reaction,
    cell: one => (
      <span className="stack-s">
        <span className="row">
          <ReactionMark reaction={one.reaction} />
          {one.wanted !== one.reaction && <span className="small soft">wanted: {one.wanted}</span>}
        </span>
        <span className="small soft">{whyLess(one)}</span>
      </span>
    ),
  },
  { id: 'state', head: 'State', sort: one => one.state, cell: one => <StateMark state={one.state} /> },
]

function None({ state }: { state: State }) {
  if (state === 'done' || state === 'dismissed')
    return <p className="soft">No signal is {state === 'done' ? 'done' : 'dismissed'}.</p>
  return (
    <Empty title={state === 'open' ? 'No signal waits for a person.' : 'No signal has come yet.'}>
      <p>
        A scanner that finds a value in a repository, a SIEM that sees an odd login, or our own detectors:
        whatever they say stands here, with what was done about it and why not more.
      </p>
      <p>
        Our detectors look at every use already. To hear of leaks, let GitHub, GitGuardian, a SIEM or anything
        that can send a signed webhook tell us. Their messages are matched with the fingerprints of versions;
        the values in them are kept nowhere.
      </p>
      <p className="row">
        <a className="button first" href={to('people', 'signal-sources')}>
          Connect a source
        </a>
        <a href={to('people', 'signal-policy')}>What is done about which kind</a>
      </p>
    </Empty>
  )
}
