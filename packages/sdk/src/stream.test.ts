import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until, withPlane } from './fixtures.ts'
import { EventReader } from './sse.ts'

test('events are read whatever the bytes are cut into, with every end of line', () => {
  const text =
    ': hello\n\nid: 7\r\ndata: {"a":\r\ndata: "ü"}\r\n\r\nid:8\rdata:x\r\revent: other\ndata: y\n\n'
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const reader = new EventReader()
    const events = []
    for (let at = 0; at < bytes.length; at += size) events.push(...reader.read(bytes.subarray(at, at + size)))
    assert.deepEqual(events, [
      { id: '7', data: '{"a":\n"ü"}' },
      { id: '8', data: 'x' },
      { id: '8', data: 'y' },
    ])
  }
})

test('a message without an end is not kept without end', () => {
  const reader = new EventReader()
  const chunk = new TextEncoder().encode(`data: ${'x'.repeat(600_000)}`)
  reader.read(chunk)
  assert.throws(() => reader.read(chunk), RangeError)
})

test('a new version is taken up when the stream tells of it, without any use', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    await until(() => plane.streams.size === 1)
    const { position } = plane.assign('docs', 2)
    await until(() => plane.said('present').some(one => one.version === 2))
    const asked = plane.asked.filter(one => one.path.includes(`since=${position}`))
    assert.equal(asked.length, 1, 'and no older answer will do')
  }))

test('a broken stream is taken up where it broke: what happened meanwhile is not missed', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    await until(() => plane.streams.size === 1)
    const { position } = plane.assign('docs', 2)
    await until(() => rekey.readiness().credentials[0]!.version === 2)
    plane.breakStreams()
    plane.assign('docs', 3)
    await until(() => rekey.readiness().credentials[0]!.version === 3)
    const again = plane.asked.filter(one => one.path.includes('/agent/stream?')).at(-1)!
    assert.equal(again.headers['last-event-id'], String(position))
  }))

test('where no stream can be had, changes are asked for', () =>
  withPlane(async (plane, rekey) => {
    plane.hasStream = false
    plane.refuses = path => (path.endsWith('/stream') ? { code: 'method-not-allowed' } : null)
    plane.assign('docs', 1)
    await rekey.credential('docs').use(() => null)
    await until(() => plane.count('/agent/changes') > 0)
    plane.assign('docs', 2)
    await until(() => rekey.readiness().credentials[0]!.version === 2)
  }))

test('whoever wants to poll gets no stream', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      await rekey.credential('docs').use(() => null)
      plane.assign('docs', 2)
      await until(() => rekey.readiness().credentials[0]!.version === 2)
      assert.equal(plane.count('/agent/stream'), 0)
    },
    { changes: 'poll' },
  ))

test('another consumer’s messages are none of ours', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    await rekey.credential('docs').use(() => null)
    await until(() => plane.streams.size === 1)
    const asked = plane.count('/agent/credentials')
    plane.tell({ credential: 'docs', consumer: 'queue', type: 'look', version: null })
    plane.tell({ credential: 'other', consumer: 'web', type: 'look', version: null })
    plane.tell({ credential: 'docs', consumer: 'web', type: 'look', version: null })
    await until(() => plane.count('/agent/credentials') > asked)
    assert.equal(plane.count('/agent/credentials'), asked + 1)
  }))
