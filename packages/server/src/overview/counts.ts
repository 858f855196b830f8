// How many there are of what, by environment: added up once, so that whoever asks gets those that they may see for nothing.
import type { AnswerOf, routes } from '@rekey/wire'
import type { Kept } from '../access/kept.ts'
import type { CredentialKnown } from './remembered.ts'

type Answer = AnswerOf<typeof routes.overview.now>['counts']
type OfEnvironment = Omit<Answer, 'agents'>

export interface Counts {
  byEnvironment: ReadonlyMap<string, OfEnvironment>
  /** Agents that are bound in just these environments. */
  agents: readonly { environments: readonly (string | null)[]; count: number }[]
}

export function countsOf(
  credentials: ReadonlyMap<string, CredentialKnown>,
  agents: Iterable<Kept['agent']>,
  ghosts: ReadonlyMap<string, number>,
  flights: readonly { environment: string }[],
): Counts {
  const byEnvironment = new Map<string, OfEnvironment>()
  const of = (environment: string): OfEnvironment => {
    const known = byEnvironment.get(environment) ?? { credentials: 0, consumers: 0, ghosts: 0, flights: 0 }
    byEnvironment.set(environment, known)
    return known
  }
  for (const { row, consumers } of credentials.values()) {
    const one = of(row.record.environment)
    one.credentials++
    one.consumers += consumers
    one.ghosts += ghosts.get(row.id) ?? 0
  }
  for (const { environment } of flights) of(environment).flights++
  const groups = new Map<string, { environments: (string | null)[]; count: number }>()
  for (const { bindings } of agents) {
    // A credential that is not there is of no environment, as it is for whoever looks at the agent.
    const of = bindings.map(one => credentials.get(one.credential)?.row.record.environment ?? null)
    const environments = [...new Set(of)].sort()
    const key = JSON.stringify(environments)
    const group = groups.get(key) ?? { environments, count: 0 }
    group.count++
    groups.set(key, group)
  }
  return { byEnvironment, agents: [...groups.values()] }
}

/** An agent that is bound to nothing is seen by all, as in the list of agents. */
export function countsFor(
  { byEnvironment, agents }: Counts,
  isSeen: (environment: string | null) => boolean,
  wanted: string | undefined,
): Answer {
  const counts: Answer = { credentials: 0, consumers: 0, agents: 0, ghosts: 0, flights: 0 }
  const isMeant = (environment: string | null) =>
    isSeen(environment) && (wanted === undefined || environment === wanted)
  for (const [environment, one] of byEnvironment) {
    if (!isMeant(environment)) continue
    counts.credentials += one.credentials
    counts.consumers += one.consumers
    counts.ghosts += one.ghosts
    counts.flights += one.flights
  }
  for (const { environments, count } of agents) {
    const isUnbound = environments.length === 0 && wanted === undefined
    if (isUnbound || environments.some(isMeant)) counts.agents += count
  }
  return counts
}
