import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { exportJWK, SignJWT } from 'jose'
import { type AgentKeys, assertion, newKeys } from '../access/software-agent.ts'
import {
  agentOn,
  ask,
  asserted,
  codeOf,
  distant,
  ok,
  sharedName,
  signedInAs,
  type Town,
  town,
  until,
  withToken,
} from '../http/fixtures.ts'

let w: Town
let admin = ''
before(async () => {
  w = await town({ planes: 2, through: distant })
  sharedName(w.sites)
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
  for (const id of ['robot', 'twin']) {
    const bindings = [{ credential: w.b.credential, consumer: 'web' }]
    await ok(w.site, 'PUT', `/agents/${id}`, { as: admin, body: { name: id, bindings } })
  }
})
after(() => w.stop())

const joinOf = (body: object = {}, agent = 'robot') =>
  ok(w.site, 'POST', `/agents/${agent}/join`, { as: admin, body })
const enrol = (body: object, keys: AgentKeys = newKeys(), site = w.site) =>
  ask(site, 'POST', '/agent/enrol', { body: { assertion: asserted(site, keys), ...body } })

describe('a join token', () => {
  test('admits whoever shows it first, and nobody after', async () => {
    const { join } = await joinOf()
    const first = await enrol({ join, instance: 'web-1' })
    assert.equal(first.status, 201)
    assert.deepEqual(first.body.bindings, [{ credential: w.b.credential, consumer: 'web' }])
    assert.equal((await enrol({ join })).body.code, 'not-signed-in')
    const { keys } = await ok(w.site, 'GET', '/agents/robot', { as: admin })
    assert.ok(
      keys.some(
        (one: { key: string; instance: string }) => one.key === first.body.key && one.instance === 'web-1',
      ),
    )
  })

  test('admits one of two who show it at once, wherever they do', async () => {
    const { join } = await joinOf()
    const all = await Promise.all([0, 1, 2, 3, 4, 5].map(nth => enrol({ join }, newKeys(), w.sites[nth % 2])))
    assert.deepEqual(all.map(one => one.status).sort(), [201, 401, 401, 401, 401, 401])
  })

  test('that is for many admits many, until it is taken back', async () => {
    const { join, id } = await joinOf({ uses: 'many' })
    for (let nth = 0; nth < 3; nth++) assert.equal((await enrol({ join })).status, 201)
    await ok(w.site, 'DELETE', `/agents/robot/join/${id}`, { as: admin })
    assert.equal((await enrol({ join })).status, 401)
    await ok(w.site, 'DELETE', `/agents/robot/join/${id}`, { as: admin }, 404)
  })

  test('is good until it expires', async () => {
    const { join, expiresMs } = await joinOf({ lifeMs: 10_000, uses: 'many' })
    w.b.clock.nowMs = expiresMs - 1
    assert.equal((await enrol({ join })).status, 201)
    w.b.clock.nowMs = expiresMs
    assert.equal((await enrol({ join })).status, 401)
  })

  test('that is mistyped, of another kind or of another agent is refused alike', async () => {
    const { join } = await joinOf()
    const last = join.at(-1) === 'a' ? 'b' : 'a'
    const answers = [
      await enrol({ join: join.slice(0, -1) + last }),
      await enrol({ join: admin }),
      await enrol({ join: '' }),
      await enrol({ join: `${join} ` }),
    ]
    for (const { status, text } of answers) {
      assert.equal(status, 401)
      assert.equal(text, answers[0]!.text)
    }
    await ok(w.site, 'DELETE', `/agents/twin/join/${join.slice(11, 19)}`, { as: admin }, 404)
    assert.equal((await enrol({ join })).status, 201)
  })

  test('of an agent that was ended is good for nothing, also when the agent comes again', async () => {
    const bindings = [{ credential: w.b.credential, consumer: 'web' }]
    const put = () => ok(w.site, 'PUT', '/agents/phoenix', { as: admin, body: { name: 'phoenix', bindings } })
    await put()
    const { join } = await joinOf({ uses: 'many' }, 'phoenix')
    await ok(w.site, 'DELETE', '/agents/phoenix', { as: admin })
    assert.equal((await enrol({ join })).status, 401)
    await ok(w.site, 'POST', '/agents/phoenix/join', { as: admin, body: {} }, 409)
    await put()
    assert.equal((await enrol({ join })).status, 401)
  })

  test('and an identity are not shown together, and one of them is', async () => {
    const { join } = await joinOf()
    assert.equal((await enrol({})).body.code, 'invalid-request')
    assert.equal((await enrol({ join, identity: 'x.y.z' })).body.code, 'invalid-request')
    assert.equal((await enrol({ join })).status, 201)
  })
})

