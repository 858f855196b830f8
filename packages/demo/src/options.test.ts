import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionsOf, UsageError } from './options.ts'

test('what is not said is the whole story, shown, on any port', () => {
  assert.deepEqual(optionsOf([]), { json: false, act: 1, port: 0 })
  assert.deepEqual(optionsOf(['--json', '--act', '3', '--port', '8080']), { json: true, act: 3, port: 8_080 })
  assert.equal(optionsOf(['--help']), 'help')
})

test('what cannot be is refused with a sentence', () => {
  for (const wrong of [['--act', '4'], ['--act', 'x'], ['--port', '70000'], ['--fast'], ['something']])
    assert.throws(() => optionsOf(wrong), UsageError)
})
