import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gitGuardianHeaders, post, siemHeaders, standardHeaders } from './fixtures.ts'
import { gitGuardianMessage } from './gitguardian.ts'
import { gitHubMessage } from './github.ts'
import { isTimely } from './proof.ts'
import { siemMessage, standardMessage } from './siem.ts'

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

describe('what GitGuardian says', () => {
  const incident = {
    id: 7,
    secret_hash: 'h-1',
    detector: { name: 'openai' },
    validity: 'valid',
    gitguardian_url: 'https://gg/7',
  }
  const known = { 'h-1': { credential: 'exact', version: 2 }, openai: { credential: 'by-detector' } }

  test('is a hint at what an admin has said of its hash, or else of its detector', () => {
    const said = (more: object, names = known) =>
      gitGuardianMessage(bytes({ action: 'new_incident', incident: { ...incident, ...more } }), names)
        ?.said[0]
    assert.deepEqual(said({})?.hint, { credential: 'exact', version: 2 })
    assert.deepEqual(said({ secret_hash: 'h-2' })?.hint, { credential: 'by-detector', version: null })
    assert.equal(said({}, {} as typeof known)?.hint, undefined)
    assert.equal(said({ secret_hash: 'constructor', detector: 'toString' })?.hint, undefined)
    assert.equal(said({})?.value, undefined, 'it never shows a value')
    assert.deepEqual([said({})?.kind, said({ public: true })?.kind], ['leak', 'public-leak'])
  })

  test('of an incident that is over is no news', () => {
    for (const action of ['incident_resolved', 'incident_ignored'])
      assert.deepEqual(gitGuardianMessage(bytes({ action, incident }), known)?.said, [])
    assert.equal(gitGuardianMessage(bytes('{}'), known), null)
  })

  test('suspends by default, and never kills', async t => {
    const p = await post(t)
    await p.policy({ reactions: { '*': { leak: 'kill' } } })
    const named = { 'h-1': { credential: p.b.credential, version: 1 } }
    const secret = await p.source('gg', { kind: 'gitguardian', known: named })
    const body = JSON.stringify({ action: 'new_incident', incident })
    await p.hook('gg', gitGuardianHeaders(secret, body, p.b.clock.nowMs), body)
    await p.work()
    const [one] = await p.incidents()
    assert.deepEqual([one?.wanted, one?.reaction, one?.how, one?.version], ['kill', 'suspend', 'hint', 1])
    assert.deepEqual(one?.signal.auth, { scheme: 'hmac-sha256', key_id: null, verified: true })
  })
})

describe('what a SIEM says', () => {
  const channel = (fields: object) => ({ as: null, siem: { signed: true, header: 'x', prefix: '', fields } })

  test('stands where its admin has said that it stands', () => {
    const fields = {
      id: '$.alert.id',
      handle: '$.hits[0].user',
      credential: '$.labels.credential',
      version: '$.labels.version',
      public: '$.public',
      confidence: '$.score',
      location: '$.hits[*].host',
      summary: '$.alert.name',
    }
    const body = {
      alert: { id: 17, name: 'Odd login' },
      hits: [
        { user: 'app_1', host: 'a' },
        { user: 'app_2', host: 'b' },
      ],
      labels: { credential: 'db', version: '3' },
      public: 'true',
      score: 0.8,
    }
    const message = siemMessage(bytes(body), channel(fields), 'none')
    assert.equal(message?.eventId, '17')
    assert.deepEqual(message?.said, [
      {
        kind: 'alert',
        handle: 'app_1',
        hint: { credential: 'db', version: 3 },
        confidence: 0.8,
        summary: 'Odd login',
        public: true,
        locations: ['a', 'b'],
      },
    ])
  })

  test('counts also where half of it is not there', () => {
    const message = siemMessage(
      bytes({ a: 1 }),
      channel({ id: '$.b', value: '$.c', location: '$.a[*]' }),
      'own',
    )
    assert.deepEqual(message, {
      eventId: 'own',
      keyId: null,
      guard: null,
      said: [{ kind: 'alert', public: false, locations: [] }],
    })
    assert.equal(siemMessage(bytes('{'), channel({}), 'own'), null)
  })
})

describe('what comes as Standard Webhooks have it', () => {
  test('is named as our fields are, and of a kind that somebody outside may say', () => {
    const said = (data: object) => standardMessage(bytes({ type: 'x', data }), 'msg', null)?.said[0]
    assert.equal(said({ kind: 'leak' })?.kind, 'leak')
    assert.equal(said({ kind: 'leak', public: true })?.kind, 'public-leak')
    assert.equal(said({ kind: 'dead-version-success' })?.kind, 'provider-notice')
    assert.equal(said({})?.kind, 'provider-notice')
    assert.equal(standardMessage(bytes({ type: 'x' }), 'msg', null), null)
  })

  test('kills by the target’s own name, where the policy says so', async t => {
    const p = await post(t)
    await p.policy({ reactions: { production: { 'provider-notice': 'kill' } } })
    const secret = await p.source('target', { kind: 'standard' })
    const body = JSON.stringify({ type: 'key.revoked', data: { handle: 'v1' } })
    await p.hook('target', standardHeaders(secret, body, 'msg_1', p.b.clock.nowMs), body)
    await p.work()
    const [one] = await p.incidents()
    assert.deepEqual([one?.how, one?.reaction, one?.did[0]?.did], ['handle', 'kill', 'killed'])
  })
})

test('a delivery of GitHub that is another event is read no further', () => {
  const headers = { 'x-github-event': 'push', 'x-github-delivery': 'one' }
  assert.deepEqual(gitHubMessage(headers, bytes('not JSON'))?.said, [])
})

test('a time is one in seconds, in milliseconds or as a date, and of now', () => {
  const nowMs = Date.UTC(2026, 2, 1, 12)
  for (const text of [
    String(nowMs / 1_000),
    `${nowMs / 1_000}.25`,
    String(nowMs),
    new Date(nowMs).toISOString(),
  ])
    assert.ok(isTimely(text, nowMs), text)
  for (const text of ['', '0', 'now', '-1', String(nowMs / 1_000 - 301), '1e99', 'Infinity'])
    assert.ok(!isTimely(text, nowMs), text)
})

test('a header of a SIEM may be another, and its prefix too', async t => {
  const p = await post(t)
  const siem = { header: 'x-elastic-signature', prefix: '', fields: { handle: '$.key' } }
  const secret = await p.source('elastic', { kind: 'siem', siem })
  const body = JSON.stringify({ key: 'v1' })
  const mac = siemHeaders(secret, body)['x-rekey-signature'].slice('sha256='.length)
  assert.deepEqual(await p.hook('elastic', { 'x-elastic-signature': mac }, body), {
    taken: 1,
    repeated: false,
    nowMs: p.b.clock.nowMs,
  })
})
