// Every route, by the name of its operation. The server answers all of them: one that it forgot fails a test.
import { people, session, setUp, tokens } from './access.ts'
import * as agent from './agent.ts'
import { consumers, ghosts } from './consumers.ts'
import { credentials } from './credentials.ts'
import { decisions } from './decisions.ts'
import { kills } from './kills.ts'
import { glass, orderKeys } from './order-keys.ts'
import { agents, issuers, signOns, sources, webhooks } from './outside.ts'
import { overview } from './overview.ts'
import { proposals, settings } from './proposals.ts'
import { record } from './record.ts'
import { rotations } from './rotations.ts'
import type { Route } from './route.ts'
import { receivers, sharedSignals } from './shared-signals.ts'
import { signalPolicy, signalSources, signals } from './signals.ts'
import { passports, statusLists } from './status.ts'
import { providers, telemetry } from './system.ts'

const { enrol, token, mine, value, report, sessionStep, orders, orderAnswer, stream, changes } = agent

export const routes = {
  setUp,
  session,
  people,
  tokens,
  proposals,
  settings,
  credentials,
  consumers,
  ghosts,
  overview,
  rotations,
  decisions,
  record,
  providers,
  agents,
  issuers,
  signOns,
  sources,
  webhooks,
  telemetry,
  agent: { enrol, token, mine, value, report, sessionStep, orders, orderAnswer, stream, changes },
  kills,
  glass,
  orderKeys,
  signals,
  signalSources,
  signalPolicy,
  statusLists,
  passports,
  receivers,
  sharedSignals,
} as const

/** `group.name` with its route. */
export const allRoutes: readonly (readonly [operation: string, route: Route])[] = Object.entries(
  routes,
).flatMap(([group, some]) =>
  Object.entries(some as Record<string, Route>).map(([name, one]) => [`${group}.${name}`, one] as const),
)

type Groups = typeof routes
/** `group.name` of each of them. */
export type Operation = {
  [G in keyof Groups & string]: `${G}.${keyof Groups[G] & string}`
}[keyof Groups & string]

export type RouteOf<O extends Operation> = O extends `${infer G}.${infer N}`
  ? G extends keyof Groups
    ? N extends keyof Groups[G]
      ? Extract<Groups[G][N], Route>
      : never
    : never
  : never
