import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientIn, ourAuth, refusalsIn } from './sightings.ts'

const line = (more: string) => `id=3 addr=10.1.2.3:58630 laddr=10.0.0.1:6379 fd=8 ${more} user=shop_v1 resp=2`
const refusal = (object: string, age: string, reason = 'auth') => [
  ...['count', 2, 'reason', reason, 'context', 'toplevel', 'object', object, 'username', 'shop_v1'],
  ...['age-seconds', age, 'client-info', line('name=')],
]

test('a client looks like the name that it gave, and otherwise like its address without the port', () => {
  assert.deepEqual(clientIn(line('name=worker')), { id: '3', user: 'shop_v1', seenAs: 'worker' })
  assert.equal(clientIn(line('name=')).seenAs, '10.1.2.3')
  assert.equal(clientIn('id=4 addr=[::1]:6000 name= user=a').seenAs, '[::1]')
  assert.equal(clientIn('id=5 addr=/run/redis.sock:0 name= user=a').seenAs, '/run/redis.sock')
})

test('a refused login is seen when it happened', () => {
  assert.deepEqual(refusalsIn([refusal('AUTH', '8.038')], 100_000), [
    {
      ...{ handle: 'shop_v1', seenAs: '10.1.2.3', instance: null },
      ...{ outcome: 'auth-failure', atMs: 91_962 },
    },
  ])
})

test('our own probe is no consumer, and neither is a command that was refused for want of a right', () => {
  assert.notEqual(ourAuth, ourAuth.toUpperCase())
  assert.notEqual(ourAuth, ourAuth.toLowerCase())
  assert.deepEqual(refusalsIn([refusal(ourAuth, '1'), refusal('get', '1', 'command')], 100_000), [])
  assert.deepEqual(refusalsIn(null, 0), [])
})
