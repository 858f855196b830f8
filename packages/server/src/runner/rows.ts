// From a rotation before and after some events to the rows that change with them. The events are the truth; these rows
// are how one finds one's way, and they are written in the same transaction.
import {
  type AccessEvent,
  actorText,
  type CredentialEvent,
  type Held,
  isUnderway,
  type KillEvent,
  maybeAccepted,
  next,
  nextRotation,
  type OrderEvent,
  policyFor,
  type Rotation,
  type RotationEvent,
  revocationDue,
  type SignalEvent,
  type Version,
  versionInto,
} from '@rekey/core'
import type { Append, CredentialRow, NewEvent, Write } from '@rekey/store'
import { compromisedOf, type Gathered } from './gather.ts'

export const rotationSubject = (rotation: string) => `rotation/${rotation}`
/** What a rotation may have left behind at the target is looked for after it, and then every day. */
export const sweepSubject = (credential: string) => `sweep/${credential}`
export const credentialSubject = (credential: string) => `credential/${credential}`
/** Of a subject, and of a stream: both are named after what they are about. */
export function kindAndId(name: string): [kind: string, id: string] {
  const at = name.indexOf('/')
  return [name.slice(0, at), name.slice(at + 1)]
}

export interface Change {
  appends: Append[]
  writes: Write[]
}

/** An event as stored: what it says beside its type, time and actor. */
export function stored(
  event: RotationEvent | CredentialEvent | AccessEvent | KillEvent | OrderEvent | SignalEvent,
): NewEvent {
  const { type, atMs, by, ...data } = event
  return { type, atMs, by: actorText(by), data }
}

export function change(
  gathered: Gathered,
  after: Rotation,
  events: readonly RotationEvent[],
  nowMs: number,
): Change {
  const { row, credential, state: before } = gathered
  // Whatever is asked of it meanwhile, and whoever holds it: a version that was killed is attended to in the next round.
  const isKillDue = revocationDue(after, compromisedOf(gathered)).length > 0
  const writes: Write[] = [
    { put: 'rotation', row: { ...row, state: after, seq: row.seq + events.length } },
    { put: 'due', subject: rotationSubject(row.id), atMs: isKillDue ? nowMs : dueMs(after, nowMs) },
  ]
  const appends: Append[] = [
    { stream: rotationSubject(row.id), expected: row.seq, events: events.map(stored) },
  ]
  const versions = changedVersions(gathered, after, events, nowMs)
  for (const version of versions) writes.push({ put: 'version', row: version })
  writes.push(...changedAssignments(gathered, after))

  const news = credentialNews(before, after, credential, events)
  const { lastVersion } = after
  const lastRollbackMs = wentBackMs(before, after, events) ?? credential.lastRollbackMs
  const isTouched = lastVersion !== credential.lastVersion || lastRollbackMs !== credential.lastRollbackMs
  // Without news too: whoever changed the credential meanwhile must not be overwritten, and one of its versions may have been killed since
  // this was decided: then nobody is moved to it, nothing is written over that, and what is called next is decided anew.
  appends.push({
    stream: credentialSubject(credential.id),
    expected: credential.seq,
    events: news.map(stored),
  })
  if (news.length > 0 || isTouched) {
    const next = news.reduce(withNews, { ...credential, lastVersion, lastRollbackMs })
    const nextMs = after.phase === 'ended' ? nextRotationMs(gathered, versions, next, nowMs) : null
    writes.push({
      put: 'credential',
      row: {
        ...next,
        seq: credential.seq + news.length,
        nextRotationMs: after.phase === 'ended' ? nextMs : next.nextRotationMs,
      },
    })
    if (after.phase === 'ended') {
      writes.push({ put: 'due', subject: credentialSubject(credential.id), atMs: nextMs })
      writes.push({ put: 'due', subject: sweepSubject(credential.id), atMs: nowMs })
    }
  }
  return { appends, writes }
}

