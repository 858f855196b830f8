import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { placeFile, private600, whyNoPlace } from './whole-file.ts'

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-file-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const asItIs = { mode: null, owner: null }

test('whoever reads all the time sees the old content or the new, and never half of one', () =>
  inFolder(async folder => {
    const path = join(folder, 'file')
    const contentOf = (letter: string) => letter.repeat(300_000)
    await placeFile(path, contentOf('a'), private600)
    const reader = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads')
       const { readFileSync } = require('node:fs')
       let isOver = false
       parentPort.on('message', () => { isOver = true })
       const seen = { reads: 0, torn: 0, kinds: new Set() }
       const look = () => {
         for (let n = 0; n < 20; n++) {
           const text = readFileSync(workerData, 'latin1')
           seen.reads++
           seen.kinds.add(text[0])
           if (text.length !== 300000 || text !== text[0].repeat(300000)) seen.torn++
         }
         if (isOver) { parentPort.postMessage(seen); parentPort.close() } else setImmediate(look)
       }
       look()`,
      { eval: true, workerData: path },
    )
    const answer = new Promise<{ reads: number; torn: number; kinds: Set<string> }>((resolve, reject) => {
      reader.on('message', resolve)
      reader.on('error', reject)
    })
    for (let round = 0; round < 60; round++) await placeFile(path, contentOf('ab'[round % 2]!), private600)
    reader.postMessage('enough')
    const { reads, torn, kinds } = await answer
    assert.equal(torn, 0)
    assert.ok(reads >= 20 && kinds.size === 2)
    assert.deepEqual(readdirSync(folder), ['file'])
  }))

test('what is there already is not written again, and what is told before a change is told only of a change', () =>
  inFolder(async folder => {
    const path = join(folder, 'file')
    let told = 0
    const before = async () => void told++
    assert.equal(await placeFile(path, 'one', asItIs, before), true)
    const { ino } = statSync(path)
    assert.equal(await placeFile(path, 'one', asItIs, before), false)
    assert.equal(statSync(path).ino, ino)
    assert.equal(await placeFile(path, 'two', asItIs, before), true)
    assert.equal(told, 2)
  }))

test('a new file is for its owner alone, an old one keeps its mode, and a mode that was asked for is set', () =>
  inFolder(async folder => {
    const path = join(folder, 'file')
    const mode = () => statSync(path).mode & 0o777
    await placeFile(path, 'one', asItIs)
    assert.equal(mode(), 0o600)
    chmodSync(path, 0o640)
    await placeFile(path, 'two', asItIs)
    assert.equal(mode(), 0o640)
    assert.equal(await placeFile(path, 'two', { mode: 0o644, owner: null }), true)
    assert.equal(mode(), 0o644)
    await placeFile(path, 'two', private600)
    assert.equal(mode(), 0o600)
  }))

test('where the place is a link, what it points at is replaced, and the link stays', () =>
  inFolder(async folder => {
    writeFileSync(join(folder, 'real'), 'old')
    symlinkSync('real', join(folder, 'link'))
    await placeFile(join(folder, 'link'), 'new', private600)
    assert.equal(readFileSync(join(folder, 'real'), 'utf8'), 'new')
  }))

test('a file that cannot be written is an error without its content, and leaves nothing behind', () =>
  inFolder(async folder => {
    await assert.rejects(
      placeFile(join(folder, 'no', 'file'), 's3cret', private600),
      (error: Error & { exitCode?: number }) => {
        assert.match(error.message, /cannot be written \(ENOENT\)/)
        assert.equal(error.exitCode, 73)
        return !error.message.includes('s3cret')
      },
    )
    const failing = async () => {
      throw new Error('no')
    }
    await assert.rejects(placeFile(join(folder, 'file'), 's3cret', private600, failing))
    assert.deepEqual(readdirSync(folder), [])
    assert.match((await whyNoPlace(join(folder, 'no', 'file'))) ?? '', /folder of .* is not there/)
    assert.match((await whyNoPlace(folder)) ?? '', /is no file/)
    assert.equal(await whyNoPlace(join(folder, 'file')), null)
  }))
