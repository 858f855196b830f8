import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RotationRow } from '@rekey/store'
import { evidenceOf } from './evidence.ts'

const rowOf = (nth: number): RotationRow => ({
  id: `r-${nth}`,
  credential: `c-${nth}`,
  seq: 1,
  state: {} as never,
})

function counted() {
  const read: string[] = []
  const book = evidenceOf({
    async ledger(credential) {
      read.push(credential)
      return { entries: [], ghosts: [], targetCovered: null }
    },
  })
  const of = async (rows: RotationRow[], nowMs: number) => {
    read.length = 0
    const found = await book.of(rows, nowMs)
    assert.deepEqual([...found.keys()].sort(), rows.map(row => row.id).sort())
    return [...read]
  }
  return { of }
}

describe('what was observed of a rotation', () => {
  test('is read once, again after a second, and again when the rotation has gone on', async () => {
    const { of } = counted()
    const [one, other] = [rowOf(1), rowOf(2)]
    assert.deepEqual(await of([one, other], 0), ['c-1', 'c-2'])
    assert.deepEqual(await of([one, other], 999), [])
    assert.deepEqual(await of([{ ...one, seq: 2 }, other], 999), ['c-1'])
    assert.deepEqual(await of([other], 1_000), ['c-2'])
    assert.deepEqual(await of([one, other], 1_000), ['c-1'], 'and is forgotten with its end')
  })

  test('is read of all that are new, and of very many that have grown old the oldest first', async () => {
    const { of } = counted()
    const rows = Array.from({ length: 400 }, (_, nth) => rowOf(nth))
    assert.equal((await of(rows, 0)).length, 400)
    const first = await of(rows, 1_000)
    const then = await of(rows, 1_500)
    assert.equal(first.length, 300)
    assert.deepEqual(
      then.toSorted(),
      rows
        .map(row => row.credential)
        .filter(one => !first.includes(one))
        .toSorted(),
    )
  })
})
