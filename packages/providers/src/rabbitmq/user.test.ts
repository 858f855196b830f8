import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { hashed, isShut, limitsOf, opened, shut, tagsOf, type User, userFrom } from './user.ts'

const sha256 = 'rabbit_password_hashing_sha256'
const aUser = (overrides: Partial<User> = {}): User => ({
  name: 'app_v2',
  tags: ['monitoring'],
  hash: hashed(new Secret('a value')),
  algorithm: sha256,
  limits: {},
  ...overrides,
})
/** The broker adds the limits that are written to those that are there. */
const written = (before: User, after: User): User => ({
  ...after,
  limits: { ...before.limits, ...after.limits },
})

test('a value is hashed as RabbitMQ’s documentation does it', () => {
  const hash = hashed(new Secret('test12'), Buffer.from('908dc60a', 'hex'))
  assert.equal(hash, 'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR')
})

test('each hash has a salt of its own', () => {
  assert.notEqual(hashed(new Secret('a value')), hashed(new Secret('a value')))
})

for (const [algorithm, bytes] of [
  ['md5', 20],
  ['sha256', 36],
  ['sha512', 68],
] as const) {
  test(`a user whose password is kept with ${algorithm} is disabled and comes back as it was`, () => {
    const user = aUser({
      algorithm: `rabbit_password_hashing_${algorithm}`,
      hash: Buffer.alloc(bytes, 7).toString('base64'),
    })
    const off = written(user, shut(user))
    assert.equal(isShut(user), false)
    assert.equal(isShut(off), true)
    assert.equal(off.hash, user.hash)
    assert.deepEqual(opened(off), user)
  })
}

test('to disable twice changes nothing more', () => {
  const once = written(aUser(), shut(aUser()))
  assert.deepEqual(written(once, shut(once)), once)
})

test('a limit of connections is kept while the user is disabled, a limit of none as well', () => {
  for (const limit of [0, 20]) {
    const user = aUser({ limits: { 'max-channels': 7, 'max-connections': limit } })
    const off = written(user, shut(user))
    assert.equal(isShut(user), false)
    assert.equal(off.limits['max-connections'], 0)
    assert.deepEqual(limitsOf(off), user.limits)
    assert.deepEqual(opened(off), user)
  }
})

test('a password that somebody sets while the user is disabled is seen, and can be disabled', () => {
  const off = written(aUser(), shut(aUser()))
  const set = { ...off, hash: hashed(new Secret('another')), algorithm: sha256 }
  assert.equal(isShut(set), false)
  assert.equal(isShut(written(set, shut(set))), true)
})

test('a user without a password, who comes with a certificate, is disabled as well', () => {
  const user = aUser({ hash: '' })
  const off = written(user, shut(user))
  assert.equal(isShut(off), true)
  assert.deepEqual(opened(off), user)
})

test('a password that is kept in a way that we do not know is refused before anything is changed', () => {
  assert.throws(() => shut(aUser({ hash: 'AAAA', algorithm: 'our_own_hashing' })), /our_own_hashing/)
})

test('tags of ours are no rights, and tags that look like them are', () => {
  const tags = ['administrator', 'rekey-0a1b2c3d-4e5f6a7b', 'rekey-limit-5', 'rekey-fan']
  assert.deepEqual(tagsOf(aUser({ tags })), ['administrator', 'rekey-fan'])
})

test('tags are read as a list and as one text, and limits that are an empty list are none', () => {
  const given = { name: 'app', password_hash: '', hashing_algorithm: sha256 }
  assert.deepEqual(userFrom({ ...given, tags: 'a,b' }).tags, ['a', 'b'])
  assert.deepEqual(userFrom({ ...given, tags: '' }).tags, [])
  assert.deepEqual(userFrom({ ...given, tags: ['a'], limits: [] }).limits, {})
})
