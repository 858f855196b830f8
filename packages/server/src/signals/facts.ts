// What has to be known of a credential to judge a use of it: which of its versions are dead, who uses it, what each has declared.
import {
  type Consumer,
  type Death,
  type Detected,
  type Habit,
  hourMs,
  newHabit,
  type Observation,
  ofDeadVersion,
  type Terms,
  termsOf,
} from '@rekey/core'
import type { Plane } from '../api/plane.ts'

export interface Watched {
  terms: Terms
  habit: Habit
}

export interface Facts {
  environment: string
  deaths: ReadonlyMap<number, Death>
  /** The version that was alive when it was looked at last. */
  alive: number
  consumers: ReadonlyMap<string, Watched>
  /** Names that consumers are known by at the target. */
  names: ReadonlySet<string>
  /** Of ghosts, and dead versions: what was told, until the hour is over. */
  told: Set<string>
  toldHour: number
}

const mostTold = 50

export function ofVersion(
  facts: Facts,
  version: number,
  { statement, atMs, consumer }: Observation,
): Detected | null {
  const death = facts.deaths.get(version)
  if (death === undefined) {
    facts.alive = version
    return null
  }
  const odd = statement.says === 'used' ? ofDeadVersion(statement, version, death, atMs) : null
  return odd !== null && once(facts, `${odd.kind} ${version} ${consumer ?? ''}`, atMs) ? odd : null
}

/** Somebody whom no one registered; where the target knows a consumer by that name it is that one. */
export function ofGhost(facts: Facts, { consumer, seenAs, statement, atMs }: Observation): Detected | null {
  const name = consumer ?? seenAs
  if (name === null || facts.names.has(name)) return null
  if (statement.says !== 'used' || statement.outcome === 'auth-failure') return null
  if (!once(facts, `ghost ${name}`, atMs)) return null
  return { kind: 'ghost-use', text: `Used by ${JSON.stringify(name.slice(0, 100))}, whom nobody registered.` }
}

function once(facts: Facts, what: string, atMs: number): boolean {
  const hour = Math.floor(atMs / hourMs)
  if (hour > facts.toldHour) {
    facts.toldHour = hour
    facts.told.clear()
  }
  if (facts.told.has(what) || facts.told.size >= mostTold) return false
  facts.told.add(what)
  return true
}

export async function factsOf(
  { ground: { store }, orders }: Plane,
  id: string,
  before?: Facts,
): Promise<Facts | null> {
  const [row, versions, consumers] = await Promise.all([
    store.credential(id),
    store.versions(id),
    store.consumers(id),
  ])
  if (row === null) return null
  const deaths = new Map<number, Death>()
  for (const { number, compromised, state, endedAtMs } of versions) {
    const order = compromised ? orders.book.find(id, number) : undefined
    if (order !== undefined) deaths.set(number, { since: order.atMs, how: 'killed' })
    else if ((state === 'destroyed' || state === 'dead') && endedAtMs !== null)
      deaths.set(number, { since: endedAtMs, how: compromised ? 'killed' : 'retired' })
  }
  const watched = (one: Consumer): [string, Watched] => {
    const known = before?.consumers.get(one.id)
    return [one.id, { terms: termsOf(one.pact), habit: known?.habit ?? newHabit() }]
  }
  return {
    environment: row.record.environment,
    deaths,
    alive: 0,
    consumers: new Map(consumers.map(watched)),
    names: new Set(consumers.flatMap(one => [one.id, ...(one.seenAs ?? [])])),
    told: before?.told ?? new Set(),
    toldHour: before?.toldHour ?? 0,
  }
}
