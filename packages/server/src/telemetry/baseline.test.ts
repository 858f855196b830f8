import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seriesMemory } from './baseline.ts'
import { turns } from './turns.ts'

const series = (size: number) =>
  new Map(Array.from({ length: size }, (_, at) => [`${at}`, { atMs: at, value: at }]))

test('who was heard longest ago is forgotten first, and never who is heard now', () => {
  const memory = seriesMemory(10)
  memory.set('a', series(4))
  memory.set('b', series(4))
  memory.set('a', series(5))
  memory.set('c', series(2))
  assert.deepEqual([memory.of('a').size, memory.of('b').size, memory.of('c').size], [5, 0, 2])
  memory.set('c', series(12))
  assert.deepEqual([memory.of('a').size, memory.of('c').size], [0, 12])
})

test('work of one source is done in turn, another’s beside it, and too much of it is not begun', async () => {
  const line = turns(2)
  const done: string[] = []
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const first = line.take('a', async () => {
    await held
    done.push('first')
  })
  const second = line.take('a', async () => {
    done.push('second')
    throw new Error('it failed')
  })
  assert.equal(await line.take('a', async () => done.push('third')), null)
  await line.take('b', async () => done.push('other'))
  release()
  await first
  await assert.rejects(second, /it failed/)
  assert.deepEqual(done, ['other', 'first', 'second'])
  assert.equal(await line.take('a', async () => 'again'), 'again')
})
