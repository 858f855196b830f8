import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { allRoutes, root } from '@rekey/wire'
import { consumerInput } from '../consumer-flags.ts'
import { credentialInput } from '../credential-flags.ts'
import { check } from '../document/check.ts'
import { type Schema, written } from '../document/schema.ts'
import { type Answers, SmallPlane, type } from '../fixture-plane.ts'
import * as values from '../fixture-values.ts'

const id = values.rotationId
const person = { id: 'bob', name: 'Bob', roles: {}, endedMs: null }
const agent = {
  id: 'web',
  name: 'Web',
  bindings: [{ credential: 'orders-db', consumer: 'web' }],
  keys: [],
  addedMs: 0,
  endedMs: null,
}
const source = {
  id: 'ci',
  kind: 'ci',
  bindings: [],
  lagMs: 60_000,
  complete: false,
  madeMs: 0,
  heardMs: null,
}
const webhook = {
  id: 'siem',
  url: 'https://siem.example',
  environments: ['*'],
  types: [],
  position: 0,
  failing: null,
  off: null,
  madeMs: 0,
}
const signalPolicy = {
  reactions: { prod: { leak: 'page' } },
  killsPerHour: { prod: 2 },
  groupMs: 3_600_000,
  usual: {},
}
const signal = {
  id: 's',
  kind: 'leak',
  state: 'open',
  summary: '',
  credential: null,
  version: null,
  environment: null,
  own: null,
  sources: [],
  count: 1,
  firstMs: 0,
  lastMs: 0,
  wanted: 'page',
  reaction: 'page',
  reasons: [],
  how: [],
  did: [],
  signal: { auth: { scheme: 'x', verified: true }, match: null, confidence: 1, public: false, locations: [] },
}

const issuer = {
  id: 'ci',
  kind: 'oidc',
  issuer: 'https://token.ci.example',
  audience: 'rekey',
  rules: [
    { agent: 'nightly', subject: 'repo:jobs' },
    { agent: 'web', claims: { env: 'prod' } },
  ],
}
const receiver = {
  id: 'gateway',
  name: 'Gateway',
  environments: ['prod'],
  audience: 'https://gateway.example',
  defaultSubjects: 'ALL',
  madeMs: 0,
  streams: [],
}
const scanner = { id: 'scanner', kind: 'standard', environments: ['prod'], madeMs: 0, heardMs: null }

const [web] = values.consumers.items
const reads: Answers = {
  'GET /credentials/orders-db': () => ({ value: values.ordersDb, headers: { etag: '"7"' } }),
  'GET /credentials/orders-db/consumers': { items: [web] },
  'GET /credentials/orders-db/consumers/web': () => ({ value: web, headers: { etag: '"web"' } }),
  'GET /agents/web': agent,
  'GET /sources': { items: [source] },
  'GET /issuers': { items: [issuer] },
  'GET /receivers': { items: [receiver] },
  'GET /signal-sources': { items: [scanner] },
  'GET /webhooks': { items: [webhook] },
  'GET /settings': () => ({ value: { twoPerson: { prod: ['kill'] } }, headers: { etag: '"rules"' } }),
  'GET /signal-policy': () => ({ value: signalPolicy, headers: { etag: '"policy"' } }),
  'GET /proposals': {
    items: [{ id: 'p', what: 'kill', credential: 'orders-db', by: 'bob', body: { reason: 'leak' } }],
  },
}

