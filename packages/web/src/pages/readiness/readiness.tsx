// Readiness: what would stop the next rotation, found while there is time.
import { useMemo } from 'react'
import { setQuery, to, useAddress, withQuery } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import { useHealth } from '../../api/health.ts'
import { Mark, type Tone } from '../../parts/mark.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { nameColumn } from '../credentials/name-column.tsx'
import { Checks } from './checks.tsx'
import { FencePage } from './fence.tsx'
import {
  bySoonest,
  lackText,
  type Ready,
  type Tally,
  tallyOf,
  type Verdict,
  verdicts,
  verdictWords,
} from './tally.ts'

export function ReadinessPage() {
  const [, part] = useAddress().parts
  return part === 'fence' ? <FencePage /> : <Readiness />
}

function Readiness() {
  const asked = useAllPages('overview.readiness')
  const { isFenced } = useHealth()
  return (
    <Page
      title="Readiness"
      about="Would each credential get through its next rotation today? Asked days ahead of the day, the soonest first."
    >
      <div className="stack readiness">
        {isFenced === true && (
          <Notice tone="bad" title="This store was restored, and is fenced.">
            <p>
              Nothing is done to any target until a person has compared the two and lifted the fence.{' '}
              <a href={to('readiness', 'fence')}>What to do</a>
            </p>
          </Notice>
        )}
        <Await asked={asked}>
          {({ items, next }) =>
            items.length === 0 && next === null ? <None /> : <Found items={items} isWhole={next === null} />
          }
        </Await>
      </div>
    </Page>
  )
}

function Found({ items, isWhole }: { items: readonly Ready[]; isWhole: boolean }) {
  const { query } = useAddress()
  const verdict = verdicts.find(one => one === query.get('verdict')) ?? null
  const check = query.get('check')
  const credential = query.get('credential') ?? undefined
  const tally = useMemo(() => tallyOf(items), [items])
  const rows = useMemo(
    () =>
      bySoonest(items).filter(
        one =>
          (verdict === null || one.verdict === verdict) &&
          (check === null || one.missing.some(each => each.check === check)),
      ),
    [items, verdict, check],
  )
  const options: { value: Verdict | 'all'; text: string; count: number }[] = [
    { value: 'all', text: 'All', count: items.length },
    ...verdicts.map(value => ({ value, text: verdictWords[value], count: tally.verdicts[value] })),
  ]
  return (
    <>
      <Summary tally={tally} count={items.length} isWhole={isWhole} />
      <div className="row">
        <Chips
          label="Which verdict"
          options={options}
          value={verdict ?? 'all'}
          onChange={next => setQuery({ verdict: next === 'all' ? undefined : next })}
        />
        {check !== null && (
          <span className="row small">
            Only where {lackText(check)}.
            <button type="button" className="plain" onClick={() => setQuery({ check: undefined })}>
              Show all
            </button>
          </span>
        )}
      </div>
      <Table
        caption="Credentials with their verdicts, the soonest rotation first"
        columns={columns}
        rows={rows}
        keyOf={one => one.credential}
        textOf={textOf}
        detail={one => <Checks ready={one} />}
        opened={credential}
        rowHeight={64}
      />
    </>
  )
}

function Summary({ tally, count, isWhole }: { tally: Tally; count: number; isWhole: boolean }) {
  const worst = tally.lacking.slice(0, 3)
  const open = tally.verdicts['not-ready']
  return (
    <section className="card stack" aria-labelledby="summary">
      <h2 id="summary">
        {open === 0
          ? 'Nothing would stop the next rotations.'
          : `${open.toLocaleString('en-GB')} of ${count.toLocaleString('en-GB')} would be stopped.`}
        {!isWhole && <span className="soft"> (so far; more is being read)</span>}
      </h2>
      <div className="meter" aria-hidden="true">
        {verdicts
          .filter(one => tally.verdicts[one] > 0)
          .map(one => (
            <span key={one} data-is={meterOf[one]} style={{ flexGrow: tally.verdicts[one] }} />
          ))}
      </div>
      {worst.length > 0 && (
        <div className="stack-s">
          <h3>What is missing most often</h3>
          <ul className="advice">
            {worst.map(({ check, credentials, blocked }) => (
              <li key={check}>
                <a href={withQuery(to('readiness'), { check })}>{lackText(check)}</a>:{' '}
                {credentials.toLocaleString('en-GB')} {credentials === 1 ? 'credential' : 'credentials'}
                {blocked === 0
                  ? ', a warning each'
                  : blocked < credentials
                    ? `, of which it stops ${blocked.toLocaleString('en-GB')}`
                    : credentials === 1
                      ? ', and it stops it'
                      : ', and it stops each'}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

const meterOf: Record<Verdict, string> = { 'not-ready': 'mixed', 'ready-with-warnings': 'old', ready: 'new' }
const tones: Record<Verdict, Tone> = { 'not-ready': 'bad', 'ready-with-warnings': 'warn', ready: 'good' }

const textOf = ({ credential, name, environment, missing }: Ready) =>
  [credential, name, environment, ...missing.map(one => `${one.text} ${one.consumer ?? ''}`)].join('\n')

const columns: readonly Column<Ready>[] = [
  nameColumn,
  {
    id: 'verdict',
    head: 'Verdict',
    sort: one => verdicts.indexOf(one.verdict),
    cell: one => <Mark tone={tones[one.verdict]}>{verdictWords[one.verdict]}</Mark>,
  },
  {
    id: 'start',
    head: 'Begins',
    sort: one => one.startAtMs,
    cell: ({ rotation, startAtMs }) =>
      rotation === null ? (
        <When ms={startAtMs} none="no day is set" />
      ) : (
        <a href={to('rotations', rotation)}>under way</a>
      ),
  },
  {
    id: 'consumers',
    head: 'Consumers',
    number: true,
    sort: one => one.consumers,
    cell: one => one.consumers,
  },
  {
    id: 'missing',
    head: 'What is missing',
    sort: one => one.missing.length,
    cell: ({ missing }) => {
      const first = missing.find(one => one.blocks) ?? missing[0]
      if (first === undefined) return <span className="soft">nothing</span>
      return (
        <span className="stack-s">
          <span className="clamp">{first.text}</span>
          {missing.length > 1 && <span className="small soft">and {missing.length - 1} more</span>}
        </span>
      )
    },
  },
]

const None = () => (
  <Empty title="No credential is registered.">
    <p>
      For each credential it stands here whether its next rotation would get through: whether all its
      consumers are known and have owners, whether it is known how each takes up a new value, whether rare
      paths were tried lately, and whether everybody can be seen.
    </p>
    <p>
      <a className="button first" href={to('credentials', 'new')}>
        Register a credential
      </a>
    </p>
  </Empty>
)
