import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CalendarInput, nextOpening, nextRotation, spreadOf } from './calendar.ts'
import type { Policy } from './policy.ts'
import { policyFor } from './policy-defaults.ts'
import { dayMs, hourMs, minuteMs } from './time.ts'

const issuedAtMs = Date.UTC(2025, 0, 5) // a Sunday
const llm = {
  kind: 'llm-key',
  sensitivity: 'normal',
  exposure: 'internal',
  writes: false,
  lifeMs: null,
} as const
const policy = (over: Partial<Policy> = {}) =>
  policyFor(llm, { leadMs: 36 * hourMs, jitterMs: 12 * hourMs, ...over })
const input = (over: Partial<CalendarInput> = {}): CalendarInput => ({
  credential: { id: 'c', lifeMs: null },
  policy: policy(),
  nowMs: issuedAtMs + dayMs,
  issuedAtMs,
  spread: 0.5,
  ...over,
})
const codes = (over: Partial<CalendarInput>) => nextRotation(input(over)).reasons.map(reason => reason.code)
const dueAtMs = issuedAtMs + 30 * dayMs // Tuesday, 4 February, 00:00
const plannedMs = dueAtMs - 36 * hourMs // Sunday, 2 February, 12:00

test('a rotation is due a cycle after the issue and begins its lead before', () => {
  const next = nextRotation(input())
  assert.equal(next.dueAtMs, dueAtMs)
  assert.equal(next.startAtMs, plannedMs)
  assert.equal(next.overdue, false)
})

test('the end of its life comes before the end of the cycle', () => {
  const next = nextRotation(input({ credential: { id: 'c', lifeMs: 10 * dayMs } }))
  assert.equal(next.dueAtMs, issuedAtMs + 10 * dayMs)
  assert.ok(next.reasons.some(reason => reason.code === 'end-of-life'))
})

test('jitter moves the start both ways, by the spread', () => {
  assert.equal(nextRotation(input({ spread: 0 })).startAtMs, plannedMs - 12 * hourMs)
  assert.equal(nextRotation(input({ spread: 1 })).startAtMs, plannedMs + 12 * hourMs)
})

test('without a given spread it follows from the id, and ids spread evenly', () => {
  const one = input()
  delete one.spread
  assert.deepEqual(nextRotation(one), nextRotation(one))
  const tenths = new Array<number>(10).fill(0)
  for (let at = 0; at < 20_000; at++) tenths[Math.floor(spreadOf(`cred-${at}`) * 10)]! += 1
  for (const count of tenths) assert.ok(count > 1_700 && count < 2_300, `${count} of 20000 in one tenth`)
})

test('the start moves to the next window that opens before the deadline', () => {
  const windows = [{ weekday: 1, startMinute: 120, lengthMs: 2 * hourMs }] // Monday 02:00
  const next = nextRotation(input({ policy: policy({ windows }) }))
  assert.equal(next.startAtMs, Date.UTC(2025, 1, 3, 2))
  assert.ok(next.reasons.some(reason => reason.code === 'window'))
})

test('inside an open window the start stays where it is', () => {
  const windows = [{ weekday: 0, startMinute: 600, lengthMs: 4 * hourMs }]
  assert.equal(nextRotation(input({ policy: policy({ windows }) })).startAtMs, plannedMs)
})

test('where no window fits before the deadline, it begins at its lead and says so', () => {
  const windows = [{ weekday: 5, startMinute: 0, lengthMs: hourMs }]
  assert.equal(nextRotation(input({ policy: policy({ windows }) })).startAtMs, plannedMs)
  assert.ok(codes({ policy: policy({ windows }) }).includes('no-window'))
})

test('a window may run over the end of the week', () => {
  const saturday = [{ weekday: 6, startMinute: 23 * 60, lengthMs: 4 * hourMs }]
  const sundayMs = Date.UTC(2025, 1, 2)
  assert.equal(nextOpening(saturday, sundayMs + hourMs), sundayMs + hourMs)
  assert.equal(nextOpening(saturday, sundayMs + 3 * hourMs), sundayMs + 6 * dayMs + 23 * hourMs)
})

