import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filtered } from './filters.ts'
import type { ConsumerRecord } from './words.ts'

const row = (id: string, over: Partial<ConsumerRecord> & { environment?: string } = {}) => ({
  environment: 'production',
  ...({
    id,
    pathClass: 'primary',
    owner: { id: 'a', name: 'A' },
    reload: { how: 'signal' },
    observability: 'sdk',
    idle: null,
  } as ConsumerRecord),
  ...over,
})
const rows = [
  row('whole'),
  row('unowned', { owner: null }),
  row('unknown', { reload: { how: 'unknown' }, pathClass: 'exception' }),
  row('unseen', { observability: 'none', environment: 'staging' }),
  row('unwritten', { reload: { how: 'by-hand', documented: false } }),
]
const ids = (some: readonly { id: string }[]) => some.map(one => one.id)

test('consumers are found by what they lack, and the counts say how many there are of each', () => {
  const { counts, rows: all } = filtered(rows, { path: 'all', lack: 'any', environment: '' })
  assert.equal(all.length, 5)
  assert.deepEqual(counts, {
    any: 5,
    'no-owner': 1,
    'reload-unknown': 1,
    undocumented: 1,
    unseen: 1,
    idle: 0,
  })
  assert.deepEqual(ids(filtered(rows, { path: 'all', lack: 'no-owner', environment: '' }).rows), ['unowned'])
})

test('counts are of the path class and environment that are chosen', () => {
  const { counts, rows: some } = filtered(rows, { path: 'exception', lack: 'any', environment: 'production' })
  assert.deepEqual(ids(some), ['unknown'])
  assert.equal(counts['no-owner'], 0)
})
