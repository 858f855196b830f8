// What the commands ask of the API, each with its address. The routes themselves are in the wire, whose schemas take longer to load
// than most commands take in all; so only their types are taken from there, and a spec holds this table to them.
import type { AnswerOf, BodyOf, Operation, ParamsOf, QueryOf, RouteOf } from '@rekey/wire'

export type { Operation }

export type Answer<O extends Operation> = AnswerOf<RouteOf<O>>
export type Params<O extends Operation> = ParamsOf<RouteOf<O>>
export type Query<O extends Operation> = QueryOf<RouteOf<O>>
export type Body<O extends Operation> = BodyOf<RouteOf<O>>

export const addresses = {
  'overview.now': 'GET /now',
  'overview.consumers': 'GET /consumers',
  'overview.ghosts': 'GET /ghosts',
  'overview.calendar': 'GET /calendar',
  'overview.readiness': 'GET /readiness',

  'session.ways': 'GET /session/ways',
  'session.signIn': 'POST /session',
  'session.get': 'GET /session',
  'session.signOut': 'DELETE /session',

  'people.list': 'GET /people',
  'people.add': 'POST /people',
  'people.setRoles': 'PUT /people/:id/roles',
  'people.end': 'DELETE /people/:id',
  'tokens.list': 'GET /tokens',
  'tokens.make': 'POST /tokens',
  'tokens.revoke': 'DELETE /tokens/:id',
  'proposals.list': 'GET /proposals',
  'proposals.agree': 'POST /proposals/:id/agree',
  'proposals.decline': 'POST /proposals/:id/decline',
  'settings.get': 'GET /settings',
  'settings.put': 'PUT /settings',
  'signalPolicy.get': 'GET /signal-policy',
  'signalPolicy.put': 'PUT /signal-policy',

  'credentials.list': 'GET /credentials',
  'credentials.get': 'GET /credentials/:id',
  'credentials.register': 'POST /credentials',
  'credentials.change': 'PUT /credentials/:id',
  'credentials.versions': 'GET /credentials/:id/versions',
  'credentials.reveal': 'POST /credentials/:id/versions/:number/reveal',
  'credentials.map': 'GET /credentials/:id/map',
  'credentials.uses': 'GET /credentials/:id/uses',

  'consumers.list': 'GET /credentials/:credential/consumers',
  'consumers.get': 'GET /credentials/:credential/consumers/:id',
  'consumers.put': 'PUT /credentials/:credential/consumers/:id',
  'consumers.remove': 'DELETE /credentials/:credential/consumers/:id',
  'consumers.idle': 'POST /credentials/:credential/consumers/:id/idle',
  'consumers.attest': 'POST /credentials/:credential/consumers/:id/attest',
  'ghosts.list': 'GET /credentials/:credential/ghosts',
  'ghosts.claim': 'POST /credentials/:credential/ghosts/:ghost/claim',
  'ghosts.dismiss': 'POST /credentials/:credential/ghosts/:ghost/dismiss',

  'rotations.list': 'GET /rotations',
  'rotations.plan': 'POST /credentials/:id/plan',
  'rotations.open': 'POST /credentials/:id/rotations',
  'rotations.get': 'GET /rotations/:id',
  'rotations.ledger': 'GET /rotations/:id/ledger',
  'rotations.containment': 'GET /rotations/:id/containment',
  'rotations.gates': 'GET /rotations/:id/gates',
  'rotations.runbook': 'GET /rotations/:id/runbook',
  'rotations.handStep': 'GET /rotations/:id/hand-step',
  'rotations.handIn': 'POST /rotations/:id/hand-in',
  'decisions.start': 'POST /rotations/:id/start',
  'decisions.hold': 'POST /rotations/:id/hold',
  'decisions.release': 'POST /rotations/:id/release',
  'decisions.moveConsumer': 'POST /rotations/:id/move',
  'decisions.contain': 'POST /rotations/:id/contain',
  'decisions.restrict': 'POST /rotations/:id/restrict',
  'decisions.lift': 'POST /rotations/:id/lift',
  'decisions.resume': 'POST /rotations/:id/resume',
  'decisions.retry': 'POST /rotations/:id/retry',
  'decisions.rollBack': 'POST /rotations/:id/roll-back',
  'decisions.abort': 'POST /rotations/:id/abort',
  'decisions.retire': 'POST /rotations/:id/retire',
  'decisions.override': 'POST /rotations/:id/override',

  'glass.list': 'GET /break-glass',
  'glass.make': 'POST /break-glass',
  'glass.remove': 'DELETE /break-glass/:id',
  'orderKeys.list': 'GET /order-keys',
  'orderKeys.replace': 'POST /order-keys/replace',
  'kills.preview': 'POST /kills/preview',
  'kills.order': 'POST /kills',
  'kills.breakGlass': 'POST /kills/break-glass',
  'kills.list': 'GET /kills',
  'kills.get': 'GET /kills/:id',
  'kills.report': 'GET /kills/:id/report.md',
  'kills.dismiss': 'POST /kills/:id/dismiss',

  'signals.list': 'GET /signals',
  'signals.get': 'GET /signals/:id',
  'signals.kill': 'POST /signals/:id/kill',
  'signals.dismiss': 'POST /signals/:id/dismiss',

  'signalSources.list': 'GET /signal-sources',
  'signalSources.put': 'PUT /signal-sources/:id',
  'signalSources.remove': 'DELETE /signal-sources/:id',
  'receivers.list': 'GET /receivers',
  'receivers.get': 'GET /receivers/:id',
  'receivers.put': 'PUT /receivers/:id',
  'receivers.remove': 'DELETE /receivers/:id',

  'providers.list': 'GET /providers',
  'agents.list': 'GET /agents',
  'agents.get': 'GET /agents/:id',
  'agents.put': 'PUT /agents/:id',
  'agents.end': 'DELETE /agents/:id',
  'agents.endKey': 'DELETE /agents/:id/keys/:key',
  'agents.join': 'POST /agents/:id/join',
  'agents.endJoin': 'DELETE /agents/:id/join/:join',
  'issuers.list': 'GET /issuers',
  'issuers.put': 'PUT /issuers/:id',
  'issuers.remove': 'DELETE /issuers/:id',
  'signOns.list': 'GET /sign-on',
  'signOns.put': 'PUT /sign-on/:id',
  'signOns.remove': 'DELETE /sign-on/:id',
  'sources.list': 'GET /sources',
  'sources.put': 'PUT /sources/:id',
  'sources.remove': 'DELETE /sources/:id',
  'webhooks.list': 'GET /webhooks',
  'webhooks.put': 'PUT /webhooks/:id',
  'webhooks.remove': 'DELETE /webhooks/:id',

  'record.history': 'GET /history',
  'record.events': 'GET /events',
  'record.stream': 'GET /stream',
  'record.checkpoint': 'GET /log/checkpoint',
  'record.proof': 'GET /log/proof/:position',
} as const satisfies Partial<Record<Operation, string>>

/** What can be asked from here. */
export type Known = keyof typeof addresses

export interface Asked<O extends Known> {
  params?: Params<O>
  query?: { [N in keyof Query<O>]?: Query<O>[N] | undefined }
  body?: { [N in keyof Body<O>]?: Body<O>[N] | undefined }
}

export interface Address {
  method: string
  path: string
}

/** Without the root of the API. */
export function addressOf<O extends Known>(operation: O, { params, query }: Asked<O>): Address {
  const [method, template] = addresses[operation].split(' ') as [string, string]
  const given = (params ?? {}) as Record<string, string | number>
  const path = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(given[name])))
  const said = Object.entries((query ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== undefined,
  )
  const search = new URLSearchParams(
    said.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return { method, path: search === '' ? path : `${path}?${search}` }
}
