import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { signalDiscovery } from './discovery.ts'

async function asked(
  issuer: string,
  url: string,
): Promise<{ status: number; said: Record<string, unknown> }> {
  const server = fastify()
  signalDiscovery(server, { orders: { keys: { ring: async () => ({ issuer }) } } } as never)
  const { statusCode, body } = await server.inject({ url })
  await server.close()
  return { status: statusCode, said: JSON.parse(body) }
}

test('the path of an issuer stands behind the well-known place, and its endpoints below it', async () => {
  const issuer = 'https://cp.example/tenants/acme'
  const { status, said } = await asked(issuer, '/.well-known/ssf-configuration/tenants/acme')
  assert.equal(status, 200)
  assert.equal(said['issuer'], issuer)
  assert.equal(said['configuration_endpoint'], `${issuer}/api/v1/ssf/streams`)
  assert.equal((await asked(issuer, '/.well-known/ssf-configuration')).status, 200)
  assert.equal((await asked(issuer, '/.well-known/ssf-configuration/tenants/other')).status, 404)
  assert.equal((await asked('https://cp.example', '/.well-known/ssf-configuration/x')).status, 404)
})

test('an OAuth client finds where tokens are, and a verifier where the status lists are', async () => {
  const { said } = await asked('https://cp.example', '/.well-known/oauth-authorization-server')
  assert.deepEqual(said, {
    issuer: 'https://cp.example',
    token_endpoint: 'https://cp.example/api/v1/ssf/token',
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: ['ssf.read', 'ssf.manage'],
    status_list_aggregation_endpoint: 'https://cp.example/api/v1/status',
  })
})
