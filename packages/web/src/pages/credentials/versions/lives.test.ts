import assert from 'node:assert/strict'
import { test } from 'node:test'
import { livesOf, reachOf, ticksOf, type VersionView } from './lives.ts'

const version = (number: number, over: Partial<VersionView> = {}): VersionView => ({
  credential: 'doc',
  number,
  state: 'active',
  handle: null,
  fingerprint: null,
  issuedAtMs: null,
  endedAtMs: null,
  compromised: false,
  ...over,
})
let seq = 0
const event = (type: string, atMs: number, data: object, stream = 'rotation/r1') => ({
  type,
  atMs,
  stream,
  data,
  position: ++seq,
})
const effect = (verb: string, side: string, of: number, atMs: number, is = 'done') => [
  event('effectIntended', atMs, { verb, side, version: of, key: `${verb}${of}${atMs}` }),
  event('effectDone', atMs + 1, { verb, side, key: `${verb}${of}${atMs}`, result: { is } }),
]
const texts = (marks: readonly { is: string; atMs: number }[]) => marks.map(one => `${one.is} ${one.atMs}`)

test('a rotation is told as the end of one life and the beginning of another', () => {
  const [old, fresh] = livesOf(
    [version(1, { state: 'dead' }), version(2)],
    [
      event('versionImported', 50, { version: 1, issuedMs: 10 }, 'credential/doc'),
      ...effect('mint', 'new', 2, 100, 'minted'),
      ...effect('probe', 'new', 2, 110, 'accepted'),
      ...effect('disable', 'old', 1, 200),
      ...effect('destroy', 'old', 1, 300),
      ...effect('probe', 'old', 1, 310, 'refused'),
    ],
  )
  assert.deepEqual(texts(old!.marks), ['issued 10', 'active 10', 'disabled 201', 'destroyed 301', 'dead 311'])
  assert.deepEqual(texts(fresh!.marks), ['issued 101', 'active 111'])
  assert.deepEqual(old!.spans.at(-1), { is: 'dead', fromMs: 311, toMs: 311 })
  assert.deepEqual(fresh!.spans.at(-1), { is: 'active', fromMs: 111, toMs: null })
})

test('a version that was given back is active again', () => {
  const [life] = livesOf(
    [version(1)],
    [
      event('versionImported', 10, { version: 1, issuedMs: 10 }),
      ...effect('disable', 'old', 1, 20),
      event('versionReinstated', 30, { side: 'old', because: 'needed' }),
    ],
  )
  assert.deepEqual(
    life!.spans.map(one => one.is),
    ['issued', 'active', 'disabled', 'active'],
  )
})

test('a probe that is refused proves a version dead only after it was destroyed', () => {
  const [life] = livesOf(
    [version(2)],
    [...effect('mint', 'new', 2, 1), ...effect('probe', 'new', 2, 5, 'refused')],
  )
  assert.deepEqual(texts(life!.marks).includes('dead 6'), false)
})

test('to be compromised is told beside the life, and does not end it', () => {
  const [life] = livesOf(
    [version(1)],
    [event('versionImported', 1, { version: 1, issuedMs: 1 }), event('versionKilled', 9, { version: 1 })],
  )
  assert.deepEqual(texts(life!.marks), ['issued 1', 'active 1', 'compromised 9'])
  assert.equal(life!.spans.at(-1)!.is, 'active')
})

test('what the events do not tell is told by the version itself', () => {
  const [life] = livesOf([version(1, { state: 'destroyed', issuedAtMs: 5, endedAtMs: 50 })], [])
  assert.deepEqual(texts(life!.marks), ['issued 5', 'active 5', 'destroyed 50'])
  const [none] = livesOf([version(2, { state: 'intended' })], [])
  assert.deepEqual(none!.spans, [])
})

test('the axis goes from the first mark to now, with few round points on it', () => {
  const lives = livesOf([version(1, { issuedAtMs: 1_000 })], [])
  assert.deepEqual(reachOf(lives, 3_600_000 * 5), { fromMs: 1_000, toMs: 3_600_000 * 5 })
  assert.equal(reachOf([], 5), null)
  const ticks = ticksOf({ fromMs: 1_000, toMs: 3_600_000 * 5 }, 6)
  assert.deepEqual(ticks, [3_600_000, 7_200_000, 10_800_000, 14_400_000, 18_000_000])
  assert.ok(ticksOf({ fromMs: 0, toMs: 3e11 }, 6).length <= 7)
  assert.deepEqual(ticksOf({ fromMs: 1, toMs: 86_400_000 * 20 }, 2), [1, 86_400_000 * 20])
})
