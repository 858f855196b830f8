import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosignatureType } from './algorithm.ts'
import { formatCheckpoint, signCheckpoint, type TreeHead, verifyCheckpoint } from './checkpoint.ts'
import { LogError } from './error.ts'
import { emptyRoot, type Hash, leafHash } from './hash.ts'
import { ed25519PrivateKey, ed25519Signer } from './key.ts'
import { addSignatures, parseNote } from './note.ts'
import { treeProof, treeRoot } from './tree.ts'
import {
  answerAddCheckpoint,
  formatAddCheckpoint,
  monitorPath,
  parseAddCheckpoint,
  readWitnessAnswer,
  sizeContentType,
} from './witness.ts'

const privateKey = (first: number) => ed25519PrivateKey(new Uint8Array(32).fill(first))
const origin = 'log.example/a'
const log = ed25519Signer(origin, privateKey(1))
const witness = ed25519Signer('witness.example/w', privateKey(2), cosignatureType)
const nowS = 1_760_000_000

const leaves = Array.from({ length: 20 }, (_, i) => leafHash(Uint8Array.of(i)))
const headAt = (size: number): TreeHead => ({ size, root: treeRoot(leaves.slice(0, size)) })
const noteAt = (size: number) => signCheckpoint({ origin, ...headAt(size) }, [log])
const proofTo = (size: number, oldSize: number): Hash[] => treeProof(leaves.slice(0, size), oldSize)

const ask = (body: string, latest: TreeHead | null) =>
  answerAddCheckpoint(parseAddCheckpoint(body), { keys: [log], latest }, [witness], nowS)
const body = (oldSize: number, proof: readonly Hash[], note: string) =>
  formatAddCheckpoint({ oldSize, proof, note })

test('a request is read as it was written', () => {
  const proof = proofTo(9, 4)
  const read = parseAddCheckpoint(body(4, proof, noteAt(9)))
  assert.equal(read.oldSize, 4)
  assert.deepEqual(read.proof, proof)
  assert.equal(read.note, noteAt(9))
  assert.equal(read.checkpoint.origin, origin)
  assert.ok(body(0, [], noteAt(9)).startsWith(`old 0\n\n${origin}\n9\n`))
})

test('a witness follows a log from its first checkpoint through every growth, and each cosignature verifies', () => {
  let latest: TreeHead | null = null
  for (const size of [0, 0, 1, 1, 2, 7, 8, 20, 20]) {
    const oldSize: number = latest?.size ?? 0
    const answer = ask(body(oldSize, proofTo(size, oldSize), noteAt(size)), latest)
    assert.equal(answer.status, 200)
    if (answer.status !== 200) return
    assert.deepEqual(answer.latest, headAt(size))
    latest = answer.latest
    const read = readWitnessAnswer({ ...answer, contentType: 'text/plain' }, noteAt(size), [witness])
    assert.ok(read.ok && read.answer === 'cosigned')
    assert.equal(read.signatures[0]?.timestampS, nowS)
    const cosigned = addSignatures(noteAt(size), read.signatures)
    assert.equal(answer.note, cosigned)
    const verdict = verifyCheckpoint(cosigned, [log, witness])
    assert.ok(verdict.ok && verdict.signatures.length === 2)
  }
})

test('404: a log that the witness does not follow', () => {
  const answer = answerAddCheckpoint(parseAddCheckpoint(body(0, [], noteAt(3))), null, [witness], nowS)
  assert.equal(answer.status, 404)
})

test('403: a checkpoint without a signature of the log, or with a bad one', () => {
  const stranger = ed25519Signer(origin, privateKey(9))
  const unsigned = signCheckpoint({ origin, ...headAt(3) }, [stranger])
  const forged = noteAt(3).replace(`${origin}\n3\n`, `${origin}\n4\n`)
  assert.equal(ask(body(0, [], unsigned), null).status, 403)
  assert.equal(ask(body(0, [], forged), null).status, 403)
})