/** When the rotation must be looked at again; null: only when something wakes it. */
export function dueMs(state: Rotation, nowMs: number): number | null {
  const step = next(state, nowMs)
  if (step.do === 'nothing') return null
  if (step.do === 'wait') return Number.isFinite(step.untilMs) ? step.untilMs : null
  return nowMs
}

function changedVersions(
  { versions, credential }: Gathered,
  after: Rotation,
  events: readonly RotationEvent[],
  nowMs: number,
): Version[] {
  const changed = new Map<number, Version>()
  const known = (number: number) => changed.get(number) ?? versions.find(one => one.number === number)
  for (const event of events) {
    if (event.type === 'effectIntended' && event.verb === 'mint' && known(event.version) === undefined) {
      changed.set(event.version, {
        credential: credential.id,
        number: event.version,
        state: 'intended',
        handle: null,
        fingerprint: null,
        issuedAtMs: null,
        endedAtMs: null,
        compromised: false,
        operation: event.key,
      })
    }
    if (event.type === 'valueLost' || event.type === 'versionDiscarded') {
      const version = known(event.version)
      if (version !== undefined) {
        changed.set(event.version, { ...versionInto(version, 'void', nowMs), handle: event.handle })
      }
    }
  }
  if (after.phase === 'planned') return [...changed.values()]
  for (const version of replaced(versions, after, events)) {
    changed.set(version.number, versionInto(versionInto(version, 'destroyed', nowMs), 'dead', nowMs))
  }
  for (const side of [after.old, after.new]) {
    const version = side === null ? undefined : known(side.version)
    if (side === null || version === undefined) continue
    const next = lived(version, side, nowMs)
    if (next !== version) changed.set(side.version, next)
  }
  return [...changed.values()]
}

/**
 * Where the target holds one version, all others are dead once it has accepted the newest. One that was replaced twice, because what
 * replaced it was killed, is no side of the rotation any more, and this is its proof.
 */
function replaced(
  versions: readonly Version[],
  after: Exclude<Rotation, { phase: 'planned' }>,
  events: readonly RotationEvent[],
): Version[] {
  const isProved = events.some(
    one =>
      one.type === 'effectDone' && one.verb === 'probe' && one.side === 'new' && one.result.is === 'accepted',
  )
  if (!isProved || after.plan.abilities.maxLive > 1) return []
  const sides = new Set([after.old?.version, after.new?.version])
  const isOver = (one: Version) => one.compromised || one.state === 'destroyed'
  return versions.filter(one => isOver(one) && maybeAccepted(one) && !sides.has(one.number))
}

function lived(version: Version, side: Held, nowMs: number): Version {
  // What was only intended and then cleared away never came to be.
  const life = version.state === 'intended' && side.life === 'destroyed' ? 'void' : side.life
  let next = version
  if (version.state === 'void') return version
  if (life === 'active' && version.state === 'intended') next = versionInto(next, 'pre-active', nowMs)
  if (life === 'dead' && next.state !== 'destroyed' && next.state !== 'dead') {
    next = versionInto(next, 'destroyed', nowMs)
  }
  next = versionInto(next, life, nowMs)
  return next.handle === side.handle && next.fingerprint === side.fingerprint
    ? next
    : { ...next, handle: side.handle, fingerprint: side.fingerprint }
}

/**
 * Nobody is sent to what was killed, also where it is all there is, nor to what the target was not seen to accept: they stay with what they
 * had until there is another.
 */
function changedAssignments({ assignments, credential, versions }: Gathered, after: Rotation): Write[] {
  if (after.phase === 'planned') return []
  const known = new Map(assignments.map(row => [row.consumer, row]))
  const killed = new Set(compromisedOf({ versions }))
  const writes: Write[] = []
  for (const [consumer, { side, sinceMs }] of Object.entries(after.assignments)) {
    const { version, life } = (side === 'old' ? after.old : after.new) ?? {}
    if (
      version === undefined ||
      life === 'intended' ||
      life === 'pre-active' ||
      killed.has(version) ||
      known.get(consumer)?.version === version
    )
      continue
    writes.push({ put: 'assignment', row: { credential: credential.id, consumer, version, sinceMs } })
  }
  return writes
}

