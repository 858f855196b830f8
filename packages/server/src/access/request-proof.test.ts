import assert from 'node:assert/strict'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { hmacKey } from './hmac.ts'
import { replayGuard } from './replay-guard.ts'
import { checkProof, type Proof, proofWindowMs } from './request-proof.ts'

const nowMs = 1_790_000_000_000
const proofKey = randomBytes(32).toString('base64url')
const body = Buffer.from('{"a":1}')

interface Sent {
  method: string
  path: string
  tMs: number
  nonce: string
  body: Uint8Array | null
  key: string
}
const sent: Sent = {
  method: 'POST',
  path: '/v1/lease?x=1',
  tMs: nowMs,
  nonce: 'nonce-nonce-0001',
  body,
  key: proofKey,
}

function headerOf(change: Partial<Sent> = {}): string {
  const { method, path, tMs, nonce, body, key } = { ...sent, ...change }
  const digest = body === null ? '' : createHash('sha256').update(body).digest('base64url')
  const mac = createHmac('sha256', Buffer.from(key, 'base64url'))
    .update([method, path, tMs, nonce, digest].join('\n'))
    .digest('base64url')
  return `v1.${tMs}.${nonce}.${mac}`
}

const keyOf = (text: string) => hmacKey(Buffer.from(text, 'base64url'))

function check(change: Partial<Proof> = {}) {
  const { method, path } = sent
  const whole = {
    proofKey: keyOf(proofKey),
    header: headerOf(),
    method,
    path,
    body,
    nowMs,
    seen: replayGuard(proofWindowMs),
  }
  return checkProof({ ...whole, ...change })
}

describe('a request proof', () => {
  test('that is right is accepted once, and never again in its window', () => {
    const seen = replayGuard(proofWindowMs)
    assert.equal(check({ seen }), 'ok')
    for (let ms = 0; ms <= proofWindowMs; ms += 5_000) {
      assert.equal(check({ seen, nowMs: nowMs + ms }), 'replayed', `after ${ms} ms`)
    }
    assert.equal(check({ seen, nowMs: nowMs + proofWindowMs + 1 }), 'stale')
  })

  test('binds method, path, query, body and key', () => {
    assert.equal(check({ method: 'PUT' }), 'bad-mac')
    assert.equal(check({ path: '/v1/lease' }), 'bad-mac')
    assert.equal(check({ path: '/v1/lease?x=2' }), 'bad-mac')
    assert.equal(check({ body: Buffer.from('{"a":2}') }), 'bad-mac')
    assert.equal(check({ body: null }), 'bad-mac')
    assert.equal(check({ proofKey: hmacKey(randomBytes(32)) }), 'bad-mac')
  })

  test('binds its own time and nonce', () => {
    const header = headerOf()
    assert.equal(check({ header: header.replace(String(nowMs), String(nowMs + 1)) }), 'bad-mac')
    assert.equal(check({ header: header.replace('0001', '0002') }), 'bad-mac')
  })

  test('without a body has an empty digest, and an empty body is none', () => {
    const header = headerOf({ method: 'GET', body: null })
    assert.equal(check({ header, method: 'GET', body: null }), 'ok')
    assert.equal(check({ header, method: 'GET', body: new Uint8Array() }), 'ok')
    assert.equal(check({ header, method: 'GET' }), 'bad-mac')
  })

  test('is good for a minute before and after its time, to the millisecond', () => {
    for (const [tMs, answer] of [
      [nowMs - 60_000, 'ok'],
      [nowMs + 60_000, 'ok'],
      [nowMs - 60_001, 'stale'],
      [nowMs + 60_001, 'stale'],
    ] as const) {
      assert.equal(check({ header: headerOf({ tMs }) }), answer, `${tMs - nowMs} ms`)
    }
  })

  test('dated ahead is remembered as long as it is good', () => {
    const seen = replayGuard(proofWindowMs)
    const header = headerOf({ tMs: nowMs + 60_000 })
    assert.equal(check({ seen, header }), 'ok')
    for (let ms = 0; ms <= 120_000; ms += 1_000) {
      assert.equal(check({ seen, header, nowMs: nowMs + ms }), 'replayed', `after ${ms} ms`)
    }
    assert.equal(check({ seen, header, nowMs: nowMs + 120_001 }), 'stale')
  })

  test('with a nonce of 16 to 64 characters is taken, and no other', () => {
    assert.equal(check({ header: headerOf({ nonce: 'x'.repeat(64) }) }), 'ok')
    assert.equal(check({ header: headerOf({ nonce: 'x'.repeat(15) }) }), 'malformed')
    assert.equal(check({ header: headerOf({ nonce: 'x'.repeat(65) }) }), 'malformed')
    assert.equal(check({ header: headerOf({ nonce: 'nonce nonce 0001' }) }), 'malformed')
  })

  test('cut anywhere, or with anything around it, is malformed', () => {
    const header = headerOf()
    for (let i = 0; i < header.length; i++) assert.equal(check({ header: header.slice(0, i) }), 'malformed')
    for (const odd of [`${header} `, ` ${header}`, `${header}A`, header.replace('v1', 'v2'), `${header}\n`])
      assert.equal(check({ header: odd }), 'malformed')
    assert.equal(check({ header: undefined as unknown as string }), 'malformed')
    assert.equal(check({ header: header.replace(String(nowMs), `0${nowMs}`) }), 'malformed')
  })

  test('in another spelling of the same bytes is refused', () => {
    const header = headerOf()
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = digits.indexOf(header.at(-1) ?? '')
    assert.equal(last % 4, 0)
    assert.equal(check({ header: header.slice(0, -1) + digits[last + 1] }), 'bad-mac')
  })

  test('that is wrong is not remembered, so that strangers fill nothing', () => {
    const seen = replayGuard(proofWindowMs, 1)
    for (let i = 0; i < 10; i++) assert.equal(check({ seen, method: 'PUT' }), 'bad-mac')
    assert.equal(check({ seen }), 'ok')
  })
})
