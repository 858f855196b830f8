import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProviderError } from '@rekey/providers'
import { bench } from '../fixtures.ts'
import { bounded, TooLate } from './bounded.ts'

const never = new Promise<never>(() => {})
const timedOut = (error: unknown) => error instanceof ProviderError && error.code === 'timeout'

test('a call that ignores its signal is given up when its time is over', async () => {
  const { ground } = await bench()
  ground.limits.callMs = 10
  await assert.rejects(
    bounded(ground, Number.POSITIVE_INFINITY, () => never),
    timedOut,
  )
})

test('what comes after a call that took too long is not begun', async () => {
  const { ground } = await bench()
  ground.limits.callMs = 10
  let end = () => {}
  const first = new Promise<void>(resolve => {
    end = resolve
  })
  let second: unknown = 'not asked'
  const calls = bounded(ground, Number.POSITIVE_INFINITY, async ({ enter }) => {
    await first
    try {
      enter()
      second = 'called'
    } catch (error) {
      second = error
    }
  })
  await assert.rejects(calls, timedOut)
  end()
  await new Promise(resolve => setImmediate(resolve))
  assert.ok(timedOut(second))
})

test('no call is begun that may outlive the lease', async () => {
  const { ground, clock } = await bench()
  const called = (leaseUntilMs: number) =>
    bounded(ground, leaseUntilMs, async ({ enter }) => {
      enter()
      return 'called'
    })
  const { callMs } = ground.limits
  assert.equal(await called(clock.nowMs + callMs), 'called')
  await assert.rejects(called(clock.nowMs + callMs - 1), TooLate)
})
