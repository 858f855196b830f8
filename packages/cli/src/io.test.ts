import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { outputOf, pause } from './io.ts'

const stream = (isTTY: boolean, columns = 132) =>
  Object.assign(new EventEmitter(), { isTTY, columns, rows: 40, write: () => true }) as never

test('colours are at a terminal only, and not where NO_COLOR, a dumb terminal or FORCE_COLOR=0 says so', () => {
  const has = (isTTY: boolean, environment: Record<string, string>) =>
    outputOf(stream(isTTY), environment).hasColour
  assert.deepEqual(
    [has(true, { TERM: 'xterm' }), has(false, {}), has(true, { NO_COLOR: '1' }), has(true, { TERM: 'dumb' })],
    [true, false, false, false],
  )
  assert.deepEqual(
    [has(false, { FORCE_COLOR: '1' }), has(true, { FORCE_COLOR: '0' }), has(true, { NO_COLOR: '' })],
    [true, false, true],
  )
  assert.equal(has(false, { FORCE_COLOR: '1', NO_COLOR: '1' }), false)
})

test('the width is that of the terminal, and 80 where there is none', () => {
  assert.deepEqual(
    [
      outputOf(stream(true), {}).width,
      outputOf(stream(false), {}).width,
      outputOf(stream(true, 0), {}).width,
    ],
    [132, 80, 80],
  )
})

test('a pause ends when it is over, or is ended', async () => {
  await pause(1, new AbortController().signal)
  const ended = new AbortController()
  const waiting = pause(60_000, ended.signal)
  ended.abort()
  await waiting
  await pause(60_000, ended.signal)
})
