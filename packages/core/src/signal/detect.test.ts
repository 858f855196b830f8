import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UsePact } from '../consumer.ts'
import type { Used } from '../ledger/observation.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import { look, ofDeadVersion, pactFaults, termsOf } from './detect.ts'
import { newHabit, prime, warmUp } from './habit.ts'

/** A Monday, midnight UTC. */
const mondayMs = Date.UTC(2026, 2, 2)
const at = (day: number, hour: number, minute = 0) =>
  mondayMs + day * dayMs + hour * hourMs + minute * minuteMs
const used = (more: Partial<Used> = {}): Used => ({
  says: 'used',
  outcome: 'success',
  lane: null,
  path: 'usual',
  ...more,
})

function consumer({
  pact,
  days = 7,
  perHour = 50,
}: {
  pact?: UsePact
  days?: number
  perHour?: number
} = {}) {
  const habit = newHabit()
  const terms = termsOf(pact)
  // From nine to five, in the week before.
  const hours = new Map<number, number>()
  for (let day = -days; day < 0; day++)
    for (let hour = 9; hour < 17; hour++) hours.set(at(day, hour) / hourMs, perHour)
  prime(habit, hours)
  const kinds = (atMs: number, more: Partial<Used> = {}) =>
    look(habit, terms, used(more), atMs).map(one => one.kind)
  return { habit, terms, kinds }
}

describe('hours', () => {
  test('are unusual when it never worked near that hour in the week before, once an hour', () => {
    const { kinds } = consumer()
    assert.deepEqual(kinds(at(0, 3)), ['unusual-hours'])
    assert.deepEqual(kinds(at(0, 3, 10)), [])
    assert.deepEqual(kinds(at(0, 4)), [], 'what it did at three is part of what is usual now')
  })

  test('are usual within an hour of those at which it worked', () => {
    for (const hour of [8, 9, 12, 16, 17]) assert.deepEqual(consumer().kinds(at(0, hour)), [], String(hour))
  })

  test('are not judged before there is enough to judge by', () => {
    assert.deepEqual(consumer({ days: warmUp.daysForHours - 1 }).kinds(at(0, 3)), [])
    assert.deepEqual(consumer({ perHour: 1 }).kinds(at(0, 3)), [])
    const habit = newHabit()
    assert.deepEqual(look(habit, termsOf(undefined), used(), at(0, 3)), [])
  })

  test('of a pact go before what was usual, also over midnight', () => {
    const day = consumer({ pact: { hoursUtc: [9, 17] } })
    assert.deepEqual(day.kinds(at(0, 17)), ['outside-pact'])
    assert.deepEqual(day.kinds(at(1, 9)), [])
    const night = consumer({ pact: { hoursUtc: [22, 6] } })
    assert.deepEqual(night.kinds(at(0, 3)), [])
    assert.deepEqual(night.kinds(at(0, 6)), ['outside-pact'])
  })
})

describe('an amount', () => {
  test('is unusual above four times the busiest hour of the week, once an hour', () => {
    const { kinds } = consumer()
    assert.deepEqual(kinds(at(0, 10), { times: 200 }), [])
    assert.deepEqual(kinds(at(0, 10)), ['unusual-volume'])
    assert.deepEqual(kinds(at(0, 10), { times: 900 }), [])
    assert.deepEqual(kinds(at(0, 11), { times: 901 }), [], 'the hour before is part of what is usual')
  })

  test('is not judged below a hundred, nor before there is enough to judge by', () => {
    assert.deepEqual(consumer({ perHour: 4 }).kinds(at(0, 10), { times: 100 }), [])
    assert.deepEqual(consumer({ days: warmUp.daysForVolume - 1 }).kinds(at(0, 10), { times: 9_000 }), [])
  })

  test('of many hours that is told at once is learned, and not judged', () => {
    const { kinds, habit } = consumer()
    assert.deepEqual(kinds(at(0, 10), { times: 5_000, firstMs: at(0, 2) }), [])
    assert.equal(habit.count, 5_000)
  })

  test('that comes late is part of what is usual', () => {
    const { kinds, habit } = consumer()
    kinds(at(0, 10))
    assert.deepEqual(kinds(at(0, 3), { times: 7 }), [])
    assert.equal(habit.past.get(at(0, 3) / hourMs), 7)
  })

  test('above its pact is told also of somebody who is new', () => {
    const habit = newHabit()
    const terms = termsOf({ perHour: 10 })
    assert.deepEqual(look(habit, terms, used({ times: 10 }), at(0, 10)), [])
    assert.deepEqual(
      look(habit, terms, used(), at(0, 10)).map(one => one.kind),
      ['outside-pact'],
    )
  })
})

