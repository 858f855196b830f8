import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { hashOf, rulesFor, userIn } from './user.ts'

// As Redis 7.0 answers ACL GETUSER.
const template = [
  ...['flags', ['off', 'sanitize-payload'], 'passwords', []],
  ...['commands', '-@all +@write +@read +config|get -get', 'keys', '~a:* %R~b:*', 'channels', '&ch'],
  'selectors',
  [
    ['commands', '-@all +set', 'keys', '~sel:*', 'channels', ''],
    ['commands', '-@all +get', 'keys', '~q', 'channels', '&zz'],
  ],
]
const hash = 'ab'.repeat(32)

test('the hash is plain SHA-256, in small letters', () => {
  assert.equal(hashOf(new Secret('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('the rules of the template are given in their order, after all that stood there is gone', () => {
  assert.deepEqual(rulesFor(userIn(template), hash), [
    ...['reset', 'resetchannels', '~a:*', '%R~b:*', '&ch'],
    ...['-@all', '+@write', '+@read', '+config|get', '-get'],
    ...['(~sel:* -@all +set)', '(~q &zz -@all +get)'],
    ...[`#${hash}`, 'on'],
  ])
})

test('no password, no open door and no state of the template is passed on', () => {
  const open = userIn(['flags', ['on', 'nopass'], 'passwords', ['cd'.repeat(32)], 'commands', '+@all'])
  assert.deepEqual([open.isOn, open.isOpen], [true, true])
  assert.deepEqual(rulesFor(open, hash), ['reset', 'resetchannels', '+@all', `#${hash}`, 'on'])
})

test('the answer of Redis 6, which has lists and flags, comes to the same rules', () => {
  const six = userIn([
    ...['flags', ['on', 'allchannels'], 'passwords', [hash]],
    ...['commands', '-@all +get', 'keys', ['a:*', 'b:*'], 'channels', ['*']],
  ])
  assert.deepEqual(rulesFor(six, hash), [
    ...['reset', 'resetchannels', '~a:*', '~b:*', '&*', '-@all', '+get', `#${hash}`, 'on'],
  ])
  assert.deepEqual(userIn(['flags', ['on', 'allkeys'], 'keys', ['*']]).keys, ['~*'])
})
