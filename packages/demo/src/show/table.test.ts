import assert from 'node:assert/strict'
import { test } from 'node:test'
import { members } from '../platform/members.ts'
import { Tally } from '../platform/tally.ts'
import { cardOf, type Seen } from './card.ts'
import { KeyBook } from './keys.ts'
import { Stage } from './stage.ts'
import { bare, coloured, tableOf, wrapped } from './table.ts'

const member = (id: string) => members.find(one => one.id === id)!
const nowMs = 100_000

function seen(id: string, act: (tally: Tally) => void, more: Partial<Seen> = {}): Seen {
  const tally = new Tally([id])
  act(tally)
  const count = tally.of(member(id).id)
  return { member: member(id), count, held: [], hasRekey: false, truth: null, isGhost: false, nowMs, ...more }
}

function book(): KeyBook {
  const keys = new KeyBook()
  keys.add('k1')
  keys.add('k2')
  return keys
}

const worked = (id: string, key: string) => (tally: Tally) =>
  tally.add(id, { outcome: 'done', key, why: null, atMs: nowMs })

test('who is on the newest token is well, and who is on another is not there yet', () => {
  const keys = book()
  const on = (key: string) => cardOf(seen('intake-api', worked('intake-api', key), { held: [key] }), keys)
  assert.deepEqual([on('k2').tone, on('k2').word, on('k2').held], ['ok', 'works', 'v2'])
  assert.deepEqual([on('k1').tone, on('k1').word, on('k1').held], ['old', 'old token', 'v1'])
})

test('two processes of one consumer on two tokens are shown with both', () => {
  const card = cardOf(seen('queue-workers', worked('queue-workers', 'k2'), { held: ['k2', 'k1'] }), book())
  assert.deepEqual([card.held, card.word, card.tone], ['v1 + v2', 'old and new', 'old'])
})

test('harm is shown until something better is known: for a rare one until its next run', () => {
  const failed = (id: string, atMs: number) => (tally: Tally) => {
    tally.add(id, { outcome: 'failed', key: null, why: '401', atMs })
  }
  assert.equal(cardOf(seen('reconciliation', failed('reconciliation', 1)), book()).word, 'refused')
  const back = (tally: Tally) => {
    failed('retry-worker', 1)(tally)
    worked('retry-worker', 'k2')(tally)
  }
  assert.equal(cardOf(seen('retry-worker', back, { held: ['k2'] }), book()).word, 'works')
})

test('the table fits eighty columns, and without colours it is plain text', () => {
  const stage = new Stage()
  stage.begin(2)
  stage.step =
    'waits for proof: Retry worker, AI summariser, Webhook intake, Intake API, and whoever else there is'
  const shown = {
    ...stage.snapshot(),
    cards: members.map(({ id }) => cardOf(seen(id, worked(id, 'k1'), { held: ['k1', 'k2'] }), book())),
    keys: book().lines,
  }
  const lines = tableOf(shown, bare, [])
  for (const line of lines) assert.ok(line.length <= 80, `${line.length}: ${line}`)
  assert.ok(!lines.join('').includes('\x1b'))
  assert.ok(tableOf(shown, coloured, []).join('').includes('\x1b['))
  for (const { name } of members) assert.ok(lines.some(line => line.includes(name)))
})

test('long lines are broken between words', () => {
  const lines = wrapped('word '.repeat(40).trim(), ' 0:00  ', '       ')
  assert.ok(lines.length > 1 && lines.every(line => line.length <= 80))
  assert.equal(lines.join(' ').match(/word/g)?.length, 40)
})
