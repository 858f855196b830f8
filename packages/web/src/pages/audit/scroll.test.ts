import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  drawnAt,
  frameHeight,
  isAtFalseEnd,
  type Measures,
  type Place,
  restOf,
  rowsAt,
  scrolled,
  startPlace,
  topOf,
  wholeHeight,
} from './scroll.ts'

const million: Measures = { count: 1_000_000, rowHeight: 52, viewHeight: 600, open: null }
const few: Measures = { ...million, count: 1_000 }
const bottomOf = (measures: Measures) => frameHeight(measures) - measures.viewHeight
const scrollTop = ({ top, shift }: Place) => top - shift

test('what scrolls is never higher than a browser can be, and as high as the rows where that is possible', () => {
  assert.equal(frameHeight(few), 52_000)
  assert.ok(frameHeight(million) < 10_000_000 && wholeHeight(million) === 52_000_000)
})

test('a small step moves by its own pixels, wherever one is', () => {
  let place = scrolled(million, startPlace, 3_000_000)
  for (const step of [1, 40, -3, 520, 1_000, -1_100]) {
    const next = scrolled(million, place, scrollTop(place) + step)
    assert.equal(next.top - place.top, step)
    place = next
  }
})

test('a leap goes to where it points: the ends of the bar are the ends of the record', () => {
  const end = scrolled(million, startPlace, bottomOf(million))
  assert.equal(end.top, wholeHeight(million) - million.viewHeight)
  assert.equal(rowsAt(million, end.top, 0).last, 999_999)
  assert.equal(scrolled(million, end, 0).top, 0)
  const middle = scrolled(million, startPlace, bottomOf(million) / 2)
  assert.ok(Math.abs(rowsAt(million, middle.top, 0).first - 500_000) < 10)
})

test('at rest the bar is where it belongs, and the same rows are seen', () => {
  for (const top of [0, 52, 700, 26_000_000, 51_999_000, 51_999_400]) {
    const { place, scrollTop } = restOf(million, top)
    assert.equal(place.top, top)
    assert.equal(place.top - place.shift, scrollTop)
    const back = scrolled(million, startPlace, scrollTop)
    if (scrollTop > 2 * million.viewHeight) assert.ok(Math.abs(back.top - top) < 10 * 52)
  }
})

test('with few rows nothing is stretched', () => {
  const place = scrolled(few, startPlace, 30_000)
  assert.deepEqual(place, { top: 30_000, shift: 0 })
  assert.deepEqual(restOf(few, 30_000), { place, scrollTop: 30_000 })
  assert.equal(isAtFalseEnd(few, place), false)
})

test('small steps from the middle to an end come to a false one, which is noticed; a true one is none', () => {
  let { place } = restOf(million, 26_000_000)
  const stepDown = (down: number) => {
    place = scrolled(million, place, scrollTop(place) + down)
  }
  for (let steps = 0; steps < 20_000 && !isAtFalseEnd(million, place); steps++) stepDown(-1_000)
  assert.ok(isAtFalseEnd(million, place))
  assert.ok(scrollTop(place) <= million.viewHeight && place.top > 1_000_000)
  const rest = restOf(million, place.top)
  assert.equal(isAtFalseEnd(million, rest.place), false)
  assert.equal(isAtFalseEnd(million, startPlace), false)
  assert.equal(isAtFalseEnd(million, restOf(million, 52_000_000).place), false)
})

test('every row is drawn at some place, also around one that is open', () => {
  const measures: Measures = { ...few, open: { at: 10, height: 300 } }
  assert.equal(wholeHeight(measures), 52_300)
  const seen = new Set<number>()
  for (let top = 0; top <= wholeHeight(measures) - 600; top += 40) {
    const { first, last } = rowsAt(measures, top, 0)
    for (let row = first; row <= last; row++) seen.add(row)
    assert.ok(topOf(measures, first) <= top, `at ${top} it begins with row ${first}`)
  }
  assert.equal(seen.size, 1_000)
  assert.equal(topOf(measures, 10), 520)
  assert.equal(topOf(measures, 11), 11 * 52 + 300)
})

test('nothing at all is no rows', () => {
  assert.deepEqual(rowsAt({ ...few, count: 0 }, 0), { first: 0, last: -1 })
  assert.deepEqual(restOf({ ...few, count: 0 }, 100).place, startPlace)
})

test('small steps draw the same rows, and all that are in view', () => {
  const drawn = new Set<string>()
  for (let top = 5_000; top < 5_052; top++) {
    const now = drawnAt(few, { top, shift: 0 })
    const { first, last } = rowsAt(few, top, 0)
    assert.ok(now.first <= first && now.last >= last)
    drawn.add(`${now.first} ${now.last}`)
  }
  assert.ok(drawn.size <= 3)
  assert.deepEqual(drawnAt(few, { top: 0, shift: 0 }).first, 0)
  assert.equal(drawnAt(few, { top: 52_000 - 600, shift: 0 }).last, 999)
})
