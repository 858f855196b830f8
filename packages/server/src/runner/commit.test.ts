import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, minuteMs, stepOf } from '@rekey/core'
import type { Store } from '@rekey/store'
import { type Bench, bench, person } from '../fixtures.ts'
import { ask, attempt } from './commit.ts'
import { gather } from './gather.ts'
import { run } from './run.ts'

const failed = { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' } as const

/** A store on which whoever gathers is held up once, right after he has read. */
function heldUp(store: Store, meanwhile: () => Promise<void>): { store: Store; reads: () => number } {
  let reads = 0
  const slow = new Proxy(store, {
    get(of, name) {
      if (name !== 'rotationFacts') return of[name as keyof Store]
      return async (id: string) => {
        const facts = await of.rotationFacts(id)
        if (++reads === 1) await meanwhile()
        return facts
      }
    },
  })
  return { store: slow, reads: () => reads }
}

async function atObserve() {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'observe')
  return { b, rotation }
}

test('what was gathered longer ago than five seconds is not decided on by anyone who looks at evidence', async () => {
  const { b, rotation } = await atObserve()
  const gathered = (await gather(b.ground, rotation))!
  for (const command of ['settle', 'retire', 'passWatch', 'resume'] as const) {
    const asked = (laterMs: number) => {
      const ground = { ...b.ground, nowMs: () => gathered.atMs + laterMs }
      return attempt(ground, gathered, { do: command }, person, null)
    }
    const fresh = await asked(5_000)
    assert.ok(!fresh.ok && 'refusals' in fresh, command)
    for (const laterMs of [5_001, -5_001, 60 * minuteMs]) {
      assert.deepEqual(await asked(laterMs), { ok: false, overtaken: true }, `${command} ${laterMs}`)
    }
  }
})

test('what needs no evidence is decided on what was gathered, for the commit sees who was overtaken', async () => {
  const { b, rotation } = await atObserve()
  const gathered = (await gather(b.ground, rotation))!
  b.clock.nowMs += 60 * minuteMs
  const held = await attempt(b.ground, gathered, { do: 'hold', reason: 'freeze' }, person, null)
  assert.ok(held.ok)
  const late = await attempt(b.ground, gathered, { do: 'hold', reason: 'again' }, person, null)
  assert.deepEqual(late, { ok: false, overtaken: true })
})

test('who was held up before resuming reads anew, and sees the failure that came meanwhile', async () => {
  const resumed = async (meanwhile: (b: Bench) => Promise<void>) => {
    const { b, rotation } = await atObserve()
    b.clock.nowMs += minuteMs
    assert.ok((await ask(b.ground, rotation, { do: 'contain', cause: 'errors' }, person)).ok)
    b.clock.nowMs += minuteMs
    await b.work()
    const slow = heldUp(b.store, () => meanwhile(b))
    const answer = await ask({ ...b.ground, store: slow.store }, rotation, { do: 'resume' }, person)
    return { answer, reads: slow.reads() }
  }
  const undisturbed = await resumed(async () => {})
  assert.deepEqual([undisturbed.answer.ok, undisturbed.reads], [true, 1])
  const late = await resumed(async b => {
    b.clock.nowMs += 6_000
    await b.say('web', 2, failed)
  })
  assert.equal(late.reads, 2)
  assert.ok(!late.answer.ok)
  assert.deepEqual(
    late.answer.refusals.map(one => one.code),
    ['not-proved'],
  )
})

/** Stands where the next round retires the old version, if nothing happens: as it did in the same rotation before. */
async function ripe() {
  const first = await atObserve()
  await first.b.until(first.rotation, one => isUnderway(one) && one.old?.life !== 'active')
  const { b, rotation } = await atObserve()
  const retiredMs = first.b.clock.nowMs
  await b.until(rotation, () => b.clock.nowMs === retiredMs - 5 * minuteMs)
  b.clock.nowMs = retiredMs
  await b.work()
  const claim = await b.store.claimOne(`rotation/${rotation}`, {
    holder: b.ground.holder,
    nowMs: b.clock.nowMs,
    leaseMs: b.ground.limits.leaseMs,
  })
  assert.ok(claim !== null)
  return { b, rotation, claim }
}

test('a runner that was held up before retiring reads anew, and sees the ghost that came meanwhile', async () => {
  const retired = async (meanwhile: (b: Bench) => Promise<void>) => {
    const { b, rotation, claim } = await ripe()
    const slow = heldUp(b.store, () => meanwhile(b))
    await run({ ...b.ground, store: slow.store }, rotation, claim)
    const state = await b.state(rotation)
    assert.ok(isUnderway(state))
    return state.old?.life !== 'active'
  }
  assert.equal(await retired(async () => {}), true, 'nothing stood in its way')
  const late = await retired(async b => {
    b.clock.nowMs += 6_000
    const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
    await b.say('web', 1, used, { consumer: null, seenAs: '10.1.2.3 curl' })
  })
  assert.equal(late, false)
})

test('a time that is not to be believed decides nothing for a person either', async () => {
  const { b, rotation } = await atObserve()
  const before = await b.state(rotation)
  const doubting = { ...b.ground, doubt: () => 'the clock jumped' }
  const answer = await ask(doubting, rotation, { do: 'hold', reason: 'freeze' }, person)
  assert.ok(!answer.ok)
  assert.deepEqual(
    answer.refusals.map(one => one.code),
    ['clock-doubted'],
  )
  assert.deepEqual(await b.state(rotation), before)
  assert.ok((await ask(b.ground, rotation, { do: 'hold', reason: 'freeze' }, person)).ok)
})
