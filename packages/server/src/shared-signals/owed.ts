// What a stream is still owed: what lies between its cursor and the last order, concerns it, and was not taken yet. Pushing and polling ask
// the same, and write down the same when something was taken.
import type { Kept } from '../access/kept.ts'
import type { Plane } from '../api/plane.ts'
import type { KnownOrder } from '../kill/book.ts'
import { subjectOf } from '../kill/order.ts'
import {
  type Addressed,
  epochIn,
  eventsSupported,
  jtiOf,
  killClaims,
  verificationClaims,
  verificationJti,
} from './sets.ts'

export type Stream = Kept['signal-stream']
export type Cursor = Kept['signal-cursor']

export interface Serving {
  id: string
  stream: Stream
  receiver: Kept['receiver']
  to: Addressed
}

export interface Owed {
  jti: string
  claims: object
}

export interface Due {
  sets: Owed[]
  more: boolean
  /** Up to here nothing is owed. */
  clearTo: number
}

/** Orders looked at in one go; most of them may concern others. */
const mostLooked = 2_000

export const verificationLifeMs = 3_600_000

export const eventsOfStream = ({ eventsRequested }: Stream): string[] =>
  eventsSupported.filter(one => eventsRequested?.includes(one) ?? true)

export async function dueOf(plane: Plane, serving: Serving, cursor: Cursor, most: number): Promise<Due> {
  const { book } = plane.orders
  const { id, stream, to } = serving
  const asked = plane.keep.page('signal-verification', { after: `${id}/`, limit: most + 1 })
  // Both at once: an order is on its way.
  const next = book.at(cursor.epoch + 1)
  const [first, nextConcerns] = await Promise.all([
    asked,
    next !== undefined && concerns(plane, serving, next),
  ])
  const sets = first
    .filter(one => one.id.startsWith(`${id}/`))
    .map(({ id: key, record }): Owed => {
      const one = { id: key.slice(id.length + 1), ...record }
      return { jti: verificationJti(one.id), claims: verificationClaims(one, to) }
    })
  const events = eventsOfStream(stream)
  const taken = new Set(cursor.taken)
  const last = Math.min(book.epoch(), cursor.epoch + mostLooked)
  let clearTo = cursor.epoch
  let isClear = true
  for (let epoch = cursor.epoch + 1; epoch <= last && sets.length <= most; epoch++) {
    const order = book.at(epoch)
    // It was given elsewhere, and comes in a moment.
    if (order === undefined) break
    const open = events.filter(event => !taken.has(jtiOf(order, event, id)))
    const isOwed = open.length > 0 && (order === next ? nextConcerns : await concerns(plane, serving, order))
    if (isOwed) isClear = false
    if (isClear) clearTo = epoch
    if (!isOwed) continue
    for (const event of open)
      sets.push({ jti: jtiOf(order, event, id), claims: killClaims(order, event, to) })
  }
  return {
    sets: sets.slice(0, most),
    more: sets.length > most || (isClear && clearTo < book.epoch()),
    clearTo,
  }
}

async function concerns(plane: Plane, { id, receiver }: Serving, order: KnownOrder): Promise<boolean> {
  const { assignments, keep } = plane
  const version = subjectOf(order)
  const [assigned, ofVersion, ofCredential] = await Promise.all([
    assignments.of(order.credential),
    keep.get('signal-subject', `${id}/${version}`),
    keep.get('signal-subject', `${id}/${version.slice(0, version.lastIndexOf('/v/'))}`),
  ])
  const { environments, defaultSubjects } = receiver
  if (assigned === null) return false
  if (!environments.includes('*') && !environments.includes(assigned.environment)) return false
  // What is said of the version goes before what is said of the credential.
  return (ofVersion ?? ofCredential)?.wanted ?? defaultSubjects === 'ALL'
}

export interface Taken {
  jti: string
  /** It would not take it; null: it did. */
  err: string | null
}

const mostRefused = 20

/** The cursor after these were taken. Verifications are taken away at once. */
export async function afterTaking(
  plane: Plane,
  serving: Serving,
  cursor: Cursor,
  some: readonly Taken[],
): Promise<Cursor> {
  const atMs = plane.ground.nowMs()
  const known = new Set(cursor.taken)
  const refused = [...cursor.refused]
  for (const { jti, err } of some) {
    if (jti.startsWith('verification.')) {
      await plane.keep.remove('signal-verification', `${serving.id}/${jti.slice('verification.'.length)}`)
    } else {
      const epoch = epochIn(jti)
      // Whoever acknowledges what was never sent must not be kept for ever.
      if (epoch === null || epoch <= cursor.epoch || epoch > plane.orders.book.epoch()) continue
      const order = plane.orders.book.at(epoch)
      if (order === undefined || !eventsSupported.some(one => jtiOf(order, one, serving.id) === jti)) continue
      known.add(jti)
    }
    if (err !== null) refused.push({ jti, err, atMs })
  }
  const next = { ...cursor, taken: [...known], refused: refused.slice(-mostRefused) }
  const { clearTo } = await dueOf(plane, serving, next, 1)
  return clearedTo(next, clearTo)
}

/** Nothing is owed up to there, as `dueOf` said of this cursor. */
export const clearedTo = (cursor: Cursor, epoch: number): Cursor => ({
  ...cursor,
  epoch,
  taken: cursor.taken.filter(jti => (epochIn(jti) ?? 0) > epoch),
})

/** null: there is no such stream, or nobody any more whose it is. */
export async function servingOf(plane: Plane, id: string): Promise<Serving | null> {
  const stream = await plane.keep.get('signal-stream', id)
  const receiver = stream === null ? null : await plane.keep.get('receiver', stream.receiver)
  if (stream === null || receiver === null) return null
  const { issuer } = await plane.orders.keys.ring()
  const audience = audienceOf(issuer, stream.receiver, receiver)
  return { id, stream, receiver, to: { issuer, audience, stream: id } }
}

export const audienceOf = (issuer: string, id: string, { audience }: Kept['receiver']) =>
  audience ?? `${issuer}/receivers/${id}`

/** Where there is none the stream has just been made. */
export const cursorOf = async (plane: Plane, id: string): Promise<Cursor> =>
  (await plane.keep.get('signal-cursor', id)) ?? newCursor(0)

export const newCursor = (epoch: number): Cursor => ({ epoch, taken: [], failing: null, refused: [] })

/** What a receiver says is wrong, if it is one of the codes that the standards have; no text of a receiver is repeated. */
export const errIn = (err: unknown): string | null =>
  typeof err === 'string' && /^[a-zA-Z_]{1,40}$/.test(err) ? err : null
