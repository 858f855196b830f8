import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok, signedInAs, town } from '../http/fixtures.ts'

test('a kill of a whole environment goes out in parts that are one kill', async t => {
  const w = await town()
  t.after(() => w.stop())
  const here = w.site
  const admin = await signedInAs(here, 'alice', { '*': 'admin' })
  const many = 250
  for (let at = 0; at < many; at++) {
    const credential = {
      name: `Many ${at}`,
      kind: 'http-api',
      provider: 'fake',
      target: 'many',
      environment: 'staging',
    }
    const existing = { handle: `many-${at}`, value: `many-${at}-must-never-show` }
    await ok(
      here,
      'POST',
      '/credentials',
      { as: admin, body: { id: `many-${at}`, credential, existing } },
      201,
    )
  }
  const staging = { of: 'environment', environment: 'staging' }
  const body = { reason: 'the environment is lost', scope: staging, expectVersions: many }
  const view = await ok(here, 'POST', '/kills', { as: admin, body }, 201)
  assert.equal(view.killed.length, many)
  const { items } = await ok(here, 'GET', '/kills', { as: admin })
  assert.deepEqual([items[0].id, items[0].versions, items[0].scope], [view.id, many, 'everything in staging'])
  const epochs = view.killed.map((one: { epoch: number }) => one.epoch)
  assert.equal(new Set(epochs).size, many)
})
