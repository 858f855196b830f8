import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { providersWith } from './folder.ts'
import { allBuiltIn } from './kinds.ts'

const folder = mkdtempSync(join(tmpdir(), 'rekey-providers-'))
const kinds = (providers: readonly { kind: string }[]) => providers.map(one => one.kind)

describe('a folder of providers', () => {
  after(() => rmSync(folder, { recursive: true }))

  test('that does not exist leaves those that come with Rekey', () => {
    assert.deepEqual(kinds(providersWith(join(folder, 'nowhere')).providers), kinds(allBuiltIn()))
  })

  test('adds its plugins and vendors; a file that is not good is named and left out, and the others are there', () => {
    cpSync(join(import.meta.dirname, '../plugins'), folder, { recursive: true })
    writeFileSync(join(folder, 'broken.vendor.json'), '{')
    writeFileSync(join(folder, 'empty.plugin.json'), '{}')
    const { providers, faults } = providersWith(folder)
    assert.ok(providers.length > allBuiltIn().length)
    assert.ok(faults.some(fault => fault.startsWith('broken.vendor.json: ')))
    assert.ok(faults.some(fault => fault.includes('empty.plugin.json: ')))
    assert.equal(new Set(kinds(providers)).size, providers.length)
  })

  test('cannot put another in the place of one that comes with Rekey', () => {
    cpSync(join(import.meta.dirname, '../vendors/openai.json'), join(folder, 'openai.vendor.json'))
    const { providers, faults } = providersWith(folder)
    assert.equal(kinds(providers).filter(kind => kind === 'openai').length, 1)
    assert.ok(faults.some(fault => fault.includes('kind openai already')))
  })
})
