// What came before and after an event in its stream, and beside it in the record.
import type { EventView } from '@rekey/wire'
import { useEffect, useState } from 'react'
import { to, withQuery } from '../../address.ts'
import { ask } from '../../api/ask.ts'
import { ErrorNotice } from '../../parts/notice.tsx'
import { Card } from '../../parts/page.tsx'
import { Instant } from '../../parts/time.tsx'
import { readHistory } from './read.ts'
import { SentenceOf } from './sentence.tsx'
import { after, before, type Neighbour } from './stream-neighbours.ts'

type Both = { before: Neighbour; after: Neighbour } | { error: unknown } | null

export function Neighbours({ event }: { event: EventView }) {
  const both = useBoth(event)
  const { position, stream } = event
  return (
    <Card title="Around it" aside={<a href={withQuery(to('audit'), { text: stream })}>all of its stream</a>}>
      <div className="stack">
        {both === null && <p className="soft">Looking for its neighbours …</p>}
        {both !== null && 'error' in both && <ErrorNotice error={both.error} />}
        {both !== null && 'before' in both && (
          <dl className="stack around">
            <One
              name="Before it in its stream"
              neighbour={both.before}
              none="It is the first of its stream."
            />
            <One name="After it" neighbour={both.after} none="It is the last of its stream so far." />
          </dl>
        )}
        <p className="row small around">
          {position > 1 && <a href={to('audit', position - 1)}>Event {position - 1}</a>}
          <a href={to('audit', position + 1)}>Event {position + 1}</a>
        </p>
      </div>
    </Card>
  )
}

function One({ name, neighbour, none }: { name: string; neighbour: Neighbour; none: string }) {
  return (
    <div className="stack-s">
      <dt className="small soft">{name}</dt>
      <dd>
        {neighbour.is === 'none' && none}
        {neighbour.is === 'far' && 'It is far away in the record: look through all of its stream.'}
        {neighbour.is === 'event' && (
          <>
            <SentenceOf event={neighbour.event} />
            <br />
            <a className="small" href={to('audit', neighbour.event.position)}>
              Event {neighbour.event.position}, <Instant ms={neighbour.event.atMs} />
            </a>
          </>
        )}
      </dd>
    </div>
  )
}

function useBoth(event: EventView): Both {
  const [both, setBoth] = useState<Both>(null)
  const { position, leaf } = event
  // biome-ignore lint/correctness/useExhaustiveDependencies: an event at a position never changes; once it is sealed, the next may be there.
  useEffect(() => {
    const abort = new AbortController()
    const look = async () => {
      const [first, next] = await Promise.all([
        before(readHistory, event, abort.signal),
        after((query, signal) => ask('record.events', { query }, { signal }), event, abort.signal),
      ])
      setBoth({ before: first, after: next })
    }
    look().catch(error => !abort.signal.aborted && setBoth({ error }))
    return () => abort.abort()
  }, [position, leaf])
  return both
}
