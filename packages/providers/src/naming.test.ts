import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from './fixtures.ts'
import { markIn, markOf, nameOf } from './naming.ts'
import { type Operation, ProviderError } from './provider.ts'

const naming = { prefix: 'app', longest: 63 }
const context = aContext({ owner: '1f3a9c04' })
const operation: Operation = { key: 'key-7', credential: 'c', version: 7, secret: null, intendedMs: 0 }

test('a name carries its version, its owner and its operation, and is found by them again', () => {
  const name = nameOf(naming, context, operation)
  assert.equal(name, `app_v7_1f3a9c04${markOf('key-7')}`)
  assert.equal(markIn(naming, context, name), markOf('key-7'))
})

test('two operations never share a name, one always has the same', () => {
  assert.equal(nameOf(naming, context, operation), nameOf(naming, context, { ...operation }))
  assert.notEqual(nameOf(naming, context, operation), nameOf(naming, context, { ...operation, key: 'key-8' }))
})

test('what another installation, another credential or a person named is not ours', () => {
  const ours = nameOf(naming, context, operation)
  assert.equal(markIn(naming, aContext({ owner: 'ffffffff' }), ours), null)
  assert.equal(markIn({ prefix: 'ap' }, context, ours), null)
  for (const name of [
    'app',
    'app_v7',
    'app_v7_',
    `${ours}0`,
    `x${ours}`,
    ours.toUpperCase(),
    'app_vx_1f3a9c0400000000',
  ]) {
    assert.equal(markIn(naming, context, name), null, name)
  }
})

test('a prefix that is the beginning of another does not reach over', () => {
  const other = nameOf({ prefix: 'app_v2', longest: 63 }, context, operation)
  assert.equal(markIn(naming, context, other), null)
})

test('a name that is too long says which setting to shorten, and to how much', () => {
  assert.throws(
    () => nameOf({ prefix: 'a'.repeat(50), longest: 63 }, context, operation),
    (error: unknown) => {
      assert.ok(error instanceof ProviderError && error.code === 'rejected' && error.permanent)
      assert.match(error.message, /shorten the setting "prefix" to 43 or fewer/)
      return true
    },
  )
})
