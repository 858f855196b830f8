// Ghosts: users of any credential whom nobody registered. Each is claimed or dismissed by a named person.
import { setQuery, to, useAddress } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import type { Answer } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { Mark, type Tone } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { WhoIsIt } from './who.tsx'

export type Ghost = Answer<'overview.ghosts'>['items'][number]

const states = ['open', 'claimed', 'dismissed'] as const
type State = (typeof states)[number]
const stateText: Record<State, string> = { open: 'Open', claimed: 'Claimed', dismissed: 'Dismissed' }

export function GhostsPage() {
  const { query } = useAddress()
  const state = states.find(one => one === query.get('state')) ?? 'open'
  const credential = query.get('credential') ?? undefined
  const ghost = query.get('ghost')
  const asked = useAllPages('overview.ghosts', { state, text: credential })
  return (
    <Page
      title="Ghosts"
      about="Somebody uses a credential whom nobody registered. While one is open, its credential's old version is not retired: it could be the only thing that keeps somebody working."
    >
      <div className="stack">
        <Chips
          label="Which ghosts"
          options={states.map(value => ({ value, text: stateText[value] }))}
          value={state}
          onChange={next => setQuery({ state: next === 'open' ? undefined : next })}
        />
        {credential !== undefined && (
          <p>
            Only those of <strong>{credential}</strong>.{' '}
            <button type="button" className="plain" onClick={() => setQuery({ credential: undefined })}>
              Show all
            </button>
          </p>
        )}
        <Await asked={asked}>
          {({ items, next }) => {
            const rows = credential === undefined ? items : items.filter(one => one.credential === credential)
            if (rows.length === 0)
              return next === null ? <None state={state} /> : <p className="soft">Looking …</p>
            return (
              <>
                <Table
                  caption={`${stateText[state]} ghosts`}
                  columns={columnsFor(state)}
                  rows={rows}
                  keyOf={one => `${one.credential} ${one.id}`}
                  textOf={one => `${one.seenAs}\n${one.name}\n${one.credential}\n${one.environment}`}
                  sortedBy={{ id: 'last', down: true }}
                  rowHeight={56}
                />
                {next !== null && <p className="soft">More are being read …</p>}
              </>
            )
          }}
        </Await>
      </div>
      {credential !== undefined && ghost !== null && (
        <WhoIsIt
          key={`${credential} ${ghost}`}
          credential={credential}
          ghost={ghost}
          onDone={asked.again}
          onClose={() => setQuery({ ghost: undefined })}
        />
      )}
    </Page>
  )
}

const tones: Record<State, Tone> = { open: 'warn', claimed: 'good', dismissed: 'plain' }

function columnsFor(state: State): readonly Column<Ghost>[] {
  const columns: Column<Ghost>[] = [
    {
      id: 'seen',
      head: 'Seen as',
      names: true,
      sort: one => one.seenAs,
      cell: one => <span className="breaks">{one.seenAs}</span>,
    },
    {
      id: 'credential',
      head: 'Credential',
      sort: one => one.name,
      cell: one => (
        <span className="stack-s">
          <a href={to('credentials', one.credential)}>{one.name}</a>
          <span className="small soft">{one.environment}</span>
        </span>
      ),
    },
    {
      id: 'version',
      head: 'With version',
      sort: one => one.version,
      cell: ({ version }) => (version === null ? <span className="soft">not known</span> : `v${version}`),
    },
    {
      id: 'count',
      head: 'Uses',
      number: true,
      sort: one => one.count,
      cell: one => one.count.toLocaleString('en-GB'),
    },
    { id: 'first', head: 'First', sort: one => one.firstMs, cell: one => <When ms={one.firstMs} /> },
    { id: 'last', head: 'Last', sort: one => one.lastMs, cell: one => <When ms={one.lastMs} /> },
  ]
  if (state !== 'open') {
    columns.push({
      id: 'by',
      head: 'By',
      sort: one => one.by,
      cell: one => (
        <span className="row">
          <Mark tone={tones[one.state]}>{one.state}</Mark> {one.by ?? 'nobody known'}
        </span>
      ),
    })
  } else {
    columns.push({
      id: 'who',
      head: 'Who is it?',
      cell: one => (
        <Button
          needs={{ right: 'operate', environment: one.environment }}
          label={`Say who it is: ${one.seenAs} at ${one.name}`}
          onPress={() => setQuery({ credential: one.credential, ghost: one.id })}
        >
          Say who it is
        </Button>
      ),
    })
  }
  return columns
}

function None({ state }: { state: State }) {
  if (state !== 'open') return <p className="soft">No ghost was {state}.</p>
  return (
    <Empty title="No ghost is open.">
      <p>
        Everybody who was seen to use a credential is registered. When the target, telemetry or a metric names
        somebody whom nobody has registered, they stand here: often a forgotten script, a notebook, or a
        service of another team.
      </p>
      <p>
        Ghosts are seen only where somebody looks. Where the target does not tell who uses a version, connect
        what does: <a href={to('people', 'sources')}>sources of observations</a>.
      </p>
    </Empty>
  )
}
