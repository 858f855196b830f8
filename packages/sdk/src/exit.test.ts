import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { withPlane } from './fixtures.ts'

async function ran(
  file: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: unknown; text: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  const stuck = setTimeout(() => child.kill(), 8_000)
  const code = await new Promise(resolve => child.on('close', resolve))
  clearTimeout(stuck)
  return { code, text }
}

test('a program that closes nothing ends by itself, with its stream open and its timers set, and has reported everything', () =>
  withPlane(async plane => {
    plane.assign('docs', 1)
    const settings = {
      REKEY_URL: plane.url,
      REKEY_JOIN: plane.join,
      REKEY_INSTANCE: 'short',
      REKEY_FLUSH_MS: '60000',
    }
    assert.deepEqual(await ran('exit-child.ts', [], settings), { code: 0, text: 'used 1\n' })
    assert.equal(plane.uses('success', 1), 1)
    assert.equal(plane.said('stopped').length, 1)
    assert.ok(plane.batches.every(one => one.instance === 'short'))
  }))

test('where there is no process, as at an edge, everything works but files and variables', () =>
  withPlane(async plane => {
    plane.assign('docs', 1)
    assert.deepEqual(await ran('edge-child.ts', [plane.url, plane.join], {}), { code: 0, text: 'used 1\n' })
    assert.equal(plane.uses('success', 1), 1)
    assert.equal(plane.said('stopped').length, 1)
    assert.ok(plane.count('/agent/stream') > 0)
  }))