test('a missed window is looked for anew from now', () => {
  const windows = [
    { weekday: 0, startMinute: 720, lengthMs: hourMs },
    { weekday: 1, startMinute: 0, lengthMs: hourMs },
  ]
  const next = nextRotation(input({ policy: policy({ windows }), nowMs: plannedMs + 2 * hourMs }))
  assert.equal(next.startAtMs, Date.UTC(2025, 1, 3))
})

test('long sessions defer the start, as far as policy allows and never past the deadline', () => {
  const allow = (deferForSessionsMs: number) => policy({ deferForSessionsMs })
  const until = (hours: number, deferMs: number) =>
    nextRotation(input({ sessionsEndAtMs: plannedMs + hours * hourMs, policy: allow(deferMs) }))
  assert.equal(until(3, 10 * hourMs).deferredByMs, 3 * hourMs)
  assert.equal(until(20, 10 * hourMs).startAtMs, plannedMs + 10 * hourMs)
  assert.ok(until(20, 10 * hourMs).reasons.some(reason => reason.code === 'sessions-outlast'))
  assert.equal(until(900, 900 * hourMs).startAtMs, dueAtMs)
  assert.equal(until(3, 0).deferredByMs, 0)
})

test('a window is worth more than waiting for sessions', () => {
  const windows = [{ weekday: 0, startMinute: 720, lengthMs: hourMs }]
  const next = nextRotation(
    input({
      policy: policy({ windows, deferForSessionsMs: 10 * hourMs }),
      sessionsEndAtMs: plannedMs + 5 * hourMs,
    }),
  )
  assert.equal(next.startAtMs, plannedMs)
  assert.equal(next.deferredByMs, 0)
})

test('what is overdue begins now, in or out of a window', () => {
  const windows = [{ weekday: 5, startMinute: 0, lengthMs: hourMs }]
  const next = nextRotation(input({ nowMs: dueAtMs + 3 * dayMs, policy: policy({ windows }) }))
  assert.equal(next.overdue, true)
  assert.equal(next.startAtMs, dueAtMs + 3 * dayMs)
})

test('the alarm rings when less of its life is left than policy wants, and not before', () => {
  const at = (nowMs: number) =>
    nextRotation(
      input({
        nowMs,
        credential: { id: 'c', lifeMs: 90 * dayMs },
        policy: policy({ alertBeforeMs: 14 * dayMs }),
      }),
    )
  assert.equal(at(issuedAtMs + 76 * dayMs).alert, false)
  assert.equal(at(issuedAtMs + 76 * dayMs + 1).alert, true)
})

test('a clock that was ahead at the issue does not push the deadline out of sight', () => {
  const nowMs = issuedAtMs - 400 * dayMs
  const next = nextRotation(input({ nowMs }))
  assert.equal(next.dueAtMs, nowMs + 30 * dayMs)
  assert.ok(next.reasons.some(reason => reason.code === 'clock'))
})

test('what was never issued can be issued at once', () => {
  const next = nextRotation(input({ issuedAtMs: null }))
  assert.equal(next.startAtMs, next.dueAtMs)
  assert.equal(next.overdue, false)
})

test('a rotation never starts after it is due unless it is overdue, and never in the past', () => {
  const window = fc.record({
    weekday: fc.integer({ min: 0, max: 6 }),
    startMinute: fc.integer({ min: 0, max: 1439 }),
    lengthMs: fc.integer({ min: minuteMs, max: 7 * dayMs }),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: -40, max: 60 * 24 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.array(window, { maxLength: 3 }),
      fc.option(fc.integer({ min: 0, max: 40 * 24 })),
      fc.integer({ min: 0, max: 100 }),
      fc.option(fc.integer({ min: 1, max: 60 })),
      (hours, spread, windows, sessions, defer, life) => {
        const nowMs = issuedAtMs + hours * hourMs
        const next = nextRotation(
          input({
            nowMs,
            spread,
            policy: policy({ windows, deferForSessionsMs: defer * hourMs }),
            sessionsEndAtMs: sessions === null ? null : issuedAtMs + sessions * hourMs,
            credential: { id: 'c', lifeMs: life === null ? null : life * dayMs },
          }),
        )
        assert.ok(next.startAtMs >= nowMs)
        assert.ok(next.overdue || next.startAtMs <= next.dueAtMs)
        assert.ok(next.deferredByMs >= 0 && next.deferredByMs <= defer * hourMs)
      },
    ),
  )
})
