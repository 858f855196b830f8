import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cosignatureType, mlDsa44Type } from './algorithm.ts'
import { fromBase64, fromUtf8, toBase64, toHex } from './encoding.ts'
import { LogError } from './error.ts'
import { ed25519PrivateKey, ed25519Signer, parseKey, verifierKey } from './key.ts'
import {
  addSignatures,
  formatNote,
  maxSignatures,
  type NoteSignature,
  parseNote,
  signNote,
  verifyNote,
} from './note.ts'

const hasCode = (code: string) => (error: unknown) => error instanceof LogError && error.code === code
const signerOf = (name: string, first: number) =>
  ed25519Signer(name, ed25519PrivateKey(Uint8Array.from({ length: 32 }, (_, i) => first + i)))
const [alice, bob, carol] = [
  signerOf('example.com/alice', 0),
  signerOf('example.com/bob', 50),
  signerOf('carol', 99),
]

const vector = [
  'This is an example message.\n\n',
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
].join('')
const vectorKey = parseKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')

test('the example note of the standard verifies with the example key', () => {
  const verdict = verifyNote(parseNote(vector), [vectorKey])
  assert.ok(verdict.ok)
  assert.equal(verdict.text, 'This is an example message.\n')
  assert.equal(verdict.signatures.length, 1)
  assert.equal(verdict.signatures[0]?.key, vectorKey)
  assert.equal(verdict.signatures[0]?.timestampS, null)
  const changed = verifyNote(parseNote(vector.replace('example message', 'example massage')), [vectorKey])
  assert.ok(!changed.ok && changed.code === 'bad-signature')
})

test('a note that is read and written again is the same to the byte', () => {
  assert.equal(formatNote(parseNote(vector)), vector)
})

test('the text ends before the last empty line, and may have empty lines of its own', () => {
  const note = signNote('one\n\n\nthree\n\n', [alice])
  assert.equal(parseNote(note).text, 'one\n\n\nthree\n\n')
  assert.ok(verifyNote(parseNote(note), [alice]).ok)
})

test('a signature by an unknown key is ignored, even if its name or its id is known', () => {
  const note = signNote('text\n', [alice, bob])
  const verdict = verifyNote(parseNote(note), [bob])
  assert.ok(verdict.ok)
  assert.deepEqual(
    verdict.signatures.map(({ name }) => name),
    [bob.name],
  )
  const garbage = new Uint8Array(64)
  const sameName = addSignatures(note, [{ name: bob.name, keyId: '00000000', bytes: garbage }])
  const sameId = addSignatures(note, [{ name: 'stranger', keyId: bob.keyId, bytes: garbage }])
  assert.ok(verifyNote(parseNote(sameName), [bob]).ok)
  assert.ok(verifyNote(parseNote(sameId), [bob]).ok)
})

test('a bad signature by a known key rejects the whole note, wherever it stands', () => {
  const bad: NoteSignature = { name: bob.name, keyId: bob.keyId, bytes: new Uint8Array(64) }
  const good = parseNote(signNote('text\n', [alice, bob])).signatures
  for (const signatures of [
    [...good, bad],
    [bad, ...good],
    [good[0]!, bad],
    [good[0]!, { ...bad, bytes: new Uint8Array(63) }],
  ]) {
    const verdict = verifyNote({ text: 'text\n', signatures }, [alice, bob])
    assert.ok(!verdict.ok && verdict.code === 'bad-signature')
  }
})

test('a note that no known key has signed is not accepted', () => {
  const note = parseNote(signNote('text\n', [alice]))
  for (const keys of [[], [carol]]) {
    const verdict = verifyNote(note, keys)
    assert.ok(!verdict.ok && verdict.code === 'not-signed')
  }
})

test('a key that signed twice counts once', () => {
  const [signature] = parseNote(signNote('text\n', [alice])).signatures
  const verdict = verifyNote({ text: 'text\n', signatures: [signature!, signature!] }, [alice])
  assert.ok(verdict.ok && verdict.signatures.length === 1)
})

test('a signature by a known ML-DSA-44 key neither verifies nor rejects a note', () => {
  const future = verifierKey('future', mlDsa44Type, new Uint8Array(1312).fill(1))
  const line = { name: future.name, keyId: future.keyId, bytes: new Uint8Array(2428) }
  const note = parseNote(addSignatures(signNote('text\n', [alice]), [line]))
  const both = verifyNote(note, [alice, future])
  assert.ok(both.ok)
  assert.equal(both.signatures.length, 1)
  assert.deepEqual(both.unchecked, [line])
  const alone = verifyNote(note, [future])
  assert.ok(!alone.ok && alone.code === 'not-signed')
})

