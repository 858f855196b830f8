import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keys, keyIdOf } from './keys.ts'

test('a value is good until its key is disabled or removed, and each refusal has its own word', () => {
  const keys = new Keys()
  const { key, secret } = keys.create('production')
  assert.equal(keys.use(secret, 'api').is, 'good')
  assert.ok(keys.setEnabled(key.id, false))
  assert.deepEqual(keys.use(secret, 'api'), { is: 'refused', code: 'disabled_key' })
  assert.ok(keys.setEnabled(key.id, true))
  assert.equal(keys.use(secret, 'api').is, 'good')
  assert.ok(keys.remove(key.id))
  assert.deepEqual(keys.use(secret, 'api'), { is: 'refused', code: 'invalid_key' })
})

test('what is not there cannot be changed or removed', () => {
  const keys = new Keys()
  assert.deepEqual([keys.setEnabled('k0', true), keys.remove('k0')], [false, false])
})

test('two keys live side by side, and one of them is removed without the other', () => {
  const keys = new Keys()
  const [one, other] = [keys.create('one'), keys.create('other')]
  keys.remove(one.key.id)
  assert.deepEqual([keys.use(one.secret, 'a').is, keys.use(other.secret, 'a').is], ['refused', 'good'])
})

test('each caller has its own last use, in whole seconds, and a refusal is no use', () => {
  let nowMs = 5_900
  const keys = new Keys(() => nowMs)
  const { key, secret } = keys.create('production')
  assert.equal(keys.list()[0]!.last_used_at, null)
  keys.use(secret, 'api')
  nowMs = 9_100
  keys.use(secret, 'forgotten')
  keys.setEnabled(key.id, false)
  nowMs = 20_000
  keys.use(secret, 'api')
  const [shown] = keys.list()
  assert.deepEqual(shown!.used_by, [
    { name: 'api', last_used_at: 5 },
    { name: 'forgotten', last_used_at: 9 },
  ])
  assert.equal(shown!.last_used_at, 9)
})

test('a list holds no value, and a value tells whose it is', () => {
  const keys = new Keys()
  const { key, secret } = keys.create('production')
  assert.ok(!JSON.stringify(keys.list()).includes(secret.slice(`docs_${key.id}_`.length)))
  assert.equal(keyIdOf(secret), key.id)
  assert.equal(keyIdOf(`${secret} `), null)
})
