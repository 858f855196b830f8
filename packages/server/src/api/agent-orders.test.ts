import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '@rekey/store'
import { agentOn, ok, type Site, sharedName, signedInAs, town } from '../http/fixtures.ts'

test('whoever has kept no order is told of all, also by a control plane that is behind', async t => {
  let hears: Promise<void> = Promise.resolve()
  let goOn: () => void = () => undefined
  const standsStill = (store: Store): Store => ({
    ...store,
    async events(after, limit) {
      await hears
      return store.events(after, limit)
    },
  })
  const w = await town({ planes: 2, through: (store, nth) => (nth === 1 ? standsStill(store) : store) })
  t.after(() => {
    goOn()
    return w.stop()
  })
  sharedName(w.sites)
  const [here, there] = w.sites as [Site, Site]
  const admin = await signedInAs(here, 'alice', { '*': 'admin' })
  const robot = await agentOn(here, admin, 'robot', [{ credential: w.b.credential, consumer: 'web' }])
  hears = new Promise(resolve => {
    goOn = resolve
  })
  w.b.clock.nowMs += 10_000
  const scope = { of: 'version', credential: w.b.credential, version: 1 }
  await ok(here, 'POST', '/kills', { as: admin, body: { reason: 'it leaked', scope } }, 201)
  const told = await ok(there, 'GET', '/agent/orders?epoch=0&serial=0&instance=p-1', { as: robot })
  assert.deepEqual([told.orders.length, told.upTo], [1, 1])
})
