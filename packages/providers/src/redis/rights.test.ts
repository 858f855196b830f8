import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences } from './rights.ts'
import { userIn } from './user.ts'

const user = (commands: string, keys = '~shop:*', more: readonly unknown[] = []) =>
  userIn(['flags', ['on'], 'commands', commands, 'keys', keys, 'channels', '', ...more])
const usual = user('-@all +@read +@write')

test('whether it is on, and which password it has, makes no difference', () => {
  const off = userIn([
    'flags',
    ['off'],
    'passwords',
    ['ab'],
    'commands',
    '-@all +@read +@write',
    'keys',
    '~shop:*',
  ])
  assert.deepEqual(differences(usual, off), { missing: [], extra: [] })
})

test('commands, keys and further rules are told apart by who has them', () => {
  assert.deepEqual(differences(usual, user('-@all +@read', '~shop:* ~pay:*')), {
    missing: ['the commands +@write'],
    extra: ['the keys ~pay:*'],
  })
  const further = user('-@all +@read +@write', '~shop:*', ['selectors', [['commands', '+get', 'keys', '~x']]])
  assert.deepEqual(differences(further, usual).missing, ['the further rules (~x +get)'])
})

test('a rule that takes away is missed at the one that has it', () => {
  assert.deepEqual(differences(usual, user('-@all +@read +@write -flushall')), {
    missing: ['the commands +flushall'],
    extra: [],
  })
  assert.deepEqual(differences(user('+@all -@dangerous'), user('+@all')).extra, ['the commands +@dangerous'])
})

test('where a later rule takes back what an earlier one gave, their order counts', () => {
  const { missing, extra } = differences(user('-@all +@read -get'), user('-@all -get +@read'))
  assert.deepEqual([missing.length, extra.length], [1, 1])
})

test('a key is not missed where all keys are held', () => {
  assert.deepEqual(differences(usual, user('-@all +@read +@write', '~*')), {
    missing: [],
    extra: ['the keys ~*'],
  })
})
