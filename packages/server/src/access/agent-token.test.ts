import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { agentTokens } from './agent-token.ts'
import { hmacKey } from './hmac.ts'

const key = randomBytes(32)
const nowMs = 1_790_000_000_000
const claims = { agent: 'agent-1', thumbprint: 'tp-1', expMs: nowMs + 600_000, id: 'token-1' }

describe('an access token of an agent', () => {
  test('is read as it was minted, also by another process with the same key', () => {
    const { token, proofKey } = agentTokens(key).mint(claims)
    assert.match(token, /^rka1\.[\w-]+\.[\w-]{43}$/)
    const read = agentTokens(key).read(token, nowMs)
    assert.deepEqual(read, { ...claims, proofKey: hmacKey(Buffer.from(proofKey, 'base64url')) })
  })

  test('carries its MAC over all of it, and its proof key is derived from its id', () => {
    const { token, proofKey } = agentTokens(key).mint(claims)
    const [head, payload, mac] = token.split('.')
    const byHand = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
    assert.equal(mac, byHand(`${head}.${payload}`))
    assert.equal(proofKey, byHand('proof\ntoken-1'))
    assert.ok(
      !Buffer.from(payload ?? '', 'base64url')
        .toString()
        .includes(proofKey),
    )
  })

  test('changed in any character is not read', () => {
    const tokens = agentTokens(key)
    const { token } = tokens.mint(claims)
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === 'A' ? 'B' : 'A'
      assert.equal(tokens.read(token.slice(0, i) + other + token.slice(i + 1), nowMs), null, `at ${i}`)
      assert.equal(tokens.read(token.slice(0, i), nowMs), null, `cut at ${i}`)
    }
  })

  test('of another key, or in another form, is not read', () => {
    const tokens = agentTokens(key)
    const { token } = agentTokens(randomBytes(32)).mint(claims)
    for (const bent of [token, '', 'rka1..', 'rka1.e30', `${token}.x`, 'x'.repeat(10_000)])
      assert.equal(tokens.read(bent, nowMs), null)
    assert.equal(tokens.read(null as unknown as string, nowMs), null)
  })

  test('is over at its time, whether it was remembered or not', () => {
    const tokens = agentTokens(key)
    const { token } = tokens.mint(claims)
    assert.equal(agentTokens(key).read(token, claims.expMs), null)
    assert.notEqual(tokens.read(token, claims.expMs - 1), null)
    assert.equal(tokens.read(token, claims.expMs), null)
    assert.equal(tokens.read(token, claims.expMs + 1), null)
  })

  test('that was read cannot be changed by who reads it', () => {
    const tokens = agentTokens(key)
    const { token } = tokens.mint(claims)
    const read = tokens.read(token, nowMs)
    assert.throws(() => Object.assign(read ?? {}, { agent: 'someone-else' }), TypeError)
    assert.equal(tokens.read(token, nowMs)?.agent, 'agent-1')
  })

  test('is read again after thousands of others, for what is forgotten is verified anew', () => {
    const tokens = agentTokens(key)
    const { token } = tokens.mint(claims)
    const first = tokens.read(token, nowMs)
    assert.equal(tokens.read(token, nowMs), first)
    for (let i = 0; i < 10_000; i++) tokens.read(tokens.mint({ ...claims, id: `${i}` }).token, nowMs)
    const again = tokens.read(token, nowMs)
    assert.deepEqual(again, first)
    // Not the same object: it was verified anew, so the memory is bounded.
    assert.notEqual(again, first)
  })

  test('needs a key of 32 bytes', () => {
    assert.throws(() => agentTokens(randomBytes(31)), /32 bytes/)
  })
})
