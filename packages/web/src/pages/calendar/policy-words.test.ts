import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { everyText, policyFacts, windowsText, windowText } from './policy-words.ts'

const hourMs = 3_600_000

test('a cycle is said in whole days or hours where it is whole', () => {
  equal(everyText(30 * 24 * hourMs), 'every 30 days')
  equal(everyText(24 * hourMs), 'every day')
  equal(everyText(6 * hourMs), 'every 6 hours')
  equal(everyText(90_000), 'every 1 min 30 s')
})

test('a window names both days where it runs over midnight, and over the end of the week', () => {
  equal(windowText({ weekday: 0, startMinute: 120, lengthMs: 4 * hourMs }), 'Sun 02:00 to 06:00 UTC')
  equal(windowText({ weekday: 6, startMinute: 1_380, lengthMs: 2 * hourMs }), 'Sat 23:00 to Sun 01:00 UTC')
})

test('without windows it begins at any hour', () => {
  equal(windowsText([]), 'at any hour')
  equal(windowsText(undefined), 'at any hour')
})

test('what a policy does not say is not made up', () => {
  deepEqual(
    policyFacts({}, 24 * hourMs).map(one => one.name),
    ['How often', 'Maintenance windows'],
  )
})