/** What it answers with is of no interest here, but that it can be shown. */
const answerTo = (method: string, path: string): object => {
  if (path.startsWith('/rotations/') || path.endsWith('/rotations')) return values.rotation
  if (path.includes('/consumers') || path.includes('/ghosts'))
    return method === 'DELETE' || /dismiss|attest/.test(path) ? { ok: true } : web!
  if (path.startsWith('/credentials')) return values.ordersDb
  if (path.startsWith('/agents')) return path.endsWith('/join') ? { join: 'x', id: 'j', expiresMs: 0 } : agent
  if (path.startsWith('/people')) return person
  if (path.startsWith('/tokens'))
    return { id: 't', token: 'x', expiresMs: null, rights: ['read'], environments: ['*'] }
  if (path.startsWith('/issuers')) return issuer
  if (path.startsWith('/sign-on'))
    return { id: 'corp', name: 'Acme', issuer: 'https://id.example', clientId: 'rekey' }
  if (path.startsWith('/receivers')) return { ...receiver, secret: null }
  if (path.startsWith('/signal-sources')) return { ...scanner, secret: null }
  if (path.startsWith('/order-keys')) return { serial: 2, active: 'a', standBy: 'b' }
  if (path.startsWith('/break-glass')) return { id: 'g', madeMs: 0, expiresMs: null, code: 'x' }
  if (path.startsWith('/sources')) return { ...source, secret: null }
  if (path.startsWith('/webhooks')) return { ...webhook, secret: 'whsec_x' }
  if (path === '/settings') return { twoPerson: {} }
  if (path === '/signal-policy') return signalPolicy
  if (path.startsWith('/signals')) return signal
  if (path.startsWith('/kills')) return values.kill
  return { ok: true }
}

const r = ['--reason', 'because it is so']
const reason = 'because it is so'
const ordersInput = credentialInput(values.ordersDb)
const webInput = consumerInput(web!)

