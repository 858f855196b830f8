import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Secret } from '@rekey/core'
import { execProvider } from './exec.ts'
import { accepted, adminValue, aPlugin, context, failure, probe, scripted, value } from './fixtures.ts'

function isRunning(pid: number): boolean {
  try {
    // One that has ended and has not been fetched yet runs no more.
    return !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Until there is something, for ten seconds. */
async function patiently<T>(look: () => T | null): Promise<T> {
  for (let time = 0; time < 200; time++) {
    try {
      const found = look()
      if (found !== null) return found
    } catch {
      // Not yet.
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('it did not come')
}

test('a plugin is asked by its standard input, and no value stands in its command line or environment', async () => {
  process.env['REKEY_TEST_OF_EXEC'] = 'of the control plane'
  const lines = `cat > asked\nenv > environment\nprintf '%s ' "$0" "$@" > words\n${accepted}`
  await scripted(
    lines,
    async (provider, folder) => {
      const seen = (name: string) => readFileSync(join(folder, name), 'utf8')
      assert.equal(await probe(provider), 'accepted')
      const asked = JSON.parse(seen('asked'))
      assert.equal(seen('asked').trim().split('\n').length, 1)
      assert.equal(asked.verb, 'probe')
      assert.equal(asked.handle, 'app_v1')
      assert.equal(asked.secret, value)
      assert.deepEqual(asked.admin, { adminSecret: adminValue })
      const names = seen('environment')
        .trim()
        .split('\n')
        .map(line => line.split('=')[0]!)
      // What a shell sets by itself.
      const own = ['PWD', 'OLDPWD', 'SHLVL', '_']
      assert.deepEqual(names.filter(name => !own.includes(name)).sort(), ['COLOUR', 'LANG', 'PATH'])
      for (const secret of [value, adminValue]) {
        assert.ok(!seen('environment').includes(secret))
        assert.ok(!seen('words').includes(secret))
      }
    },
    { environment: { COLOUR: 'blue' } },
  )
  delete process.env['REKEY_TEST_OF_EXEC']
})

test('a plugin that hangs is ended with all that it started when its time is over', async () => {
  await scripted('sleep 60 & echo $! > child\necho $$ > pid\nwait', async (provider, folder) => {
    const error = await probe(provider, AbortSignal.timeout(400)).catch(thrown => thrown)
    assert.equal(error.code, 'timeout')
    await new Promise(resolve => setTimeout(resolve, 100))
    for (const file of ['pid', 'child']) {
      assert.equal(isRunning(Number(readFileSync(join(folder, file), 'utf8'))), false, file)
    }
  })
})

test('a child that keeps the output open delays nobody, and is ended', async () => {
  await scripted(`sleep 60 & echo $! > child\n${accepted}`, async (provider, folder) => {
    const beganMs = performance.now()
    assert.equal(await probe(provider), 'accepted')
    assert.ok(performance.now() - beganMs < 5_000)
    await new Promise(resolve => setTimeout(resolve, 100))
    assert.equal(isRunning(Number(readFileSync(join(folder, 'child'), 'utf8'))), false)
  })
})

test('a plugin does not outlive the control plane', async () => {
  await scripted('echo $$ > pid\nsleep 60', async (_, folder) => {
    const modules = ['exec.ts', '../fixtures.ts', '../../../core/src/secret.ts'].map(name =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href),
    )
    const calling = `const [{ execProvider }, { aContext }, { Secret }] = await Promise.all([${modules.map(one => `import(${one})`).join(', ')}])
      execProvider(${JSON.stringify(aPlugin({ admin: [] }))}, ${JSON.stringify(folder)}).probe(aContext(), 'app_v1', new Secret('x'))`
    const plane = spawn(process.execPath, ['--input-type=module', '--eval', calling], { stdio: 'ignore' })
    const gone = new Promise(resolve => plane.once('exit', resolve))
    const pid = await patiently(() => Number(readFileSync(join(folder, 'pid'), 'utf8')) || null)
    assert.equal(isRunning(pid), true)
    plane.kill('SIGKILL')
    await gone
    await patiently(() => (isRunning(pid) ? null : true))
  })
})

test('a plugin that floods is ended, and told so', async () => {
  const error = await failure('while :; do echo 0123456789012345678901234567890123456789; done')
  assert.equal(error.code, 'rejected')
  assert.match(error.message, /more than 1048576 bytes/)
})

test('a program that is not there, or may not be executed, is named', async () => {
  const absent = await failure('', { command: ['./elsewhere'] })
  assert.equal(absent.code, 'rejected')
  assert.match(absent.message, /elsewhere.* is not there/)
  await scripted('', async (_, folder) => {
    writeFileSync(join(folder, 'plain.txt'), 'words')
    const error = await probe(execProvider(aPlugin({ command: ['./plain.txt'] }), folder)).catch(
      thrown => thrown,
    )
    assert.equal(error.code, 'rejected')
    assert.match(error.message, /may not be executed: chmod \+x/)
  })
})

test('a plugin that does not read what it is asked is judged by its answer', async () => {
  await scripted(`exec 0<&-\n${accepted}`, async provider => {
    const large = new Secret('x'.repeat(500_000))
    assert.equal(await provider.probe!(context(), 'app_v1', large), 'accepted')
  })
})
