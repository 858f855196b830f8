// Now: what needs a person, the most urgent first, with the reason and the button; and what is in flight.
import type { Attention, Flight } from '@rekey/wire'
import { to } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { needsText } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Mark, PhaseMark, type Tone } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { When } from '../../parts/time.tsx'
import { TruthMeter } from '../rotations/truth-meter.tsx'
import { FirstSteps } from './first-steps.tsx'
import { hrefOf } from './href.ts'

export function NowPage() {
  const now = useAsk('overview.now', { query: {} }, { everyMs: 3_000 })
  return (
    <Page title="Now" about="What needs a person, the most urgent first, and what is in flight.">
      <Await asked={now}>{data => <Whole {...data} />}</Await>
    </Page>
  )
}

function Whole({ items, more, flights, counts }: Answer<'overview.now'>) {
  if (counts.credentials === 0) return <FirstSteps />
  return (
    <div className="stack now">
      <section aria-labelledby="needs" className="stack">
        <h2 id="needs">Needs a person</h2>
        {items.length === 0 ? (
          <Empty title="Nobody is needed.">
            <p>
              No gate refuses, no window is about to close, no ghost is open. When something needs a decision
              it stands here, with the reason and what to press.
            </p>
          </Empty>
        ) : (
          <ul role="list" className="needs">
            {items.map(item => (
              <Need key={item.id} item={item} />
            ))}
          </ul>
        )}
        {more > 0 && (
          <p className="soft">{more} less urgent ones are not shown. Deal with some of these first.</p>
        )}
      </section>
      <section aria-labelledby="flights" className="stack">
        <h2 id="flights">In flight</h2>
        {flights.length === 0 ? (
          <p className="soft">
            No rotation is under way. The <a href={to('calendar')}>calendar</a> says what comes next.
          </p>
        ) : (
          <ul role="list" className="cards">
            {flights.map(flight => (
              <FlightCard key={flight.rotation} flight={flight} />
            ))}
          </ul>
        )}
      </section>
      <p className="soft small">
        {many(counts.credentials, 'credential')}, {many(counts.consumers, 'consumer')},{' '}
        {many(counts.agents, 'agent')}.
      </p>
    </div>
  )
}

const many = (count: number, what: string) =>
  `${count.toLocaleString('en-GB')} ${what}${count === 1 ? '' : 's'}`

const tones: Record<Attention['urgency'], Tone> = { now: 'bad', today: 'warn', soon: 'plain' }

function Need({ item }: { item: Attention }) {
  const { title, because, urgency, action, name, environment, untilMs, sinceMs } = item
  return (
    <li className="card need" data-urgency={urgency}>
      <div className="stack-s">
        <div className="row">
          <Mark tone={tones[urgency]}>{urgency}</Mark>
          <h3>{title}</h3>
        </div>
        <p>
          <Sentence>{because}</Sentence>
        </p>
        <p className="small soft">
          {[name, environment].filter(Boolean).join(' · ')}
          {sinceMs !== null && (
            <>
              {' '}
              · since <When ms={sinceMs} />
            </>
          )}
          {untilMs !== null && (
            <>
              {' '}
              · {untilMs < Date.now() ? 'was due' : 'until'} <When ms={untilMs} />
            </>
          )}
        </p>
        {!action.may && <p className="small soft">{needsText(action.needs, environment)}</p>}
      </div>
      <a className={urgency === 'now' ? 'button first' : 'button'} href={hrefOf(item)}>
        {action.text}
      </a>
    </li>
  )
}

function FlightCard({ flight }: { flight: Flight }) {
  const {
    rotation,
    name,
    environment,
    phase,
    step,
    old,
    new: fresh,
    truth,
    safe,
    consumers,
    deadlineMs,
    refusedGates,
  } = flight
  return (
    <li className="card stack-s">
      <div className="row between">
        <h3>
          <a href={to('rotations', rotation)}>{name}</a>
        </h3>
        <PhaseMark phase={phase} />
      </div>
      <p className="small soft">
        {environment} · {old === null ? 'first version' : `v${old}`} →{' '}
        {fresh === null ? 'not minted yet' : `v${fresh}`}
      </p>
      <TruthMeter truth={truth} />
      <p>
        {safe} of {consumers} would let {old === null ? 'it' : `v${old}`} go
        {refusedGates.length > 0 && <span className="soft"> · refused: {refusedGates.length} gates</span>}
      </p>
      <p className="small soft">
        {step === null ? 'not started' : `step ${step.at} of ${step.of}: ${step.do}`}
        {deadlineMs !== null && (
          <>
            {' '}
            · window ends <When ms={deadlineMs} />
          </>
        )}
      </p>
    </li>
  )
}
