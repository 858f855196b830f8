// The blast radius of a kill, before it is done: who would be stopped, who of them at once, and what it takes until they work again.
import { type KillScope, scopeText } from '@rekey/core'
import type { AnswerOf, routes } from '@rekey/wire'
import type { Plane } from '../api/plane.ts'
import type { Reached } from './reach.ts'

type Radius = AnswerOf<typeof routes.kills.preview>
type Credential = Radius['credentials'][number]

export async function radiusOf(
  plane: Plane,
  scope: KillScope,
  reached: readonly Reached[],
  isMore: boolean,
): Promise<Radius> {
  const agents = (await plane.keep.all('agent')).filter(({ record }) => record.endedMs === null)
  const credentials: Credential[] = []
  for (const one of reached) credentials.push(await credentialOf(plane, one, agents))
  const consumers = credentials.flatMap(one => one.consumers)
  const sum = (of: (one: (typeof consumers)[number]) => number) =>
    consumers.reduce((all, one) => all + of(one), 0)
  return {
    scope: scopeText(scope),
    credentials,
    totals: {
      credentials: credentials.length,
      versions: credentials.reduce((all, one) => all + one.versions.length, 0),
      consumers: consumers.length,
      instances: sum(one => one.instances),
      connected: sum(one => one.connected),
    },
    warnings: warningsOf(credentials, isMore),
  }
}

async function credentialOf(
  { ground, streams }: Plane,
  { row, killed }: Reached,
  agents: readonly { id: string; record: { bindings: readonly { credential: string }[] } }[],
): Promise<Credential> {
  const { store, providers } = ground
  const [consumers, { entries }] = await Promise.all([store.consumers(row.id), store.ledger(row.id)])
  const numbers = killed.map(one => one.number)
  const seats = [...streams.seatsOf(row.id)]
  const provider = providers.get(row.record.provider)
  return {
    credential: row.id,
    name: row.record.name,
    environment: row.record.environment,
    target: row.record.target,
    versions: numbers,
    consumers: consumers.map(({ id, name, owner, pathClass, effects }) => {
      const known = entries.find(one => one.consumer === id)?.instances ?? []
      const holding = known.filter(one => one.stoppedMs === null && numbers.includes(one.version ?? -1))
      const connected = seats.filter(seat =>
        seat.bindings.some(one => one.credential === row.id && one.consumer === id),
      )
      const names = new Set([...holding, ...connected].map(one => one.instance))
      return {
        consumer: id,
        name,
        owner: owner?.name ?? null,
        pathClass,
        effects: [...effects],
        instances: names.size,
        connected: connected.length,
      }
    }),
    agents: agents
      .filter(({ record }) => record.bindings.some(one => one.credential === row.id))
      .map(one => one.id),
    atTarget: endedHow(provider?.abilities),
    openRotation: row.openRotation,
  }
}

function endedHow(
  abilities: { canDisable: boolean; maxLive: number; byHand: readonly string[] } | undefined,
): string {
  if (abilities === undefined) return 'its provider is not known here: it has to be ended by hand'
  if (abilities.byHand.length > 0) return `a person does it: ${abilities.byHand.join(', ')}`
  if (abilities.maxLive === 1) return 'the target holds one version: making another one ends it'
  return abilities.canDisable ? 'it is disabled at once, and then destroyed' : 'it is destroyed at once'
}

function warningsOf(credentials: readonly Credential[], isMore: boolean): string[] {
  const warnings: string[] = []
  const rare = credentials.flatMap(one => one.consumers.filter(each => each.pathClass === 'exception'))
  if (rare.length > 0)
    warnings.push(
      `On exception paths, and so not seen to fail soon: ${rare.map(one => one.name).join(', ')}.`,
    )
  const deaf = credentials.flatMap(one => one.consumers.filter(each => each.instances > each.connected))
  if (deaf.length > 0) {
    warnings.push(
      `Not all of it is connected here, so it stops when the target refuses: ${deaf.map(one => one.name).join(', ')}.`,
    )
  }
  const hand = credentials.filter(
    one => one.atTarget.includes('by hand') || one.atTarget.startsWith('a person'),
  )
  if (hand.length > 0)
    warnings.push(`At the target a person has to do it: ${hand.map(one => one.name).join(', ')}.`)
  if (isMore)
    warnings.push('It reaches more, in environments that you may not look at: you may not order it.')
  return warnings
}
