import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '@rekey/core'
import type { CallName, Store } from '@rekey/store'
import { type Bench, bench, isEnded, person } from '../fixtures.ts'
import { ask } from '../runner/commit.ts'
import { tick } from '../runner/tick.ts'
import { digest } from './digest.ts'
import { logSigner } from './key.ts'
import { logSubject, seal } from './seal.ts'
import { verifyLog } from './verify.ts'

const signerOf = (b: Bench) =>
  logSigner(b.store, b.ground.vault, 'test.rekey.local/log', bytes => new Uint8Array(bytes).fill(7))

async function note(b: Bench, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const expected = (await b.store.stream('notes', 0, 1_000)).length
    const events = [{ type: 'noted', atMs: n, by: 'person:alice', data: { n } }]
    const committed = await b.store.commit({
      fence: null,
      appends: [{ stream: 'notes', expected, events }],
      writes: [],
    })
    assert.ok(committed.ok)
  }
}

/** A store on which whoever comes to this call is held up there once, before it or after it. */
function heldUp(
  store: Store,
  call: CallName,
  when: 'before' | 'after',
  meanwhile: () => Promise<void>,
): Store {
  let isFirst = true
  return new Proxy(store, {
    get(of, name) {
      const found = of[name as keyof Store]
      if (name !== call || !isFirst) return found
      return async (...args: unknown[]) => {
        const pause = isFirst
        isFirst = false
        if (pause && when === 'before') await meanwhile()
        const answer = await (found as (...asked: unknown[]) => Promise<unknown>)(...args)
        if (pause && when === 'after') await meanwhile()
        return answer
      }
    },
  })
}

const places: [CallName, 'before' | 'after'][] = [
  ['unsealed', 'before'],
  ['unsealed', 'after'],
  ['logState', 'before'],
  ['logState', 'after'],
  ['tiles', 'before'],
  ['tiles', 'after'],
  ['seal', 'before'],
  ['seal', 'after'],
]

for (const [call, when] of places) {
  test(`who is held up ${when} ${call} while another control plane seals, seals nothing twice and reports no fault`, async () => {
    const b = await bench()
    const signer = await signerOf(b)
    // Tiles that are half full, so that whoever reads them later reads others.
    await note(b, 5)
    await seal(b.ground, signer)
    await note(b, 3)
    let others: number | null = null
    const store = heldUp(b.store, call, when, async () => {
      b.clock.nowMs += 2 * b.ground.limits.leaseMs
      await note(b, 300)
      others = await seal({ ...b.ground, holder: 'another' }, signer)
    })
    const sealed = await seal({ ...b.ground, store }, signer)
    assert.ok(others !== null, 'the other one did not seal')
    const { faults, size, unsealed } = await verifyLog(b.store, signer)
    assert.deepEqual(faults, [])
    assert.equal(unsealed, 0)
    assert.equal(size, (await b.store.events(0, 10_000)).length)
    // Only who had sealed before, or had read nothing yet, has anything to say.
    const isOutside = (call === 'unsealed' && when === 'before') || (call === 'seal' && when === 'after')
    if (!isOutside) assert.equal(sealed, 0)
  })
}

test('a log of which nothing is new is left as it is', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  await seal(b.ground, signer)
  const before = await b.store.logState()
  assert.equal(await seal(b.ground, signer), 0)
  assert.deepEqual(await b.store.logState(), before)
})

test('a fenced store signs nothing', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  await b.store.setMeta('fenced', '{"because":"restored"}')
  assert.equal(await seal(b.ground, signer), null)
  assert.deepEqual(await b.store.logState(), { size: 0, checkpoint: null })
})

test('whoever doubts its clock seals, digests and decides nothing, and takes no lease', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  const { rotation } = await b.open()
  await b.work()
  b.clock.nowMs += 20 * minuteMs
  const before = await b.store.events(0, 10_000)
  const doubting = { ...b.ground, doubt: () => 'the clock jumped' }
  assert.equal(await seal(doubting, signer), null)
  assert.equal(await digest(doubting), null)
  assert.deepEqual(await tick(doubting), { claimed: 0, failed: 0 })
  assert.equal((await ask(doubting, rotation, { do: 'start' }, person)).ok, false)
  assert.deepEqual(
    b.trouble.map(one => one.where),
    ['clock'],
  )
  assert.deepEqual(await b.store.events(0, 10_000), before)
  assert.deepEqual(await b.store.logState(), { size: 0, checkpoint: null })
  // Another one, whose clock is right, finds everything free.
  const other = { ...b.ground, holder: 'another' }
  for (const subject of [logSubject, `${logSubject}/digests`, `rotation/${rotation}`]) {
    const claim = await b.store.claimOne(subject, {
      holder: 'another',
      nowMs: b.clock.nowMs,
      leaseMs: 1,
    })
    assert.ok(claim !== null, `${subject} is leased`)
    await b.store.release(claim)
  }
  assert.equal(await seal(other, signer), before.length)
  assert.ok(((await digest(other)) ?? 0) > 0)
  await b.until(rotation, isEnded)
})

test('a doubt that comes in the middle of a round ends it before anything is decided or called', async () => {
  let doubt: string | null = null
  const b = await bench({
    wrap: provider => ({
      ...provider,
      async mint(context, operation) {
        const minted = await provider.mint(context, operation)
        doubt = 'the clock jumped'
        return minted
      },
    }),
  })
  const { rotation } = await b.open()
  const doubting = { ...b.ground, doubt: () => doubt }
  await tick(doubting)
  const left = await b.state(rotation)
  b.clock.nowMs += 90_000
  await tick(doubting)
  assert.deepEqual(await b.state(rotation), left)
  assert.deepEqual(b.world.effects, { mint: 1 })
  doubt = null
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
})