describe('an assertion', () => {
  let keys: AgentKeys
  before(async () => {
    keys = (await agentOn(w.site, admin, 'robot', [{ credential: w.b.credential, consumer: 'web' }])).keys
  })
  const token = (text: string, site = w.site) =>
    ask(site, 'POST', '/agent/token', { body: { assertion: text } })

  test('is good once, at all control planes together', async () => {
    const text = asserted(w.site, keys)
    assert.equal((await token(text)).status, 200)
    assert.equal((await token(text)).body.code, 'bad-proof')
    assert.equal((await token(text, w.sites[1])).body.code, 'bad-proof')
    const other = asserted(w.site, keys)
    const both = await Promise.all([token(other), token(other, w.sites[1]), token(other)])
    assert.deepEqual(both.map(one => one.status).sort(), [200, 401, 401])
  })

  test('of another time, audience or key is refused, and told our clock', async () => {
    const terms = { audience: w.site.url, nowMs: w.b.clock.nowMs }
    const bad = [
      assertion(keys, { ...terms, nowMs: terms.nowMs - 180_000 }),
      assertion(keys, { ...terms, nowMs: terms.nowMs + 180_000 }),
      assertion(keys, { ...terms, audience: 'https://elsewhere.example' }),
      assertion(keys, { ...terms, signer: newKeys() }),
      assertion(keys, { ...terms, claims: { sub: newKeys().thumbprint } }),
    ]
    for (const text of bad) {
      const { status, body } = await token(text)
      assert.deepEqual([status, body.code, body.nowMs], [401, 'bad-proof', w.b.clock.nowMs])
    }
  })

  test('of a key that nobody enrolled gets no token', async () => {
    assert.equal((await token(asserted(w.site, newKeys()))).body.code, 'not-signed-in')
  })

  test('of a key cannot make it another agent’s', async () => {
    const { join } = await joinOf({ uses: 'many' }, 'twin')
    const taken = await enrol({ join }, keys)
    assert.deepEqual([taken.status, taken.body.code], [409, 'refused'])
    const again = await joinOf()
    assert.equal((await enrol({ join: again.join }, keys)).status, 201, 'its own agent’s it may stay')
  })
})

