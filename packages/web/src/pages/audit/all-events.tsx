// All events, by position: a million scroll like a hundred. What comes meanwhile is shown at the top to whoever is there, and told of
// to whoever reads further down, without moving what they read.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { hearEvents } from '../../api/live.ts'
import { ErrorNotice } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { EventRows, type RowsHandle } from './event-rows.tsx'
import { GoTo } from './go-to.tsx'
import { useHeld } from './held.ts'
import { positionAt } from './history.ts'
import { readHistory } from './read.ts'
import { type Windows, windowsOf } from './windows.ts'

export function AllEvents() {
  const [windows] = useState(() => windowsOf(readHistory))
  useSyncExternalStore(windows.listen, () => windows.version)
  useEffect(() => {
    const leave = hearEvents(events => windows.put(events))
    windows.want(0, 0)
    return () => {
      leave()
      windows.end()
    }
  }, [windows])
  const { error, last } = windows
  if (last === 0)
    return error === null ? (
      <Empty title="Nothing has happened yet.">
        <p>
          Whatever anybody does here is recorded, from the first sign-in on, and stands here a moment later.
        </p>
      </Empty>
    ) : (
      <Failed windows={windows} />
    )
  return (
    <>
      {error !== null && <Failed windows={windows} />}
      <List windows={windows} />
    </>
  )
}

function Failed({ windows }: { windows: Windows }) {
  return (
    <div className="stack">
      <ErrorNotice error={windows.error} />
      <div>
        <button
          type="button"
          onClick={() => {
            windows.again()
            windows.want(0, 0)
          }}
        >
          Try again
        </button>
      </div>
    </div>
  )
}

function List({ windows }: { windows: Windows }) {
  const { last } = windows
  const rows = useRef<RowsHandle>(null)
  const { shown: top, onReading, showNewest } = useHeld(last)
  const onLook = useCallback(
    (first: number, end: number) => windows.want(top - end, top - first),
    [windows, top],
  )
  const toTop = () => {
    showNewest()
    rows.current?.show(0)
    rows.current?.focus()
  }
  const fresh = last - top
  return (
    <div className="stack-s">
      <div className="row between">
        <p className="small soft" role="status">
          Positions 1 to {last.toLocaleString('en-GB')}. {fresh > 0 && `${fresh} came since then.`}
        </p>
        <div className="row">
          {fresh > 0 && (
            <button type="button" onClick={toTop}>
              Show the newest
            </button>
          )}
          <GoTo
            last={last}
            positionAt={(atMs, signal) => positionAt(readHistory, atMs, last, signal)}
            onGo={position => {
              rows.current?.show(top - position)
              rows.current?.focus()
            }}
          />
        </div>
      </div>
      <EventRows
        handle={rows}
        label="Events"
        count={top}
        at={row => windows.at(top - row)}
        keyOf={row => top - row}
        rowOf={position => top - position}
        onLook={onLook}
        onReading={onReading}
      />
    </div>
  )
}
