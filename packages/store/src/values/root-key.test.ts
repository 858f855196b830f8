import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { StoreError } from '../contract.ts'
import { type RootKeySource, readRootKey, rootKeyFrom } from './root-key.ts'
import { createRootKeyFile } from './root-key-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'rekey-root-key-'))
after(() => rm(directory, { recursive: true }))

const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7))
const hex = bytes.toString('hex')
const base64 = bytes.toString('base64')
const { id } = rootKeyFrom(bytes)

let files = 0
function file(text: string, mode = 0o600): string {
  const path = join(directory, `key-${++files}`)
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
  return path
}

const fromFile = (path: string): RootKeySource => ({ from: 'file', path })
const fromCommand = (...argv: string[]): RootKeySource => ({ from: 'command', argv })
const node = (code: string) => fromCommand(process.execPath, '-e', code)

/** Refused with this code, saying how to go on, and without any of the texts given. */
async function refused(source: RootKeySource, code: string, saying: RegExp, hidden: string[] = [], env = {}) {
  const error: unknown = await readRootKey(source, env).then(
    () => assert.fail('a root key was read'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof StoreError, String(error))
  assert.equal(error.code, code)
  assert.match(error.message, saying)
  assert.ok(error.how.length > 10)
  const all = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
  for (const text of hidden) assert.ok(!all.includes(text), `the error repeats ${text}`)
}

test('the id of a root key is the first eight bytes of an HMAC under it, so it says nothing about the key', () => {
  const expected = createHmac('sha256', bytes).update('rekey root key id').digest('hex').slice(0, 16)
  assert.equal(id, expected)
})

test('a root key shows nothing of itself when printed or serialised', () => {
  const rootKey = rootKeyFrom(bytes)
  const shown =
    inspect(rootKey, { depth: 9, showHidden: true }) + JSON.stringify(rootKey) + String(rootKey.key)
  assert.ok(!shown.includes(hex) && !shown.includes(base64))
})

test('a root key of another length is a mistake of the program', () => {
  assert.throws(() => rootKeyFrom(new Uint8Array(16)), RangeError)
})

test('a root key is read from a file in base64 or hex, with or without a last newline', async () => {
  for (const text of [base64, `${base64}\n`, hex, `${hex}\r\n`, hex.toUpperCase()]) {
    assert.equal((await readRootKey(fromFile(file(text)))).id, id)
  }
})

test('a root key file may be stricter than 0600', async () => {
  assert.equal((await readRootKey(fromFile(file(base64, 0o400)))).id, id)
})

test('a root key file that others may read, write or run is refused, and the error says its mode and the way out', async () => {
  for (const mode of [0o644, 0o640, 0o620, 0o601]) {
    await refused(fromFile(file(base64, mode)), 'root-key-wrong', new RegExp(`mode 0${mode.toString(8)}`), [
      base64,
    ])
  }
})

test('a link to a root key file is as good as what it leads to, and no better', async () => {
  const strict = join(directory, 'link-strict')
  symlinkSync(file(base64), strict)
  assert.equal((await readRootKey(fromFile(strict))).id, id)
  const loose = join(directory, 'link-loose')
  symlinkSync(file(base64, 0o644), loose)
  await refused(fromFile(loose), 'root-key-wrong', /mode 0644/)
  const dangling = join(directory, 'link-dangling')
  symlinkSync(join(directory, 'nowhere'), dangling)
  await refused(fromFile(dangling), 'root-key-missing', /no root key file/)
})

test('a missing root key file, and a directory in its place, are told apart', async () => {
  await refused(fromFile(join(directory, 'absent')), 'root-key-missing', /no root key file/)
  const path = join(directory, 'folder')
  mkdirSync(path, { mode: 0o700 })
  await refused(fromFile(path), 'root-key-wrong', /not a file/)
})

test('what is not 32 bytes in base64 or hex is refused and not repeated', async () => {
  const wrong = [
    'correct horse battery staple 123',
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    hex.slice(2),
    `${base64} ${base64}`,
    `${base64.slice(0, 42)}/=`,
    'x'.repeat(5000),
  ]
  for (const text of wrong) await refused(fromFile(file(text)), 'root-key-wrong', /./, [text.slice(0, 20)])
  await refused(fromFile(file('')), 'root-key-wrong', /not a root key/)
})

test('a root key of zeroes or of a pattern is refused: somebody has left a placeholder', async () => {
  for (const pattern of ['00', 'ff', '0123']) {
    await refused(fromFile(file(pattern.repeat(64 / pattern.length))), 'root-key-wrong', /not random/)
  }
})

test('a root key is read from a named environment variable', async () => {
  const source: RootKeySource = { from: 'environment', variable: 'REKEY_ROOT_KEY' }
  assert.equal((await readRootKey(source, { REKEY_ROOT_KEY: base64 })).id, id)
  await refused(source, 'root-key-missing', /REKEY_ROOT_KEY/)
  await refused(source, 'root-key-missing', /REKEY_ROOT_KEY/, [], { REKEY_ROOT_KEY: ' ' })
  await refused(source, 'root-key-wrong', /REKEY_ROOT_KEY/, ['half-a-key'], { REKEY_ROOT_KEY: 'half-a-key' })
})

test('a root key is read from what a program prints, without a shell', async () => {
  assert.equal((await readRootKey(node(`console.log('${base64}')`))).id, id)
  assert.equal((await readRootKey(fromCommand('printf', '%s', hex))).id, id)
  await refused(fromCommand('echo', `$(echo ${hex})`), 'root-key-wrong', /output of echo/, [hex])
})

test('a program that fails, prints nothing or is not there gives no root key, and neither its stderr nor its arguments are repeated', async () => {
  await refused(
    node(`console.log('${base64}'); console.error('the passphrase is swordfish'); process.exit(3)`),
    'root-key-missing',
    /ended with 3/,
    ['swordfish', base64, 'console'],
  )
  await refused(node(''), 'root-key-missing', /printed nothing/)
  await refused(
    fromCommand('/nowhere/kms', '--token', 'swordfish'),
    'root-key-missing',
    /cannot be started/,
    ['swordfish'],
  )
  await refused(fromCommand(), 'root-key-missing', /names no program/)
})

test('a program that prints without end is stopped, and nothing of it is repeated', async () => {
  await refused(fromCommand('yes', 'swordfish'), 'root-key-wrong', /more than a root key/, ['swordfish'])
})

test('a program that does not end is stopped after its time limit, with whatever it has started', async () => {
  const began = Date.now()
  const argv = ['sh', '-c', 'sleep 30 & sleep 30']
  await refused({ from: 'command', argv, timeLimitMs: 100 }, 'root-key-missing', /within 100 ms/, ['sleep'])
  assert.ok(Date.now() - began < 5000)
})

test('a new root key file is random, has mode 0600 and is all that was written', async () => {
  const home = mkdtempSync(join(directory, 'new-'))
  const paths = ['a', 'b'].map(name => join(home, name))
  for (const path of paths) await createRootKeyFile(path)
  const [a, b] = await Promise.all(paths.map(path => readRootKey(fromFile(path))))
  assert.notEqual(a?.id, b?.id)
  assert.equal(statSync(join(home, 'a')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(home).sort(), ['a', 'b'])
})

test('a root key file is never overwritten, and of two that are made together one wins', async () => {
  const home = mkdtempSync(join(directory, 'race-'))
  const path = join(home, 'key')
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => createRootKeyFile(path)))
  assert.equal(made.filter(one => one.status === 'fulfilled').length, 1)
  const before = readFileSync(path, 'utf8')
  await assert.rejects(createRootKeyFile(path), { code: 'root-key-wrong', message: /never overwritten/ })
  assert.equal(readFileSync(path, 'utf8'), before)
  assert.deepEqual(readdirSync(home), ['key'])
})

test('a root key file that cannot be made says so', async () => {
  await assert.rejects(createRootKeyFile(join(directory, 'no', 'such', 'place')), {
    code: 'root-key-missing',
  })
})