describe('an identity that somebody else vouches for', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = createServer()
  let issuer = ''
  let asks = 0
  before(async () => {
    const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
    server.on('request', (request, response) => {
      asks++
      response.setHeader('content-type', 'application/json')
      const isKeys = request.url === '/keys'
      response.end(JSON.stringify(isKeys ? { keys: [key] } : { issuer, jwks_uri: `${issuer}/keys` }))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const rules = [
      { agent: 'robot', subject: 'repo:acme/shop', claims: { ref: 'refs/heads/main' } },
      { agent: 'twin', claims: { environment: 'staging' } },
      { agent: 'gone', subject: 'repo:acme/gone' },
    ]
    const body = { kind: 'oidc', issuer, audience: 'rekey', rules }
    await ok(w.site, 'PUT', '/issuers/ci', { as: admin, body })
  })
  after(() => server.close())
  const identity = (claims: object, key = privateKey) => {
    const nowS = Math.floor(w.b.clock.nowMs / 1_000)
    const usual = { iss: issuer, aud: 'rekey', sub: 'repo:acme/shop', iat: nowS, exp: nowS + 300 }
    return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(key)
  }
  const enrolled = async (claims: object, key = privateKey) =>
    enrol({ identity: await identity(claims, key) })

  test('is the agent that the first rule which fits says', async () => {
    const main = await enrolled({ ref: 'refs/heads/main' })
    assert.deepEqual([main.status, main.body.agent], [201, 'robot'])
    const staged = await enrolled({ sub: 'repo:acme/other', environment: 'staging' })
    assert.deepEqual([staged.status, staged.body.agent], [201, 'twin'])
    assert.ok(asks >= 2, 'the keys came from the issuer itself')
    const told = (await w.store.stream(`agent-key/${main.body.key}`, 0, 10)).map(one => JSON.parse(one.data))
    assert.deepEqual(told, [{ agent: 'robot', key: main.body.key, how: 'issuer ci' }])
  })

  test('is nobody where no rule fits it, and where the rule names an agent that is not there', async () => {
    assert.equal((await enrolled({ ref: 'refs/heads/other' })).body.code, 'out-of-scope')
    assert.equal((await enrolled({ sub: 'repo:acme/gone' })).body.code, 'not-signed-in')
  })

  test('is refused where it is of another issuer, audience, time or key', async () => {
    const ref = 'refs/heads/main'
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    assert.equal((await enrolled({ ref, aud: 'others' })).body.code, 'bad-proof')
    assert.equal((await enrolled({ ref, iss: 'https://other.example' })).body.code, 'bad-proof')
    assert.equal((await enrolled({ ref, exp: 1 })).body.code, 'bad-proof')
    assert.equal((await enrolled({ ref }, other)).body.code, 'bad-proof')
    assert.equal((await enrol({ identity: 'x.y.z' })).body.code, 'bad-proof')
  })

  test('is refused once its issuer is trusted no longer', async () => {
    await ok(w.site, 'DELETE', '/issuers/ci', { as: admin })
    assert.equal((await enrolled({ ref: 'refs/heads/main' })).status, 401)
  })
})

test('an issuer whose keys could be anybody’s, or whose rule lets anybody in, is not trusted', async () => {
  const good = { kind: 'oidc', issuer: 'https://ci.example', audience: 'rekey', rules: [] }
  const bad = [
    { ...good, issuer: 'http://ci.example' },
    { ...good, issuer: 'https://me:pw@ci.example' },
    { ...good, jwksUrl: 'http://ci.example/keys' },
    { ...good, rules: [{ agent: 'robot' }] },
    { ...good, rules: [{ agent: 'robot', subject: '*' }] },
    { ...good, kind: 'spiffe', issuer: 'https://example.org' },
    { ...good, kind: 'spiffe', issuer: 'spiffe://example.org' },
  ]
  for (const body of bad)
    assert.equal(await codeOf(w.site, 'PUT', '/issuers/x', { as: admin, body }), 'not-acceptable')
  assert.deepEqual((await ok(w.site, 'GET', '/issuers', { as: admin })).items, [])
})

test('the token of an agent lives for ten minutes, and its key for as long as it gets tokens', async () => {
  const bindings = [{ credential: w.b.credential, consumer: 'web' }]
  const { keys, ...agent } = await agentOn(w.site, admin, 'lasting', bindings)
  const day = 24 * 3_600_000
  const mine = (as: typeof agent & { keys: AgentKeys }, site = w.site) =>
    ask(site, 'GET', '/agent/credentials', { as })
  assert.equal((await mine({ ...agent, keys })).status, 200)
  w.b.clock.nowMs += 10 * 60_000
  assert.equal((await mine({ ...agent, keys })).body.code, 'token-expired')
  const other = w.sites[1]!
  assert.equal((await mine(await withToken(other, 'lasting', keys), other)).status, 200)
  w.b.clock.nowMs += 20 * day
  await withToken(w.site, 'lasting', keys)
  w.b.clock.nowMs += 20 * day
  // The other control plane remembers the key as it was forty days ago, and believes what it remembers.
  await until(other.plane.feed.freshMs, freshMs => freshMs === w.b.clock.nowMs)
  assert.equal((await mine(await withToken(other, 'lasting', keys), other)).status, 200)
  w.b.clock.nowMs += 31 * day
  const late = { body: { assertion: asserted(w.site, keys) } }
  assert.equal(await codeOf(w.site, 'POST', '/agent/token', late), 'not-signed-in')
})
