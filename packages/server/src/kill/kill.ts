// A kill: durable record, then to every open stream, then to the targets; the log seals it in its own time. Nothing on this way waits for
// a target, another control plane, a witness or a slow reader.
import {
  type Actor,
  asksNothing,
  type CredentialEvent,
  type KillCause,
  type KillEvent,
  type Killed,
  type KillScope,
  type OrderEvent,
} from '@rekey/core'
import type { Append, Write } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { credentialSubject, rotationSubject, stored } from '../runner/rows.ts'
import { type KnownOrder, ordersStream } from './book.ts'
import { reportedOf } from './holders.ts'
import { type OrderTerms, orderText } from './order.ts'
import { pursue } from './pursue.ts'
import { mayBeHeld, type Reached, reachedBy, standingOf } from './reach.ts'

export interface KillRequest {
  scope: KillScope
  reason: string
  by: Actor
  cause: KillCause
  /** As a guard against a slip: so many versions it has to be. */
  expectVersions?: number
  /** Asked when it is known what would be reached, and before anything is done; it throws where it may not be. */
  allow?: (reached: readonly Reached[]) => void | Promise<void>
  /** Orders that went out already, while the store could not be written. */
  given?: { kill: string; jtis: ReadonlyMap<string, string>; atMs: number }
}

export type KillAnswer =
  | { ok: true; kill: string; killed: readonly Killed[] }
  | {
      ok: false
      code: 'nothing-to-kill' | 'too-wide' | 'not-as-expected' | 'busy'
      text: string
      how: string
    }

/** Of one kill in one commit: a commit that is too large would be slow to become durable. */
const mostAtOnce = 200
const tries = 20

/** What a kill takes of a control plane: nothing that a simulated one would not have. */
export type Killing = Pick<Plane, 'ground' | 'keep' | 'orders'> & { status: Pick<Plane['status'], 'peek'> }

export const killStream = (kill: string) => `kill/${kill}`
export const killedId = (credential: string, version: number) => `${credential}/${version}`
export const killedKey = (credential: string, version: number) => `${version} ${credential}`

export async function kill(plane: Killing, request: KillRequest): Promise<KillAnswer> {
  const { ground, orders } = plane
  const { scope } = request
  const askedMs = request.given?.atMs ?? ground.nowMs()
  if (asksNothing(scope))
    return no('too-wide', 'a query that asks for nothing reaches everything', 'narrow it')
  const reached = await reachedBy(plane, scope)
  await request.allow?.(reached)
  const count = reached.reduce((sum, one) => sum + one.killed.length, 0)
  if (count === 0) return nothing
  if (request.expectVersions !== undefined && request.expectVersions !== count) {
    return no('not-as-expected', `it would reach ${count} versions`, 'look at POST /kills/preview again')
  }
  const id = request.given?.kill ?? ground.id()
  const killed: Killed[] = []
  let left = reached
  for (let begun = 0; left.length > 0; begun++) {
    const { some, rest } = split(left)
    const committed = await committing(plane, request, { id, askedMs, some, begun })
    if (committed === null) {
      if (killed.length === 0) return no('busy', 'the record keeps changing', 'ask again')
      // What is out is out; the rest is told of.
      throw new Error(`a kill of ${count} versions stopped after ${killed.length}: ask for it again`)
    }
    killed.push(...committed.killed)
    orders.told(committed.orders)
    left = rest
  }
  // Somebody else was first.
  if (killed.length === 0) return nothing
  orders.reported(id, reportedOf(ground.store, killed, ground.nowMs()))
  const subjects = reached.map(({ row }) =>
    row.openRotation === null ? credentialSubject(row.id) : rotationSubject(row.openRotation),
  )
  orders.pursuing(pursue(ground, subjects))
  return { ok: true, kill: id, killed }
}

interface Part {
  id: string
  askedMs: number
  some: readonly Reached[]
  /** How many commits of this kill there were. */
  begun: number
}

/** Others append in between, so it is read and signed anew until it fits; null: it never did. */
async function committing(
  plane: Killing,
  request: KillRequest,
  part: Part,
): Promise<{ killed: Killed[]; orders: KnownOrder[] } | null> {
  const { ground, orders } = plane
  let { some } = part
  /** How long the kill's own stream is: what came of its first part may stand there already. */
  let length = part.begun
  for (let tried = 0; tried < tries; tried++) {
    if (some.length === 0) return { killed: [], orders: [] }
    const made = await drafted(plane, request, { ...part, some, length })
    const committed = await ground.store.commit({ fence: null, ...made.commit })
    if (committed.ok) return made
    if (committed.why === 'conflict' && committed.stream === killStream(part.id)) length = committed.actual
    await orders.book.catchUp()
    some = (await Promise.all(some.map(one => fresh(plane, one)))).filter(one => one.killed.length > 0)
  }
  return null
}

