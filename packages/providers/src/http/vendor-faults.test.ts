import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsFaults } from '../check.ts'
import { acmeFile } from './fixtures.ts'
import { goodBase, readVendor, settingsOf } from './vendor-faults.ts'

type Tree = Record<string, unknown>

/** The file of Acme, with one thing changed. */
function faultsWith(change: (file: Tree & { verbs: Record<string, Tree> }) => void): string[] {
  const file = structuredClone(acmeFile) as unknown as Tree & { verbs: Record<string, Tree> }
  change(file)
  const read = readVendor(file)
  return 'faults' in read ? read.faults : []
}

const saysOf = (pattern: RegExp, change: Parameters<typeof faultsWith>[0]) =>
  assert.match(faultsWith(change).join('\n'), pattern)

test('a good file has no faults', () => {
  assert.deepEqual(
    faultsWith(() => undefined),
    [],
  )
})

test('whatever is no object is no vendor file', () => {
  for (const json of [null, 'text', 3, []])
    assert.deepEqual(readVendor(json), { faults: ['a vendor file is one JSON object'] })
})

test('parts that are missing or misspelt are named, all at once', () => {
  const faults = faultsWith(file => {
    delete file['title']
    file['tittle'] = 'Acme'
    file.verbs['mint']!['handel'] = '$.id'
  })
  assert.match(faults.join('\n'), /"title" is missing: What people call/)
  assert.match(faults.join('\n'), /"tittle" is no part of a vendor file/)
  assert.match(faults.join('\n'), /"verbs.mint.handel" is no part of a vendor file/)
})

test('a placeholder that does not exist, or is not declared, is a fault where it stands', () => {
  saysOf(/"verbs.mint.body" has a placeholder that is not known: \{\{operation.nome\}\}/, ({ verbs }) => {
    verbs['mint']!['body'] = { name: '{{operation.name}}', other: '{{operation.nome}}' }
  })
  saysOf(
    /"verbs.list.request" names \{\{settings.team\}\}, which is not declared: there are workspace/,
    ({ verbs }) => {
      verbs['list']!['request'] = 'GET /{{settings.team}}'
    },
  )
})

test('a value and an admin secret never stand in an address', () => {
  saysOf(/"verbs.probe.query" may not hold \{\{value\}\}/, ({ verbs }) => {
    verbs['probe']!['query'] = { key: '{{value}}' }
  })
  saysOf(/"verbs.list.request" may not hold \{\{admin.adminSecret\}\}/, ({ verbs }) => {
    verbs['list']!['request'] = 'GET /keys/{{admin.adminSecret}}'
  })
})

test('the probe goes with nothing but the value: the admin secret would let it in', () => {
  saysOf(/"verbs.probe.headers" may not hold \{\{admin.adminSecret\}\}/, ({ verbs }) => {
    verbs['probe']!['headers'] = { authorization: 'Bearer {{admin.adminSecret}}', x: '{{value}}' }
  })
  saysOf(/carries no \{\{value\}\}/, ({ verbs }) => {
    verbs['probe']!['headers'] = {}
  })
})

test('a probe that cannot refuse proves nothing', () => {
  saysOf(/"verbs.probe" needs a "request", "accepted" and "refused"/, ({ verbs }) => {
    verbs['probe']!['refused'] = []
  })
  saysOf(/may be "listed" for a key pair only/, ({ verbs }) => {
    verbs['probe'] = { how: 'listed' }
  })
})

test('what belongs together is there together', () => {
  saysOf(/"verbs.disable" and "verbs.enable" are there both, or neither/, ({ verbs }) => {
    delete verbs['enable']
  })
  saysOf(/"verbs.mint.value" is where the vendor gives the value/, ({ verbs }) => {
    delete verbs['mint']!['value']
  })
  saysOf(/by "verbs.mint", or by a person/, ({ verbs }) => {
    delete verbs['mint']
  })
  saysOf(/by cursor needs "param", "next" and "more"/, ({ verbs }) => {
    verbs['list']!['pages'] = { by: 'cursor' }
  })
  saysOf(/gives the key its name/, ({ verbs }) => {
    verbs['mint']!['body'] = {}
  })
  saysOf(/sends \{\{publicKey\}\}/, file => {
    file['value'] = 'ssh-ed25519'
    delete file.verbs['mint']!['value']
  })
})

test('a path that is none is named', () => {
  saysOf(/"verbs.list.items" is no path/, ({ verbs }) => {
    verbs['list']!['items'] = 'data'
  })
  saysOf(/"verbs.probe.refused.0.at" is no path/, ({ verbs }) => {
    verbs['probe']!['refused'] = [{ status: 401, at: 'error' }]
  })
})

test('a setting is described, and has a name of its own', () => {
  saysOf(/"settings.workspace" has no description/, file => {
    file['settings'] = { workspace: { type: 'string' } }
  })
  saysOf(/"settings.prefix" has a name that is taken/, file => {
    file['settings'] = { ...(acmeFile.settings as Tree), prefix: { type: 'string', description: 'x' } }
  })
})

test('an admin secret goes over https, or stays on this machine', () => {
  const good = [
    'https://api.acme.example',
    'https://api.acme.example:8443/v1',
    'http://127.0.0.1:80/v1',
    'http://localhost',
    'http://[::1]:9',
  ]
  const bad = [
    'http://api.acme.example',
    'http://localhost.acme.example',
    'http://127.0.0.1@acme.example',
    'http://localhost:80@acme.example',
    'https://user:pw@acme.example',
    'https://acme.example/',
    'https://acme.example/v1/',
    'https://acme.example?x',
    'ftp://acme.example',
    'acme.example',
  ]
  for (const url of good) assert.ok(goodBase.test(url), url)
  for (const url of bad) assert.ok(!goodBase.test(url), url)
})

test('the settings of a credential are those of the file, its admin secrets, a prefix and the address', () => {
  const read = readVendor(acmeFile)
  assert.ok('vendor' in read)
  const settings = settingsOf(read.vendor)
  const given = { workspace: 'ws_1', adminSecret: 'acme', prefix: 'app' }
  assert.deepEqual(settingsFaults({ settings }, given), [])
  assert.match(
    settingsFaults({ settings }, { ...given, workspace: '../x' }).join(),
    /"workspace" is not written as it should/,
  )
  assert.match(
    settingsFaults({ settings }, { ...given, baseUrl: 'http://acme.example' }).join(),
    /"baseUrl" is not written/,
  )
})

test('callers are told apart by a list and a name, or not at all', () => {
  saysOf(/"verbs.usage.callers" and "verbs.usage.caller" are there both, or neither/, ({ verbs }) => {
    verbs['usage']!['callers'] = '$.used_by[*]'
  })
  saysOf(/"verbs.usage.caller" is no path/, ({ verbs }) => {
    Object.assign(verbs['usage']!, { callers: '$.used_by[*]', caller: 'name' })
  })
})
