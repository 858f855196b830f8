import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planeOn } from '../api/fixtures.ts'
import { bench } from '../fixtures.ts'
import { killView } from './report.ts'
import type { KillState } from './state.ts'

test('before it is written down who was told, nobody is not said to hold it', async t => {
  const b = await bench()
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  const orderedMs = b.clock.nowMs
  const { credential } = b
  const state: KillState = {
    id: 'k-1',
    scope: { of: 'credential', credential },
    reason: 'it leaked',
    cause: { why: 'person' },
    by: 'person:alice',
    askedMs: orderedMs,
    orderedMs,
    position: 1,
    killed: [{ credential, version: 1, environment: 'production', epoch: 1, orderedMs }],
    holders: [],
    answers: [],
    dismissed: [],
  }
  const look = async () => {
    const { killed, unconfirmed } = await killView(plane, state)
    const halt = killed[0]!.steps.find(one => one.step === 'halt')!
    return { state: halt.state, text: halt.text, silent: unconfirmed.flatMap(one => one.instance ?? []) }
  }
  assert.deepEqual(await look(), {
    state: 'unconfirmed',
    text: 'whoever is connected is being told',
    silent: [],
  })
  b.clock.nowMs += 15_000
  assert.equal((await look()).text, 'nobody is known to hold it', 'by then it would have been written down')
  const loaded = {
    credential,
    consumer: 'web',
    seenAs: null,
    instance: 'p-1',
    version: 1,
    statement: { says: 'loaded' },
    atMs: orderedMs - 1,
    source: 'agent/web',
  } as const
  await b.store.observe({ source: 'agent/web', batch: 'one', receivedMs: orderedMs, observations: [loaded] })
  assert.deepEqual(await look(), { state: 'unconfirmed', text: '1 of 1 has not confirmed', silent: ['p-1'] })
})
