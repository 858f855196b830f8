import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readConfig } from './config.ts'
import { start } from './start.ts'

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-start-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

const aKey = (name: string) => createHash('sha256').update(name).digest('hex')
const config = (name: string) => readConfig({ REKEY_STORE: join(folder, name, 'rekey.db'), REKEY_PORT: '0' })

test('a control plane starts on an empty folder, answers, and stops', async () => {
  const running = await start(config('first'), {}, '9.9.9')
  try {
    const ready = await fetch(`${running.address}/readyz`)
    assert.equal(ready.status, 200)
    assert.deepEqual(await ready.json(), { status: 'ready', store: 'sqlite', fenced: false })
    assert.equal((await fetch(`${running.address}/livez`)).status, 200)
    const version = (await (await fetch(`${running.address}/version`)).json()) as { version: string }
    assert.equal(version.version, '9.9.9')
    const nothing = await fetch(`${running.address}/nothing`)
    assert.equal(nothing.status, 404)
    assert.match(nothing.headers.get('content-type') ?? '', /problem\+json/)
  } finally {
    await running.stop()
  }
})

test('the root key made on first start is for its owner only, and is used again', async () => {
  const first = await start(config('again'), {}, '0')
  await first.stop()
  const key = join(folder, 'again', 'rekey.db.root-key')
  assert.equal(statSync(key).mode & 0o777, 0o600)
  const second = await start(config('again'), {}, '0')
  await second.stop()
})

test('readiness says why when the store cannot work', async () => {
  const running = await start(config('broken'), {}, '0')
  try {
    await running.ground.store.close()
    const ready = await fetch(`${running.address}/readyz`)
    assert.equal(ready.status, 503)
    const body = (await ready.json()) as { status: string; why?: string }
    assert.equal(body.status, 'not-ready')
    assert.ok((body.why ?? '').length > 0)
  } finally {
    await running.stop().catch(() => {})
  }
})

test('a control plane that nobody has set up says where the first person does so, once, and in no log', async () => {
  const lines: string[] = []
  const first = await start(config('set-up'), {}, '0', (...line) => lines.push(JSON.stringify(line)))
  try {
    const [address, token = ''] = first.setUpLink?.split('/#/set-up/') ?? []
    assert.equal(address, first.address)
    assert.match(token, /^rekey_setup_\w{36}$/)
    assert.ok(!lines.join().includes(token))
    const body = JSON.stringify({ token, id: 'alice', name: 'Alice', password: 'nine green paddles float' })
    const headers = { 'content-type': 'application/json' }
    const done = await fetch(`${first.address}/api/v1/setup`, { method: 'POST', headers, body })
    assert.equal(done.status, 201)
    const figures = await (await fetch(`${first.address}/metrics`)).text()
    for (const name of ['streams_agents', 'streams_people', 'feed_position', 'feed_lag_seconds'])
      assert.match(figures, new RegExp(`^rekey_${name} [\\d.]+$`, 'm'))
  } finally {
    await first.stop()
  }
  const again = await start(config('set-up'), {}, '0')
  await again.stop()
  assert.equal(again.setUpLink, null)
})

test('events are sealed within a second', async () => {
  const running = await start(config('seal'), {}, '0')
  try {
    const { store } = running.ground
    const events = [{ type: 'noted', atMs: Date.now(), by: 'person:alice', data: {} }]
    await store.commit({ fence: null, appends: [{ stream: 'notes', expected: 0, events }], writes: [] })
    await new Promise(resolve => setTimeout(resolve, 1_000))
    // The keys that kill orders are signed with were the first.
    assert.equal((await store.logState()).size, await store.lastPosition())
  } finally {
    await running.stop()
  }
})

interface Ended {
  code: number | null
  output: string
}

function main(environment: Record<string, string>): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.mjs')], {
      env: { PATH: process.env['PATH'], REKEY_PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const hear = (part: Buffer) => {
      const wasReady = output.includes('is ready at')
      output += part
      // Once: a second signal ends a process at once, as a person who presses Ctrl-C twice expects.
      if (!wasReady && output.includes('is ready at')) child.kill('SIGTERM')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', code => resolve({ code, output }))
  })
}

test('what stops a start is said in a sentence with its remedy, without a stack', async () => {
  const foreign = join(folder, 'foreign.db')
  writeFileSync(foreign, 'this is a letter, not a database\n'.repeat(100))
  const loose = join(folder, 'loose-key')
  writeFileSync(loose, 'ab'.repeat(32))
  chmodSync(loose, 0o644)
  const cases: [Record<string, string>, RegExp][] = [
    [{ REKEY_STORE: foreign }, /foreign-store|corrupt-store/],
    [{ REKEY_STORE: join(folder, 'k.db'), REKEY_ROOT_KEY_FILE: loose }, /root-key-wrong/],
    [{ REKEY_STORE: join(folder, 'm.db'), REKEY_ROOT_KEY_VARIABLE: 'NOT_SET' }, /root-key-missing/],
    [{ REKEY_STORE: 'postgres://nobody@127.0.0.1:1/none', REKEY_ROOT_KEY: aKey('one') }, /store-unreachable/],
    [{ REKEY_PORT: 'x' }, /REKEY_PORT/],
  ]
  for (const [environment, expected] of cases) {
    const { code, output } = await main(environment)
    assert.equal(code, 1, output)
    assert.match(output, expected)
    assert.doesNotMatch(output, /\n\s+at /, output)
  }
})

test('the wrong root key is refused by name of both keys', async () => {
  const store = join(folder, 'two-keys.db')
  const first = await main({ REKEY_STORE: store, REKEY_ROOT_KEY_VARIABLE: 'KEY', KEY: aKey('one') })
  assert.equal(first.code, 0, first.output)
  const second = await main({ REKEY_STORE: store, REKEY_ROOT_KEY_VARIABLE: 'KEY', KEY: aKey('two') })
  assert.equal(second.code, 1)
  assert.match(second.output, /root-key-wrong/)
})

test('a second control plane on the same file is told so, and the first goes on', async () => {
  const running = await start(config('one'), {}, '0')
  try {
    const { code, output } = await main({ REKEY_STORE: join(folder, 'one', 'rekey.db') })
    assert.equal(code, 1)
    assert.match(output, /store-in-use/)
    assert.equal((await fetch(`${running.address}/readyz`)).status, 200)
    assert.ok(existsSync(join(folder, 'one', 'rekey.db')))
  } finally {
    await running.stop()
  }
})

test('behind a path of a proxy the first person is led there, and its pages may use the cookie', async () => {
  const at = 'https://tools.example.com/rekey'
  const running = await start(
    readConfig({
      REKEY_STORE: join(folder, 'path', 'rekey.db'),
      REKEY_PORT: '0',
      REKEY_DASHBOARD_URL: at,
    }),
    {},
    '0',
  )
  try {
    const [led, token = ''] = running.setUpLink?.split('/#/set-up/') ?? []
    assert.equal(led, at)
    const setUp = await fetch(`${running.address}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, id: 'alice', name: 'Alice', password: 'three quiet otters swim' }),
    })
    const cookie = setUp.headers.get('set-cookie') ?? ''
    assert.match(cookie, /; Secure$/)
    const made = (origin: string) =>
      fetch(`${running.address}/api/v1/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, cookie: cookie.split(';')[0]! },
        body: JSON.stringify({ name: 'one', rights: ['read'] }),
      })
    assert.equal((await made('https://tools.example.com')).status, 201)
    assert.equal((await made('https://other.example.com')).status, 403)
  } finally {
    await running.stop()
  }
})
