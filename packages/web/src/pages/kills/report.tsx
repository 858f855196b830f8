// What came of a kill: live while anything is unconfirmed. What a person has to do stands first.
import type { KillView } from '@rekey/wire'
import { useEffect, useState } from 'react'
import { to, useAddress } from '../../address.ts'
import { addressOf } from '../../api/ask.ts'
import { type Asked, useAsk } from '../../api/use.ts'
import { Mark } from '../../parts/mark.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Facts, Page } from '../../parts/page.tsx'
import { Instant, Lasts, useNow, When } from '../../parts/time.tsx'
import { actorText } from '../audit/said/sentence.ts'
import { ByHand } from './by-hand.tsx'
import { Dismiss, type Silent } from './dismiss.tsx'
import { KilledView } from './killed.tsx'
import { standingOf } from './standing.ts'
import { StepMatrix } from './steps.tsx'
import { Unconfirmed } from './unconfirmed.tsx'

/** Each second while it is fresh. What is still open after that waits for somebody, and a large report is not made for nothing. */
const freshMs = 120_000
const pollMs = 1_000
const laterMs = 5_000

export function KillReport({ id }: { id: string }) {
  const asked = useAsk('kills.get', { params: { id } })
  const { data } = asked
  usePolled(asked, data !== undefined && standingOf(data).isOver, data?.orderedMs)
  return (
    <Page
      title={data === undefined ? 'A kill' : `Kill of ${data.scope}`}
      crumbs={<a href={to('kills')}>Kill and contain</a>}
      about={data?.reason}
      actions={
        <a className="button" href={addressOf('kills.report', { params: { id } })} download={`kill-${id}.md`}>
          Download the report
        </a>
      }
    >
      <Await asked={asked}>{view => <Report view={view} />}</Await>
    </Page>
  )
}

/** The next time is a while after the answer, so that what takes long is asked less often. */
function usePolled(
  { asking, again }: Asked<'kills.get'>,
  isOver: boolean,
  orderedMs: number | undefined,
): void {
  const [skipped, skip] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: who does not look is asked for again later.
  useEffect(() => {
    if (isOver || asking) return
    const isFresh = orderedMs === undefined || Date.now() - orderedMs < freshMs
    const look = () => (document.visibilityState === 'visible' ? again() : skip(count => count + 1))
    const timer = setTimeout(look, isFresh ? pollMs : laterMs)
    return () => clearTimeout(timer)
  }, [isOver, asking, again, orderedMs, skipped])
}

function Report({ view }: { view: KillView }) {
  const [silent, setSilent] = useState<Silent | null>(null)
  const { query } = useAddress()
  const only = view.killed.length === 1 ? view.killed[0] : undefined
  const chosen =
    only ??
    view.killed.find(
      one => one.credential === query.get('credential') && String(one.version) === query.get('version'),
    )
  return (
    <div className="stack kills">
      <Standing view={view} />
      <Unconfirmed view={view} onDismiss={setSilent} />
      <section className="card" aria-labelledby="latency">
        <h2 id="latency">How long it took</h2>
        <Latency view={view} />
      </section>
      {only === undefined && <StepMatrix killed={view.killed} chosen={chosen} />}
      {chosen !== undefined && <KilledView killed={chosen} onDismiss={setSilent} kill={view.id} />}
      <ByHand view={view} />
      <section className="card" aria-labelledby="ordered">
        <h2 id="ordered">The order</h2>
        <Facts
          facts={[
            { name: 'Scope', value: view.scope },
            { name: 'Why', value: view.reason },
            { name: 'By', value: actorText(view.by) },
            { name: 'Because of', value: view.cause },
            { name: 'Asked', value: <Instant ms={view.askedMs} /> },
            { name: 'Durable', value: <Instant ms={view.orderedMs} /> },
            { name: 'Kill', value: <code>{view.id}</code> },
          ]}
        />
      </section>
      {silent !== null && <Dismiss kill={view.id} silent={silent} onClose={() => setSilent(null)} />}
    </div>
  )
}

function Standing({ view }: { view: KillView }) {
  const { isOver, text } = standingOf(view)
  return (
    <Notice tone={isOver ? 'good' : 'bad'}>
      <div className="row between">
        <strong>{isOver ? 'Every step is confirmed.' : 'Not everything is confirmed yet.'}</strong>
        <span className="small soft">
          ordered <When ms={view.orderedMs} />
          {!isOver && <Running sinceMs={view.orderedMs} />}
        </span>
      </div>
      <p role="status">{text}</p>
    </Notice>
  )
}

/** As long as it is fresh, its seconds are counted. */
function Running({ sinceMs }: { sinceMs: number }) {
  const nowMs = useNow()
  if (nowMs - sinceMs > 10 * 60_000) return null
  return (
    <>
      {' '}
      · <Mark tone="bad">live</Mark>
    </>
  )
}

function Latency({ view: { latency } }: { view: KillView }) {
  const { recordedMs, holders, providerMs } = latency
  const figures = [
    ['from asking to the durable record', recordedMs, ''],
    ['half of the holders', holders.p50Ms, 'none has answered'],
    ['99 of 100 holders', holders.p99Ms, 'none has answered'],
    ['the last holder so far', holders.lastMs, 'none has answered'],
    ['until every target refused', providerMs, 'not yet'],
  ] as const
  return (
    <>
      <dl className="figures">
        {figures.map(([name, ms, none]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="number">
              {ms === null ? <span className="soft">{none}</span> : <Lasts ms={ms} />}
            </dd>
          </div>
        ))}
      </dl>
      <p className="small soft">
        Counted from the order; the first from being asked. Holders are those that were connected when it went
        out, and have answered: who is silent is not in these figures, and stands under “Unconfirmed”; who
        connects later is told then.
      </p>
    </>
  )
}
