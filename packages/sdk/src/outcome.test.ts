import assert from 'node:assert/strict'
import { connect as connectTo } from 'node:net'
import { test } from 'node:test'
import { classify, type Outcome } from './index.ts'

const error = (fields: object, message = 'failed') => Object.assign(new Error(message), fields)
const read = (thrown: unknown) => classify({ error: thrown })

test('errors of HTTP clients are read by their status, wherever it stands', () => {
  const expected: [number, Outcome][] = [
    [401, 'auth-failure'],
    [403, 'payload-error'],
    [429, 'rate-limit'],
    [400, 'payload-error'],
    [404, 'payload-error'],
    [409, 'payload-error'],
    [413, 'payload-error'],
    [415, 'payload-error'],
    [422, 'payload-error'],
    [408, 'outage'],
    [500, 'outage'],
    [502, 'outage'],
    [503, 'outage'],
    [504, 'outage'],
  ]
  for (const [status, outcome] of expected) {
    assert.equal(read(error({ status })), outcome)
    assert.equal(read(error({ statusCode: status })), outcome)
    assert.equal(read(error({ code: 'ERR_BAD_REQUEST', response: { status, headers: {} } })), outcome)
    assert.equal(read(error({ $metadata: { httpStatusCode: status } })), outcome)
    assert.equal(classify({ result: new Response(null, { status }) }), outcome)
  }
})

test('403 speaks of the credential only with a challenge', () => {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  assert.equal(classify({ result: new Response(null, { status: 403, headers }) }), 'auth-failure')
  assert.equal(read(error({ response: { status: 403, headers } })), 'auth-failure')
  assert.equal(classify({ result: new Response(null, { status: 403 }) }), 'payload-error')
})

test('a result that is no response is a success, whatever it is', () => {
  for (const result of [
    undefined,
    null,
    0,
    '',
    [],
    { status: 500 },
    { status: 'failed' },
    new Response(''),
  ]) {
    assert.equal(classify({ result }), 'success')
  }
})

test('databases, brokers and their like are read by their own codes', () => {
  const expected: [object, string, Outcome][] = [
    [{ code: '28P01' }, '', 'auth-failure'],
    [{ code: '28000' }, '', 'auth-failure'],
    [{ code: '53300' }, '', 'rate-limit'],
    [{ code: '57P01' }, '', 'outage'],
    [{ code: '08006' }, '', 'outage'],
    [{ code: '22P02' }, '', 'payload-error'],
    [{ code: '23505' }, '', 'payload-error'],
    [{ code: '42501' }, '', 'payload-error'],
    [{ code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 }, '', 'auth-failure'],
    [{ code: 'ER_CON_COUNT_ERROR' }, '', 'rate-limit'],
    [{ code: 'ER_DUP_ENTRY' }, '', 'payload-error'],
    [{ code: 'PROTOCOL_CONNECTION_LOST' }, '', 'outage'],
    [{}, 'WRONGPASS invalid username-password pair or user is disabled.', 'auth-failure'],
    [{}, 'NOAUTH Authentication required.', 'auth-failure'],
    [{}, 'NOPERM this user has no permissions to run the command', 'payload-error'],
    [{}, 'ERR max number of clients reached', 'rate-limit'],
    [{}, 'LOADING Redis is loading the dataset in memory', 'outage'],
    [{}, 'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "…"', 'auth-failure'],
    [{ code: 403 }, 'Channel closed by server: 403 (ACCESS-REFUSED)', 'auth-failure'],
    [{ code: 404 }, 'NOT-FOUND no queue', 'payload-error'],
    [{ code: 16, metadata: {} }, '', 'auth-failure'],
    [{ code: 8, metadata: {} }, '', 'rate-limit'],
    [{ code: 14, metadata: {} }, '', 'outage'],
    [{ code: 'EPIPE' }, '', 'outage'],
    [{ code: 'ETIMEDOUT' }, '', 'outage'],
  ]
  for (const [fields, message, outcome] of expected)
    assert.equal(read(error(fields, message)), outcome, JSON.stringify(fields) + message)
})

test('the error that matters is found inside the one that wraps it, and a circle of causes ends', () => {
  assert.equal(read(new Error('query failed', { cause: error({ code: '28P01' }) })), 'auth-failure')
  assert.equal(read(new AggregateError([error({ code: 'ECONNREFUSED' })])), 'outage')
  const circle = new Error('round')
  circle.cause = circle
  assert.equal(read(circle), 'outage')
})

test('no answer is an outage: a refused connection, a time that ran out, and whatever nobody recognises', async () => {
  const dead = await fetch('http://127.0.0.1:9').catch(thrown => thrown)
  assert.equal(read(dead), 'outage')
  const closed = await new Promise(resolve => connectTo(9, '127.0.0.1').on('error', resolve))
  assert.equal(read(closed), 'outage')
  assert.equal(read(AbortSignal.timeout(0).reason ?? new DOMException('late', 'TimeoutError')), 'outage')
  for (const strange of [undefined, null, 'text', 5, new RangeError('x'), {}])
    assert.equal(read(strange), 'outage')
})
