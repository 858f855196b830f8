// Statements of somebody outside (an agent, a webhook, a telemetry collector), on their way into the ledger: first whether they
// may speak for that consumer of that credential at all, then everything that the intake looks at.
import type { Observation, SourceKind, Statement } from '@rekey/core'
import type { Binding, StatementSaid, TakenIn } from '@rekey/wire'
import type { Plane } from '../api/plane.ts'
import { takeIn } from './intake.ts'

export interface Speaker {
  id: string
  kind: SourceKind
  lagMs: number
  complete: boolean
  bindings: readonly Binding[]
}

const mostNamed = 100

export function takeSaid(
  plane: Plane,
  speaker: Speaker,
  batch: string,
  statements: readonly StatementSaid[],
  instance: string,
): Promise<TakenIn> {
  return takeObservations(
    plane,
    speaker,
    batch,
    statements.map(one => observationOf(one, speaker.id, instance)),
  )
}

export async function takeObservations(
  { ground, metrics, refusals }: Plane,
  { id, kind, lagMs, complete, bindings }: Speaker,
  batch: string,
  observations: readonly Observation[],
): Promise<TakenIn> {
  const refused: { at: number; why: string }[] = []
  const inScope: Observation[] = []
  const places = new Map<Observation, number>()
  const scope = new Set(bindings.map(one => `${one.consumer} ${one.credential}`))
  const credentials = new Set(bindings.map(one => one.credential))
  for (const [at, one] of observations.entries()) {
    // Of somebody unknown any of them may tell: where nobody is registered, nobody could be spoken for.
    const mayTell =
      one.consumer === null
        ? one.statement.says !== 'covered' && credentials.has(one.credential)
        : scope.has(`${one.consumer} ${one.credential}`)
    if (!mayTell) refused.push({ at, why: 'out-of-scope' })
    else {
      inScope.push(one)
      places.set(one, at)
    }
  }
  const source = { id, kind, speaksFor: 'all' as const, lagMs, complete, revoked: false }
  const taken = await takeIn(ground, source, batch, inScope)
  for (const { observation, why } of taken.refused) refused.push({ at: places.get(observation) ?? -1, why })
  metrics.count('rekey_observations_total', taken.folded + taken.ghosts)
  if (refused.length > 0) {
    metrics.count('rekey_observations_refused_total', refused.length)
    const byReason = Map.groupBy(refused, one => one.why)
    for (const [why, some] of byReason) refusals.noteSource(id, why, some.length)
  }
  refused.sort((a, b) => a.at - b.at)
  return {
    folded: taken.folded,
    ghosts: taken.ghosts,
    repeated: taken.repeated,
    refused: refused.slice(0, mostNamed),
    refusedCount: refused.length,
    nowMs: ground.nowMs(),
  }
}

/** Statements as they come, as the core has them. */
function observationOf(said: StatementSaid, source: string, instance: string): Observation {
  const { credential, consumer, version, atMs } = said
  return {
    credential,
    consumer,
    seenAs: null,
    instance: said.instance ?? instance,
    version,
    statement: statementOf(said),
    atMs,
    source,
  }
}

function statementOf(said: StatementSaid): Statement {
  switch (said.says) {
    case 'used':
      return {
        says: 'used',
        outcome: said.outcome ?? 'success',
        lane: said.lane ?? null,
        path: said.path ?? 'usual',
        ...(said.times !== undefined && { times: said.times }),
        ...(said.firstMs !== undefined && { firstMs: said.firstMs }),
        ...(said.seen !== undefined && { seen: said.seen }),
      }
    case 'covered':
      return { says: 'covered', fromMs: said.fromMs ?? Number.NaN }
    case 'fallback':
      return { says: 'fallback', state: said.state ?? 'confirmed' }
    default:
      return { says: said.says }
  }
}
