// One event in a line, and opened, all that is known of it.
import type { EventView } from '@rekey/wire'
import { memo, useId } from 'react'
import { to } from '../../address.ts'
import { Instant } from '../../parts/time.tsx'
import { actorText, typeText } from './said/sentence.ts'
import { SentenceOf } from './sentence.tsx'
import type { At } from './windows.ts'

interface RowParts {
  index: number
  count: number
  position: number
  event: At
  isNarrow: boolean
  isOpen: boolean
  top: number
  height: number
  openHeight: number
  onToggle: (key: number) => void
}

/** Drawn anew only when something of it has changed: most of the rows stay when one scrolls. */
export const EventRow = memo(Row)

function Row({
  index,
  count,
  position,
  event,
  isNarrow,
  isOpen,
  top,
  height,
  openHeight,
  onToggle,
}: RowParts) {
  const id = useId()
  const place = { transform: `translateY(${top}px)`, height: isOpen ? height + openHeight : height }
  const inList = { 'aria-posinset': index + 1, 'aria-setsize': count }
  if (event === undefined || event === null) {
    return (
      <li className="event-row" {...inList} style={place}>
        <div className="event-line soft" style={{ height }}>
          {event === null ? `Position ${position}: nothing that you may see.` : `Position ${position} …`}
        </div>
      </li>
    )
  }
  return (
    <li className="event-row" {...inList} data-open={isOpen} data-narrow={isNarrow} style={place}>
      <div className="event-line" style={{ height }}>
        <div className="event-when small">
          <a href={to('audit', event.position)}>
            <span className="hidden">Event {event.position}, </span>
            <Instant ms={event.atMs} />
          </a>
        </div>
        <div className="event-what">
          <span className="clamp">
            <SentenceOf event={event} />
          </span>
        </div>
        <div className="event-who small soft">
          <span className="clamp">{actorText(event.by)}</span>
        </div>
        <div className="event-where small soft">
          <span className="clamp">{event.environment}</span>
        </div>
        <div className="event-more">
          <button
            type="button"
            className="plain icon"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            aria-label={`${isOpen ? 'Close' : 'Open'} event ${event.position}: ${typeText(event.type)}`}
            onClick={() => onToggle(position)}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        </div>
      </div>
      {isOpen && (
        <div id={id} className="event-opened" style={{ height: openHeight }}>
          <Opened event={event} />
        </div>
      )}
    </li>
  )
}

function Opened({ event }: { event: EventView }) {
  const { position, stream, seq, type, by, leaf } = event
  return (
    <>
      <p>
        <SentenceOf event={event} />
      </p>
      <p className="small soft">
        {typeText(type)} (<code>{type}</code>) · <code>{by}</code> · position {position} ·{' '}
        <code>{stream}</code>, number {seq} · {leaf === null ? 'not sealed yet' : `leaf ${leaf} of the log`}
      </p>
      <pre tabIndex={0} role="region" aria-label="The event as it was recorded">
        {JSON.stringify(event, null, 2)}
      </pre>
      <p>
        <a className="button" href={to('audit', position)}>
          Its neighbours and its proof
        </a>
      </p>
    </>
  )
}
