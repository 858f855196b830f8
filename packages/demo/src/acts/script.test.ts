import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Hands, known, rotateTheUsualWay, ScriptError } from './script.ts'

/** Writes down what is done, in its order. */
function hands(overrides: Partial<Hands> = {}) {
  const done: string[] = []
  let nowMs = 0
  const all: Hands = {
    async createKey() {
      done.push('create')
      return { id: 'k2', secret: 'the new value' }
    },
    writeSecret: secret => void done.push(`write ${secret}`),
    deploy: async which => void done.push(`deploy ${which}`),
    async isHealthy() {
      done.push('health')
      return true
    },
    errors: () => 0,
    async wait(ms) {
      nowMs += ms
      done.push('watch')
    },
    revoke: async id => void done.push(`revoke ${id}`),
    say: () => undefined,
    nowMs: () => nowMs,
    ...overrides,
  }
  return { done, all }
}

test('the script creates, writes, rolls what it knows, looks, watches, and only then revokes', async () => {
  const { done, all } = hands()
  const { newKey, revokedMs, looksCleanAfterMs } = await rotateTheUsualWay(all, 'k1')
  assert.deepEqual(done, [
    'create',
    'write the new value',
    ...known.map(one => `deploy ${one}`),
    'health',
    'watch',
    'revoke k1',
    'watch',
  ])
  assert.equal(newKey.id, 'k2')
  assert.ok(revokedMs > 0 && looksCleanAfterMs > revokedMs, 'it watches after the revocation as well')
})

test('a red health check revokes nothing', async () => {
  const { done, all } = hands({ isHealthy: async () => false })
  await assert.rejects(rotateTheUsualWay(all, 'k1'), ScriptError)
  assert.ok(!done.some(one => one.startsWith('revoke')))
})

test('errors of what is known revoke nothing', async () => {
  let errors = 0
  const { done, all } = hands({ errors: () => errors++ })
  await assert.rejects(rotateTheUsualWay(all, 'k1'), /error rate/)
  assert.ok(!done.some(one => one.startsWith('revoke')))
})

test('the script knows nothing of the five that break', () => {
  for (const id of ['retry-worker', 'summariser', 'reconciliation', 'support-replay', 'oversized-fallback'])
    assert.ok(!(known as readonly string[]).includes(id))
})
