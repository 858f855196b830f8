import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportEvents, type Progress } from './exporting.ts'
import { noFilters } from './filters.ts'
import { eventAt, fakeRecord } from './fixtures.ts'

const textOf = async (parts: Blob[]) => (await Promise.all(parts.map(one => one.text()))).join('')
const never = new AbortController().signal

test('every event is in the file once, the newest first, and the progress is told page by page', async () => {
  const record = fakeRecord(5_500, { looked: 2_000 })
  const told: Progress[] = []
  const { parts, events } = await exportEvents(
    record.read,
    { filters: noFilters, format: 'jsonl' },
    progress => told.push(progress),
    never,
  )
  const lines = (await textOf(parts)).trimEnd().split('\n')
  assert.equal(events, 5_500)
  assert.deepEqual(
    lines.map(line => (JSON.parse(line) as { position: number }).position),
    Array.from({ length: 5_500 }, (_, n) => 5_500 - n),
  )
  assert.equal(told.length, 6)
  assert.deepEqual(told.at(-1), { events: 5_500, position: 1, last: 5_500 })
})

test('only what is looked for is in the file, and only its span of time is looked through', async () => {
  const record = fakeRecord(100_000)
  const [fromMs, toMs] = [eventAt(50_000).atMs, eventAt(51_000).atMs]
  const filters = { ...noFilters, by: 'alice', fromMs, toMs }
  const { parts } = await exportEvents(record.read, { filters, format: 'csv' }, () => undefined, never)
  const rows = (await textOf(parts)).trimEnd().split('\r\n')
  assert.match(rows[0]!, /^position,leaf,at,by/)
  assert.ok(rows.slice(1).every(row => row.includes('person:alice')))
  const searched = record.asked.filter(query => query.by === 'person:alice')
  assert.ok(searched.length > 0 && searched.length < 5, `${searched.length} pages`)
  assert.ok(searched.every(query => query.fromMs === fromMs))
})

test('it stops when it is told to, and makes no file', async () => {
  const record = fakeRecord(100_000)
  const abort = new AbortController()
  const exporting = exportEvents(
    record.read,
    { filters: noFilters, format: 'csv' },
    ({ events }) => events > 3_000 && abort.abort(),
    abort.signal,
  )
  await assert.rejects(exporting, { name: 'AbortError' })
  assert.ok(record.asked.length < 6)
})
