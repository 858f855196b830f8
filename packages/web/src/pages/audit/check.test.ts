import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCheckpoint } from '../../proof/checkpoint.ts'
import { parseKey } from '../../proof/key.ts'
import { checkEvent, checkGrowth, checkLog, type LogAsks } from './check.ts'
import { type SealedLog, sealedLog } from './sealed-log.spec.ts'

function asksOf(log: SealedLog, isSeen: (position: number) => boolean = () => true): LogAsks {
  return {
    async history({ before = log.events.length + 1, limit = 100 }) {
      const items = log.events.filter(one => one.position < before && isSeen(one.position)).reverse()
      const some = items.slice(0, limit)
      return {
        items: some,
        position: some.at(-1)?.position ?? 1,
        more: some.length < items.length,
        last: log.events.length,
      }
    },
    async proof(position) {
      const { proof, leaf } = log.evidenceOf(position - 1)
      return { proof, leaf: position - 1, data: leaf }
    },
    async checkpoint() {
      return { checkpoint: log.note, key: log.key, size: log.events.length }
    },
  }
}

test('an event of the log is checked with what the control plane gives', async () => {
  const log = sealedLog(9)
  const { verdict, evidence } = await checkEvent(asksOf(log), log.events[3]!)
  assert.equal(verdict.outcome, 'holds')
  assert.equal(evidence.key, log.key)
  const changed = await checkEvent(asksOf(log), { ...log.events[3]!, by: 'person:mallory' })
  assert.equal(changed.verdict.outcome, 'fails')
})

test('a log that has grown since is shown to hold all that was seen, by the last event that was known', async () => {
  const [before, now] = [sealedLog(6), sealedLog(20)]
  const [then, here, key] = [parseCheckpoint(before.note), parseCheckpoint(now.note), await parseKey(now.key)]
  const grown = await checkGrowth(asksOf(now), then, here, key)
  assert.deepEqual(grown.growth, { is: 'grown', by: 14 })
  assert.equal(grown.upTo?.size, 20)
  const forked = await checkGrowth(asksOf(sealedLog(20, { changed: 2 })), then, here, key)
  assert.equal(forked.growth.is, 'forked')
  assert.equal(forked.upTo, null)
})

test('what was not shown is not said: neither to whoever may not see the event, nor where the key is another one', async () => {
  const now = sealedLog(20)
  const [then, here, key] = [
    parseCheckpoint(sealedLog(6).note),
    parseCheckpoint(now.note),
    await parseKey(now.key),
  ]
  const hidden = await checkGrowth(
    asksOf(now, position => position > 10),
    then,
    here,
    key,
  )
  assert.equal(hidden.growth.is, 'unknown')
  assert.equal(hidden.upTo, null)
  const stranger = await checkGrowth(asksOf(sealedLog(20, { seed: 9 })), then, here, key)
  assert.equal(stranger.growth.is, 'unknown')
})

test('at first sight, and while nothing is new, no event is asked for', async () => {
  const log = sealedLog(6)
  const asks: LogAsks = {
    ...asksOf(log),
    history: () => assert.fail('asked for events'),
    proof: () => assert.fail('asked for a proof'),
  }
  const [here, key] = [parseCheckpoint(log.note), await parseKey(log.key)]
  assert.equal((await checkGrowth(asks, null, here, key)).growth.is, 'first')
  const same = await checkGrowth(asks, here, here, key)
  assert.equal(same.growth.is, 'same')
  assert.equal(same.upTo?.size, 6)
  assert.equal((await checkGrowth(asks, parseCheckpoint(sealedLog(9).note), here, key)).growth.is, 'forked')
})

test('a checkpoint that was changed in the browser accuses nobody, and is not compared with again', async () => {
  const log = sealedLog(9)
  const [here, key] = [parseCheckpoint(log.note), await parseKey(log.key)]
  const bent = parseCheckpoint(sealedLog(6).note.replace('\n6\n', '\n12\n'))
  const { growth, upTo, isAnew } = await checkGrowth(asksOf(log), bent, here, key)
  assert.equal(growth.is, 'unknown')
  assert.equal(upTo?.size, 9)
  assert.ok(isAnew)
})

test('the checkpoint of the log is checked by itself as well', async () => {
  const log = sealedLog(6)
  assert.equal((await checkLog(asksOf(log))).signed, 'good')
  const other = sealedLog(6, { seed: 9 })
  assert.equal((await checkLog(asksOf({ ...log, note: other.note }))).signed, 'missing')
  const bent = log.note.replace('\n6\n', '\n7\n')
  assert.equal((await checkLog(asksOf({ ...log, note: bent }))).signed, 'bad')
  const empty = { ...asksOf(log), checkpoint: async () => ({ checkpoint: null, key: log.key, size: 0 }) }
  assert.equal((await checkLog(empty)).checkpoint, null)
})
