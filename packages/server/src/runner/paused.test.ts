import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, isEnded } from '../fixtures.ts'
import type { Ground } from '../ground.ts'
import { tick } from './tick.ts'

/** Each control plane with a target of its own in front of the one world, so that it shows who calls. */
function calledBy(ground: Ground, holder: string, calls: string[]): Ground {
  const provider = ground.providers.get('fake')!
  const told = Object.fromEntries(
    (['mint', 'find', 'probe', 'disable', 'destroy'] as const).map(verb => [
      verb,
      (...args: unknown[]) => {
        calls.push(`${holder} ${verb}`)
        return (provider[verb] as (...asked: unknown[]) => unknown)(...args)
      },
    ]),
  )
  return { ...ground, holder, providers: new Map([['fake', { ...provider, ...told }]]) }
}

test('who was paused between its decision and its call does not call once the lease is another’s', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const calls: string[] = []
  const other = calledBy(b.ground, 'other', calls)
  const slept = calledBy(b.ground, 'paused', calls)
  let isPaused = false
  // The value is read right before the call that needs it.
  const store = new Proxy(b.store, {
    get(of, name) {
      if (name !== 'sealed' || isPaused) return of[name as keyof typeof of]
      return async (credential: string, version: number) => {
        const row = await of.sealed(credential, version)
        isPaused = true
        b.clock.nowMs += 2 * b.ground.limits.leaseMs
        await tick(other)
        return row
      }
    },
  })
  await tick({ ...slept, store })
  assert.ok(isPaused)
  assert.deepEqual(
    calls.filter(call => call.startsWith('paused')),
    [],
  )
  assert.deepEqual(calls.slice(0, 2), ['other find', 'other mint'])
  assert.deepEqual(b.trouble, [])
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
})

test('who was paused for so long that the lease no longer covers the call renews it first, and finds what was begun', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  const { leaseMs, callMs } = b.ground.limits
  const calls: string[] = []
  let isPaused = false
  let pausedMs = 0
  const left: number[] = []
  const store = new Proxy(b.store, {
    get(of, name) {
      if (name === 'sealed' && !isPaused) {
        return async (credential: string, version: number) => {
          isPaused = true
          pausedMs = leaseMs - callMs + 1
          b.clock.nowMs += pausedMs
          return of.sealed(credential, version)
        }
      }
      if (name === 'renew') {
        return async (...[fence, untilMs]: Parameters<typeof of.renew>) => {
          calls.push('renewed')
          left.push(untilMs - b.clock.nowMs)
          return of.renew(fence, untilMs)
        }
      }
      return of[name as keyof typeof of]
    },
  })
  await tick({ ...calledBy(b.ground, 'paused', calls), store })
  assert.deepEqual(calls.slice(0, 3), ['renewed', 'paused find', 'paused mint'])
  assert.ok(left.every(ms => ms >= callMs))
  await b.until(rotation, isEnded)
  assert.equal(b.world.effects['mint'], 1)
})