async function fresh({ ground: { store } }: Killing, { row, killed }: Reached): Promise<Reached> {
  const now = (await store.credential(row.id)) ?? row
  const { open, versions } = await standingOf(store, now)
  const meant = new Set(killed.map(one => one.number))
  return { row: now, open, versions, killed: versions.filter(one => meant.has(one.number) && mayBeHeld(one)) }
}

interface Made {
  killed: Killed[]
  orders: KnownOrder[]
  commit: { appends: Append[]; writes: Write[] }
}

async function drafted(
  plane: Killing,
  request: KillRequest,
  { id, askedMs, some, length }: Part & { length: number },
): Promise<Made> {
  const { ground, orders, status } = plane
  const { active, issuer } = await orders.keys.ring()
  const { by, cause, reason, scope, given } = request
  const atMs = ground.nowMs()
  const stamp = { atMs, by }
  const first = orders.book.epoch()
  const made: KnownOrder[] = []
  const signedEvents: OrderEvent[] = []
  const appends: Append[] = []
  const writes: Write[] = []
  const killed: Killed[] = []
  for (const { row, open, killed: versions } of some) {
    const events: CredentialEvent[] = []
    let previous = orders.book.of(row.id).at(-1)?.epoch ?? null
    for (const version of versions) {
      const { number } = version
      const epoch = first + made.length + 1
      const jti = given?.jtis.get(killedKey(row.id, number)) ?? ground.id()
      const terms: OrderTerms = {
        issuer,
        jti,
        kill: id,
        credential: row.id,
        version: number,
        credentialType: row.record.kind,
        reason,
        initiator: initiatorOf(cause),
        epoch,
        previous,
        status: status.peek(row.id, number),
        provisional: false,
        atMs,
      }
      const text = orderText(active, terms)
      const said = { jti, kill: id, credential: row.id, version: number }
      made.push({ ...said, epoch, text, atMs })
      signedEvents.push({ type: 'orderSigned', order: text, epoch, ...said, ...stamp })
      events.push({ type: 'versionKilled', version: number, kill: id, epoch, ...stamp })
      killed.push({ credential: row.id, version: number, environment: row.record.environment, epoch })
      writes.push(
        { put: 'version', row: { ...version, compromised: true } },
        {
          put: 'record',
          row: {
            kind: 'killed',
            id: killedId(row.id, number),
            record: { kill: id, epoch, reason },
            expiresMs: null,
          },
        },
      )
      previous = epoch
    }
    appends.push({ stream: credentialSubject(row.id), expected: row.seq, events: events.map(stored) })
    // The versions are written as they were read: what its rotation says of them meanwhile must not be undone.
    if (open !== null) appends.push({ stream: rotationSubject(open.id), expected: open.seq, events: [] })
    writes.push({ put: 'credential', row: { ...row, seq: row.seq + events.length } })
    // Before everything else that is due.
    const subject = row.openRotation === null ? credentialSubject(row.id) : rotationSubject(row.openRotation)
    writes.push({ put: 'due', subject, atMs: 0 })
  }
  const ordered: KillEvent = {
    type: 'killOrdered',
    kill: id,
    scope,
    reason,
    cause,
    killed,
    askedMs,
    ...stamp,
  }
  appends.push({ stream: ordersStream, expected: first, events: signedEvents.map(stored) })
  appends.push({ stream: killStream(id), expected: length, events: [stored(ordered)] })
  const line = {
    scope,
    reason,
    by,
    cause,
    atMs,
    environments: [...new Set(killed.map(one => one.environment))],
    versions: killed.length,
  }
  const part = String(length).padStart(6, '0')
  writes.push({ put: 'record', row: { kind: 'kill', id: `${id}/${part}`, record: line, expiresMs: null } })
  return { killed, orders: made, commit: { appends, writes } }
}

const initiatorOf = ({ why }: KillCause): OrderTerms['initiator'] => (why === 'signal' ? 'policy' : 'admin')

function split(reached: readonly Reached[]): { some: Reached[]; rest: Reached[] } {
  let count = 0
  const at = reached.findIndex((one, index) => {
    count += one.killed.length
    return index > 0 && count > mostAtOnce
  })
  return at < 0 ? { some: [...reached], rest: [] } : { some: reached.slice(0, at), rest: reached.slice(at) }
}

const no = (code: Extract<KillAnswer, { ok: false }>['code'], text: string, how: string): KillAnswer => ({
  ok: false,
  code,
  text,
  how,
})

const nothing = no(
  'nothing-to-kill',
  'nothing in that scope may still be in use: it is not there, or it is dead already',
  'look at GET /credentials/:id/versions, and at the kills before this one',
)
