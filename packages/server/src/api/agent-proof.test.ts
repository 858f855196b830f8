import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Enrolled, proof } from '../access/software-agent.ts'
import { agentOn, ask, signedInAs, type Town, town } from '../http/fixtures.ts'

let w: Town
let admin = ''
let robot: Enrolled
let path = ''
const bindings = () => [{ credential: w.b.credential, consumer: 'web' }]
before(async () => {
  w = await town()
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
  path = `/agent/credentials/${w.b.credential}`
  robot = await agentOn(w.site, admin, 'robot', bindings())
})
after(() => w.stop())

describe('the proof of a request', () => {
  const get = (headers: Record<string, string>, at = path, method = 'GET', raw?: string) =>
    ask(w.site, method, at, { headers, ...(raw !== undefined && { raw }) })
  const full = () => `/api/v1${path}`
  const terms = () => ({ method: 'GET', path: full(), nowMs: w.b.clock.nowMs })

  test('is good once', async () => {
    const headers = proof(robot, terms())
    assert.equal((await get(headers)).status, 200)
    assert.equal((await get(headers)).body.code, 'bad-proof')
  })

  test('is good for one minute around our time, and whoever is off is told what it is', async () => {
    for (const off of [-60_000, 60_000]) {
      const nowMs = w.b.clock.nowMs + off
      assert.equal((await get(proof(robot, { ...terms(), nowMs }))).status, 200)
      const { status, body } = await get(proof(robot, { ...terms(), nowMs: nowMs + Math.sign(off) }))
      assert.deepEqual([status, body.code, body.nowMs], [401, 'bad-proof', w.b.clock.nowMs])
    }
  })

  test('is good for that path, query, method and body, and for that key and token', async () => {
    const other = await agentOn(w.site, admin, 'prover', bindings())
    const wrong = [
      get(proof(robot, { ...terms(), path: `${full()}?consumer=web` })),
      get(proof(robot, terms()), `${path}?consumer=web`),
      get(proof(robot, { ...terms(), method: 'POST' })),
      get(proof(robot, { ...terms(), body: 'x' })),
      get(proof({ ...robot, proofKey: other.proofKey }, terms())),
      get({ ...proof(robot, terms()), authorization: `Rekey ${other.token}` }),
      get({ authorization: `Rekey ${robot.token}` }),
      get({ ...proof(robot, terms()), 'rekey-proof': 'v1.1.2.3' }),
    ]
    for (const [nth, { status, body }] of (await Promise.all(wrong)).entries())
      assert.deepEqual([status, body.code], [401, 'bad-proof'], `${nth}`)
    const raw = JSON.stringify({ batch: 'batch-002', instance: 'i', statements: [] })
    const at = '/agent/observations'
    const said = { method: 'POST', path: `/api/v1${at}`, nowMs: w.b.clock.nowMs, body: raw }
    assert.equal(
      (await get(proof(robot, said), at, 'POST', raw.replace('002', '003'))).body.code,
      'bad-proof',
    )
    assert.equal((await get(proof(robot, said), at, 'POST', raw)).status, 200)
  })

  test('does not help with a token that was changed, is another’s or is over', async () => {
    const [head, payload = '', mac] = robot.token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...claims, agent: 'both' })).toString('base64url')
    for (const token of [`${head}.${forged}.${mac}`, robot.token.slice(0, -2), 'rka1..', admin]) {
      const { status } = await get(proof({ ...robot, token }, terms()))
      assert.equal(status, 401, token.slice(0, 8))
    }
    assert.equal((await get({ authorization: `Bearer ${robot.token}` })).status, 401)
  })
})
