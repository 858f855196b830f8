// Kills, the newest first; and above them, what is contained now.
import type { Flight } from '@rekey/wire'
import { to } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Mark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { actorText } from '../audit/said/sentence.ts'
import { TruthMeter } from '../rotations/truth-meter.tsx'

type Line = Answer<'kills.list'>['items'][number]

export function KillList() {
  const kills = useAllPages('kills.list')
  const now = useAsk('overview.now', { query: {} })
  const open = new Set(
    (now.data?.items ?? []).filter(one => one.kind === 'kill-unconfirmed').map(one => one.subject),
  )
  return (
    <Page
      title="Kill and contain"
      about="For when something is wrong: stop and look, or revoke first."
      actions={
        <a className="button grave" href={to('kills', 'new')}>
          Kill …
        </a>
      }
    >
      <div className="stack kills">
        <Await asked={now}>
          {({ flights }) => <Contained flights={flights.filter(one => one.phase === 'contained')} />}
        </Await>
        <Which />
        <section className="stack" aria-labelledby="kills">
          <h2 id="kills">Kills</h2>
          <Await asked={kills}>
            {({ items, next }) =>
              items.length === 0 ? (
                <NoKills />
              ) : (
                <>
                  <Table
                    caption="Kills, the newest first"
                    columns={columnsWith(open)}
                    rows={items}
                    keyOf={one => one.id}
                    textOf={one => `${one.scope}\n${one.reason}\n${one.by}`}
                  />
                  {next !== null && <p className="soft">More are being read …</p>}
                </>
              )
            }
          </Await>
        </section>
      </div>
    </Page>
  )
}

/** The difference, for whoever has to choose in a hurry. */
const Which = () => (
  <div className="columns">
    <section className="card stack-s" aria-labelledby="to-contain">
      <h2 id="to-contain">Contain: something is odd</h2>
      <p>
        A rotation stops where it is: nobody else is moved, nothing is retired, and nobody loses access. You
        see who acts on what, let each prove itself or set it aside, then resume or go back. All of it can be
        undone.
      </p>
      <p className="small soft">
        It is done on a <a href={to('rotations')}>rotation</a> that is under way. One that is contained stands
        on top of this page until somebody resumes it.
      </p>
    </section>
    <section className="card stack-s" aria-labelledby="to-kill">
      <h2 id="to-kill">Kill: the value is out</h2>
      <p>
        Revoke first, everywhere, then replace. Every connected holder stops within milliseconds, the target
        is asked to refuse it, and a new version is made. It cannot be undone: whoever depends on it stands
        still until the new version is there.
      </p>
      <p className="small soft">
        You see whom it reaches <a href={to('kills', 'new')}>before you do it</a>.
      </p>
    </section>
  </div>
)

/** What is contained stands first: somebody has to decide. Where nothing is, the words about it are enough. */
function Contained({ flights }: { flights: readonly Flight[] }) {
  if (flights.length === 0) return null
  return (
    <section className="stack" aria-labelledby="contained">
      <h2 id="contained">Contained now</h2>
      <ul role="list" className="cards">
        {flights.map(({ rotation, name, environment, old, new: fresh, openedMs, truth }) => (
          <li key={rotation} className="card stack-s contained">
            <div className="row between">
              <h3>{name}</h3>
              <Mark tone="bad">contained</Mark>
            </div>
            <p className="small soft">
              {environment} · {old === null ? 'first version' : `v${old}`} →{' '}
              {fresh === null ? 'not minted yet' : `v${fresh}`} · opened <When ms={openedMs} />
            </p>
            <TruthMeter truth={truth} />
            <p>
              <a className="button" href={to('rotations', rotation, 'containment')}>
                Look who can be trusted
              </a>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

const NoKills = () => (
  <Empty title="Nothing was ever killed here.">
    <p>
      Each kill stands here with its report: every step, every holder and every target, confirmed or not, and
      how long each took.
    </p>
    <p>
      Prepare for the day when nobody can sign in: print{' '}
      <a href={to('people', 'break-glass')}>break-glass codes</a>, and keep them where the fire extinguisher
      is.
    </p>
    <p>
      <a className="button" href={to('kills', 'new')}>
        See what a kill would reach
      </a>
    </p>
  </Empty>
)

const columnsWith = (open: ReadonlySet<string | null>): readonly Column<Line>[] => [
  {
    id: 'scope',
    head: 'What',
    names: true,
    sort: one => one.scope,
    cell: one => (
      <span className="stack-s">
        <a href={to('kills', one.id)}>{one.scope}</a>
        {open.has(one.id) && (
          <span>
            <Mark tone="bad">not all confirmed</Mark>
          </span>
        )}
      </span>
    ),
  },
  { id: 'reason', head: 'Why', cell: one => <span className="clamp">{one.reason}</span> },
  { id: 'by', head: 'By', sort: one => one.by, cell: one => actorText(one.by) },
  { id: 'when', head: 'When', sort: one => one.orderedMs, cell: one => <When ms={one.orderedMs} /> },
  { id: 'versions', head: 'Versions', number: true, sort: one => one.versions, cell: one => one.versions },
]
