import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toUtf8 } from './encoding.ts'
import { LogError } from './error.ts'
import { type Leaf, leafBytes, parseLeaf } from './leaf.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const leaf: Leaf = {
  v: 1,
  seq: 41,
  ts: 1_760_000_000_123,
  actor: 'person:p_7',
  action: 'credential.revoke',
  subject: 'cred/c_12/v/7',
  evidence: [digest],
  prev_state: 'active',
}
const text = `{"action":"credential.revoke","actor":"person:p_7","evidence":["${digest}"],"prev_state":"active","seq":41,"subject":"cred/c_12/v/7","ts":1760000000123,"v":1}`
const hasCode = (code: string) => (error: unknown) => error instanceof LogError && error.code === code

test('a leaf is one canonical line of JSON, and is read back as it was', () => {
  assert.equal(Buffer.from(leafBytes(leaf)).toString(), text)
  assert.deepEqual(parseLeaf(toUtf8(text)), leaf)
  const signed: Leaf = { ...leaf, evidence: [], prev_state: null, sig: 'c2ln' }
  assert.deepEqual(parseLeaf(leafBytes(signed)), signed)
  assert.deepEqual(parseLeaf(leafBytes({ ...leaf, evidence: [`hmac-${digest}`] })).evidence, [
    `hmac-${digest}`,
  ])
})

test('a leaf that breaks the format is refused with everything that is wrong with it', () => {
  const broken = { ...leaf, v: 2, seq: -1, actor: '', evidence: ['md5:00'], prev_state: '', extra: 1 }
  assert.throws(() => leafBytes(broken as unknown as Leaf), {
    code: 'bad-leaf',
    message: /extra is not known; v must be 1; seq .*; actor .*; evidence .*; prev_state/,
  })
  for (const change of [
    { ts: 1.5 },
    { ts: '2025' },
    { seq: 2 ** 53 },
    { action: null },
    { subject: undefined },
    { evidence: 'x' },
    { evidence: [digest.toUpperCase()] },
    { evidence: [`${digest}0`] },
    { prev_state: undefined },
    { sig: '' },
    { sig: 1 },
  ])
    assert.throws(
      () => leafBytes({ ...leaf, ...change } as unknown as Leaf),
      hasCode('bad-leaf'),
      JSON.stringify(change),
    )
})

test('bytes that are not exactly one leaf are refused', () => {
  assert.throws(() => parseLeaf(toUtf8(` ${text}`)), hasCode('not-canonical'))
  assert.throws(() => parseLeaf(toUtf8(text.replace('"v":1', '"v":1.0'))), hasCode('not-canonical'))
  assert.throws(() => parseLeaf(toUtf8(text.replace('"v":1', '"v":2'))), hasCode('bad-leaf'))
  assert.throws(() => parseLeaf(toUtf8('[]')), hasCode('bad-leaf'))
  assert.throws(() => parseLeaf(toUtf8('null')), hasCode('bad-leaf'))
  assert.throws(() => parseLeaf(Uint8Array.of(0xff)), hasCode('bad-leaf'))
  assert.throws(() => parseLeaf(new Uint8Array(0)), hasCode('not-canonical'))
})

test('a leaf that does not fit into an entry is refused', () => {
  assert.throws(() => leafBytes({ ...leaf, subject: 'x'.repeat(65_536) }), hasCode('entry-too-large'))
})
