import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acme, acmeFile, answerJson, failure } from './fixtures.ts'

test('the last use of each key is told as it is, and what is not known is a gap', async t => {
  const keys = [
    { id: 'k1', name: 'a', used: '2026-01-05T09:00:00Z' },
    { id: 'k2', name: 'b', used: 1_767_603_600 },
    { id: 'k3', name: 'c', used: null },
    { id: 'k4', name: 'd', used: '2025-01-01T00:00:00Z' },
  ]
  const a = await acme(t, (_, response) => answerJson(response, { keys }))
  const nowMs = Date.UTC(2026, 0, 5, 10)
  const context = { ...a.context, nowMs: () => nowMs }
  const usage = await a.provider.usage!(context, ['k1', 'k2', 'k3', 'k4', 'k5'], Date.UTC(2026, 0, 1))
  const atMs = Date.UTC(2026, 0, 5, 9)
  const seen = { seenAs: null, instance: null, outcome: 'success', atMs }
  assert.deepEqual(usage.sightings, [
    { handle: 'k1', ...seen },
    { handle: 'k2', ...seen },
  ])
  assert.deepEqual([usage.asOfMs, usage.covered], [nowMs - 60_000, null])
  assert.ok(usage.gaps.some(gap => gap.includes('k5 is not listed')))
})

test('a last use that cannot be read is a fault: it may have been a minute ago', async t => {
  const a = await acme(t, (_, response) =>
    answerJson(response, { keys: [{ id: 'k1', name: 'a', used: 'yesterday' }] }),
  )
  assert.equal((await failure(a.provider.usage!(a.context, ['k1'], 0))).code, 'unexpected')
})

test('where a request tells of one key, each is asked for', async t => {
  const file = structuredClone(acmeFile) as { verbs: { usage: object } }
  file.verbs.usage = { request: 'GET /{{settings.workspace}}/keys/{{handle}}', lastUsedAt: '$.used' }
  const a = await acme(
    t,
    ({ url }, response) =>
      url.endsWith('k1')
        ? answerJson(response, { used: 1_767_603_600_000 })
        : answerJson(response, { error: { code: 'no_key' } }, 404),
    file,
  )
  const { sightings, gaps } = await a.provider.usage!(a.context, ['k1', 'k2'], 0)
  assert.deepEqual(
    sightings.map(one => [one.handle, one.atMs]),
    [['k1', 1_767_603_600_000]],
  )
  assert.ok(gaps.some(gap => gap.startsWith('k2')))
})

const withCallers = () => {
  const file = structuredClone(acmeFile) as { verbs: { usage: object } }
  file.verbs.usage = { callers: '$.used_by[*]', caller: '$.name', lastUsedAt: '$.at' }
  return file
}

test('where a vendor tells callers apart, each of them has its own last use', async t => {
  const used_by = [
    { name: 'intake-api/2', at: 1_767_603_600 },
    { name: 'forgotten/1', at: 1_767_603_000 },
    { name: 'x'.repeat(500), at: 1_767_603_000 },
    { name: 'long-gone/1', at: '2025-01-01T00:00:00Z' },
  ]
  const keys = [
    { id: 'k1', name: 'a', used_by },
    { id: 'k2', name: 'b', used_by: [] },
  ]
  const a = await acme(t, (_, response) => answerJson(response, { keys }), withCallers())
  const { sightings, gaps } = await a.provider.usage!(a.context, ['k1', 'k2'], Date.UTC(2026, 0, 1))
  assert.deepEqual(
    sightings.map(one => [one.handle, one.seenAs, one.atMs]),
    [
      ['k1', 'intake-api/2', 1_767_603_600_000],
      ['k1', 'forgotten/1', 1_767_603_000_000],
      ['k1', 'x'.repeat(200), 1_767_603_000_000],
    ],
  )
  assert.deepEqual(gaps, [
    'of each caller of a key only the last use is told, and a caller is whoever it says that it is',
  ])
})

test('who calls itself as we do is not named, and is not hidden either', async t => {
  const keys = [{ id: 'k1', name: 'a', used_by: [{ name: 'rekey', at: 1_767_603_600 }] }]
  const a = await acme(t, (_, response) => answerJson(response, { keys }), withCallers())
  const { sightings } = await a.provider.usage!(a.context, ['k1'], 0)
  assert.deepEqual(
    sightings.map(one => one.seenAs),
    [null],
  )
})

test('a list of callers that is not there is not an empty one', async t => {
  const keys = [{ id: 'k1', name: 'a' }]
  const a = await acme(t, (_, response) => answerJson(response, { keys }), withCallers())
  assert.equal((await failure(a.provider.usage!(a.context, ['k1'], 0))).code, 'unexpected')
})
