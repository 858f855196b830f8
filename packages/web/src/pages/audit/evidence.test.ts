import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verify } from '../../proof/verify.ts'
import { evidenceText, offlineProgram, readEvidence } from './evidence.ts'
import { sealedLog } from './sealed-log.spec.ts'

const log = sealedLog(9)
const event = log.events[4]!
const evidence = log.evidenceOf(4)

test('the evidence of an event is one file, which is read as it was written and holds by itself', async () => {
  const read = readEvidence(evidenceText(event, evidence))
  assert.ok(read.ok)
  assert.deepEqual(read.evidence, { event, leaf: evidence.leaf, proof: evidence.proof, key: evidence.key })
  assert.equal((await verify(read.evidence)).outcome, 'holds')
})

test('a file that is something else is refused with a sentence', () => {
  const whole = JSON.parse(evidenceText(event, evidence)) as Record<string, unknown>
  for (const bad of [
    '',
    'x',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...whole, format: 'another' }),
    JSON.stringify({ ...whole, leaf: 3 }),
    JSON.stringify({ ...whole, key: undefined }),
    JSON.stringify({ ...whole, event: null }),
    JSON.stringify({ ...whole, event: { ...event, seq: 'x' } }),
  ]) {
    const read = readEvidence(bad)
    assert.ok(!read.ok && read.why.endsWith('.'), bad)
  }
})

test('the program that is shown for checking offline says what this page says, of good evidence and of bad', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-evidence-'))
  try {
    const said = (text: string) => {
      const path = join(folder, 'evidence.json')
      writeFileSync(path, text)
      const root = join(import.meta.dirname, '../../../../..')
      const args = ['--input-type=module', '--eval', offlineProgram, path]
      return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    }
    const good = said(evidenceText(event, evidence))
    assert.match(good, /in the log: \{\s*ok: true/)
    assert.match(good, /that were sealed: true/)
    const changed = { ...event, data: { changed: true } }
    const bad = said(evidenceText(changed, { ...evidence, leaf: log.evidenceOf(5).leaf }))
    assert.match(bad, /ok: false/)
    assert.match(bad, /that were sealed: false/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
