import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { accountIn, nativeHash, quoted, text } from './account.ts'

test('the hash is the one that MariaDB’s PASSWORD() makes', () => {
  assert.equal(nativeHash(new Secret('mypass')), '*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4')
  assert.equal(nativeHash(new Secret('123456')), '*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9')
})

test('no name and no text can end its own quotes', () => {
  assert.equal(quoted('a`; DROP USER `b'), '`a``; DROP USER ``b`')
  assert.match(text(`a'"\\ü`), /^x'[0-9a-f]+'$/)
})

test('a hash is known only where it is the one way in', () => {
  const native = { plugin: 'mysql_native_password', authentication_string: '*AB' }
  assert.equal(accountIn(native).hash, '*AB')
  // Whoever comes over the socket, or with another password, is let in as well.
  assert.equal(accountIn({ ...native, auth_or: [{}, { plugin: 'unix_socket' }] }).hash, null)
  assert.equal(accountIn({ plugin: 'ed25519', authentication_string: 'AB' }).hash, null)
  assert.equal(accountIn({ ...native, authentication_string: '' }).hash, null)
})

test('what the server leaves out is not so', () => {
  const plain = accountIn({})
  assert.deepEqual([plain.isLocked, plain.defaultRole], [false, null])
  const shut = accountIn({ account_locked: true, default_role: 'app' })
  assert.deepEqual([shut.isLocked, shut.defaultRole], [true, 'app'])
})
