// The events that are looked for: found in the background, shown as they are found, with how far the search has come.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { hearEvents } from '../../api/live.ts'
import { ErrorNotice } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { EventRows, type RowsHandle } from './event-rows.tsx'
import { type Filters, isEmpty, matches, queryOf } from './filters.ts'
import { useHeld } from './held.ts'
import { boundsOf } from './history.ts'
import { readHistory } from './read.ts'
import { type Found, type Search, searching } from './search.ts'

/** So near to the end of what was found, more is looked for. */
const nearRows = 60

export function FoundEvents({ filters }: { filters: Filters }) {
  const [search] = useState(() =>
    searching(readHistory, queryOf(filters), () => boundsOf(readHistory, filters)),
  )
  const found = useSyncExternalStore(search.listen, search.now)
  useEffect(() => {
    const leave = hearEvents(events => search.add(events.filter(one => matches(one, filters))))
    search.go()
    return () => {
      leave()
      search.stop()
    }
  }, [search, filters])
  const { state } = found
  const { shown, onReading, showNewest } = useHeld(found.items[0]?.position ?? 0)
  const rows = useRef<RowsHandle>(null)
  // What came live while somebody reads stands before the rest, and is left out until they want it.
  const fresh = found.items.findIndex(one => one.position <= shown)
  const items = fresh <= 0 ? found.items : found.items.slice(fresh)
  const count = items.length
  const isWaiting = state.is === 'waiting'
  const onLook = useCallback(
    (_: number, last: number) => {
      if (isWaiting && last > count - nearRows) search.go()
    },
    [search, isWaiting, count],
  )
  return (
    <div className="stack-s">
      <Progress found={found} search={search} isWhole={isEmpty(filters)} />
      {fresh > 0 && (
        <div className="row">
          <button
            type="button"
            onClick={() => {
              showNewest()
              rows.current?.show(0)
              rows.current?.focus()
            }}
          >
            Show the newest ({fresh})
          </button>
        </div>
      )}
      {count > 0 ? (
        <EventRows
          label="Events"
          count={count}
          at={row => items[row]}
          keyOf={row => items[row]?.position ?? -row}
          rowOf={position => items.findIndex(one => one.position === position)}
          onLook={onLook}
          onReading={onReading}
          handle={rows}
        />
      ) : (
        state.is === 'done' && (
          <Empty title={isEmpty(filters) ? 'There is nothing that you may see.' : 'Nothing was found.'}>
            <p>
              {isEmpty(filters)
                ? 'You see the events of the environments that you have a role in. There are none yet.'
                : 'The whole record was looked through, as far as you may see it. Take a filter away, or look for a shorter word.'}
            </p>
          </Empty>
        )
      )}
    </div>
  )
}

interface ProgressParts {
  found: Found
  search: Search
  /** Nothing is looked for: it is all that one may see. */
  isWhole: boolean
}

function Progress({ found, search, isWhole }: ProgressParts) {
  const { items, state, position, last } = found
  const looked = last === 0 ? 0 : Math.round(((last - position + 1) / last) * 100)
  const count = `${items.length.toLocaleString('en-GB')} ${isWhole ? 'events that you may see' : 'found'}`
  const texts = {
    looking: `${count}, still looking: ${looked}% of the record.`,
    waiting: `${count} in the newest ${looked}% of the record; more is looked for as you scroll down.`,
    stopped: `${count}. Stopped at ${looked}% of the record.`,
    failed: `${count}. The search broke off at ${looked}% of the record.`,
    done: `${count}. That is all.`,
  }
  return (
    <>
      <div className="row between">
        <p className="small soft" role="status">
          {texts[state.is]}
        </p>
        {state.is === 'looking' ? (
          <button type="button" onClick={() => search.stop()}>
            Stop
          </button>
        ) : (
          state.is !== 'done' && (
            <button type="button" onClick={() => search.go()}>
              Go on
            </button>
          )
        )}
      </div>
      {state.is === 'looking' && (
        <div className="progress" aria-hidden="true">
          <span style={{ width: `${looked}%` }} />
        </div>
      )}
      {state.is === 'failed' && <ErrorNotice error={state.error} />}
    </>
  )
}
