import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { markOf } from '../naming.ts'
import { execProvider } from './exec.ts'
import { accepted, adminValue, aPlugin, context, failure, operation, scripted, value } from './fixtures.ts'

test('a mint is given the name, the mark and the value; the name comes back as the handle', async () => {
  const lines = `read -r asked\nprintf '%s' "$asked" > asked\nname=$(sed 's/.*"name":"\\([^"]*\\)".*/\\1/' asked)\necho "{\\"ok\\":{\\"handle\\":\\"$name\\"}}"`
  await scripted(lines, async (provider, folder) => {
    const minted = await provider.mint!(context(), operation)
    assert.deepEqual(minted, { handle: `app_v2_0a1b2c3d${markOf('key-2')}`, secret: null })
    const asked = JSON.parse(readFileSync(join(folder, 'asked'), 'utf8'))
    assert.equal(asked.operation.mark, markOf('key-2'))
    assert.equal(asked.operation.secret, value)
  })
})

test('a verb that the plugin does not claim is not there', () => {
  const provider = execProvider(aPlugin(), '.')
  assert.equal(provider.endSessions, undefined)
  assert.equal(provider.compareRights, undefined)
  assert.ok(provider.disable && provider.enable && provider.list && provider.usage)
})

test('what usage leaves out is put in, and what was not asked for is left out', async () => {
  const lines = `echo '{"ok":{"sightings":[{"handle":"app_v1","seenAs":"worker"},{"handle":"other","seenAs":null}]}}'`
  await scripted(lines, async provider => {
    const usage = await provider.usage!({ ...context(), nowMs: () => 7 }, ['app_v1'], 0)
    assert.deepEqual(usage, {
      sightings: [{ handle: 'app_v1', seenAs: 'worker', instance: null, outcome: 'success', atMs: 7 }],
      asOfMs: 7,
      covered: null,
      gaps: [],
    })
  })
})

const bad: readonly [string, string, string, RegExp][] = [
  ['that says nothing', ':', 'rejected', /gave no answer/],
  ['that dies without a word', 'exit 3', 'unexpected', /exit code 3 and gave no answer/],
  ['that is ended by a signal', 'kill -9 $$', 'unexpected', /ended by SIGKILL/],
  ['that answers garbage', 'echo hello', 'rejected', /cannot be read/],
  ['that answers half a line', `printf '{"ok":{"answer"'`, 'rejected', /cannot be read/],
  ['that answers another verb', `echo '{"ok":{"handle":"x"}}'`, 'rejected', /cannot be read/],
  [
    'that adds words of its own',
    `echo '{"ok":{"answer":"accepted","by":"me"}}'`,
    'rejected',
    /cannot be read/,
  ],
  ['that answers twice', `${accepted}\n${accepted}`, 'rejected', /2 lines/],
  ['that answers and then fails', `${accepted}\nexit 1`, 'unexpected', /exit code 1 although/],
  [
    'that gives a code of its own',
    `echo '{"error":{"code":"oops","text":"x"}}'`,
    'rejected',
    /cannot be read/,
  ],
  ['that gives back what it was asked', 'cat', 'rejected', /cannot be read/],
]
for (const [title, lines, code, words] of bad) {
  test(`a plugin ${title} is an error that says so`, async () => {
    const error = await failure(lines)
    assert.equal(error.code, code, error.message)
    assert.match(error.message, words)
  })
}

test('an error of the plugin keeps its code and its words, whatever it exits with', async () => {
  const error = await failure(`echo '{"error":{"code":"denied","text":"grant it X"}}'; exit 1`)
  assert.equal(error.code, 'denied')
  assert.equal(error.permanent, true)
  assert.equal(error.message, 'the plugin tiny says: grant it X')
})

test('a value in the words of an error is blanked out, and standard error is shown to nobody', async () => {
  const error = await failure(
    `echo "no way: ${value}" >&2\necho '{"error":{"code":"rejected","text":"AUTH root ${adminValue} and ${value} failed"}}'`,
  )
  assert.equal(error.message, 'the plugin tiny says: AUTH root [secret] and [secret] failed')
})

test('a value in an answer that went well is refused', async () => {
  await scripted(`echo '{"ok":{"handle":"user-${value}"}}'`, async provider => {
    await assert.rejects(provider.mint!(context(), operation), /repeats a value/)
  })
})

test('a plugin that makes a value although we do is refused', async () => {
  await scripted(`echo '{"ok":{"handle":"app_v2","secret":"of its own"}}'`, async provider => {
    await assert.rejects(provider.mint!(context(), operation), /it is Rekey that makes it/)
  })
})