test('a hundred signatures are read, one more is refused', () => {
  const line = vector.slice(vector.indexOf('—'))
  assert.equal(parseNote(`text\n\n${line.repeat(maxSignatures)}`).signatures.length, 100)
  assert.throws(() => parseNote(`text\n\n${line.repeat(maxSignatures + 1)}`), hasCode('bad-note'))
})

test('a signature is added once, and the ones that are there stay', () => {
  const note = signNote('text\n', [alice])
  const { signatures } = parseNote(signNote('text\n', [alice, bob]))
  const both = addSignatures(note, signatures)
  assert.equal(both, signNote('text\n', [alice, bob]))
  assert.equal(addSignatures(both, signatures), both)
})

test('what is not a signed note to the byte is refused', () => {
  const good = signNote('text\n', [alice])
  const line = good.slice(good.indexOf('—'))
  for (const bad of [
    '',
    'text\n',
    'text\n\n',
    `text\n${line}`,
    `\n${line}`,
    good.slice(0, -1),
    `${good}\n`,
    `${good}more\n`,
    good.replace('\n\n', '\r\n\r\n'),
    good.replace('text', 'te\txt'),
    good.replace('text', 'te\0xt'),
    good.replace('text', 'te\ud800xt'),
    good.replace('— ', '- '),
    good.replace('— ', '—  '),
    good.replace('— ', '—\u00a0'),
    good.replace(alice.name, ''),
    good.replace(alice.name, 'a+b'),
    good.replace(alice.name, 'a\u2003b'),
    good.replace(/ [^ ]+\n$/, '\n'),
    good.replace(/ [^ ]+\n$/, ' AAAAAA==\n'),
    good.replace(/ [^ ]+\n$/, ' !!!!\n'),
    good.replace(/\n$/, ' \n'),
    good.replace(/=\n$/, '\n'),
  ])
    assert.throws(() => parseNote(bad), hasCode('bad-note'), JSON.stringify(bad))
})

test('a text that cannot be a note is not signed', () => {
  for (const text of ['', 'no newline', 'tab\t\n', 'cr\r\n', '\ud800\n'])
    assert.throws(() => signNote(text, [alice]), hasCode('bad-note'))
  assert.throws(() => signNote('text\n', []), hasCode('bad-note'))
})

test('a cosigner does not sign plain notes, so that its time is never left out', () => {
  const witness = ed25519Signer('w', ed25519PrivateKey(new Uint8Array(32)), cosignatureType)
  assert.throws(() => signNote('text\n', [witness]), hasCode('bad-key'))
})

const anyText = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 6 })
  .map(lines => `${lines.join('\n')}\n`)
  .filter(text => !/[^\P{Cc}\n]/u.test(text))

test('any text that is signed is read back as it was, and verifies', () => {
  fc.assert(
    fc.property(anyText, text => {
      const note = signNote(text, [alice, bob])
      const verdict = verifyNote(parseNote(note), [bob, alice])
      assert.ok(verdict.ok)
      assert.equal(verdict.text, text)
      assert.equal(formatNote(parseNote(note)), note)
    }),
    { numRuns: 60 },
  )
})

test('a note in which one bit is changed anywhere no longer verifies', () => {
  const note = Buffer.from(signNote('origin\n\n8\n', [alice]))
  for (let at = 0; at < note.length * 8; at++) {
    const changed = Buffer.from(note)
    changed[at >> 3]! ^= 1 << (at & 7)
    const text = fromUtf8(changed)
    if (text === null) continue
    try {
      assert.ok(!verifyNote(parseNote(text), [alice]).ok)
    } catch (error) {
      assert.ok(error instanceof LogError)
    }
  }
})

test('base64 and hex have one spelling', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes)
      assert.equal(toHex(bytes), Buffer.from(bytes).toString('hex'))
    }),
  )
  for (const text of ['A', 'AA', 'AB==', 'A===', 'AAAA=', 'AA AA', 'AAA-', 'AA==\n'])
    assert.equal(fromBase64(text), null)
})
