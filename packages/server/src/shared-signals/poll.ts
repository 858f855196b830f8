// Sets for those who fetch them (RFC 8936): acknowledged first, then what is owed; where nothing is, it is waited for.
import type { AnswerOf, BodyOf, routes } from '@rekey/wire'
import type { Plane } from '../api/plane.ts'
import {
  afterTaking,
  type Cursor,
  clearedTo,
  cursorOf,
  dueOf,
  errIn,
  type Serving,
  type Taken,
} from './owed.ts'
import { signedSet } from './rs256.ts'

type Asked = BodyOf<typeof routes.sharedSignals.poll>
type Answer = AnswerOf<typeof routes.sharedSignals.poll>

const usualEvents = 50
const mostEvents = 500
const waitMs = 25_000
/** What was asked of another control plane is seen as late as that. */
const lookMs = 1_000

export async function poll(plane: Plane, serving: Serving, asked: Asked, gone: AbortSignal): Promise<Answer> {
  const { id, stream } = serving
  const { maxEvents = usualEvents, returnImmediately = false, ack = [], setErrs = {} } = asked
  const taken: Taken[] = [
    ...ack.map(jti => ({ jti, err: null })),
    ...Object.entries(setErrs).map(([jti, { err }]) => ({ jti, err: errIn(err) ?? 'unknown' })),
  ]
  let cursor = await cursorOf(plane, id)
  if (taken.length > 0) cursor = await moved(plane, id, await afterTaking(plane, serving, cursor, taken))
  const most = Math.min(maxEvents, mostEvents)
  if (most === 0 || stream.status !== 'enabled') return { sets: {}, moreAvailable: false }
  const untilMs = performance.now() + waitMs
  for (;;) {
    const { sets, more, clearTo } = await dueOf(plane, serving, cursor, most)
    if (sets.length > 0) return { sets: await signedAll(plane, sets), moreAvailable: more }
    // What concerns others is not looked through again.
    if (clearTo > cursor.epoch) cursor = await moved(plane, id, clearedTo(cursor, clearTo))
    if (returnImmediately || gone.aborted || performance.now() > untilMs)
      return { sets: {}, moreAvailable: more }
    if (!more) await newsOf(plane, id, gone)
  }
}

async function moved({ keep }: Plane, id: string, next: Cursor): Promise<Cursor> {
  await keep.put('signal-cursor', id, next)
  return next
}

async function signedAll(
  plane: Plane,
  sets: readonly { jti: string; claims: object }[],
): Promise<Record<string, string>> {
  const { active } = await plane.shared.keys.pair()
  const texts = await Promise.all(
    sets.map(async one => [one.jti, await signedSet(active, one.claims)] as const),
  )
  return Object.fromEntries(texts)
}

/** An order, or something that was asked of this stream; or it is time to look again. */
function newsOf({ shared }: Plane, id: string, gone: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, lookMs)
    const unhear = shared.hear(stream => {
      if (stream === id || stream === '*') done()
    })
    gone.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      unhear()
      gone.removeEventListener('abort', done)
      resolve()
    }
  })
}
