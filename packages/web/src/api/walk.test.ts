import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { type PageOf, patched, walkPages } from './walk.ts'

test('a list is read page by page to its end, and tells of each page', async () => {
  const pages = new Map<string | undefined, PageOf<number>>([
    [undefined, { items: [1, 2], next: 'b' }],
    ['b', { items: [3], next: 'c' }],
    ['c', { items: [], next: null }],
  ])
  const told: number[][] = []
  let last: string | null = 'none'
  await walkPages<number>(
    async after => pages.get(after)!,
    ({ items, next }) => {
      told.push([...items])
      last = next
    },
  )
  deepEqual(told, [
    [1, 2],
    [1, 2, 3],
    [1, 2, 3],
  ])
  equal(last, null)
})

test('a cursor that stands still is an error, and no loop without an end', async () => {
  let asked = 0
  await rejects(
    walkPages<number>(
      async () => {
        asked += 1
        return { items: [1], next: 'same' }
      },
      () => undefined,
    ),
    /does not come to an end/,
  )
  equal(asked, 2)
})

test('what changed of one credential takes the place of what was there, and the rest stays the same', () => {
  const row = (credential: string, text: string) => ({ credential, text })
  const rows = [row('a', '1'), row('b', '1'), row('b', '2'), row('c', '1')]
  const of = (one: { credential: string }) => one.credential
  const fresh = new Map([
    ['b', [row('b', '3')]],
    ['d', [row('d', '1')]],
  ])
  const after = patched(rows, fresh, of)
  deepEqual(
    after.map(one => one.credential + one.text),
    ['a1', 'b3', 'c1', 'd1'],
  )
  equal(after[0], rows[0])
  deepEqual(patched(rows, new Map([['b', []]]), of).length, 2)
})
