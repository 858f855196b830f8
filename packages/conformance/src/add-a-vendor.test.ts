import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { ProviderError } from '@rekey/providers'
import { vendorsIn } from '@rekey/providers/all'
import { type Asked, bearer, openContract, pageAfter, random } from './beds/vendors/contract.ts'

// Docs that are not run are wrong one day: what this page says is taken out of it and done.
const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/providers/add-a-vendor.md'), 'utf8')
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms'))].map(one => one[1]!)
const [file, ...otherFiles] = blocks('json')
const [command, ...otherCommands] = blocks('sh')
const [table, faults] = blocks('text')
const fileName = /Save it as `([^`]+)`/.exec(page)?.[1]
const misspelt = /With `([^`]+)` for the name/.exec(page)?.[1]

function inFolder<T>(act: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-vendor-'))
  try {
    return act(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The command of the page, on a file of that text: `npm run vendor -- NAME` as package.json has it. */
function run(text: string): { said: string; status: number | null } {
  return inFolder(folder => {
    const [npm, verb, script, dashes, name, ...more] = command!.trim().split(' ')
    assert.deepEqual([npm, verb, dashes, name, more], ['npm', 'run', '--', fileName, []])
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const [program, main, ...rest] = scripts[script!]!.split(' ')
    assert.deepEqual([program, rest], ['node', []])
    writeFileSync(join(folder, name!), text)
    const { stdout, status } = spawnSync(process.execPath, [join(root, main!), join(folder, name!)], {
      encoding: 'utf8',
    })
    return { said: stdout, status }
  })
}

test('the page has one file and one command, and the file is shorter than 40 lines', () => {
  assert.deepEqual([otherFiles, otherCommands], [[], []])
  assert.ok(file!.trim().split('\n').length < 40)
})

test('the command prints the table that the page shows', () => {
  assert.deepEqual(run(file!), { said: table, status: 0 })
})

test('the command prints the faults that the page shows, with the mistake that it names', () => {
  assert.ok(file!.includes('{{operation.name}}') && misspelt !== undefined)
  assert.deepEqual(run(file!.replace('{{operation.name}}', misspelt)), { said: faults, status: 1 })
})

interface Key {
  id: string
  name: string
  secret: string
  last_used_at: string | null
}

/** Acme Notes, as the first table of the page describes it. */
function acme(admin: string) {
  const keys: Key[] = ['one of others', 'two of others', 'three of others'].map(name => ({
    id: random(6),
    name,
    secret: random(16),
    last_used_at: null,
  }))
  const fault = (status: number, code: string) => ({ status, body: { error: { code } } })
  const answer = (asked: Asked) => {
    const { method, path, query, body } = asked
    if (path === '/v1/me') {
      const key = keys.find(one => one.secret === bearer(asked))
      if (key === undefined) return fault(401, 'invalid_key')
      key.last_used_at = new Date().toISOString()
      return { status: 200, body: { id: key.id } }
    }
    if (bearer(asked) !== admin) return fault(401, 'invalid_key')
    const [, id] = /^\/v1\/workspaces\/ws_1\/keys(?:\/([^/]+))?$/.exec(path) ?? [null]
    if (id === null) return fault(404, 'no_such_thing')
    if (method === 'POST') {
      const key = { id: random(6), name: String(body.name), secret: random(16), last_used_at: null }
      keys.push(key)
      return { status: 201, body: key }
    }
    if (method === 'GET') {
      const { data, last_id, has_more } = pageAfter(keys, query.get('cursor'))
      const shown = data.map(({ secret: _, ...key }) => key)
      return { status: 200, body: { keys: shown, next_cursor: last_id, has_more } }
    }
    const at = keys.findIndex(one => one.id === id)
    if (at < 0) return fault(404, 'no_such_key')
    keys.splice(at, 1)
    return { status: 204 }
  }
  return { keys, answer }
}

test('with that file alone a key is made, found, probed, seen in use, and destroyed', async () => {
  const { providers, faults } = inFolder(folder => {
    writeFileSync(join(folder, fileName!), file!)
    return vendorsIn(folder)
  })
  const provider = providers[0]!
  assert.deepEqual([provider.kind, providers.length, faults], ['acme-notes', 1, []])
  const admin = random(16)
  const world = acme(admin)
  const server = await openContract(world.answer)
  try {
    const { host, port } = server.address
    const context = {
      settings: {
        workspace: 'ws_1',
        adminSecret: 'acme',
        prefix: 'notes',
        baseUrl: `http://${host}:${port}/v1`,
      },
      signal: AbortSignal.timeout(20_000),
      owner: '0a1b2c3d',
      admin: async () => new Secret(admin),
      nowMs: Date.now,
    }
    const operation = {
      key: 'the-key',
      credential: 'notes',
      version: 2,
      secret: null,
      intendedMs: Date.now(),
    }
    const sinceMs = Date.now()
    const { handle, secret } = await provider.mint!(context, operation)
    assert.ok(secret !== null)
    assert.deepEqual(await provider.find!(context, operation), { is: 'done', handle })
    assert.deepEqual((await provider.usage!(context, [handle], sinceMs)).sightings, [])
    assert.equal(await provider.probe!(context, handle, secret), 'accepted')
    assert.deepEqual(
      (await provider.usage!(context, [handle], sinceMs)).sightings.map(one => one.handle),
      [handle],
    )
    for (let time = 0; time < 2; time++) await provider.destroy!(context, handle)
    assert.equal(await provider.probe!(context, handle, secret), 'refused')
    assert.equal(world.keys.length, 3)
    const wrong = { ...context, admin: async () => new Secret('wrong') }
    await assert.rejects(provider.mint!(wrong, operation), (error: unknown) => {
      return error instanceof ProviderError && error.code === 'denied' && error.message.includes('"acme"')
    })
    assert.ok(!server.log().includes(admin) && !server.log().includes(secret.reveal()))
  } finally {
    await server.close()
  }
})
