import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addSignatures,
  canonicalBytes,
  cosign,
  cosignatureType,
  ed25519PrivateKey,
  ed25519Signer,
  formatKey,
  formatProof,
  leafBytes,
  leafHash,
  parseNote,
  parsePolicy,
  sha256,
  signCheckpoint,
  treePath,
  treeRoot,
  verifyProof,
} from '@rekey/log'
import type { SealedEvent } from './leaf.ts'
import { type Evidence, type Step, verify } from './verify.ts'

const privateKey = (first: number) => ed25519PrivateKey(new Uint8Array(32).fill(first))
const origin = 'log.example/a'
const signer = ed25519Signer(origin, privateKey(1))

const events: SealedEvent[] = Array.from({ length: 13 }, (_, n) => ({
  stream: `credential/${n % 3}`,
  seq: Math.floor(n / 3) + 1,
  type: n % 2 === 0 ? 'credentialChanged' : 'versionImported',
  atMs: 1_760_000_000_000 + n,
  by: 'person:alice',
  data: { n, name: `<b>«${n}»</b>`, list: [1.5, 1e21, null, true, { b: 1, a: '\u2028' }] },
}))

/** As the server seals an event. */
function sealed({ stream, seq, type, atMs, by, data }: SealedEvent, index: number): Uint8Array {
  const digest = Buffer.from(sha256(canonicalBytes(data))).toString('hex')
  return leafBytes({
    v: 1,
    seq: index,
    ts: atMs,
    actor: by,
    action: type,
    subject: stream,
    evidence: [`sha256:${digest}`],
    prev_state: seq > 1 ? `${stream}@${seq - 1}` : null,
  })
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')

function evidenceOf(index: number, size = events.length, by = signer): Evidence {
  const entries = events.slice(0, size).map(sealed)
  const leaves = entries.map(leafHash)
  const note = signCheckpoint({ origin: by.name, size, root: treeRoot(leaves) }, [by])
  return {
    event: events[index]!,
    leaf: text(entries[index]!),
    proof: formatProof({ index, path: treePath(leaves, index), note, extra: null }),
    key: formatKey(by),
  }
}

const good = evidenceOf(6)
const failing = async (evidence: Evidence): Promise<Step['id'][]> => {
  const { outcome, steps, checkpoint } = await verify(evidence)
  const failed = steps.filter(one => one.outcome === 'fails').map(one => one.id)
  assert.equal(outcome, failed.length === 0 ? 'holds' : 'fails')
  if (failed.length > 0) assert.equal(checkpoint, null, 'what does not hold shows no checkpoint')
  return failed
}

test('a proof of the log holds here as well, for every leaf of trees of every shape', async () => {
  for (let size = 1; size <= events.length; size++) {
    for (let index = 0; index < size; index++) {
      const evidence = evidenceOf(index, size)
      const { outcome, checkpoint, key } = await verify(evidence)
      assert.equal(outcome, 'holds', `${index} of ${size}`)
      assert.equal(checkpoint?.size, size)
      assert.equal(key?.keyId, signer.keyId)
      const policy = parsePolicy(`log ${evidence.key}\nquorum none`)
      const record = Buffer.from(evidence.leaf)
      assert.ok(verifyProof(evidence.proof, { record, policy, origin }).ok, 'packages/log agrees')
    }
  }
})

test('each step is shown, whatever came of the others', async () => {
  const { steps } = await verify(good)
  assert.deepEqual(
    steps.map(one => [one.id, one.outcome]),
    [
      ['read', 'holds'],
      ['event', 'holds'],
      ['data', 'holds'],
      ['leaf', 'holds'],
      ['root', 'holds'],
      ['signature', 'holds'],
    ],
  )
})

test('whatever is changed in the event on the screen is found', async () => {
  const { event } = good
  for (const changed of [
    { by: 'person:mallory' },
    { atMs: event.atMs + 1 },
    { type: 'credentialRegistered' },
    { stream: 'credential/1' },
    { seq: event.seq + 1 },
  ])
    assert.deepEqual(await failing({ ...good, event: { ...event, ...changed } }), ['event'])
  assert.deepEqual(await failing({ ...good, event: { ...event, data: { n: 7 } } }), ['data'])
  const renamed = { ...(event.data as object), name: '<b>«6»</b> ' }
  assert.deepEqual(await failing({ ...good, event: { ...event, data: renamed } }), ['data'])
  assert.deepEqual(await failing({ ...good, event: events[7]! }), ['event', 'data'])
})

test('data in another order, as JSON may come, are the same data', async () => {
  const reversed = Object.fromEntries(Object.entries(good.event.data as object).reverse())
  assert.deepEqual(await failing({ ...good, event: { ...good.event, data: reversed } }), [])
})

test('a leaf that was changed leads to another root, even where it fits the event', async () => {
  const event = { ...good.event, by: 'person:mallory' }
  const leaf = text(sealed(event, 6))
  assert.deepEqual(await failing({ ...good, event, leaf }), ['root'])
})

test('another index, another path, another size or another root does not hold', async () => {
  const change = (from: string | RegExp, to: string) => ({ ...good, proof: good.proof.replace(from, to) })
  assert.deepEqual(await failing(change('index 6', 'index 5')), ['event', 'root'])
  assert.deepEqual(await failing(change('index 6', 'index 13')), ['event', 'root'])
  assert.deepEqual(await failing(change(/index 6\n.*\n/, 'index 6\n')), ['root'])
  assert.deepEqual(await failing(change(/(index 6\n)(.*\n)(.*\n)/, '$1$3$2')), ['root'])
  assert.deepEqual(await failing(change('\n13\n', '\n14\n')), ['signature'])
  assert.deepEqual(await failing(change('\n13\n', '\n7\n')), ['root', 'signature'])
  const other = evidenceOf(6, 12).proof.split('\n\n')[1]!.split('\n')[2]!
  const own = good.proof.split('\n\n')[1]!.split('\n')[2]!
  assert.deepEqual(await failing(change(own, other)), ['root', 'signature'])
})

test('a checkpoint that another key signed, or another log, does not hold', async () => {
  const stranger = ed25519Signer(origin, privateKey(9))
  assert.deepEqual(await failing({ ...good, key: formatKey(stranger) }), ['signature'])
  assert.deepEqual(await failing({ ...evidenceOf(6, 13, stranger), key: good.key }), ['signature'])
  const sibling = ed25519Signer('log.example/b', privateKey(1))
  assert.deepEqual(await failing({ ...good, key: formatKey(sibling) }), ['signature'])
  assert.deepEqual(await failing({ ...evidenceOf(6, 13, sibling), key: good.key }), ['signature'])
})

test('a signature of which one bit differs is bad, also where a good one stands beside it', async () => {
  const [body, line] = [good.proof.slice(0, good.proof.lastIndexOf('—')), good.proof.split(' ').at(-1)!]
  const bytes = Buffer.from(line.trim(), 'base64')
  bytes[20]! ^= 1
  const forged = `— ${origin} ${bytes.toString('base64')}\n`
  assert.deepEqual(await failing({ ...good, proof: `${body}${forged}` }), ['signature'])
  assert.deepEqual(await failing({ ...good, proof: `${good.proof}${forged}` }), ['signature'])
})

test('signatures of witnesses and of unknown keys stand beside that of the log', async () => {
  const witness = ed25519Signer('witness.example/w', privateKey(2), cosignatureType)
  const note = good.proof.slice(good.proof.indexOf('\n\n') + 2)
  const cosigned = addSignatures(note, [cosign(parseNote(note).text, witness, 1_760_000_000)])
  assert.deepEqual(await failing({ ...good, proof: good.proof.replace(note, cosigned) }), [])
})

test('what is cut short, or is not to the byte what it should be, is refused', async () => {
  const { proof, leaf, key } = good
  for (const bad of [
    '',
    proof.slice(0, -1),
    proof.slice(0, proof.indexOf('—')),
    proof.slice(0, proof.indexOf('\n\n')),
    proof.replace('@v1', '@v2'),
    proof.replace('index 6', 'index 06'),
    proof.replace('index 6', 'index -6'),
    proof.replace('index 6\n', ''),
    proof.replace('index 6\n', 'index 6\nindex 6\n'),
    proof.replace('index 6\n', 'index 6\nAAAA\n'),
    proof.replace('index 6\n', 'extra !\nindex 6\n'),
    proof.replace('index 6\n', `index 6\n${`${'A'.repeat(43)}=\n`.repeat(64)}`),
    proof.replace('\n13\n', '\n013\n'),
    proof.replace('\n13\n', '\n9007199254740992\n'),
    proof.replaceAll('\n', '\r\n'),
    ` ${proof}`,
  ])
    assert.deepEqual(await failing({ ...good, proof: bad }), ['read'], JSON.stringify(bad))
  for (const bad of [
    '',
    '{}',
    `${leaf} `,
    leaf.replace('"v":1', '"v":2'),
    leaf.replace('"v":1', '"v":1,"w":1'),
  ])
    assert.deepEqual(await failing({ ...good, leaf: bad }), ['read'], bad)
  for (const bad of [
    '',
    'a+b',
    key.slice(0, -4),
    key.replace('+', '+0'),
    key.replace('log.example/a', 'other'),
  ])
    assert.deepEqual(await failing({ ...good, key: bad }), ['read'], bad)
})

test('whatever can be carried along is not looked at, and changes nothing', async () => {
  assert.deepEqual(
    await failing({ ...good, proof: good.proof.replace('index 6', 'extra AAAA\nindex 6') }),
    [],
  )
})

test('where the browser does not know Ed25519 the outcome is unknown, never good', async t => {
  t.mock.method(crypto.subtle, 'importKey', () =>
    Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')),
  )
  const { outcome, steps, checkpoint } = await verify(good)
  assert.equal(outcome, 'unknown')
  assert.equal(steps.at(-1)?.outcome, 'unknown')
  assert.equal(checkpoint, null)
})
