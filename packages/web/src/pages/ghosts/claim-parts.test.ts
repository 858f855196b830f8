import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { consumerOf, faultsOf, firstDraft, idFrom } from './claim-parts.ts'

const none = new Set<string>()

test('an id is made of the name that it was seen under, and is a good one', () => {
  equal(idFrom('Nightly Export (host-7)'), 'nightly-export-host-7')
  equal(idFrom('<img src=x>'), 'img-src-x')
  equal(idFrom('***'), '')
})

test('all that is wrong is said at once', () => {
  const faults = faultsOf(
    { ...firstDraft('x'), id: 'A b', name: ' ', ownerId: 'ops', reload: 'ttl', ttlSeconds: '0' },
    none,
  )
  deepEqual(Object.keys(faults).sort(), ['id', 'name', 'owner', 'ttl'])
})

test('an id that is taken is the other answer', () => {
  match(faultsOf({ ...firstDraft('web'), id: 'web' }, new Set(['web'])).id ?? '', /is registered/)
})

test('what is not known stays unknown, and is never made up', () => {
  const consumer = consumerOf(firstDraft('web'))
  deepEqual(consumer.reload, { how: 'unknown' })
  equal(consumer.owner, null)
  equal(consumer.observability, 'none')
})

test('how it takes up a value is said with what belongs to it', () => {
  deepEqual(consumerOf({ ...firstDraft('w'), reload: 'ttl', ttlSeconds: '1.5' }).reload, {
    how: 'ttl',
    ttlMs: 1_500,
  })
  deepEqual(consumerOf({ ...firstDraft('w'), reload: 'restart', documented: true }).reload, {
    how: 'restart',
    documented: true,
  })
})
