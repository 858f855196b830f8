import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSpiffeId } from './spiffe-id.ts'

test('a SPIFFE ID is a trust domain and a path of plain segments', () => {
  for (const [text, trustDomain, path] of [
    ['spiffe://example.org/ns/a/sa/b', 'example.org', '/ns/a/sa/b'],
    ['spiffe://example.org', 'example.org', ''],
    ['spiffe://my_td-1.x/A.b-C_d/...', 'my_td-1.x', '/A.b-C_d/...'],
    [`spiffe://${'a'.repeat(255)}/x`, 'a'.repeat(255), '/x'],
  ] as const) {
    assert.deepEqual(parseSpiffeId(text), { trustDomain, path })
  }
})

test('what a parser of URLs would forgive is no SPIFFE ID', () => {
  const bent = [
    'spiffe://Example.org/a',
    'SPIFFE://example.org/a',
    'spiffe:/example.org/a',
    'spiffe:///a',
    'spiffe://',
    'spiffe://example.org/',
    'spiffe://example.org/a/',
    'spiffe://example.org//a',
    'spiffe://example.org/./a',
    'spiffe://example.org/a/..',
    'spiffe://example.org/a%2Fb',
    'spiffe://example.org/a b',
    'spiffe://example.org/ä',
    'spiffe://example.org:443/a',
    'spiffe://user@example.org/a',
    'spiffe://[::1]/a',
    'spiffe://example.org/a?x=1',
    'spiffe://example.org/a#x',
    'spiffe://example.org/a\n',
    ' spiffe://example.org/a',
    'https://example.org/a',
    `spiffe://${'a'.repeat(256)}/x`,
    `spiffe://example.org/${'a'.repeat(2_048)}`,
    '',
    null,
    7,
  ]
  for (const text of bent) assert.equal(parseSpiffeId(text), null, String(text).slice(0, 40))
})
