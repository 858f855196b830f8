// What reports are about: the version (or the token of our own) that is meant, and what a decision about it has to know.
import { createHash } from 'node:crypto'
import { type Decided, hourMs, type Match, type OwnToken, type SignalKind, type Version } from '@rekey/core'
import type { Plane } from '../api/plane.ts'
import { isOwnToken } from './own-token.ts'
import type { Report, Task } from './record.ts'

export interface Waiting {
  id: string
  task: Extract<Task, { do: 'judge' }>
}

/** A report, and what it turned out to be about. */
export interface Matched extends Waiting {
  match: Match | null
  own: OwnToken | null
}

/** All that a decision about one subject needs. */
export interface Case {
  subject: string
  reports: readonly Matched[]
  match: Match | null
  own: OwnToken | null
  environment: string | null
  life: 'live' | 'killed' | 'dead' | 'unknown'
}

export interface Verdict extends Decided {
  kind: SignalKind
  /** The report that it was decided on. */
  of: Matched
}

export async function matchOf(plane: Plane, report: Report): Promise<Pick<Matched, 'match' | 'own'>> {
  const { known } = plane.signals
  if (await isOwnToken(plane, report.own)) {
    const { type, id } = report.own!
    return { match: null, own: { type, id } }
  }
  const found = (match: Match | null) => ({ match, own: null })
  const place = report.fingerprint === null ? null : known.ofValue(report.fingerprint)
  if (place !== null) return found({ ...place, how: 'value' })
  const named = report.handle === null ? [] : known.ofHandle(report.handle)
  // Where two targets call something by that name it is no exact match of either.
  if (named.length === 1) return found({ ...named[0]!, how: 'handle' })
  const { hint } = report
  if (hint === null) return found(null)
  const versions = await plane.ground.store.versions(hint.credential)
  if (versions.length === 0) return found(null)
  const version = versions.some(one => one.number === hint.version) ? hint.version : null
  return found({ credential: hint.credential, version, how: 'hint' })
}

export async function caseOf(
  { ground: { store } }: Plane,
  subject: string,
  reports: readonly Matched[],
): Promise<Case> {
  const { match, own } = reports.reduce((best, one) => (rank(one) > rank(best) ? one : best))
  const row = match === null ? null : await store.credential(match.credential)
  const versions = match === null ? [] : await store.versions(match.credential)
  const version = versions.find(one => one.number === match?.version)
  return {
    subject,
    reports,
    match,
    own,
    environment: row?.record.environment ?? null,
    life: version === undefined ? 'unknown' : lifeOf(version),
  }
}

const rank = ({ match }: Matched) => ['hint', 'handle', 'value'].indexOf(match?.how ?? '')

function lifeOf({ state, compromised }: Version): Case['life'] {
  if (state === 'dead' || state === 'void' || state === 'destroyed') return 'dead'
  return compromised ? 'killed' : 'live'
}

export const killWindowMs = hourMs

/** A subject may be long, and ids of records may not. */
export const openId = (subject: string) => createHash('sha256').update(subject).digest('hex')
