import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { aContext } from '../fixtures.ts'
import { allBuiltIn } from '../kinds.ts'
import { memory, memoryWorld } from '../memory.ts'
import { matrix, withMatrix } from './matrix.ts'

const docs = join(import.meta.dirname, '../../../../docs/providers')

test('the document holds the matrix as the providers declare it', () => {
  const text = readFileSync(join(docs, 'README.md'), 'utf8')
  assert.equal(withMatrix(text, allBuiltIn()), text, 'run: npm run matrix')
})

test('every provider has a page, and the page is listed', () => {
  const text = readFileSync(join(docs, 'README.md'), 'utf8')
  for (const { kind, settings } of allBuiltIn()) {
    const page = existsSync(join(docs, `${kind}.md`)) ? `${kind}.md` : 'http.md'
    const written = readFileSync(join(docs, page), 'utf8')
    assert.ok(text.includes(`(${page})`), page)
    assert.ok(written.includes(kind), `${page} does not name ${kind}`)
    const required = (settings as { required?: string[]; properties?: Record<string, object> }).required ?? []
    for (const name of required) {
      const properties = (settings as { properties?: Record<string, object> }).properties ?? {}
      if ('default' in (properties[name] ?? {})) continue
      assert.ok(
        written.includes(`"${name}"`) || written.includes(`\`${name}\``),
        `${page} does not tell of ${name}`,
      )
    }
  }
})

test('a change of an ability changes the matrix', () => {
  const world = memoryWorld()
  const [one, other] = [true, false].map(canDisable =>
    memory(world, { abilities: { canDisable }, nowMs: aContext().nowMs }),
  )
  assert.notEqual(matrix([one!]), matrix([other!]))
})
