// For tests only: a town in which there is one of everything that can be asked for.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isUnderway, stepOf } from '@rekey/core'
import type { Enrolled } from '../access/software-agent.ts'
import { Authenticator } from '../access/software-authenticator.ts'
import { logSigner } from '../sealing/key.ts'
import { seal } from '../sealing/seal.ts'
import { aSignal } from '../signals/fixtures.ts'
import { agentOn, apiToken, ask, asserted, ok, session, signedInAs, type Town, town } from './fixtures.ts'

export interface World extends Town {
  /** Alice, who may do everything. */
  admin: string
  agent: Enrolled
  /** The token of a source of telemetry, and the secret of one that signs. */
  source: string
  signing: string
  /** The secret of a source of signals; and a signal about the credential. */
  signalling: string
  signal: string
  /** The secret of a receiver of shared signals. */
  receiver: string
  /** Of the agent `other`: a join token and its id, and the thumbprint of a key. */
  join: string
  joinId: string
  key: string
  /** Of an API token of Alice. */
  token: string
  rotation: string
  proposal: string
  passkey: Authenticator
  /** Where an OpenID Connect provider describes itself. */
  issuer: string
}

const reason = 'because the test says so'

export async function world(): Promise<World> {
  const t = await town()
  const { b, site } = t
  const admin = await signedInAs(site, 'alice', { '*': 'admin' })
  await signedInAs(site, 'dora', { production: 'viewer' })
  const bob = await signedInAs(site, 'bob', { production: 'approver' })
  const { credential } = b
  const agent = await agentOn(site, admin, 'robot', [{ credential, consumer: 'web' }])
  const other = await agentOn(site, admin, 'other', [{ credential, consumer: 'queue' }])
  const made = await ok(site, 'POST', '/agents/other/join', { as: admin, body: { uses: 'many' } })
  const bindings = [{ credential, consumer: 'web' }]
  const otel = { kind: 'telemetry', bindings, lagMs: 0, services: { web: bindings[0] } }
  const source = (await ok(site, 'PUT', '/sources/otel', { as: admin, body: otel })).secret as string
  const hook = { kind: 'webhook', bindings }
  const signing = (await ok(site, 'PUT', '/sources/hook', { as: admin, body: hook })).secret as string
  const scanner = { kind: 'standard', environments: ['production'] }
  const signalling = (await ok(site, 'PUT', '/signal-sources/scanner', { as: admin, body: scanner }))
    .secret as string
  const signal = await aSignal(site.plane, credential)
  const gateway = { name: 'Gateway', environments: ['production'] }
  const receiver = (await ok(site, 'PUT', '/receivers/gateway', { as: admin, body: gateway }))
    .secret as string
  const token = (await apiToken(site, admin, ['read'])).id
  const { rotation } = await b.open()
  await b.until(rotation, state => isUnderway(state) && stepOf(state).do === 'observe')
  for (const seenAs of ['stranger', 'passer-by']) {
    const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
    await b.say('web', 1, used, { consumer: null, seenAs })
  }
  const twoPerson = { production: ['override'] }
  await ok(site, 'PUT', '/settings', { as: admin, body: { twoPerson } })
  const over = { gate: 'quiet', consumer: null, reason }
  const asked = await ask(site, 'POST', `/rotations/${rotation}/override`, { as: bob, body: over })
  const { store, vault, random } = b.ground
  await seal(b.ground, await logSigner(store, vault, 'test.rekey.local/log', random))
  const { issuer, server } = await provider()
  return {
    ...t,
    admin: await session(site, 'alice'),
    agent: { ...agent, ...(await freshly(t, agent)) },
    source,
    signing,
    signalling,
    signal,
    receiver,
    join: made.join,
    joinId: made.id,
    key: other.keys.thumbprint,
    token,
    rotation,
    proposal: asked.body.id,
    passkey: new Authenticator('ES256'),
    issuer,
    async stop() {
      server.close()
      await t.stop()
    },
  }
}

/** The rotation took days, and tokens live for minutes. */
const freshly = ({ site }: Town, { keys }: Enrolled) =>
  ok(site, 'POST', '/agent/token', { body: { assertion: asserted(site, keys) } })

async function provider(): Promise<{ issuer: string; server: Server }> {
  const server = createServer((_request, response) => {
    const places = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].map(one => [
      one,
      `${issuer}/${one}`,
    ])
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ issuer, ...Object.fromEntries(places) }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { issuer, server }
}
