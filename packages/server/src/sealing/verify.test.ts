import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { formatKey, parsePolicy, type Signer, verifyProof } from '@rekey/log'
import { inline, openSqlite } from '@rekey/store'
import { type Bench, bench, isEnded } from '../fixtures.ts'
import { logSigner } from './key.ts'
import { seal } from './seal.ts'
import { proofOf, verifyLog } from './verify.ts'

const origin = 'test.rekey.local/log'

/** A store with a whole rotation sealed in it; then somebody with access to the file changes it. */
async function afterTampering(tamper: (db: DatabaseSync) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-verify-'))
  try {
    const path = join(folder, 'store.db')
    const engine = openSqlite(path)
    const b = await bench({ store: inline(engine) })
    const signer = await signerOf(b)
    const { rotation } = await b.open()
    await b.until(rotation, isEnded)
    await seal(b.ground, signer)
    assert.deepEqual((await verifyLog(b.store, signer)).faults, [])
    await b.store.close()
    const db = new DatabaseSync(path)
    tamper(db)
    db.close()
    const again = inline(openSqlite(path))
    try {
      return await verifyLog(again, signer)
    } finally {
      await again.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const signerOf = (b: Bench): Promise<Signer> =>
  logSigner(b.store, b.ground.vault, origin, bytes => new Uint8Array(bytes).fill(7))

test('every event of a rotation is sealed, and the log verifies', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  const sealed = await seal(b.ground, signer)
  const verified = await verifyLog(b.store, signer)
  assert.equal(verified.size, sealed)
  assert.equal(verified.unsealed, 0)
  assert.ok(verified.ok)
})

test('a log that grows in many small seals verifies like one that was sealed at once', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  for (let n = 0; n < 300; n++) {
    const events = [{ type: 'noted', atMs: n, by: 'person:alice', data: { n } }]
    await b.store.commit({ fence: null, appends: [{ stream: 'notes', expected: n, events }], writes: [] })
    if (n % 7 === 0) await seal(b.ground, signer)
  }
  await seal(b.ground, signer)
  assert.deepEqual((await verifyLog(b.store, signer)).faults, [])
})

test('an event that was altered is named', async () => {
  const verified = await afterTampering(db => {
    db.exec(`UPDATE events SET data = replace(data, 'Document API key', 'Something else') WHERE position = 1`)
  })
  assert.ok(!verified.ok)
  assert.equal(verified.faults[0]?.code, 'altered-event')
  assert.match(verified.faults[0]?.text ?? '', /credentialRegistered/)
})

test('an actor or a time that was altered is named', async () => {
  for (const change of [`actor = 'person:mallory'`, 'at_ms = at_ms + 1', `type = 'nothing'`]) {
    const verified = await afterTampering(db => db.exec(`UPDATE events SET ${change} WHERE leaf = 3`))
    assert.deepEqual(
      verified.faults.map(fault => fault.code),
      ['altered-event'],
      change,
    )
  }
})

test('an event that is gone is missed, and the gap in its stream says which one it was', async () => {
  const verified = await afterTampering(db => db.exec('DELETE FROM events WHERE leaf = 2'))
  assert.deepEqual(
    verified.faults.map(fault => fault.code),
    ['missing-event', 'gap-in-stream'],
  )
  assert.match(verified.faults[1]?.text ?? '', /^credential\/.*@4 follows on @2$/)
})

test('an event that was removed before it was sealed is missed by the next one of its stream', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-verify-'))
  try {
    const path = join(folder, 'store.db')
    const b = await bench({ store: inline(openSqlite(path)) })
    const signer = await signerOf(b)
    await b.open()
    await seal(b.ground, signer)
    for (let n = 0; n < 3; n++) {
      const events = [{ type: 'noted', atMs: n, by: 'person:alice', data: { n } }]
      await b.store.commit({ fence: null, appends: [{ stream: 'notes', expected: n, events }], writes: [] })
    }
    const db = new DatabaseSync(path)
    db.exec(`DELETE FROM events WHERE stream = 'notes' AND seq = 2`)
    db.close()
    await seal(b.ground, signer)
    const { faults } = await verifyLog(b.store, signer)
    await b.store.close()
    assert.deepEqual(faults, [{ code: 'gap-in-stream', text: 'notes@3 follows on @1' }])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a log that was cut off does not fit its checkpoint', async () => {
  const verified = await afterTampering(db => db.exec('UPDATE log_state SET size = size - 1'))
  assert.ok(!verified.ok)
  assert.ok(verified.faults.some(fault => fault.code === 'bad-checkpoint'))
})

test('an altered event does not pass with its leaf altered as well', async () => {
  const verified = await afterTampering(db => db.exec('UPDATE tiles SET bytes = zeroblob(length(bytes))'))
  assert.ok(verified.faults.some(fault => fault.code === 'altered-event'))
  assert.ok(verified.faults.some(fault => fault.code === 'root-differs'))
})

test('a proof of one event is checked offline, with the log’s key only', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  const { rotation } = await b.open()
  await b.until(rotation, isEnded)
  await seal(b.ground, signer)
  const made = await proofOf(b.store, 5)
  assert.ok(made !== null)
  const policy = parsePolicy(`log ${formatKey(signer)}\nquorum none\n`)
  assert.ok(verifyProof(made.proof, { record: made.leaf, policy, origin }).ok)
  const other = Buffer.from(made.leaf)
  other[20] = (other[20] ?? 0) ^ 1
  assert.ok(!verifyProof(made.proof, { record: other, policy, origin }).ok)
  assert.equal(await proofOf(b.store, 10_000), null)
})

test('while one control plane seals, another one leaves it alone', async () => {
  const b = await bench()
  const signer = await signerOf(b)
  const other = { ...b.ground, holder: 'another' }
  const [one, two] = await Promise.all([seal(b.ground, signer), seal(other, signer)])
  assert.equal([one, two].filter(count => count === null).length <= 1, true)
  assert.deepEqual((await verifyLog(b.store, signer)).faults, [])
})
