import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Due, dayMs, groupsOf, lineOf, spanOf } from './days.ts'

const nowMs = Date.UTC(2026, 2, 10, 15, 30)
const due = (name: string, startAtMs: number, more: Partial<Due> = {}): Due => ({
  credential: name,
  name,
  environment: 'prod',
  kind: 'database',
  fingerprint: null,
  version: 1,
  issuedAtMs: null,
  lastRotationMs: null,
  dueAtMs: startAtMs + dayMs,
  startAtMs,
  leftMs: 0,
  overdue: false,
  alert: false,
  everyMs: 30 * dayMs,
  automatedBy: 'PostgreSQL login',
  openRotation: null,
  policy: {},
  reasons: [],
  ...more,
})
const at = (startAtMs: number, overdue = false) => spanOf({ startAtMs, overdue }, nowMs, 'utc')

test('what is overdue stands by itself, whenever it would begin', () => {
  equal(at(nowMs, true), 'overdue')
})

test('today ends at midnight of the clock that is shown', () => {
  equal(at(Date.UTC(2026, 2, 10, 23, 59)), 'today')
  equal(at(Date.UTC(2026, 2, 11)), 'week')
  equal(at(nowMs - dayMs), 'today')
})

test('a week is the next seven days, and a month the next thirty', () => {
  equal(at(Date.UTC(2026, 2, 16, 23)), 'week')
  equal(at(Date.UTC(2026, 2, 17)), 'month')
  equal(at(Date.UTC(2026, 3, 8, 23)), 'month')
  equal(at(Date.UTC(2026, 3, 9)), 'later')
})

test('under overdue the longest stands first, elsewhere the soonest', () => {
  const { overdue, week } = groupsOf(
    [
      due('new', nowMs, { overdue: true, dueAtMs: nowMs - 1 }),
      due('old', nowMs, { overdue: true, dueAtMs: nowMs - 9 }),
      due('b', nowMs + 3 * dayMs),
      due('a', nowMs + 2 * dayMs),
    ],
    nowMs,
    'utc',
  )
  deepEqual(
    overdue.map(one => one.name),
    ['old', 'new'],
  )
  deepEqual(
    week.map(one => one.name),
    ['a', 'b'],
  )
})

test('the line has a place for each of the next ninety days, and counts what lies beyond', () => {
  const line = lineOf(
    [
      due('a', nowMs + 8 * dayMs),
      due('b', nowMs + 200 * dayMs),
      due('c', nowMs, { overdue: true }),
      due('d', nowMs),
    ],
    nowMs,
    'utc',
  )
  deepEqual(
    line.marks.map(({ day, one }) => [day, one.name]),
    [
      [0, 'c'],
      [0, 'd'],
      [8, 'a'],
    ],
  )
  equal(line.beyond, 1)
  equal(line.overdue, 1)
  equal(line.weeks[0], 1)
  equal(line.weeks[1], 1)
})
