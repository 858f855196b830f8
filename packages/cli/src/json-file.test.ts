import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Io } from './io.ts'
import { parseJson, readFields, withoutComments } from './json-file.ts'
import { brokenAt } from './json-place.ts'

test('comments and commas at an end are allowed, and whatever stands in a text is left alone', () => {
  const text = `\ufeff{
    // what it is
    "a": "http://x//y", /* two
    lines */ "b": ["1,]", 2,],
    "c": "say \\"/* no */\\"",
  }`
  assert.deepEqual(parseJson(text, 'a file'), { a: 'http://x//y', b: ['1,]', 2], c: 'say "/* no */"' })
})

test('what is JSON stays the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      for (const space of [0, 2]) {
        const text = JSON.stringify(value, null, space)
        assert.deepEqual(parseJson(text, 'it'), JSON.parse(text))
      }
    }),
  )
})

test('every character that stays is where it was, so that a line is the line', () => {
  const text = '{\n  "a": 1, // one\n  /* x\n */ "b": [,]\n}'
  assert.equal(withoutComments(text).length, text.length)
  assert.throws(() => parseJson(text, 'rekey.json'), {
    message: 'rekey.json is not JSON: line 4, column 11.',
  })
})

test('what cannot be read is not repeated: it may be a value', () => {
  for (const wrong of ['{"a": s3cret}', '"s3cret', '{"s3cret" 1}', '', '/* never ends']) {
    assert.throws(
      () => parseJson(wrong, 'it'),
      (error: Error) => /^it is not JSON: line 1/.test(error.message) && !error.message.includes('s3cret'),
    )
  }
})

test('a file that says a thing says it by fields; what else it holds is not repeated', async () => {
  const typed = (text: string) => ({ input: { all: () => Promise.resolve(text) } }) as unknown as Io
  assert.deepEqual(await readFields('-', typed('{ "kind": "ci" }')), { kind: 'ci' })
  assert.deepEqual(await readFields(undefined, typed('{ "kind": "ci" }')), {})
  for (const text of ['["s3cret"]', '"s3cret"', 'null']) {
    await assert.rejects(readFields('-', typed(text)), { message: 'standard input is no object.' })
  }
})

test('where a text is broken is where it stops to be the beginning of JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
      const text = JSON.stringify(value)
      assert.equal(brokenAt(text), text.length)
      // A number that is cut off may still be one, and anything else is missing something at its end.
      const part = text.slice(0, cut % text.length)
      assert.ok(brokenAt(part) <= part.length)
    }),
  )
  const broken: [string, number][] = [
    ['{"a":1,,}', 7],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['tru', 0],
    ['[1]x', 3],
    ['{"a":', 5],
  ]
  for (const [text, at] of broken) assert.equal(brokenAt(text), at, text)
})
