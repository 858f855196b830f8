// For tests only: one good request for each operation of the wire, in an order in which they can be made one after the other.
import { Secret } from '@rekey/core'
import { newKeys } from '../access/software-agent.ts'
import { sign } from '../webhooks/standard.ts'
import { type Asked, asserted, orders, session } from './fixtures.ts'
import { ofKills } from './visits-of-kills.ts'
import type { World } from './world.ts'

const reason = 'because the test says so'
const password = 'a fence of nine green paddles'

export interface Visit extends Asked {
  params?: Record<string, string | number>
  query?: Record<string, string | number>
  /** Where it cannot be good here: what is answered instead. */
  status?: number
}
/** What was answered to the visits before, by operation. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every operation.
export type Before = Record<string, any>
export type VisitOf = (w: World, before: Before) => Visit | Promise<Visit>

const ofCredential = ({ b }: World, more: object = {}): Visit => ({ params: { id: b.credential }, ...more })
const ofConsumer = ({ b }: World, id: string, body?: object): Visit => ({
  params: { credential: b.credential, id },
  ...(body && { body }),
})
const ofRotation = ({ rotation }: World, body?: object): Visit => ({
  params: { id: rotation },
  ...(body && { body }),
})
const consumer = { name: 'nightly', behaviour: 'background-job' }
const bindings = ({ b }: World) => [{ credential: b.credential, consumer: 'web' }]

export const visits: Record<string, VisitOf> = {
  'setUp.state': () => ({}),
  'setUp.first': () => ({ body: { token: 'x', id: 'eve', name: 'Eve', password }, status: 401 }),
  'session.ways': () => ({}),
  'session.get': () => ({}),
  'session.changePassword': () => ({ body: { fresh: password } }),
  'session.signIn': () => ({ body: { id: 'alice', password } }),
  'session.newPasskeyOptions': () => ({}),
  'session.newPasskey': (w, before) => {
    const { attempt = 'none', options } = before['session.newPasskeyOptions'] ?? {}
    const made = w.passkey.register(options?.challenge ?? '', bent(w))
    return { body: { attempt, name: 'Laptop', credential: made } }
  },
  'session.passkeyOptions': () => ({}),
  'session.passkey': (w, before) => {
    const { attempt = 'none', options } = before['session.passkeyOptions'] ?? {}
    const handle = before['session.newPasskeyOptions']?.options.user.id ?? ''
    return {
      body: { attempt, credential: w.passkey.signIn(options?.challenge ?? '', { ...bent(w), handle }) },
    }
  },
  'session.removePasskey': (w, before) => ({
    params: { id: before['session.newPasskey']?.passkeys[0].id ?? w.passkey.id.toString('base64url') },
  }),
  'session.signOut': async w => ({ as: await session(w.site, 'dora') }),
  'people.list': () => ({}),
  'people.add': () => ({
    body: {
      id: 'fred',
      name: 'Fred',
      roles: { production: 'viewer' },
      signOn: { provider: 'corp', subject: 'f' },
    },
  }),
  'people.setRoles': () => ({ params: { id: 'dora' }, body: { roles: { production: 'operator' } } }),
  'people.end': () => ({ params: { id: 'dora' } }),
  'tokens.list': () => ({}),
  'tokens.make': () => ({ body: { name: 'for the build', rights: ['read'], lifeMs: 60_000 } }),
  'tokens.revoke': w => ({ params: { id: w.token } }),
  'settings.get': () => ({}),
  'settings.put': () => ({ body: { twoPerson: { production: ['override'] } } }),
  'credentials.list': () => ({}),
  'credentials.get': w => ofCredential(w),
  'credentials.register': () => ({
    body: { id: 'orders', credential: orders, consumers: [{ id: 'shop', ...consumer }] },
  }),
  'credentials.change': w => ofCredential(w, { body: { ...orders, name: 'Another name' } }),
  'credentials.versions': w => ofCredential(w),
  'credentials.reveal': w => ({ params: { id: w.b.credential, number: 1 }, body: { reason } }),
  'credentials.map': w => ofCredential(w),
  'credentials.uses': w => ofCredential(w, { query: { fromMs: 0, toMs: w.b.clock.nowMs } }),
  'consumers.list': w => ({ params: { credential: w.b.credential } }),
  'consumers.get': w => ({ params: { credential: w.b.credential, id: 'web' } }),
  'consumers.put': w => ofConsumer(w, 'nightly', consumer),
  'consumers.idle': w => ofConsumer(w, 'nightly', { idle: true, reason }),
  'consumers.attest': w => ofConsumer(w, 'web', { saw: 'restarted', version: 1, note: reason }),
  'consumers.remove': w => ofConsumer(w, 'nightly', { reason }),
  'ghosts.list': w => ({ params: { credential: w.b.credential } }),
  'ghosts.claim': w => ({
    params: { credential: w.b.credential, ghost: 'stranger' },
    body: { id: 'found', consumer },
  }),
  'ghosts.dismiss': w => ({ params: { credential: w.b.credential, ghost: 'passer-by' }, body: { reason } }),
  'overview.now': () => ({}),
  'overview.consumers': () => ({ query: { text: 'web' } }),
  'overview.ghosts': () => ({ query: { state: 'open' } }),
  'overview.calendar': () => ({}),
  'overview.readiness': () => ({}),
  'rotations.list': () => ({}),
  'rotations.plan': w => ofCredential(w, { body: {} }),
  'rotations.open': () => ({ params: { id: 'orders' }, body: { reason } }),
  'rotations.get': w => ofRotation(w),
  'rotations.ledger': w => ofRotation(w),
  'rotations.containment': w => ofRotation(w),
  'rotations.gates': w => ofRotation(w),
  'rotations.runbook': w => ofRotation(w),
  'rotations.handStep': w => ofRotation(w),
  'rotations.handIn': w => ({ ...ofRotation(w, { answer: 'accepted' }), status: 409 }),
  'decisions.start': w => ({ ...ofRotation(w, {}), status: 409 }),
  'decisions.retire': w => ({ ...ofRotation(w, {}), status: 409 }),
  'decisions.hold': w => ofRotation(w, { reason }),
  'decisions.release': w => ofRotation(w, {}),
  'decisions.contain': w => ofRotation(w, { cause: reason }),
  'decisions.restrict': w => ofRotation(w, { consumer: 'web', reason }),
  'decisions.lift': w => ofRotation(w, { consumer: 'web', reason }),
  'decisions.override': w => ({
    ...ofRotation(w, { gate: 'truth', consumer: null, reason }),
    status: 409,
  }),
  'proposals.list': () => ({}),
  'proposals.agree': w => ({ params: { id: w.proposal } }),
  'proposals.decline': (w, before) => ({
    params: { id: before['decisions.override']?.id ?? w.proposal },
    body: { reason },
  }),
  'decisions.moveConsumer': w => ofRotation(w, { consumer: 'web', to: 'old', reason }),
  'decisions.resume': w => ({ ...ofRotation(w, {}), status: 409 }),
  'decisions.retry': w => ({ ...ofRotation(w, { reason }), status: 409 }),
  'decisions.rollBack': w => ofRotation(w, { reason }),
  'decisions.abort': w => ({ ...ofRotation(w, { reason }), status: 409 }),
  'statusLists.all': () => ({}),
  'statusLists.list': () => ({ params: { list: 1 } }),
  'passports.mine': w => ({ params: { credential: w.b.credential } }),
  'passports.of': w => ({ params: { id: w.b.credential, number: 1 } }),
  'receivers.list': () => ({}),
  'receivers.get': () => ({ params: { id: 'gateway' } }),
  'receivers.put': () => ({ params: { id: 'siem' }, body: { name: 'SIEM', environments: ['*'] } }),
  'sharedSignals.token': w => ({
    raw: `grant_type=client_credentials&client_id=gateway&client_secret=${w.receiver}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  'sharedSignals.jwks': () => ({}),
  'sharedSignals.createStream': () => ({ body: {} }),
  'sharedSignals.readStream': () => ({}),
  'sharedSignals.changeStream': (_, before) => ({ body: { ...ofStream(before), description: 'a stream' } }),
  'sharedSignals.replaceStream': (_, before) => ({ body: ofStream(before) }),
  'sharedSignals.setStatus': (_, before) => ({ body: { ...ofStream(before), status: 'enabled' } }),
  'sharedSignals.readStatus': (_, before) => ({ query: ofStream(before) }),
  'sharedSignals.addSubject': (w, before) => ({ body: { ...ofStream(before), subject: subjectIn(w) } }),
  'sharedSignals.removeSubject': (w, before) => ({ body: { ...ofStream(before), subject: subjectIn(w) } }),
  'sharedSignals.verify': (_, before) => ({ body: { ...ofStream(before), state: 'a state' } }),
  'sharedSignals.poll': (_, before) => ({
    params: { stream: ofStream(before).stream_id },
    body: { returnImmediately: true },
  }),
  'sharedSignals.removeStream': (_, before) => ({ query: ofStream(before) }),
  'receivers.remove': () => ({ params: { id: 'siem' } }),
  'record.history': () => ({ query: { limit: 1_000 } }),
  'record.events': () => ({ query: { limit: 1_000 } }),
  'record.stream': () => ({ query: { after: 0 } }),
  'record.checkpoint': () => ({}),
  'record.proof': () => ({ params: { position: 1 } }),
  'providers.list': () => ({}),
  'agents.list': () => ({}),
  'agents.get': () => ({ params: { id: 'other' } }),
  'agents.put': w => ({ params: { id: 'third' }, body: { name: 'Third', bindings: bindings(w) } }),
  'agents.join': () => ({ params: { id: 'other' }, body: {} }),
  'agent.enrol': (w, before) => ({
    body: { assertion: asserted(w.site, newKeys()), join: before['agents.join']?.join ?? 'none' },
  }),
  'agents.endJoin': w => ({ params: { id: 'other', join: w.joinId } }),
  'agents.endKey': w => ({ params: { id: 'other', key: w.key } }),
  'agents.end': () => ({ params: { id: 'other' } }),
  'issuers.put': () => ({
    params: { id: 'ci' },
    body: {
      kind: 'oidc',
      issuer: 'https://ci.example',
      audience: 'rekey',
      jwks: { keys: [] },
      rules: [{ agent: 'robot', subject: 'repo:acme/shop' }],
    },
  }),
  'issuers.list': () => ({}),
  'issuers.remove': () => ({ params: { id: 'ci' } }),
  'signOns.put': w => ({
    params: { id: 'corp' },
    body: { name: 'Corp', issuer: w.issuer, clientId: 'rekey', clientSecret: 'corp-secret' },
  }),
  'signOns.list': () => ({}),
  'session.signOn': () => ({ params: { provider: 'corp' } }),
  'session.signOnDone': () => ({
    params: { provider: 'corp' },
    query: { code: 'x', state: 'y' },
    status: 401,
  }),
  'signOns.remove': () => ({ params: { id: 'corp' } }),
  'sources.list': () => ({}),
  'sources.put': w => ({ params: { id: 'build' }, body: { kind: 'ci', bindings: bindings(w) } }),
  'sources.hook': w => {
    const said = [
      { credential: w.b.credential, consumer: 'web', version: 1, says: 'present', atMs: w.b.clock.nowMs },
    ]
    const raw = JSON.stringify({ statements: said })
    const timestampS = Math.floor(w.b.clock.nowMs / 1_000)
    const secrets = [new Secret(w.signing)]
    const headers = sign({ id: 'msg_1', timestampS, body: Buffer.from(raw), secrets })
    return { params: { id: 'hook' }, raw, headers: { ...headers } }
  },
  'telemetry.logs': () => ({ body: { resourceLogs: [] } }),
  'telemetry.metrics': () => ({ body: { resourceMetrics: [] } }),
  'sources.remove': w => ({ params: { id: 'build' }, body: { kind: 'ci', bindings: bindings(w) } }),
  'signalSources.put': () => ({
    params: { id: 'rule' },
    body: { kind: 'siem', environments: ['production'], siem: { fields: { handle: '$.key' } } },
  }),
  'signalSources.list': () => ({}),
  'signalSources.hook': w => {
    const raw = JSON.stringify({ type: 'leak', data: { credential: 'none', summary: 'somewhere' } })
    const timestampS = Math.floor(w.b.clock.nowMs / 1_000)
    const secrets = [new Secret(w.signalling)]
    const headers = sign({ id: 'sig_1', timestampS, body: Buffer.from(raw), secrets })
    return { params: { id: 'scanner' }, raw, headers: { ...headers } }
  },
  'signalSources.remove': () => ({ params: { id: 'rule' } }),
  'signalPolicy.get': () => ({}),
  'signalPolicy.put': () => ({ body: { reactions: { production: { alert: 'note' } } } }),
  'signals.list': () => ({}),
  'signals.get': w => ({ params: { id: w.signal } }),
  // It is about a version that was never there, so that nothing is killed that others ask for.
  'signals.kill': w => ({ params: { id: w.signal }, body: { reason }, status: 404 }),
  'signals.dismiss': w => ({ params: { id: w.signal }, body: { reason } }),
  'webhooks.put': () => ({ params: { id: 'chat' }, body: { url: 'https://chat.example/hook' } }),
  'webhooks.list': () => ({}),
  'webhooks.remove': () => ({ params: { id: 'chat' } }),
  'agent.token': w => ({ body: { assertion: asserted(w.site, w.agent.keys) } }),
  'agent.mine': () => ({}),
  'agent.value': w => ({ params: { credential: w.b.credential } }),
  'agent.report': w => ({
    body: {
      batch: 'batch-0001',
      instance: 'web-1',
      statements: [{ ...bindings(w)[0], version: 1, says: 'present', atMs: w.b.clock.nowMs }],
    },
  }),
  'agent.sessionStep': w => ({
    body: {
      ...bindings(w)[0],
      instance: 'web-1',
      session: 's-1',
      step: 'announced',
      version: 1,
      atMs: w.b.clock.nowMs,
    },
  }),
  'agent.stream': () => ({}),
  'agent.changes': () => ({ query: { waitMs: 0 } }),
  ...ofKills,
}

const ofStream = (before: Before): { stream_id: string } => ({
  stream_id: before['sharedSignals.createStream']?.stream_id ?? 'none',
})
const subjectIn = ({ site, b }: World) => ({
  format: 'iss_sub',
  iss: site.url,
  sub: `cred/${b.credential}`,
})
const bent = ({ site }: World) => ({ client: { origin: site.url }, rpId: '127.0.0.1' })

/** The address with what stands in it. */
export function pathOf(path: string, { params = {}, query = {} }: Visit): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? 'none')),
  )
  const asked = new URLSearchParams(
    Object.entries(query).map(([name, one]): [string, string] => [name, String(one)]),
  )
  return asked.size === 0 ? filled : `${filled}?${asked}`
}
