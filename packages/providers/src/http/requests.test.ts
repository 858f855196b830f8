import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paced } from './requests.ts'

test('the requests of a minute may come at once, and then so many a second', async () => {
  let nowMs = 0
  const turn = paced(1, () => nowMs)
  const none = new AbortController().signal
  const isFree = () => {
    const ended = AbortSignal.timeout(5)
    return turn(ended, 'Acme').then(
      () => true,
      () => false,
    )
  }
  for (let at = 0; at < 60; at++) await turn(none, 'Acme')
  assert.equal(await isFree(), false)
  nowMs += 10_000
  assert.equal(await isFree(), true)
})

test('a call whose time is over while it waits for its turn is told so', async () => {
  const turn = paced(0.01, () => 0)
  await turn(new AbortController().signal, 'Acme')
  await assert.rejects(turn(AbortSignal.timeout(20), 'Acme'), { code: 'timeout' })
})