test('400: an old size beyond the checkpoint, and whatever is not a request', () => {
  assert.equal(ask(body(4, [], noteAt(3)), headAt(4)).status, 400)
  const good = body(4, proofTo(9, 4), noteAt(9))
  for (const bad of [
    '',
    noteAt(9),
    good.replace('old 4', 'old 04'),
    good.replace('old 4', 'Old 4'),
    good.replace('old 4', 'old  4'),
    good.replace('old 4', 'old -4'),
    good.replace('old 4', 'old 4\r'),
    good.replace('old 4\n', ''),
    good.replace('old 4\n', 'old 4\nnot base64\n'),
    good.replace('old 4\n', 'old 4\nAAAA\n'),
    good.replace('old 4\n', `old 4\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(63)}`),
    good.slice(0, good.indexOf('—')),
  ])
    assert.throws(() => parseAddCheckpoint(bad), LogError, JSON.stringify(bad))
})

test('409: a wrong old size is answered with the right one, and so learned by asking with 0', () => {
  for (const oldSize of [0, 3, 5]) {
    const answer = ask(body(oldSize, [], noteAt(9)), headAt(4))
    assert.deepEqual(answer, { status: 409, body: '4\n', contentType: sizeContentType })
    assert.ok(answer.status === 409)
    const read = readWitnessAnswer(answer, noteAt(9), [witness])
    assert.deepEqual(read, { ok: true, answer: 'old-size', size: 4 })
  }
})

test('422: a proof that fails, a proof where none belongs, another root at the same size, a false empty tree', () => {
  const fork = signCheckpoint({ origin, size: 9, root: treeRoot(leaves.slice(1, 10)) }, [log])
  const falseEmpty = signCheckpoint({ origin, size: 0, root: leaves[0]! }, [log])
  const proof = proofTo(9, 4)
  for (const [request, latest] of [
    [body(4, proof, fork), headAt(4)],
    [body(4, proof.slice(1), noteAt(9)), headAt(4)],
    [body(4, [], noteAt(9)), headAt(4)],
    [body(4, proof, noteAt(9)), { size: 4, root: treeRoot(leaves.slice(1, 5)) }],
    [body(0, proof, noteAt(9)), null],
    [body(9, [], fork), headAt(9)],
    [body(9, proof, noteAt(9)), headAt(9)],
    [body(0, [], falseEmpty), null],
    [body(0, [], falseEmpty), { size: 0, root: emptyRoot() }],
  ] as const)
    assert.equal(ask(request, latest).status, 422)
})

test('the log takes from an answer only valid lines by the keys of the witness it asked', () => {
  const answer = ask(body(0, [], noteAt(3)), null)
  const other = ed25519Signer('other.example/w', privateKey(3), cosignatureType)
  const elsewhere = ask(body(0, [], noteAt(4)), null)
  const read = (text: string, status = 200, keys = [witness]) =>
    readWitnessAnswer({ status, contentType: 'text/plain', body: text }, noteAt(3), keys)
  assert.ok(read(answer.body).ok)
  assert.ok(read(answer.body + parseNoteLine(noteAt(3))).ok)
  assert.ok(!read(answer.body, 200, [other]).ok)
  assert.ok(!read(elsewhere.body).ok)
  assert.ok(!read('').ok)
  assert.ok(!read('<html>').ok)
  assert.ok(!read(answer.body, 500).ok)
  assert.ok(!read('4\n', 409).ok)
  for (const text of ['4', '04\n', '', 'x\n'])
    assert.ok(
      !readWitnessAnswer({ status: 409, contentType: sizeContentType, body: text }, noteAt(3), [witness]).ok,
    )
})

const parseNoteLine = (note: string) => note.slice(parseNote(note).text.length + 1)

test('a witness without a key does not pretend to answer', () => {
  const request = parseAddCheckpoint(body(0, [], noteAt(3)))
  assert.throws(() => answerAddCheckpoint(request, { keys: [log], latest: null }, [], nowS), LogError)
})

test('monitors find a log at the hash of its origin', () => {
  assert.match(monitorPath(origin), /^[0-9a-f]{64}\/checkpoint$/)
  assert.equal(formatCheckpoint({ origin, ...headAt(1) }).split('\n')[0], origin)
})