// Long because: it is a table of every command that writes.
const cases: [typed: string[], sends: string, body: unknown, lines?: string[]][] = [
  [
    [
      'credential',
      'add',
      'x',
      '--name',
      'X',
      '--kind',
      'llm-key',
      '--provider',
      'openai',
      '--target',
      't',
      '--environment',
      'dev',
      '--owner',
      'alice:Alice',
      '--setting',
      'admin=a',
      '--setting',
      'n={"a":1}',
      '--lane',
      'l',
      '--rotate-every',
      '7d',
      '--quiet',
      '5s',
      '--approvals',
      '2',
      '--reads-only',
      'yes',
      '--existing',
      'key-1',
    ],
    'POST /credentials',
    {
      id: 'x',
      credential: {
        name: 'X',
        kind: 'llm-key',
        provider: 'openai',
        target: 't',
        environment: 'dev',
        owner: { id: 'alice', name: 'Alice' },
        writes: false,
        lanes: ['l'],
        settings: { admin: 'a', n: { a: 1 } },
        policy: { everyMs: 604_800_000, quietMs: 5_000, approvals: 2 },
      },
      consumers: [],
      existing: { handle: 'key-1', value: 's3cret' },
    },
    ['s3cret'],
  ],
  [
    ['credential', 'change', 'orders-db', '--owner', 'nobody', '--rotate-every', '1d'],
    'PUT /credentials/orders-db',
    { ...ordersInput, owner: null, policy: { everyMs: 86_400_000, approvals: 1 } },
  ],
  [
    ['consumer', 'set', 'orders-db', 'web', '--cadence', 'every=2h', '--critical', '--seen-as', 'pod-1'],
    'PUT /credentials/orders-db/consumers/web',
    { ...webInput, cadence: { how: 'every', everyMs: 7_200_000 }, critical: true, seenAs: ['pod-1'] },
  ],
  [
    [
      'consumer',
      'add',
      'orders-db',
      'new',
      '--name',
      'New',
      '--behaviour',
      'agent',
      '--reload',
      'restart',
      '--documented',
      '--through',
      'web',
    ],
    'PUT /credentials/orders-db/consumers/new',
    {
      name: 'New',
      behaviour: 'agent',
      reload: { how: 'restart', documented: true },
      access: { how: 'indirect', through: 'web' },
    },
  ],
  [
    ['consumer', 'remove', 'orders-db', 'web', '--yes', ...r],
    'DELETE /credentials/orders-db/consumers/web',
    { reason },
  ],
  [
    ['consumer', 'idle', 'orders-db', 'web', ...r],
    'POST /credentials/orders-db/consumers/web/idle',
    { idle: true, reason },
  ],
  [
    ['consumer', 'idle', 'orders-db', 'web', '--over', ...r],
    'POST /credentials/orders-db/consumers/web/idle',
    { idle: false, reason },
  ],
  [
    [
      'consumer',
      'attest',
      'orders-db',
      'web',
      '--saw',
      'restarted',
      '--version',
      '4',
      '--at',
      '2026-03-01T11:00Z',
      ...r,
    ],
    'POST /credentials/orders-db/consumers/web/attest',
    { saw: 'restarted', version: 4, atMs: Date.UTC(2026, 2, 1, 11), note: reason },
  ],
  [
    ['ghost', 'claim', 'orders-db', 'report 7', '--as', 'web'],
    'POST /credentials/orders-db/ghosts/report%207/claim',
    { id: 'web' },
  ],
  [
    [
      'ghost',
      'claim',
      'orders-db',
      'r',
      '--as',
      'reports',
      '--name',
      'Reports',
      '--behaviour',
      'scheduled-task',
    ],
    'POST /credentials/orders-db/ghosts/r/claim',
    { id: 'reports', consumer: { name: 'Reports', behaviour: 'scheduled-task' } },
  ],
  [['ghost', 'dismiss', 'orders-db', 'r', ...r], 'POST /credentials/orders-db/ghosts/r/dismiss', { reason }],
  [
    [
      'rotation',
      'open',
      'orders-db',
      '--wish',
      'dual',
      '--start-at',
      '2h',
      '--override',
      'usage-unseen',
      ...r,
    ],
    'POST /credentials/orders-db/rotations',
    {
      reason,
      wish: 'dual',
      startAtMs: Date.UTC(2026, 2, 1, 14),
      overrides: [{ code: 'usage-unseen', reason }],
    },
  ],
  [['rotation', 'start', 'orders-db'], `POST /rotations/${id}/start`, {}],
  [['rotation', 'hold', id, ...r], `POST /rotations/${id}/hold`, { reason }],
  [['rotation', 'release', id], `POST /rotations/${id}/release`, {}],
  [
    ['rotation', 'move', id, 'web', '--to', 'old', ...r],
    `POST /rotations/${id}/move`,
    { consumer: 'web', to: 'old', reason },
  ],
  [['rotation', 'contain', id, ...r], `POST /rotations/${id}/contain`, { cause: reason }],
  [
    ['rotation', 'restrict', id, 'web', '--freeze', ...r],
    `POST /rotations/${id}/restrict`,
    { consumer: 'web', reason, freeze: true },
  ],
  [['rotation', 'lift', id, 'web', ...r], `POST /rotations/${id}/lift`, { consumer: 'web', reason }],
  [['rotation', 'resume', id], `POST /rotations/${id}/resume`, {}],
  [['rotation', 'retry', id, ...r], `POST /rotations/${id}/retry`, { reason }],
  [['rotation', 'roll-back', id, ...r], `POST /rotations/${id}/roll-back`, { reason }],
  [['rotation', 'abort', id, '--yes', ...r], `POST /rotations/${id}/abort`, { reason }],
  [['rotation', 'retire', id, '--yes'], `POST /rotations/${id}/retire`, {}],
  [
    ['rotation', 'override', id, 'quiet', '--consumer', 'web', '--yes', ...r],
    `POST /rotations/${id}/override`,
    { gate: 'quiet', consumer: 'web', reason },
  ],
  [
    ['rotation', 'hand-in', id, '--handle', 'v4', '--value'],
    `POST /rotations/${id}/hand-in`,
    { handle: 'v4', value: 's3cret' },
    ['s3cret'],
  ],
  [
    ['rotation', 'hand-in', id, '--answer', 'refused'],
    `POST /rotations/${id}/hand-in`,
    { answer: 'refused' },
  ],
  [
    ['kill', 'dismiss', 'k', '--credential', 'orders-db', '--consumer', 'web', '--instance', 'web-1', ...r],
    'POST /kills/k/dismiss',
    { credential: 'orders-db', consumer: 'web', instance: 'web-1', reason },
  ],
  [['signal', 'kill', 's', '--yes', ...r], 'POST /signals/s/kill', { reason }],
  [['signal', 'dismiss', 's', ...r], 'POST /signals/s/dismiss', { reason }],
  [['proposal', 'agree', 'p', '--yes'], 'POST /proposals/p/agree', null],
  [['proposal', 'decline', 'p', ...r], 'POST /proposals/p/decline', { reason }],
  [
    ['agent', 'set', 'web', '--bind', 'orders-db:queue', '--unbind', 'orders-db:web'],
    'PUT /agents/web',
    { name: 'Web', bindings: [{ credential: 'orders-db', consumer: 'queue' }] },
  ],
  [
    ['agent', 'join', 'web', '--many', '--life', '30d'],
    'POST /agents/web/join',
    { uses: 'many', lifeMs: 2_592_000_000 },
  ],
  [['agent', 'end', 'web', '--yes'], 'DELETE /agents/web', null],
  [['agent', 'end-key', 'web', 'k', '--yes'], 'DELETE /agents/web/keys/k', null],
  [['agent', 'end-join', 'web', 'j'], 'DELETE /agents/web/join/j', null],
  [
    ['person', 'add', 'bob', '--name', 'Bob', '--role', 'dev=operator', '--role', '*=viewer', '--password'],
    'POST /people',
    { id: 'bob', name: 'Bob', roles: { dev: 'operator', '*': 'viewer' }, password: 's3cret' },
    ['s3cret'],
  ],
  [
    ['person', 'add', 'bob', '--role', 'dev=viewer', '--sign-on', 'corp:b:1'],
    'POST /people',
    { id: 'bob', name: 'bob', roles: { dev: 'viewer' }, signOn: { provider: 'corp', subject: 'b:1' } },
  ],
  [['person', 'roles', 'bob', '--role', '*=admin'], 'PUT /people/bob/roles', { roles: { '*': 'admin' } }],
  [['person', 'end', 'bob', '--yes'], 'DELETE /people/bob', null],
  [
    [
      'token',
      'make',
      '--name',
      'ci',
      '--right',
      'read',
      '--right',
      'operate',
      '--environment',
      'dev',
      '--life',
      '90d',
    ],
    'POST /tokens',
    { name: 'ci', rights: ['read', 'operate'], environments: ['dev'], lifeMs: 7_776_000_000 },
  ],
  [['token', 'revoke', 't', '--yes'], 'DELETE /tokens/t', null],
  [
    ['source', 'set', 'ci', '--bind', 'orders-db:web', '--complete', '--lag', '5m', '--anew'],
    'PUT /sources/ci',
    {
      kind: 'ci',
      bindings: [{ credential: 'orders-db', consumer: 'web' }],
      lagMs: 300_000,
      complete: true,
      anew: true,
    },
  ],
  [
    ['source', 'set', 'otel', '--kind', 'telemetry', '--service', 'shop=orders-db:web'],
    'PUT /sources/otel',
    { kind: 'telemetry', bindings: [], services: { shop: { credential: 'orders-db', consumer: 'web' } } },
  ],
  [['source', 'remove', 'ci', '--yes'], 'DELETE /sources/ci', null],
  [
    ['webhook', 'set', 'siem', '--type', 'versionKilled'],
    'PUT /webhooks/siem',
    { url: 'https://siem.example', environments: ['*'], types: ['versionKilled'] },
  ],
  [['webhook', 'remove', 'siem', '--yes'], 'DELETE /webhooks/siem', null],
  [
    [
      'issuer',
      'set',
      'ci',
      '--rule',
      'nightly=repo:jobs:main',
      '--rule',
      'report=repo:r=1',
      '--unrule',
      'web',
    ],
    'PUT /issuers/ci',
    {
      kind: 'oidc',
      issuer: 'https://token.ci.example',
      audience: 'rekey',
      rules: [
        { agent: 'nightly', subject: 'repo:jobs:main' },
        { agent: 'report', subject: 'repo:r=1' },
      ],
    },
  ],
  [
    [
      'issuer',
      'set',
      'k8s',
      '--kind',
      'kubernetes',
      '--named',
      'https://k8s',
      '--audience',
      'rekey',
      '--jwks-url',
      'https://k8s/keys',
    ],
    'PUT /issuers/k8s',
    { kind: 'kubernetes', issuer: 'https://k8s', audience: 'rekey', jwksUrl: 'https://k8s/keys', rules: [] },
  ],
  [['issuer', 'remove', 'ci', '--yes'], 'DELETE /issuers/ci', null],
  [
    [
      'sign-on',
      'set',
      'corp',
      '--name',
      'Acme',
      '--issuer',
      'https://id.example',
      '--client-id',
      'rekey',
      '--client-secret',
      'oidc',
    ],
    'PUT /sign-on/corp',
    { name: 'Acme', issuer: 'https://id.example', clientId: 'rekey', clientSecret: 'oidc' },
  ],
  [['sign-on', 'remove', 'corp', '--yes'], 'DELETE /sign-on/corp', null],
  [
    ['receiver', 'set', 'gateway', '--environment', 'dev', '--subjects', 'NONE', '--anew'],
    'PUT /receivers/gateway',
    {
      name: 'Gateway',
      environments: ['dev'],
      audience: 'https://gateway.example',
      defaultSubjects: 'NONE',
      anew: true,
    },
  ],
  [['receiver', 'remove', 'gateway', '--yes'], 'DELETE /receivers/gateway', null],
  [
    ['signal-source', 'set', 'scanner', '--as', 'public-leak'],
    'PUT /signal-sources/scanner',
    { kind: 'standard', environments: ['prod'], as: 'public-leak' },
  ],
  [['signal-source', 'remove', 'scanner', '--yes'], 'DELETE /signal-sources/scanner', null],
  [['key', 'replace', '--of', 'status', '--yes', ...r], 'POST /order-keys/replace', { of: 'status', reason }],
  [['break-glass', 'make', '--life', '30d'], 'POST /break-glass', { lifeMs: 2_592_000_000 }],
  [['break-glass', 'remove', 'g', '--yes'], 'DELETE /break-glass/g', null],
  [
    ['policy', 'set', '--two-person', 'prod=retire,kill', '--two-person', 'dev='],
    'PUT /settings',
    { twoPerson: { prod: ['retire', 'kill'] } },
  ],
  [
    [
      'policy',
      'set',
      '--reaction',
      'prod:leak=',
      '--reaction',
      '*:public-leak=kill',
      '--kills-per-hour',
      'prod=5',
      '--group',
      '2h',
    ],
    'PUT /signal-policy',
    { reactions: { '*': { 'public-leak': 'kill' } }, killsPerHour: { prod: 5 }, groupMs: 7_200_000 },
  ],
]

