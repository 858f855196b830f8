import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressOf,
  type Filters,
  isEmpty,
  matches,
  named,
  noFilters,
  queryOf,
  readFilters,
} from './filters.ts'
import { eventAt } from './fixtures.ts'

const some: Filters = {
  credential: 'db',
  environment: 'production',
  type: 'waveMoved',
  by: 'alice',
  text: 'a & b',
  fromMs: Date.UTC(2026, 0, 1),
  toMs: Date.UTC(2026, 0, 2),
}

test('filters go into the address and come back', () => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(addressOf(some))) if (value !== undefined) query.set(name, value)
  assert.deepEqual(readFilters(new URLSearchParams(query.toString())), some)
  assert.deepEqual(readFilters(new URLSearchParams('from=nonsense&text=%20')), noFilters)
  assert.ok(isEmpty(noFilters) && !isEmpty(some))
})

test('the API is asked for what was said and for nothing else; a person is meant where no kind of actor is named', () => {
  assert.deepEqual(queryOf(noFilters), {})
  const query = queryOf(some)
  assert.equal(query.by, 'person:alice')
  assert.equal(query.toMs, some.toMs! + 60_000, 'the minute that was named is in')
  assert.equal(queryOf({ ...noFilters, by: 'system:runner' }).by, 'system:runner')
})

test('what comes live is judged by the same filters', () => {
  const event = eventAt(10, { data: { reason: 'Seen in a LOG' } })
  const is = (filters: Partial<Filters>) => matches(event, { ...noFilters, ...filters })
  assert.ok(is({}))
  assert.ok(is({ text: 'a log' }) && !is({ text: 'blog' }))
  assert.ok(is({ text: 'VERSIONimported' }) && is({ text: 'credential/c3' }))
  assert.ok(is({ by: 'alice' }) && !is({ by: 'bob' }) && !is({ by: 'agent:alice' }))
  assert.ok(is({ credential: 'c3', environment: 'staging', type: 'versionImported' }))
  assert.ok(!is({ credential: 'c4' }) && !is({ environment: 'production' }) && !is({ type: 'waveMoved' }))
  assert.ok(is({ fromMs: event.atMs, toMs: event.atMs }) && !is({ fromMs: event.atMs + 1 }))
  assert.ok(!is({ toMs: event.atMs - 60_000 }) && is({ toMs: event.atMs - 59_999 }))
  const quoted = eventAt(1, { data: { reason: 'he said "no"' } })
  assert.ok(
    matches(quoted, { ...noFilters, text: '"NO"' }) && !matches(quoted, { ...noFilters, text: 'reason":' }),
  )
})

test('each filter is named, and can be taken away by itself', () => {
  const chips = named(some, String, type => type)
  assert.equal(chips.length, 7)
  const left: Filters = Object.assign({}, some, ...chips.map(one => one.without))
  assert.deepEqual(left, noFilters)
})
