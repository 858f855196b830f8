import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanOf, tellerText, type Use, usesBy } from './uses.ts'

const use = (over: Partial<Use>): Use => ({
  bucketMs: 0,
  consumer: 'web',
  version: 1,
  source: 'agent/web',
  says: 'used',
  outcome: 'success',
  lane: 'read',
  count: 1,
  firstMs: 10,
  lastMs: 20,
  ...over,
})

test('uses are summed up by consumer and version, the latest first', () => {
  const rows = usesBy([
    use({ count: 3 }),
    use({ count: 2, outcome: 'auth-failure', firstMs: 5, lane: '', source: 'hook' }),
    use({ outcome: 'rate-limit' }),
    use({ says: 'loaded', outcome: '', count: 4 }),
    use({ version: 2, lastMs: 99 }),
    use({ version: null, consumer: 'ghost' }),
    use({ version: null, says: 'covered', outcome: '', lane: 'none' }),
  ])
  assert.deepEqual(
    rows.map(({ consumer, version }) => [consumer, version]),
    [
      ['web', 2],
      ['web', 1],
      ['ghost', null],
    ],
  )
  assert.deepEqual(rows[1], {
    consumer: 'web',
    version: 1,
    successes: 3,
    refused: 2,
    otherwise: 1,
    reports: 4,
    firstMs: 5,
    lastMs: 20,
    lanes: ['read'],
    sources: ['agent/web', 'hook'],
  })
})

test('a span comes from the address, and what makes no sense there is the last day', () => {
  const at = (text: string) => spanOf(new URLSearchParams(text), 86_400_000 * 10)
  assert.deepEqual(at('from=5&to=9'), { fromMs: 5, toMs: 9, name: null })
  assert.equal(at('last=week').name, 'week')
  for (const odd of ['', 'from=9&to=5', 'from=x&to=y', 'last=ever'])
    assert.deepEqual(at(odd), { fromMs: 86_400_000 * 9, toMs: 86_400_000 * 10, name: 'day' }, odd)
})

test('who told of it is said as people call them', () => {
  assert.deepEqual(['agent/web-agent', 'person/alice', 'plane/0b1c', 'hook'].map(tellerText), [
    'agent web-agent',
    'alice',
    'Rekey',
    'hook',
  ])
})
