import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isUnderway, stepOf } from '@rekey/core'
import type { Store } from '@rekey/store'
import { isEnded, person } from '../fixtures.ts'
import { type Site, town } from '../http/fixtures.ts'
import { credentialSubject } from '../runner/rows.ts'
import { type KillRequest, kill } from './kill.ts'

type Happens = () => Promise<unknown>

/** A rotation whose retirement comes next, and two who kill its old version: around what the second one reads, others come in between. */
async function between(t: TestContext) {
  const happening: { credential: Happens[]; versions: Happens[] } = { credential: [], versions: [] }
  /** As which the versions were written down that the second one killed. */
  const written: string[] = []
  const slow = (store: Store): Store => ({
    ...store,
    async credential(id) {
      await happening.credential.shift()?.()
      return store.credential(id)
    },
    async versions(id) {
      const read = await store.versions(id)
      await happening.versions.shift()?.()
      return read
    },
    async commit(commit) {
      const committed = await store.commit(commit)
      for (const one of commit.writes)
        if (committed.ok && 'put' in one && one.put === 'version') written.push(one.row.state)
      return committed
    },
  })
  const w = await town({ planes: 2, bus: true })
  t.after(() => w.stop())
  const [here, there] = w.sites.map((site: Site) => site.plane) as [Site['plane'], Site['plane']]
  const { rotation } = await w.b.open()
  await w.b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'observe')
  const request: KillRequest = {
    scope: { of: 'version', credential: w.b.credential, version: 1 },
    reason: 'it leaked',
    by: person,
    cause: { why: 'person' },
  }
  const overtaken = { ...there, ground: { ...there.ground, store: slow(there.ground.store) } }
  return {
    w,
    rotation,
    happening,
    written,
    first: () => kill(here, request),
    second: () => kill(overtaken, request),
    end: () => w.b.until(rotation, isEnded),
  }
}

test('a kill that its rotation overtakes leaves a version as far in its life as it has come', async t => {
  const { w, rotation, happening, written, second, end } = await between(t)
  happening.versions.push(() => w.b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'watch'))
  assert.ok((await second()).ok)
  assert.equal(written[0], 'suspended')
  await end()
})

test('a kill that the same kill overtakes while it reads once more gives no second order', async t => {
  const { w, happening, first, second, end } = await between(t)
  const { store } = w
  happening.versions.push(async () => {
    const row = (await store.credential(w.b.credential))!
    const data = { credential: row.record }
    const event = { type: 'credentialChanged', atMs: w.b.clock.nowMs, by: 'person:alice', data }
    const committed = await store.commit({
      fence: null,
      appends: [{ stream: credentialSubject(row.id), expected: row.seq, events: [event] }],
      writes: [{ put: 'credential', row: { ...row, seq: row.seq + 1 } }],
    })
    assert.ok(committed.ok)
    happening.credential.push(first)
  })
  const answer = await second()
  assert.equal(!answer.ok && answer.code, 'nothing-to-kill')
  const orders = await store.stream('orders', 0, 100)
  assert.deepEqual(
    orders.map(one => JSON.parse(one.data).version),
    [1],
  )
  await end()
})