/** Where the rotation touches its credential: the alias moves, the rotation closes. */
function credentialNews(
  before: Rotation,
  after: Rotation,
  credential: CredentialRow,
  events: readonly RotationEvent[],
): CredentialEvent[] {
  const news: CredentialEvent[] = []
  const last = events.at(-1)
  if (last === undefined) return news
  const stamp = { atMs: last.atMs, by: last.by }
  const current = currentVersion(before, after, events)
  if (current !== null && current !== credential.currentVersion) {
    news.push({ type: 'aliasMoved', alias: 'current', version: current, rotation: after.id, ...stamp })
  }
  if (after.phase === 'ended') {
    news.push({ type: 'rotationClosed', rotation: after.id, ending: after.ending, ...stamp })
  }
  return news
}

/**
 * The alias follows the last wave (or the only one); on the way back it follows everyone home. A plan may have no wave at
 * all: where nobody is registered, the end moves it.
 */
function currentVersion(before: Rotation, after: Rotation, events: readonly RotationEvent[]): number | null {
  if (after.phase === 'ended' && after.ending === 'completed') return after.new?.version ?? null
  // Whoever follows the alias stays with the old version as well, also where people had moved everyone back one by one.
  const isGivenUp = events.some(event => event.type === 'courseChanged' && event.to === 'aborted')
  if (isGivenUp || after.phase === 'ended')
    return after.phase === 'planned' ? null : (after.old?.version ?? null)
  const moved = events.find(event => event.type === 'waveMoved')
  if (moved === undefined || after.phase === 'planned' || !isUnderway(before)) return null
  const isLast = moved.wave < 0 || moved.wave === before.plan.waves.length - 1
  return isLast ? ((moved.to === 'old' ? after.old : after.new)?.version ?? null) : null
}

/**
 * The way back was walked: whoever was on the new version was sent to the one it came from. Where the target holds one version there is no
 * going back to the old value, and what stands for it is that another was issued and taken up.
 */
function wentBackMs(before: Rotation, after: Rotation, events: readonly RotationEvent[]): number | null {
  if (!isUnderway(before)) return null
  if (before.plan.abilities.maxLive === 1) {
    const isIssuedAnew = after.phase === 'ended' && after.ending === 'completed' && before.old !== null
    return isIssuedAnew ? after.endedMs : null
  }
  const wasNew = (consumer: string) => before.assignments[consumer]?.side === 'new'
  for (const event of events) {
    if (event.type !== 'waveMoved' && event.type !== 'consumerMoved') continue
    const sent = event.type === 'waveMoved' ? event.consumers : [event.consumer]
    if (event.to === 'old' && sent.some(wasNew)) return event.atMs
  }
  return null
}

function withNews(row: CredentialRow, event: CredentialEvent): CredentialRow {
  switch (event.type) {
    case 'aliasMoved':
      return { ...row, currentVersion: event.version }
    case 'rotationClosed':
      return { ...row, openRotation: null, lastRotationMs: event.atMs }
    default:
      return row
  }
}

function nextRotationMs(
  { versions }: Gathered,
  changed: readonly Version[],
  row: CredentialRow,
  nowMs: number,
): number {
  const all = new Map([...versions, ...changed].map(version => [version.number, version]))
  const current = row.currentVersion === null ? undefined : all.get(row.currentVersion)
  // It was killed meanwhile: the next one revokes first, and does not wait.
  if (current?.compromised === true && current.state !== 'dead') return nowMs
  const { record } = row
  const issuedAtMs = current !== undefined && maybeAccepted(current) ? current.issuedAtMs : null
  const policy = policyFor(record, record.policy)
  const { startAtMs } = nextRotation({ credential: record, policy, nowMs, issuedAtMs })
  // One that has just ended badly is not begun again in the same breath.
  return Math.max(startAtMs, nowMs + policy.backoffCapMs)
}
