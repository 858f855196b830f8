import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looksLike } from './connections.ts'
import { differences } from './rights.ts'

const holder = (permissions = [permission('/')], tags: string[] = []) => ({
  user: { name: 'app', tags, hash: '', algorithm: '', limits: { 'max-channels': 7 } },
  rights: { permissions, topics: [{ vhost: '/', exchange: 'amq.topic', write: '^app', read: '' }] },
})
const permission = (vhost: string, write = '^app') => ({ vhost, configure: '', write, read: '.*' })

test('two that may do the same are equal, whatever marks of ours they bear', () => {
  const marked = holder([permission('/')], ['rekey-0a1b2c3d-4e5f6a7b'])
  assert.deepEqual(differences(holder(), marked), { missing: [], extra: [] })
})

test('what one may and the other may not is told in words', () => {
  assert.deepEqual(
    differences(holder(), holder([permission('/'), permission('sales', '')], ['management'])),
    {
      missing: [],
      extra: ['the tag management', 'entry to vhost sales', 'read of .* in vhost sales'],
    },
  )
  assert.deepEqual(differences(holder(), holder([permission('/', '^orders')])), {
    missing: ['write of ^app in vhost /'],
    extra: ['write of ^orders in vhost /'],
  })
})

test('a topic permission that fits no routing key is a difference: without it every key is allowed', () => {
  const free = { ...holder(), rights: { permissions: [permission('/')], topics: [] } }
  assert.equal(differences(holder(), free).missing.length, 2)
})

test('a connection looks like the name that it gave, else its product, else its address', () => {
  const given = { connection_name: 'worker', product: 'amqplib' }
  assert.equal(looksLike({ client_properties: given, peer_host: '10.0.0.7' }), 'worker')
  assert.equal(looksLike({ client_properties: { ...given, connection_name: '' } }), 'amqplib')
  assert.equal(looksLike({ client_properties: {}, peer_host: '10.0.0.7' }), '10.0.0.7')
})
