import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { cosignatureType, ed25519Type, mlDsa44Type } from './algorithm.ts'
import { LogError } from './error.ts'
import {
  ed25519PrivateKey,
  ed25519PublicKey,
  ed25519Raw,
  ed25519Signer,
  formatKey,
  parseKey,
  verifierKey,
} from './key.ts'

const hasCode = (code: string) => (error: unknown) => error instanceof LogError && error.code === code
const seed = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i)
const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'

test('the example key of the standard has the id and the text that the standard gives it', () => {
  const key = parseKey(vkey)
  assert.equal(key.name, 'example.com/foo')
  assert.equal(key.keyId, '530d903a')
  assert.equal(key.type, ed25519Type)
  assert.equal(formatKey(key), vkey)
  assert.equal(verifierKey(key.name, key.type, key.publicKey).keyId, '530d903a')
})

test('keys made from seeds have the known texts: a log key from 00..1f, a witness key from 20..3f', () => {
  const log = ed25519Signer('audit.example.org/tenant1', ed25519PrivateKey(seed(0x00)))
  const witness = ed25519Signer('witness.example.org/w1', ed25519PrivateKey(seed(0x20)), cosignatureType)
  assert.equal(
    formatKey(log),
    'audit.example.org/tenant1+30142682+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4',
  )
  assert.equal(
    formatKey(witness),
    'witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X',
  )
})

test('the same key under another type or name has another id', () => {
  const raw = ed25519Raw(ed25519PrivateKey(seed(0)))
  const ids = [
    verifierKey('a', ed25519Type, raw),
    verifierKey('a', cosignatureType, raw),
    verifierKey('b', ed25519Type, raw),
  ].map(key => key.keyId)
  assert.equal(new Set(ids).size, 3)
})

test('an ML-DSA-44 key is read and written, though its signatures are not checked here', () => {
  const key = verifierKey('future', mlDsa44Type, new Uint8Array(1312).fill(7))
  assert.deepEqual(parseKey(formatKey(key)), key)
  assert.throws(() => verifierKey('future', mlDsa44Type, new Uint8Array(32)), hasCode('bad-key'))
})

test('a verifier key that is wrong in any part is refused', () => {
  for (const bad of [
    '',
    'example.com/foo',
    vkey.replace('530d903a', '530d903b'),
    vkey.replace('530d903a', '530D903A'),
    vkey.replace('530d903a', '530d90'),
    vkey.replace('foo', 'bar'),
    vkey.replace('example.com/foo', ''),
    vkey.replace('foo', 'f oo'),
    vkey.slice(0, -1),
    `${vkey}=`,
    `${vkey}\n`,
    'example.com/foo+530d903a+',
    // ECDSA (0x02) computes its id in another way and is not supported.
    'example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  ])
    assert.throws(() => parseKey(bad), hasCode('bad-key'), bad)
})

test('a key name is not empty and has no spaces, plus signs or control characters', () => {
  const raw = new Uint8Array(32)
  for (const name of ['', 'a b', 'a+b', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u0085b', 'a\u3000b', '\ud800'])
    assert.throws(() => verifierKey(name, ed25519Type, raw), hasCode('bad-key'), JSON.stringify(name))
  assert.equal(verifierKey('größe.example/日本', ed25519Type, raw).name, 'größe.example/日本')
})

test('raw keys become key objects and come back', () => {
  const privateKey = ed25519PrivateKey(seed(1))
  const raw = ed25519Raw(privateKey)
  assert.deepEqual(ed25519Raw(ed25519PublicKey(raw)), raw)
  assert.throws(() => ed25519PrivateKey(new Uint8Array(31)), hasCode('bad-key'))
  assert.throws(() => ed25519PublicKey(new Uint8Array(33)), hasCode('bad-key'))
  const other = generateKeyPairSync('x25519')
  assert.throws(() => ed25519Raw(other.publicKey), { message: /x25519/ })
})
