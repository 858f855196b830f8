import assert from 'node:assert/strict'
import { test } from 'node:test'
import { receiver } from '../intake/fixtures.ts'
import { checkedFetch } from './checked-fetch.ts'

test('it goes to the address that was checked, whatever the name says afterwards', async t => {
  const { url, heard } = await receiver(t, (_, response) => response.end('here'))
  const { port } = new URL(url)
  let asked = 0
  const lookup = async () => {
    asked++
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const named = `http://prometheus.localhost:${port}/`
  const checked = await checkedFetch(named, { allowPrivate: true }, lookup)
  assert.ok(checked.ok)
  const body = new URLSearchParams({ query: 'up' })
  const response = await checked.fetch(named, {
    method: 'POST',
    body,
    headers: { accept: 'application/json' },
  })
  assert.deepEqual([response.status, await response.text(), asked], [200, 'here', 1])
  assert.equal(heard[0]?.body.toString(), 'query=up')
  assert.equal(heard[0]?.headers['host'], `prometheus.localhost:${port}`)
})

test('a name that leads into a private network is refused before anything is sent', async () => {
  const inside = async () => [{ address: '10.0.0.7', family: 4 }]
  const checked = await checkedFetch('https://prometheus.example.com', { allowPrivate: false }, inside)
  assert.ok(!checked.ok)
  assert.equal(checked.code, 'private-address')
})

test('unencrypted it goes to this machine only, whatever a name claims', async () => {
  const away = async () => [{ address: '10.0.0.7', family: 4 }]
  const checked = await checkedFetch('http://db.localhost:9090', { allowPrivate: true }, away)
  assert.ok(!checked.ok)
  assert.equal(checked.code, 'not-encrypted')
})