describe('addresses', () => {
  const from = (address: string) => ({ seen: { address } })

  test('of a network that it never came from are unusual, once, after a day and many uses', () => {
    const { kinds } = consumer({ perHour: warmUp.addressed })
    assert.deepEqual(kinds(at(0, 10), { ...from('203.0.113.7'), times: warmUp.addressed }), [])
    assert.deepEqual(kinds(at(0, 11), from('198.51.100.1')), [], 'a day has not passed')
    assert.deepEqual(kinds(at(1, 11), from('203.0.113.200')), [], 'the same network')
    assert.deepEqual(kinds(at(1, 11), from('192.0.2.9')), ['unusual-address'])
    assert.deepEqual(kinds(at(1, 11), from('192.0.2.10')), [])
  })

  test('outside those of a pact are told once an hour, and what is no address is passed over', () => {
    const { kinds } = consumer({ pact: { addresses: ['10.0.0.0/8', '2001:db8::/32'] } })
    assert.deepEqual(kinds(at(0, 10), from('10.2.3.4')), [])
    assert.deepEqual(kinds(at(0, 10), from('2001:db8::7')), [])
    assert.deepEqual(kinds(at(0, 10), from('192.0.2.9')), ['outside-pact'])
    assert.deepEqual(kinds(at(0, 10), from('192.0.2.9')), [])
    assert.deepEqual(kinds(at(0, 11), from('192.0.2.9')), ['outside-pact'])
    assert.deepEqual(kinds(at(0, 11), from('a pod')), [])
  })
})

test('a pact with a range that is none is refused', () => {
  assert.deepEqual(pactFaults({ addresses: ['10.0.0.0/8', '::1'] }), [])
  assert.equal(pactFaults({ addresses: ['10.0.0.0/8', 'office'] }).length, 1)
})

test('a resource or a model outside the pact is told, and one that is in it is not', () => {
  const { kinds } = consumer({ pact: { resources: ['invoices'], models: ['small'] } })
  assert.deepEqual(kinds(at(0, 10), { seen: { resource: 'invoices', model: 'small' } }), [])
  assert.deepEqual(kinds(at(0, 10), { seen: { resource: 'payroll', model: 'large' } }), [
    'outside-pact',
    'outside-pact',
  ])
  assert.deepEqual(consumer().kinds(at(0, 10), { seen: { resource: 'payroll', model: 'large' } }), [])
})

test('what one consumer may be flagged for in an hour has an end', () => {
  const { kinds } = consumer({ pact: { resources: [] } })
  let told = 0
  for (let n = 0; n < 150; n++) told += kinds(at(0, 10), { seen: { resource: `r${n}` } }).length
  assert.equal(told, 50)
})

describe('a version that is dead', () => {
  const killed = { since: at(0, 10), how: 'killed' } as const
  const kindOf = (more: Partial<Used>, atMs: number, death: Parameters<typeof ofDeadVersion>[2] = killed) =>
    ofDeadVersion(used(more), 1, death, atMs)?.kind ?? null

  test('and is used with success is the loudest, and with a refusal a note', () => {
    assert.equal(kindOf({}, at(0, 11)), 'dead-version-success')
    assert.equal(kindOf({ outcome: 'degraded' }, at(0, 11)), 'dead-version-success')
    assert.equal(kindOf({ outcome: 'auth-failure' }, at(0, 11)), 'dead-version-refused')
    assert.equal(kindOf({ outcome: 'outage' }, at(0, 11)), null)
    assert.match(ofDeadVersion(used(), 1, killed, at(0, 11))!.text, /revoke it there again/)
  })

  test('says nothing of uses before its end, and while clocks may differ', () => {
    assert.equal(kindOf({}, at(0, 9)), null)
    assert.equal(kindOf({}, at(0, 10, 2)), null)
    assert.equal(kindOf({}, at(0, 10, 3), { since: at(0, 10), how: 'retired' }), 'dead-version-success')
  })
})
