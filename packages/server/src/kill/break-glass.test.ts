import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inline, openSqlite, type Store } from '@rekey/store'
import { listenTo } from '../feed/ear.ts'
import { allEvents } from '../fixtures.ts'
import { agentOn, ask, codeOf, ok, signedInAs, town, until } from '../http/fixtures.ts'
import { spoolIn } from './spool.ts'

/** A store that can be read and not written, as a replica that nobody has promoted. */
function frozenStore() {
  const store = { isReadOnly: false }
  const through = (real: Store): Store => ({
    ...real,
    async commit(commit) {
      if (store.isReadOnly) throw Object.assign(new Error('read-only'), { code: 'store-read-only' })
      return real.commit(commit)
    },
  })
  return { store, through }
}

describe('break-glass', () => {
  test('kills with a code and no sign-in, once for whoever has one, and tells everybody', async t => {
    const w = await town()
    t.after(() => w.stop())
    const { site, b } = w
    const admin = await signedInAs(site, 'alice', { '*': 'admin' })
    const { code, id } = await ok(site, 'POST', '/break-glass', { as: admin, body: {} }, 201)
    await until(
      () => site.plane.glass.codes().size,
      size => size === 1,
    )
    const scope = { of: 'version', credential: b.credential, version: 1 }
    const asked = (more: object = {}) => ({ body: { code, scope, reason: 'the sign-on is down', ...more } })
    assert.equal(
      await codeOf(site, 'POST', '/kills/break-glass', asked({ code: `${code}x` })),
      'not-signed-in',
    )
    const done = await ok(site, 'POST', '/kills/break-glass', asked(), 202)
    assert.deepEqual([done.orders, done.recorded], [1, true])
    assert.equal(await codeOf(site, 'POST', '/kills/break-glass', asked()), 'not-found')
    const types = (await w.store.events(0, 1_000)).map(one => one.type)
    for (const type of ['glassSet', 'glassBroken', 'killOrdered', 'orderSigned', 'versionKilled']) {
      await until(
        async () => (await w.store.events(0, 1_000)).map(one => one.type),
        all => all.includes(type),
      )
    }
    assert.ok(types.length > 0)
    assert.ok(!(await allEvents(w.store)).includes(code))
    assert.ok(w.b.trouble.some(one => one.where === 'break-glass'))
    await ok(site, 'DELETE', `/break-glass/${id}`, { as: admin })
    await until(
      () => site.plane.glass.codes().size,
      size => size === 0,
    )
    assert.equal(await codeOf(site, 'POST', '/kills/break-glass', asked()), 'not-signed-in')
  })

  test('gives the order though the store cannot be written, keeps it on the disk, and records it as soon as it can', async t => {
    const { store, through } = frozenStore()
    const real = inline(openSqlite(':memory:'))
    const w = await town({ store: real, through })
    t.after(() => w.stop())
    const { site, b } = w
    const { credential } = b
    const admin = await signedInAs(site, 'alice', { '*': 'admin' })
    const robot = await agentOn(site, admin, 'robot', [{ credential, consumer: 'web' }])
    const { code } = await ok(site, 'POST', '/break-glass', { as: admin, body: {} }, 201)
    await until(
      () => site.plane.glass.codes().size,
      size => size === 1,
    )
    await site.plane.orders.keys.ring()
    const loops = site.plane.startLoops()
    t.after(() => loops.stop())
    const ear = await listenTo(site, '/agent/stream?instance=p-1', { as: robot })
    const heard = () => ear.messages.map(one => one.data).filter(one => one.type === 'kill')
    store.isReadOnly = true
    const scope = { of: 'version', credential, version: 1 }
    const body = { code, scope, reason: 'the store is read-only' }
    const done = await ok(site, 'POST', '/kills/break-glass', { body }, 202)
    assert.equal(done.recorded, false)
    const [first] = await until(heard, some => some.length === 1)
    const claims = (text: string) => JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString())
    const event = Object.values(claims(first.order).events)[0] as Record<string, unknown>
    assert.deepEqual([event['x_provisional'], event['x_revocation_epoch']], [true, 0])
    // Nobody is given what was killed, though the record does not say so.
    assert.equal(
      await codeOf(site, 'GET', `/agent/credentials/${credential}`, { as: robot }),
      'version-ended',
    )
    store.isReadOnly = false
    const [, second] = await until(heard, some => some.length === 2)
    assert.equal(claims(second.order).jti, claims(first.order).jti)
    const view = await until(
      () => ask(site, 'GET', `/kills/${done.kill}`, { as: admin }),
      ({ status }) => status === 200,
    )
    assert.match(view.body.cause, /break-glass/)
    assert.deepEqual(
      view.body.killed.map((one: { epoch: number }) => one.epoch),
      [1],
    )
    ear.stop()
  })

  test('keeps what it has given through a crash, and forgets what is recorded', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-spool-'))
    try {
      const path = join(folder, 'deep', 'spool')
      const order = { credential: 'c', version: 1, jti: 'j', text: 't' }
      const one = { kill: 'k1', reason: 'r', code: 'c1', atMs: 1, orders: [order] }
      spoolIn(path).add(one)
      spoolIn(path).add({ ...one, kill: 'k2' })
      const again = spoolIn(path)
      assert.deepEqual(
        again.all().map(each => each.kill),
        ['k1', 'k2'],
      )
      again.drop('k1')
      assert.deepEqual(
        spoolIn(path)
          .all()
          .map(each => each.kill),
        ['k2'],
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
