import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Secret } from '@rekey/core'
import { providersWith } from '@rekey/providers/all'
import { aContext } from '@rekey/providers/fixtures'
import { ask, DocstoreError } from './client.ts'
import { Keys } from './keys.ts'
import { docstore, slowJobMs } from './server.ts'

const admin = 'the-key-of-the-administrator'

async function open(t: TestContext) {
  const clock = { nowMs: 1_000_000 }
  const keys = new Keys(() => clock.nowMs)
  const server = docstore(admin, keys, () => clock.nowMs)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise(resolve => server.close(resolve).closeAllConnections()))
  const { port } = server.address() as { port: number }
  return { clock, keys, url: `http://127.0.0.1:${port}` }
}

const refusedWith =
  (code: string, status = 401) =>
  (error: unknown) =>
    error instanceof DocstoreError && error.status === status && error.code === code

test('work is done for a good key, and is refused to everybody else', async t => {
  const { keys, url } = await open(t)
  const { key, secret } = keys.create('production')
  const as = { url, userAgent: 'intake-api/2.3' }
  for (const what of ['POST /documents', 'POST /summaries', 'GET /me'] as const) await ask(as, what, secret)
  await assert.rejects(ask(as, 'POST /documents', 'docs_k00000000_nothing'), refusedWith('invalid_key'))
  await assert.rejects(ask(as, 'POST /documents', admin), refusedWith('invalid_key'))
  keys.setEnabled(key.id, false)
  await assert.rejects(ask(as, 'POST /documents', secret), refusedWith('disabled_key'))
  assert.deepEqual(
    keys.list()[0]!.used_by.map(one => one.name),
    ['intake-api/2.3'],
  )
})

test('a slow job is fetched later, with whatever key is good then', async t => {
  const { clock, keys, url } = await open(t)
  const [first, second] = [keys.create('first'), keys.create('second')]
  const as = { url, userAgent: 'retry-worker/3.0' }
  const { id } = await ask(as, 'POST /jobs', first.secret)
  await assert.rejects(ask(as, `GET /jobs/${id}`, first.secret), refusedWith('not_ready', 409))
  clock.nowMs += slowJobMs
  keys.remove(first.key.id)
  await assert.rejects(ask(as, `GET /jobs/${id}`, first.secret), refusedWith('invalid_key'))
  await ask(as, `GET /jobs/${id}`, second.secret)
})

test('keys are for the administrator alone', async t => {
  const { keys, url } = await open(t)
  const { secret } = keys.create('production')
  for (const value of [secret, '']) {
    const headers = { authorization: `Bearer ${value}` }
    assert.equal((await fetch(`${url}/v1/keys`, { headers })).status, 401)
    assert.equal((await fetch(`${url}/v1/keys`, { method: 'POST', headers })).status, 401)
  }
})

test('the vendor file of the demo does all that a rotation needs, by the provider that the product has', async t => {
  const { keys, url } = await open(t)
  const folder = mkdtempSync(join(tmpdir(), 'rekey-docstore-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const name = 'docstore.vendor.json'
  copyFileSync(join(import.meta.dirname, name), join(folder, name))
  const { providers, faults } = providersWith(folder)
  assert.deepEqual(faults, [])
  const provider = providers.find(one => one.kind === 'docstore')!
  const context = aContext({
    settings: { adminSecret: 'docstore-admin', prefix: 'docstore', baseUrl: `${url}/v1` },
    admin: async () => new Secret(admin),
  })
  const operation = { key: 'one', credential: 'docstore', version: 2, secret: null, intendedMs: 0 }
  const { handle, secret } = await provider.mint!(context, operation)
  assert.ok(secret !== null)
  assert.deepEqual(await provider.find!(context, operation), { is: 'done', handle })
  assert.equal(await provider.probe!(context, handle, secret), 'accepted')
  await ask({ url, userAgent: 'oversized-fallback/0.1' }, 'POST /documents', secret.reveal())
  const { sightings } = await provider.usage!(context, [handle], 0)
  assert.deepEqual(
    sightings.map(one => one.seenAs),
    [null, 'oversized-fallback/0.1'],
    'our own probe is nobody, and whoever nobody registered has its own name',
  )
  await provider.disable!(context, handle)
  assert.equal(await provider.probe!(context, handle, secret), 'refused')
  await provider.enable!(context, handle)
  assert.equal(await provider.probe!(context, handle, secret), 'accepted')
  await provider.destroy!(context, handle)
  await provider.destroy!(context, handle)
  assert.equal(await provider.probe!(context, handle, secret), 'refused')
  assert.deepEqual(keys.list(), [])
})
