import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refused, taken } from './answer.ts'

const textOf = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes).toString('utf8')
const hexOf = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes).toString('hex')

test('what was taken whole is answered with an empty message in the encoding it came in', () => {
  const json = taken('logs', 'json')
  assert.deepEqual([json.status, json.contentType, textOf(json)], [200, 'application/json', '{}'])
  const protobuf = taken('metrics', 'protobuf')
  assert.deepEqual([protobuf.status, protobuf.contentType], [200, 'application/x-protobuf'])
  assert.equal(protobuf.bytes.length, 0)
})

test('what was taken in part says how many were rejected, and why', () => {
  const rejected = { count: 300, text: 'too old' }
  assert.deepEqual(JSON.parse(textOf(taken('logs', 'json', rejected))), {
    partialSuccess: { rejectedLogRecords: '300', errorMessage: 'too old' },
  })
  assert.deepEqual(JSON.parse(textOf(taken('metrics', 'json', rejected))), {
    partialSuccess: { rejectedDataPoints: '300', errorMessage: 'too old' },
  })
  // 300 is ac 02; the text is 7 bytes long; both together are 12.
  assert.equal(hexOf(taken('logs', 'protobuf', rejected)), '0a0c08ac021207746f6f206f6c64')
  assert.deepEqual(taken('logs', 'protobuf', rejected), taken('metrics', 'protobuf', rejected))
})

test('a text longer than 127 bytes is told with its whole length', () => {
  const { bytes } = taken('logs', 'protobuf', { count: 1, text: 'é'.repeat(100) })
  assert.deepEqual([...bytes.subarray(0, 8)], [0x0a, 205, 1, 0x08, 1, 0x12, 200, 1])
  assert.equal(bytes.length, 208)
})

test('what could not be read is answered with a status message that says what to do', () => {
  const fault = { encoding: 'json', status: 400, text: 'it is bad', how: 'Do better.' } as const
  const json = refused(fault)
  assert.deepEqual([json.status, textOf(json)], [400, '{"message":"it is bad. Do better."}'])
  const protobuf = refused({ ...fault, encoding: 'protobuf' })
  assert.equal(hexOf(protobuf), `1215${Buffer.from('it is bad. Do better.').toString('hex')}`)
  assert.equal(refused({ ...fault, encoding: null, status: 415 }).contentType, 'application/json')
})
