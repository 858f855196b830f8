// The whole of a list, page after page: what there is so far is shown at once. It is read anew when the record says that something
// happened, but not more often than such a list can be read: ten thousand rows are twenty questions. Whoever says which rows are of
// which credential has only those read anew that an event was about.
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Answer, ask, type Operation, type Parts, ProblemError } from './ask.ts'
import { hearEvents, linkNow, watchLink } from './live.ts'
import type { Asked } from './use.ts'
import { type PageOf, patched, walkPages } from './walk.ts'

/** The operations that answer with pages. */
export type Paged = {
  [O in Operation]: Answer<O> extends { items: unknown[]; next: string | null } ? O : never
}[Operation]

type Found = PageOf<unknown>
type ItemOf<O extends Paged> = Answer<O> extends { items: (infer T)[] } ? T : never

/** What a list has of one credential. It has to be the same object at each drawing. */
export interface Piece<T> {
  credentialOf: (item: T) => string
  read: (credential: string) => Promise<readonly T[]>
}
/** More than so many at once are read with the whole. */
const mostPieces = 20

interface State {
  data: Found | undefined
  error: unknown
  atMs: number | null
  asking: boolean
}

const nothing: State = { data: undefined, error: null, atMs: null, asking: false }
const restMs = 2_000
const pageSize = 500

/** `next` of what it has is not null until all of it is there. */
export function useAllPages<O extends Paged>(
  operation: O,
  query: object = {},
  when = true,
  piece?: Piece<ItemOf<O>>,
): Asked<O> {
  const asked = JSON.stringify(query)
  const [state, setState] = useState(nothing)
  const following = useRef<Following>(null)
  useEffect(() => {
    if (!when) return
    setState(nothing)
    const pageAt = async (after: string | undefined, signal: AbortSignal) => {
      const query = { ...(JSON.parse(asked) as object), limit: pageSize, after }
      return (await ask(operation, { query } as Parts<O>, { signal })) as Found
    }
    const show = (next: Partial<State>) => setState(was => ({ ...was, ...next }))
    const follow = followList(pageAt, show, piece as Piece<unknown> | undefined)
    following.current = follow
    return follow.stop
  }, [operation, asked, when, piece])
  const again = useCallback(() => following.current?.again(), [])
  return { ...state, again } as Asked<O>
}

interface Following {
  again: () => void
  stop: () => void
}

function followList(
  pageAt: (after: string | undefined, signal: AbortSignal) => Promise<Found>,
  show: (next: Partial<State>) => void,
  piece: Piece<unknown> | undefined,
): Following {
  const left = new AbortController()
  const { signal } = left
  let isReading = false
  let isStale = false
  let whole: Found | null = null
  let freeAtMs = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = (next: Partial<State>) => {
    if (!signal.aborted) show(next)
  }
  const read = async () => {
    isReading = true
    isStale = false
    const beganMs = Date.now()
    tell({ asking: true })
    try {
      await walkPages(
        after => pageAt(after, signal),
        soFar => {
          // What was whole stays, until what replaces it is whole.
          if (whole === null || soFar.next === null) tell({ data: soFar, error: null, atMs: Date.now() })
          if (soFar.next === null) whole = soFar
        },
      )
      tell({ asking: false })
    } catch (error) {
      tell({ error, asking: false })
    }
    isReading = false
    freeAtMs = Date.now() + Math.max(restMs, 5 * (Date.now() - beganMs))
    if (isStale) later()
  }
  const later = () => {
    isStale = true
    if (isReading || timer !== undefined || signal.aborted) return
    timer = setTimeout(now, Math.max(300, freeAtMs - Date.now()))
  }
  const now = () => {
    clearTimeout(timer)
    timer = undefined
    if (isReading) isStale = true
    else void read()
  }
  const patch = async (credentials: readonly string[], { credentialOf, read }: Piece<unknown>) => {
    const fresh = await Promise.all(credentials.map(one => read(one).catch(goneOrKept)))
    if (whole === null || isReading || fresh.includes(null)) return later()
    const some = new Map(credentials.map((one, index) => [one, fresh[index]!]))
    whole = { items: patched(whole.items, some, credentialOf), next: null }
    tell({ data: whole, atMs: Date.now() })
  }
  const deaf = hearEvents(events => {
    if (piece === undefined || whole === null) return later()
    const credentials = [...new Set(events.flatMap(one => one.credential ?? []))]
    if (credentials.length > mostPieces) later()
    else if (credentials.length > 0) void patch(credentials, piece)
  })
  const unwatched = watchLink(() => linkNow() === 'live' && later())
  void read()
  return {
    again: () => {
      freeAtMs = 0
      now()
    },
    stop: () => {
      left.abort()
      clearTimeout(timer)
      deaf()
      unwatched()
    },
  }
}

/** null: it could not be read. */
function goneOrKept(error: unknown): [] | null {
  return error instanceof ProblemError && error.problem.status === 404 ? [] : null
}
