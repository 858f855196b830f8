import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosignatureType } from './algorithm.ts'
import { formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { fromHex } from './encoding.ts'
import { LogError } from './error.ts'
import { emptyRoot } from './hash.ts'
import { ed25519PrivateKey, ed25519Signer, parseKey } from './key.ts'
import { addSignatures, formatSignatures, parseNote, signNote } from './note.ts'

const hasCode = (code: string) => (error: unknown) => error instanceof LogError && error.code === code
const privateKey = (first: number) => ed25519PrivateKey(Uint8Array.from({ length: 32 }, (_, i) => first + i))

const origin = 'audit.example.org/tenant1'
const log = ed25519Signer(origin, privateKey(0x00))
const witness = ed25519Signer('witness.example.org/w1', privateKey(0x20), cosignatureType)
const root = fromHex('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')!
const checkpoint = { origin, size: 8, root }
const text = `${origin}\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n`
const note = `${text}
— audit.example.org/tenant1 MBQmgu3D1wTmtvYmvYaQoNhLBBzM45sK0HaebaODFWtEWNgMzrlQ5CrxMdNVpRbyBII+3MTZ5X4n7JP7swkrsDKrZww=
`
const cosignatureLine =
  '— witness.example.org/w1 88CAtgAAAABo53gA3cLDW7Y+dJUPdXsWa2ewwpdyz8ifwVL2QtNoz7TA+YpVz42F+cO12AveNW2U/yCbMjjagtZ8fTqa2PEkq66PBg==\n'

test('the checkpoint over the eight known leaves, signed from seed 00..1f, is the known one to the byte', () => {
  assert.equal(formatCheckpoint(checkpoint), text)
  assert.equal(signCheckpoint(checkpoint, [log]), note)
  const key = parseKey('audit.example.org/tenant1+30142682+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4')
  const verdict = verifyCheckpoint(note, [key])
  assert.ok(verdict.ok)
  assert.deepEqual(verdict.checkpoint, { ...checkpoint, extensions: [] })
})

test('its cosignature from seed 20..3f at 1760000000 is the known one to the byte, and verifies', () => {
  const cosignature = cosign(text, witness, 1_760_000_000)
  assert.equal(formatSignatures([cosignature]), cosignatureLine)
  const key = parseKey('witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X')
  const verdict = verifyCheckpoint(note + cosignatureLine, [log, key])
  assert.ok(verdict.ok)
  assert.deepEqual(
    verdict.signatures.map(({ name, timestampS }) => [name, timestampS]),
    [
      [origin, null],
      ['witness.example.org/w1', 1_760_000_000],
    ],
  )
})

test('a cosignature with another time, or on another tree, rejects the note', () => {
  const cosignature = cosign(text, witness, 1_760_000_000)
  const later = { ...cosignature, bytes: cosignature.bytes.with(7, cosignature.bytes[7]! + 1) }
  const distant = { ...cosignature, bytes: cosignature.bytes.with(0, 0xff) }
  const other = cosign(text.replace('\n8\n', '\n9\n'), witness, 1_760_000_000)
  for (const bad of [later, distant, other, { ...cosignature, bytes: new Uint8Array(3) }]) {
    const verdict = verifyCheckpoint(addSignatures(note, [bad]), [log, witness])
    assert.ok(!verdict.ok && verdict.code === 'bad-signature')
  }
})

test('a cosignature does not stand in for the signature of the log', () => {
  const only = note.slice(0, note.indexOf('—')) + cosignatureLine
  const verdict = verifyCheckpoint(only, [log, witness])
  assert.ok(!verdict.ok && verdict.code === 'not-signed')
  // Not even when the witness bears the name of the log.
  const namesake = ed25519Signer(origin, privateKey(0x20), cosignatureType)
  const forged = note.slice(0, note.indexOf('—')) + formatSignatures([cosign(text, namesake, 1)])
  const second = verifyCheckpoint(forged, [log, namesake])
  assert.ok(!second.ok && second.code === 'not-signed')
})

test('a log signs and is believed only under its own origin', () => {
  const other = ed25519Signer('audit.example.org/tenant2', privateKey(0x40))
  assert.throws(() => signCheckpoint(checkpoint, [other]), hasCode('bad-key'))
  const verdict = verifyCheckpoint(signNote(text, [other]), [log, other])
  assert.ok(!verdict.ok && verdict.code === 'not-signed')
})

test('only a cosigner cosigns, only checkpoints, and always with a time', () => {
  assert.throws(() => cosign(text, log, 1), hasCode('bad-key'))
  assert.throws(() => cosign('text\n', witness, 1), hasCode('bad-checkpoint'))
  for (const time of [0, -1, 1.5, Number.NaN, 2 ** 53])
    assert.throws(() => cosign(text, witness, time), LogError)
})

test('extension lines of others are read and covered by the signature, but never written', () => {
  const extended = `${text}extra line\nand another\n`
  const verdict = verifyCheckpoint(signNote(extended, [log]), [log])
  assert.ok(verdict.ok)
  assert.deepEqual(verdict.checkpoint.extensions, ['extra line', 'and another'])
  assert.equal(formatCheckpoint(verdict.checkpoint), text)
})

test('the empty tree has the size "0" and the root of nothing', () => {
  const empty = formatCheckpoint({ origin, size: 0, root: emptyRoot() })
  assert.equal(empty, `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`)
  assert.deepEqual(parseCheckpoint(empty).root, emptyRoot())
})

test('what is not a checkpoint to the byte is refused', () => {
  for (const bad of [
    '',
    '\n\n\n',
    text.slice(0, -1),
    `${text}\n`,
    text.replace(origin, ''),
    text.replace('\n8\n', '\n08\n'),
    text.replace('\n8\n', '\n+8\n'),
    text.replace('\n8\n', '\n8 \n'),
    text.replace('\n8\n', '\n\n'),
    text.replace('\n8\n', '\n-8\n'),
    text.replace('\n8\n', '\n9007199254740992\n'),
    text.replace('Qyg=', 'Qyh='),
    text.replace('Qyg=', 'Qyg'),
    text.replace('XcnaeacG', ''),
    `${text}extension\n\nmore\n`,
  ])
    assert.throws(() => parseCheckpoint(bad), hasCode('bad-checkpoint'), JSON.stringify(bad))
  assert.equal(parseCheckpoint(text.replace('\n8\n', '\n9007199254740991\n')).size, 2 ** 53 - 1)
  const verdict = verifyCheckpoint(signNote('just text\n', [log]), [log])
  assert.ok(!verdict.ok && verdict.code === 'bad-checkpoint')
  const unreadable = verifyCheckpoint('no note', [log])
  assert.ok(!unreadable.ok && unreadable.code === 'bad-note')
})

test('a checkpoint that others could not read is not written', () => {
  assert.throws(() => formatCheckpoint({ ...checkpoint, origin: '' }), LogError)
  assert.throws(() => formatCheckpoint({ ...checkpoint, origin: 'a\nb' }), LogError)
  assert.throws(() => formatCheckpoint({ ...checkpoint, size: -1 }), hasCode('bad-size'))
  assert.throws(() => formatCheckpoint({ ...checkpoint, size: 2 ** 53 }), hasCode('bad-size'))
  assert.throws(() => formatCheckpoint({ ...checkpoint, root: root.subarray(1) }), hasCode('bad-hash'))
})

test('a key that lives elsewhere signs through the same interface', () => {
  const asked: string[] = []
  const remote = {
    ...log,
    sign: (message: Uint8Array) => {
      asked.push(Buffer.from(message).toString())
      return log.sign(message)
    },
  }
  assert.equal(signCheckpoint(checkpoint, [remote]), note)
  assert.deepEqual(asked, [parseNote(note).text])
})