describe('what each command sends', () => {
  const plane = new SmallPlane()
  const folder = mkdtempSync(join(tmpdir(), 'rekey-writes-'))
  before(() => plane.start())
  after(async () => {
    await plane.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const [typed, sends, body, lines = []] of cases) {
    test(typed.slice(0, 5).join(' '), async () => {
      plane.asked.length = 0
      plane.answers = { ...reads, [sends]: answers(sends) }
      const { code, err, out } = await type(typed, { plane, typed: lines })
      const sent = plane.asked.filter(one => one.method !== 'GET')
      assert.deepEqual(
        sent.map(one => `${one.method} ${one.path}`),
        [sends],
        err,
      )
      assert.deepEqual(sent[0]!.body, body)
      // What is sent is what the wire takes there.
      const schema = bodySchema(sends)
      if (schema !== null) assert.deepEqual(check(schema, sent[0]!.body), [])
      assert.ok(code === 0 || code === 4, err)
      assert.doesNotMatch(out + err, /s3cret/)
    })
  }

  test('a credential is changed only if it is still what was seen', async () => {
    plane.asked.length = 0
    plane.answers = { ...reads, 'PUT /credentials/orders-db': values.ordersDb }
    await type(['credential', 'change', 'orders-db', '--lane', 'x'], { plane })
    assert.equal(plane.asked.at(-1)!.headers['if-match'], '"7"')
  })

  test('so is a consumer, and so are the rules and the policy of signals; what is new was not seen before', async () => {
    const sent = async (...args: string[]) => {
      plane.asked.length = 0
      plane.answers = { ...reads, [`PUT ${at(args)}`]: answerTo('PUT', at(args)) }
      await type(args, { plane })
      return plane.asked.at(-1)!.headers['if-match']
    }
    const at = (args: string[]) =>
      args.includes('--two-person')
        ? '/settings'
        : args[0] === 'policy'
          ? '/signal-policy'
          : `/credentials/orders-db/consumers/${args[3]}`
    assert.equal(await sent('consumer', 'set', 'orders-db', 'web', '--critical'), '"web"')
    assert.equal(
      await sent('consumer', 'set', 'orders-db', 'new', '--name', 'New', '--behaviour', 'agent'),
      undefined,
    )
    assert.equal(await sent('policy', 'set', '--two-person', 'prod=retire'), '"rules"')
    assert.equal(await sent('policy', 'set', '--group', '1h'), '"policy"')
  })

  test('a file says all of it, and flags go before it', async () => {
    plane.asked.length = 0
    plane.answers = { ...reads, 'POST /credentials': values.ordersDb }
    const path = join(folder, 'x.json')
    writeFileSync(
      path,
      '{ "name": "X", "kind": "other", "consumers": { "web": { "name": "Web", "behaviour": "agent" } }, }',
    )
    await type(['credential', 'add', 'x', '-f', path, '--name', 'Y'], { plane })
    assert.deepEqual(plane.asked.at(-1)!.body, {
      id: 'x',
      credential: { name: 'Y', kind: 'other' },
      consumers: [{ id: 'web', name: 'Web', behaviour: 'agent' }],
    })
  })

  test('several writes of one command each have a key of their own, and the same ones when it is typed again', async () => {
    const keys: unknown[][] = []
    for (let times = 0; times < 2; times++) {
      plane.asked.length = 0
      plane.answers = { ...reads, 'PUT /settings': { twoPerson: {} }, 'PUT /signal-policy': signalPolicy }
      await type(
        ['policy', 'set', '--two-person', 'dev=kill', '--group', '1h', '--idempotency-key', 'once-and-again'],
        { plane },
      )
      keys.push(plane.asked.filter(one => one.method === 'PUT').map(one => one.headers['idempotency-key']))
    }
    assert.deepEqual(keys, [
      ['once-and-again', 'once-and-again-2'],
      ['once-and-again', 'once-and-again-2'],
    ])
  })
})

function answers(sends: string) {
  const [method = '', path = ''] = sends.split(' ')
  return () => ({ value: answerTo(method, path) })
}

/** null: it takes no body. */
function bodySchema(sends: string): Schema | null {
  const [method, path] = sends.split(' ')
  const found = allRoutes.find(([, route]) => {
    const pattern = route.path.slice(root.length).replace(/:\w+/g, '[^/]+')
    return route.method === method && new RegExp(`^${pattern}$`).test(path!)
  })
  assert.ok(found !== undefined, sends)
  return found[1].body === undefined ? null : written(found[1].body)
}
