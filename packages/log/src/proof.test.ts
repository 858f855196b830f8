import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosignatureType } from './algorithm.ts'
import { signCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { toUtf8 } from './encoding.ts'
import { LogError } from './error.ts'
import { leafHash } from './hash.ts'
import { ed25519PrivateKey, ed25519Signer, formatKey } from './key.ts'
import { addSignatures, parseNote } from './note.ts'
import { parsePolicy } from './policy.ts'
import { formatProof, parseProof, verifyProof } from './proof.ts'
import { treePath, treeRoot } from './tree.ts'

const privateKey = (first: number) => ed25519PrivateKey(new Uint8Array(32).fill(first))
const origin = 'log.example/a'
const log = ed25519Signer(origin, privateKey(1))
const sibling = ed25519Signer('log.example/b', privateKey(3))
const witness = ed25519Signer('witness.example/w', privateKey(2), cosignatureType)
const policy = parsePolicy(`log ${formatKey(log)}
log ${formatKey(sibling)}
witness W ${formatKey(witness)}
quorum W
`)

const records = Array.from({ length: 11 }, (_, i) => toUtf8(`record ${i}`))
const leaves = records.map(leafHash)
const head = { size: 11, root: treeRoot(leaves) }
const bare = signCheckpoint({ origin, ...head }, [log])
const note = addSignatures(bare, [cosign(parseNote(bare).text, witness, 1_760_000_000)])
const proofOf = (index: number) => formatProof({ index, path: treePath(leaves, index), note, extra: null })
const proof = proofOf(6)
const question = { record: records[6]!, policy, origin }

test('a proof holds offline for its record, its log and its quorum', () => {
  for (const [index, record] of records.entries()) {
    const verdict = verifyProof(proofOf(index), { record, policy, origin })
    assert.ok(verdict.ok)
    assert.equal(verdict.index, index)
    assert.equal(verdict.checkpoint.size, 11)
    assert.deepEqual(verdict.witnesses, [{ name: 'W', timestampS: 1_760_000_000 }])
  }
})

test('a proof is the lines of the standard, and is read as it was written', () => {
  const path = treePath(leaves, 6)
  const lines = path.map(hash => `${Buffer.from(hash).toString('base64')}\n`).join('')
  assert.equal(proof, `c2sp.org/tlog-proof@v1\nindex 6\n${lines}\n${note}`)
  assert.deepEqual(parseProof(proof), { index: 6, path, note, extra: null })
  const extra = toUtf8('{"n":1}')
  const carried = formatProof({ index: 6, path, note, extra })
  assert.ok(carried.startsWith('c2sp.org/tlog-proof@v1\nextra eyJuIjoxfQ==\nindex 6\n'))
  assert.deepEqual(parseProof(carried).extra, extra)
  const verdict = verifyProof(carried, question)
  assert.ok(verdict.ok)
  assert.deepEqual(verdict.extra, extra)
})

test('the only record of a log has a proof without a path', () => {
  const only = signCheckpoint({ origin, size: 1, root: leaves[0]! }, [log])
  const single = formatProof({ index: 0, path: [], note: only, extra: null })
  const lax = parsePolicy(`log ${formatKey(log)}\nquorum none`)
  assert.ok(verifyProof(single, { record: records[0]!, policy: lax, origin }).ok)
})

test('each step that fails is named', () => {
  const code = (text: string, asked = question) => {
    const verdict = verifyProof(text, asked)
    return verdict.ok ? 'ok' : verdict.code
  }
  const stranger = ed25519Signer(origin, privateKey(9))
  assert.equal(code('not a proof'), 'bad-proof')
  assert.equal(code(proof, { ...question, record: records[7]! }), 'not-included')
  assert.equal(code(proof.replace('index 6', 'index 7')), 'not-included')
  assert.equal(code(proof.replace('index 6', 'index 11')), 'not-included')
  assert.equal(code(proof.replace(/index 6\n.*\n/, 'index 6\n')), 'not-included')
  assert.equal(code(proof.replace('\n11\n', '\n12\n')), 'bad-signature')
  assert.equal(code(proof.replace(note, bare)), 'no-quorum')
  assert.equal(code(proof.replace(note, signCheckpoint({ origin, ...head }, [stranger]))), 'not-signed')
  const unlisted = parsePolicy(`witness W ${formatKey(witness)}\nquorum W`)
  assert.equal(code(proof, { ...question, policy: unlisted }), 'not-signed')
})

test('a proof from one log does not pass for another that the policy trusts as well', () => {
  const body = signCheckpoint({ origin: sibling.name, ...head }, [sibling])
  const theirs = addSignatures(body, [cosign(parseNote(body).text, witness, 1)])
  const verdict = verifyProof(proof.replace(note, theirs), question)
  assert.ok(!verdict.ok && /log\.example\/b/.test(verdict.why))
})

test('what is not a proof to the byte is refused', () => {
  for (const bad of [
    '',
    proof.replace('@v1', '@v2'),
    proof.replace('index 6', 'index 06'),
    proof.replace('index 6', 'index -6'),
    proof.replace('index 6', 'index  6'),
    proof.replace('index 6\n', ''),
    proof.replace('index 6\n', 'index 6\nindex 6\n'),
    proof.replace('index 6\n', 'extra !\nindex 6\n'),
    proof.replace('index 6\n', 'index 6\nextra AAAA\n'),
    proof.replace('index 6\n', 'index 6\nAAAA\n'),
    proof.replace('index 6\n', `index 6\n${`${'A'.repeat(43)}=\n`.repeat(64)}`),
    proof.replaceAll('\n', '\r\n'),
    ` ${proof}`,
    proof.slice(0, proof.indexOf('—')),
    proof.slice(0, -1),
  ])
    assert.throws(() => parseProof(bad), LogError, JSON.stringify(bad))
  assert.throws(() => formatProof({ index: -1, path: [], note, extra: null }), LogError)
})
