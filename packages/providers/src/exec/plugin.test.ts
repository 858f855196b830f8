import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { aContext } from '../fixtures.ts'
import { type Plugin, type PluginRead, programOf, readPlugin } from './plugin.ts'
import { requestOf } from './request.ts'
import { holdsValue, withoutValues } from './withheld.ts'

const templates = join(import.meta.dirname, '../../plugins')
const template = (name: string): Plugin => {
  const read = readPlugin(join(templates, `${name}.plugin.json`))
  if (!read.ok) throw new Error(read.faults.join('\n'))
  return read.plugin
}

function readText(text: string): PluginRead {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-plugin-'))
  try {
    writeFileSync(join(folder, 'a.plugin.json'), text)
    return readPlugin(join(folder, 'a.plugin.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const faultsOf = (given: unknown) => {
  const read = readText(JSON.stringify(given))
  return read.ok ? [] : read.faults
}

test('the templates are good plugin files', () => {
  assert.equal(template('redis-acl-sh').format, 'lines')
  assert.equal(template('redis-acl-python').format, 'json')
})

test('every fault of a plugin file is a sentence that names the file, and all come at once', () => {
  const { title: _, ...rest } = template('redis-acl-sh')
  const faults = faultsOf({ ...rest, kind: 'My Plugin', comand: ['x'] })
  assert.equal(faults.length, 3)
  for (const fault of faults) assert.match(fault, /^the plugin file .*a\.plugin\.json: "/)
  for (const word of ['"title" is missing', '"kind" is not written', '"comand" is not a setting']) {
    assert.ok(
      faults.some(fault => fault.includes(word)),
      word,
    )
  }
})

test('settings that let a misspelt one pass, and an admin secret that is no setting, are refused', () => {
  const good = template('redis-acl-sh')
  const [loose] = faultsOf({ ...good, settings: { ...good.settings, additionalProperties: true } })
  assert.match(loose!, /"additionalProperties": false/)
  const [unknown] = faultsOf({ ...good, admin: ['password'] })
  assert.match(unknown!, /names password, which is no setting/)
})

test('a step for a person is no ability of a plugin', () => {
  const good = template('redis-acl-sh')
  assert.equal(faultsOf({ ...good, abilities: { ...good.abilities, byHand: ['mint'] } }).length, 1)
})

test('a file that is not there, is no JSON or holds no object is told', () => {
  const words = (read: PluginRead) => (read.ok ? '' : read.faults.join())
  assert.match(words(readPlugin(join(templates, 'none.plugin.json'))), /cannot be read \(ENOENT\)/)
  assert.match(words(readText('{')), /is not JSON/)
  assert.match(words(readText('[]')), /holds no object/)
})

test('a program with a slash is found from the plugin file, one without in PATH', () => {
  const plugin = template('redis-acl-sh')
  const found = (program: string) => programOf({ ...plugin, command: [program, '-x'] }, '/etc/rekey').program
  assert.equal(found('./bin/a.sh'), '/etc/rekey/bin/a.sh')
  assert.equal(found('/usr/bin/a'), '/usr/bin/a')
  assert.equal(found('python3'), 'python3')
})

const context = aContext({
  settings: { adminSecret: 'redis-admin', nodes: [{ host: 'a' }], tags: ['x', 'y=z'], none: null },
  admin: async () => new Secret('of the admin'),
  nowMs: () => 7,
})

test('a request in lines has a line for each simple value, named by where it stands', async () => {
  const { text, values } = await requestOf(template('redis-acl-sh'), context, 'usage', {
    handles: ['one', 'two'],
    operation: { name: null, secret: 'of the version' },
  })
  assert.deepEqual(text.split('\n'), [
    'rekey=1',
    'verb=usage',
    'owner=0a1b2c3d',
    'nowMs=7',
    'settings.adminSecret=redis-admin',
    'settings.nodes.0.host=a',
    'settings.tags=x',
    'settings.tags=y=z',
    'handles=one',
    'handles=two',
    'operation.secret=of the version',
    'admin.adminSecret=of the admin',
    '',
  ])
  assert.deepEqual(values, ['of the admin', 'of the version'])
})

test('a line break cannot pass for another line, and the value with it is not repeated', async () => {
  const secret = 'hunter2\nverb=destroy'
  await assert.rejects(
    requestOf(template('redis-acl-sh'), context, 'probe', { handle: 'one', secret }),
    (error: Error) => /secret has a line break/.test(error.message) && !error.message.includes('hunter2'),
  )
})

test('a value is blanked out as it is, in pieces, and as it is commonly dressed', () => {
  const value = 'k3y-of-"Orders"/42'
  for (const shown of [
    value,
    value.slice(2, 13),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('hex'),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ]) {
    assert.equal(withoutValues(`AUTH ${shown} failed`, [value]), 'AUTH [secret] failed')
  }
  assert.equal(withoutValues('nothing\u001b[31m of it\nhere', [value]), 'nothing [31m of it here')
})

test('a value shorter than a piece is blanked out whole', () => {
  assert.equal(withoutValues('pin 4711 is wrong', ['4711']), 'pin [secret] is wrong')
  assert.equal(holdsValue('pin 4711 is wrong', ['4711']), true)
  assert.equal(holdsValue('pin 471 is wrong', ['4711']), false)
})
