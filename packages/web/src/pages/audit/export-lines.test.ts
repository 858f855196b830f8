import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellOf, fileName, headOf, lineOf } from './export-lines.ts'
import { eventAt } from './fixtures.ts'

test('a cell that a spreadsheet would take for a formula is a text', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    const cell = cellOf(text)
    assert.ok(cell.replace(/^"/, '').startsWith("'"), cell)
  }
  assert.equal(cellOf('=HYPERLINK("x","y")'), `"'=HYPERLINK(""x"",""y"")"`)
  assert.equal(cellOf(-1), '-1', 'a number of ours is a number')
})

test('commas, quotes and line breaks stay within their cell', () => {
  assert.equal(cellOf('a,b'), '"a,b"')
  assert.equal(cellOf('say "x"'), '"say ""x"""')
  assert.equal(cellOf('a\nb'), '"a\nb"')
  assert.equal(cellOf(null), '')
  assert.equal(cellOf('plain'), 'plain')
})

test('a line of CSV has as many cells as the head, with time, sentence and data', () => {
  const line = lineOf('csv', eventAt(3))
  assert.equal(headOf('csv').split(',').length, 11)
  assert.equal(
    line,
    '3,2,2025-10-09T08:53:23.000Z,system:runner,credentialChanged,What is known of the credential c3 was changed,c3,production,credential/c3,1,"{""n"":3}"\r\n',
  )
})

test('a line of JSON Lines is the event as it came', () => {
  const event = eventAt(3, { data: { text: 'a\nb' } })
  const line = lineOf('jsonl', event)
  assert.equal(line.indexOf('\n'), line.length - 1)
  assert.deepEqual(JSON.parse(line), event)
  assert.equal(headOf('jsonl'), '')
})

test('the file is named by the moment', () => {
  assert.equal(fileName('csv', Date.UTC(2026, 10, 30, 14, 3)), 'rekey-events-2026-11-30T1403.csv')
})
