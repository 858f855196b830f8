// What the handlers of the API stand on: the ground, what is kept about callers, and the feed.

import type { Actor } from '@rekey/core'
import type { CredentialRow } from '@rekey/store'
import type { Right } from '@rekey/wire'
import { actorOf, type Caller, need } from '../access/caller.ts'
import type { Keep } from '../access/kept.ts'
import type { AgentTokens } from '../access/possession.ts'
import type { Feed } from '../feed/feed.ts'
import type { Streams } from '../feed/streams.ts'
import type { Ground } from '../ground.ts'
import type { Metrics } from '../http/metrics.ts'
import { notFound } from '../http/problem.ts'
import type { Refusals } from '../http/refusals.ts'
import type { Delivered } from '../intake/delivered.ts'
import type { Glass } from '../kill/glass.ts'
import type { Orders } from '../kill/orders.ts'
import type { Overview } from '../overview/overview.ts'
import type { SharedSignals } from '../shared-signals/hub.ts'
import type { Signals } from '../signals/signals.ts'
import type { StatusBoard } from '../status/board.ts'
import type { Assignments } from './assignments.ts'

export interface Plane {
  ground: Ground
  keep: Keep
  feed: Feed
  streams: Streams
  assignments: Assignments
  agentTokens: AgentTokens
  refusals: Refusals
  delivered: Delivered
  orders: Orders
  glass: Glass
  signals: Signals
  status: StatusBoard
  /** What is sent to third parties. */
  shared: SharedSignals
  /** Everything that there is, for whoever looks at all of it. */
  overview: Overview
  metrics: Metrics
  version: string
  /** Where this control plane is reached, the first is its name; audiences of assertions, and origins of our own pages. */
  urls: readonly string[]
  /** Where people open the dashboard, where that is none of them: below the path of a proxy. */
  dashboardUrl: string | null
  /** May webhooks go to private addresses? */
  allowPrivate: boolean
}

type Reached = Pick<Plane, 'dashboardUrl' | 'urls'>

/** All that people come by; to the first lead the links that we give them. */
export const pagesAt = ({ dashboardUrl, urls }: Reached): readonly string[] =>
  dashboardUrl === null ? urls : [dashboardUrl, ...urls]

/** Without paths, as a browser says where a request comes from. */
export const pageOrigins = (plane: Reached): string[] => pagesAt(plane).map(url => new URL(url).origin)

/** When and by whom, for the event of what the caller does. */
export const stamp = ({ ground }: Plane, caller: Caller): { atMs: number; by: Actor } => ({
  atMs: ground.nowMs(),
  by: actorOf(caller),
})

/** The credential, if the caller may do that in its environment. Who may not even see it is told that there is none. */
export async function credentialFor(
  { ground }: Plane,
  caller: Caller,
  right: Right,
  id: string,
): Promise<CredentialRow> {
  const row = await ground.store.credential(id)
  if (row === null) throw notFound(`credential ${id}`)
  visible(caller, right, row.record.environment, `credential ${id}`)
  return row
}

export function visible(caller: Caller, right: Right, environment: string, what: string): void {
  try {
    need(caller, 'read', environment)
  } catch {
    throw notFound(what)
  }
  need(caller, right, environment)
}
