import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Answers, problem, type SmallPlane, type, withPlane } from '../fixture-plane.ts'
import { entry } from '../fixtures.ts'

const password = 'three quiet otters'
const person = {
  id: 'alice',
  name: 'Alice',
  roles: { '*': 'admin' },
  hasPassword: true,
  passkeys: [],
  signOn: [],
  addedMs: 0,
  endedMs: null,
}
const answers: Answers = {
  'GET /session/ways': { password: true, passkey: false, signOn: [] },
  'POST /session': ({ body }) =>
    (body as { password: string }).password === password
      ? { value: { person, expiresMs: Date.UTC(2026, 2, 2), token: 'rekey_session_x' } }
      : problem(401, 'wrong-password', { detail: 'Name or password is not right.' }),
  'GET /session': { person },
  'DELETE /session': { ok: true },
}

async function inHome(
  answers: Answers,
  run: (plane: SmallPlane, home: string) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'rekey-home-'))
  try {
    await withPlane(answers, plane => run(plane, home))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

describe('rekey sign-in', () => {
  test('keeps the session for its owner alone, shows its token to nobody, and the next command uses it', () =>
    inHome(answers, async (plane, home) => {
      const environment = { XDG_CONFIG_HOME: home }
      const signed = await type(['sign-in', plane.url, '--as', 'alice', '--utc'], {
        environment,
        typed: [password],
      })
      assert.equal(signed.code, 0, signed.err)
      assert.match(
        signed.out,
        /Signed in at 127\.0\.0\.1:\d+ as alice, until 2026-03-02 00:00 UTC \(in 12 h\)\./,
      )
      const path = join(home, 'rekey/session.json')
      assert.equal(statSync(path).mode & 0o777, 0o600)
      assert.equal(statSync(join(home, 'rekey')).mode & 0o777, 0o700)
      const json = await type(['sign-in', plane.url, '--as', 'alice', '--json'], {
        environment,
        typed: [password],
      })
      assert.doesNotMatch(signed.out + signed.err + json.out + json.err, /rekey_session_x|otters/)
      assert.equal((await type(['whoami'], { environment })).code, 0)
      assert.equal(plane.asked.at(-1)!.headers.authorization, 'Bearer rekey_session_x')
    }))

  test('a wrong password keeps nothing and ends with 77; one that is not given is asked for, never taken from the arguments', () =>
    inHome(answers, async (plane, home) => {
      const environment = { XDG_CONFIG_HOME: home }
      const wrong = await type(['sign-in', plane.url, '--as', 'alice'], {
        environment,
        typed: ['something else'],
      })
      assert.equal(wrong.code, 77)
      assert.equal(existsSync(join(home, 'rekey/session.json')), false)
      assert.equal((await type(['sign-in', plane.url, '--as', 'alice'], { environment })).code, 64)
      assert.equal((await type(['sign-in', plane.url, '--password', password], { environment })).code, 64)
      assert.equal((await type(['sign-in', plane.url], { environment, typed: [password] })).code, 64)
    }))

  test('an API token is tried before it is kept, and is only forgotten at the end', () =>
    inHome(answers, async (plane, home) => {
      const environment = { XDG_CONFIG_HOME: home }
      assert.equal(
        (await type(['sign-in', plane.url, '--api-token'], { environment, typed: ['rekey_pat_y'] })).code,
        0,
      )
      assert.equal(plane.asked.at(-1)!.headers.authorization, 'Bearer rekey_pat_y')
      const out = await type(['sign-out'], { environment })
      assert.match(out.out, /The API token itself is still good/)
      assert.ok(!plane.lines.includes('DELETE /session'))
    }))

  test('signing out ends the session there and here, also one that is over, and whatever REKEY_TOKEN says', () =>
    inHome({ ...answers, 'DELETE /session': () => problem(401, 'not-signed-in') }, async (plane, home) => {
      const environment = { XDG_CONFIG_HOME: home }
      await type(['sign-in', plane.url, '--as', 'alice'], { environment, typed: [password] })
      const { code } = await type(['sign-out'], {
        environment: { ...environment, REKEY_TOKEN: 'rekey_pat_other' },
      })
      assert.equal(code, 0)
      assert.equal(plane.asked.at(-1)!.headers.authorization, 'Bearer rekey_session_x')
      assert.equal(existsSync(join(home, 'rekey/session.json')), false)
      assert.match((await type(['sign-out'], { environment })).out, /Nobody was signed in/)
    }))

  test('where nobody signs in with a password, it says what else there is', () =>
    inHome(
      { ...answers, 'GET /session/ways': { password: false, passkey: true, signOn: [] } },
      async (plane, home) => {
        const { code, err } = await type(['sign-in', plane.url, '--as', 'alice'], {
          environment: { XDG_CONFIG_HOME: home },
          typed: [password],
        })
        assert.equal(code, 64)
        assert.match(err, /Nobody signs in with a password there.\n→ Make an API token/)
      },
    ))

  test('says that the way is not encrypted', async () => {
    const { err } = await type(['sign-in', 'http://rekey.invalid', '--as', 'alice', '--timeout', '1ms'], {
      typed: [password],
    })
    assert.match(err, /rekey\.invalid is asked without encryption/)
  })
})

/** A pseudo-terminal is had from script(1). */
function isThere(): boolean {
  if (spawnSync('script', ['--version']).status === 0) return true
  const line = 'rekey sign-in at a terminal: script(1) is not on this machine'
  console.error(`DID NOT RUN  ${line}`)
  const file = process.env['REKEY_NOT_RUN_FILE']
  if (file !== undefined) appendFileSync(file, `${line}\n`)
  return false
}

/** Types each line as soon as the screen asks for it. */
function atTerminal(
  command: string,
  environment: Record<string, string>,
  answers: [RegExp, string][],
): Promise<{ code: number | null; screen: string }> {
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...environment },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  let screen = ''
  child.stdout.on('data', part => {
    screen += part
    const [next] = answers
    if (next?.[0].test(screen)) {
      answers.shift()
      child.stdin.write(next[1])
    }
  })
  return new Promise(resolve =>
    child.on('close', code => {
      clearTimeout(timer)
      resolve({ code, screen })
    }),
  )
}

test('at a terminal the password is not shown while it is typed, and can be mended', async () => {
  if (!isThere()) return
  await inHome(answers, async (plane, home) => {
    const command = `${process.execPath} ${entry} sign-in ${plane.url} --as alice`
    const typed: [RegExp, string][] = [[/Password: /, `three quiet ottersX\x7f\r`]]
    const { code, screen } = await atTerminal(command, { XDG_CONFIG_HOME: home }, typed)
    assert.equal(code, 0, screen)
    assert.doesNotMatch(screen, /quiet|otters/)
    assert.match(screen, /Signed in at/)
    assert.match(screen, /next: rekey now/)
    assert.match(readFileSync(join(home, 'rekey/session.json'), 'utf8'), /rekey_session_x/)
  })
})

test('Ctrl-C at the password ends with 130, and nothing is kept', async () => {
  if (!isThere()) return
  await inHome(answers, async (plane, home) => {
    const command = `${process.execPath} ${entry} sign-in ${plane.url} --as alice`
    const { code, screen } = await atTerminal(command, { XDG_CONFIG_HOME: home }, [
      [/Password: /, 'three\x03'],
    ])
    assert.equal(code, 130, screen)
    assert.doesNotMatch(screen, /three/)
    assert.equal(existsSync(join(home, 'rekey/session.json')), false)
  })
})
