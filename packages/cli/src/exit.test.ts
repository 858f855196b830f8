import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { exitCodes, meanings } from './exit.ts'
import { nouns } from './nouns.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')

test('the codes of the docs are those of the one table, in the same words', () => {
  const [, section = ''] = /^## How it ends\n(.*?)^## /ms.exec(page) ?? []
  const rows = [...section.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(found => [Number(found[1]), found[2]])
  assert.deepEqual(rows, meanings)
})

test('codes that were there stay as they are', () => {
  const { away, cannotRun, cannotWrite, hookFailed, internal, notAllowed, notFound, usage } = exitCodes
  assert.deepEqual(
    [usage, away, internal, cannotWrite, hookFailed, notAllowed, cannotRun, notFound],
    [64, 69, 70, 73, 75, 77, 126, 127],
  )
  assert.equal(new Set(Object.values(exitCodes)).size, Object.keys(exitCodes).length)
})

test('the docs name every noun with every verb', async () => {
  for (const noun of nouns) {
    if (noun.isHidden === true) continue
    assert.match(page, new RegExp(`\`${noun.name}\``), noun.name)
    if (!('verbs' in noun)) continue
    const [, row = ''] = new RegExp(`^\\|.*\`${noun.name}\`.*\\| (.*) \\|$`, 'm').exec(page) ?? []
    for (const { name } of await noun.verbs())
      assert.match(row, new RegExp(`\\b${name}\\b`), `${noun.name} ${name}`)
  }
})
