// One event: what happened, its data, what came before and after it, and the proof that it was so.
import type { EventView } from '@rekey/wire'
import { to, withQuery } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { Await } from '../../parts/notice.tsx'
import { Card, Empty, Facts, Page } from '../../parts/page.tsx'
import { Instant, When } from '../../parts/time.tsx'
import { Neighbours } from './neighbours.tsx'
import { ProofCard } from './proof-card.tsx'
import { actorText, typeText } from './said/sentence.ts'
import { SentenceOf } from './sentence.tsx'

export function EventPage({ part }: { part: string }) {
  const position = /^[1-9]\d{0,15}$/.test(part) ? Number(part) : null
  return (
    <Page
      title={position === null ? 'No event' : `Event ${position.toLocaleString('en-GB')}`}
      crumbs={<a href={to('audit')}>Audit</a>}
    >
      {position === null ? <Missing /> : <Found position={position} />}
    </Page>
  )
}

const Missing = () => (
  <Empty title="There is nothing here that you may see.">
    <p>
      Positions are whole numbers from 1 on. One may be empty, or of an environment that you may not read in.
    </p>
    <a href={to('audit')}>All events</a>
  </Empty>
)

function Found({ position }: { position: number }) {
  const asked = useAsk('record.history', { query: { before: position + 1, limit: 1 } })
  const event = asked.data?.items[0]
  const isUnsealed = event !== undefined && event.leaf === null
  // What has just happened is sealed within a second.
  useAsk(
    'record.history',
    { query: { before: position + 1, limit: 1 } },
    { everyMs: 1_500, when: isUnsealed },
  )
  return (
    <Await asked={asked}>
      {({ items: [found] }) => (found?.position === position ? <Whole event={found} /> : <Missing />)}
    </Await>
  )
}

function Whole({ event }: { event: EventView }) {
  const { type, by, atMs, credential, environment, stream, seq, position, leaf } = event
  return (
    <div className="stack">
      <p className="lead">
        <SentenceOf event={event} />
      </p>
      <div className="columns">
        <Card title="Who, what, when">
          <Facts
            facts={[
              {
                name: 'When',
                value: (
                  <>
                    <Instant ms={atMs} /> (<When ms={atMs} />)
                  </>
                ),
              },
              {
                name: 'Who',
                value: <a href={withQuery(to('audit'), { by })}>{actorText(by)}</a>,
              },
              {
                name: 'What',
                value: <a href={withQuery(to('audit'), { type })}>{typeText(type)}</a>,
              },
              credential !== null && {
                name: 'Credential',
                value: <a href={to('credentials', credential)}>{credential}</a>,
              },
              { name: 'Environment', value: environment ?? 'of none: it concerns all' },
              {
                name: 'Stream',
                value: (
                  <>
                    <code className="wrap">{stream}</code>, number {seq}
                  </>
                ),
              },
              { name: 'Position', value: position },
              { name: 'Leaf', value: leaf ?? 'not sealed yet' },
            ]}
          />
        </Card>
        <Neighbours event={event} />
      </div>
      <Card title="Its data">
        <details open={JSON.stringify(event.data).length < 2_000}>
          <summary>As they were recorded</summary>
          <pre tabIndex={0} role="region" aria-label="The data of the event">
            {JSON.stringify(event.data, null, 2)}
          </pre>
        </details>
      </Card>
      <ProofCard event={event} />
    </div>
  )
}
