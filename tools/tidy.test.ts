import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from './tidy.ts'

const header = '// What it is for.\n'
const said = (path: string, text: string, others: { path: string; text: string }[] = []) =>
  inspect([{ path, text }, ...others])
    .filter(fault => fault.path === path)
    .map(fault => fault.text)

const coreIndex = { path: 'packages/core/src/index.ts', text: "export * from './a.ts'\n" }
const storeIndex = { path: 'packages/store/src/index.ts', text: '' }

test('an import against the direction of the map is found', () => {
  const faults = said('packages/core/src/a.ts', `${header}import { x } from '@rekey/store'\n`, [
    coreIndex,
    storeIndex,
  ])
  assert.deepEqual(faults, ['imports store, which core may not'])
})

test('the specs of the dashboard may hold it against the log, and its code may not import it', () => {
  const log = { path: 'packages/log/src/index.ts', text: '' }
  const text = `${header}import { x } from '@rekey/log'\n`
  assert.deepEqual(said('packages/web/src/a.test.ts', text, [log]), [])
  assert.deepEqual(said('packages/web/src/main.tsx', text, [log]), ['imports log, which web may not'])
})

test('the core may not import anything of the machine', () => {
  const faults = said('packages/core/src/a.ts', `${header}import { x } from 'node:fs'\n`, [coreIndex])
  assert.deepEqual(faults, ['imports node:fs; core depends on nothing'])
})

test('the core may not read a clock', () => {
  const faults = said('packages/core/src/a.ts', `${header}export const now = () => Date.now()\n`, [coreIndex])
  assert.deepEqual(faults, ['is not pure: clock and randomness come in as arguments'])
})

test('a file that nothing imports is dead', () => {
  const faults = said('packages/store/src/b.ts', header)
  assert.deepEqual(faults, ['is imported by nothing and is no entry: delete it, or use it'])
})

test('a name that says nothing is refused', () => {
  assert.ok(
    said('packages/store/src/rotation-helpers.ts', header).some(text => text.includes('says nothing')),
  )
  assert.ok(said('packages/store/src/utils/x.ts', header).some(text => text.includes('says nothing')))
})

test('a file that grew too long is found, and one that says why is let be', () => {
  const long = `${header}${'export {}\n'.repeat(400)}`
  assert.ok(said('packages/store/src/index.ts', long).some(text => text.includes('more than 300')))
  assert.deepEqual(said('packages/store/src/index.ts', `// Long because: it is a table.\n${long}`), [])
})

test('a path of one machine, a registry and a silent skip are found', () => {
  assert.ok(said('docs/a.md', 'see /home/someone/x').some(text => text.includes('one machine')))
  assert.ok(
    said('package-lock.json', '"resolved": "https://host/x.tgz"').some(text => text.includes('registry')),
  )
  assert.ok(
    said('packages/store/src/a.test.ts', "test.skip('x', () => {})").some(text => text.includes('skips')),
  )
})

test('an import of a file that is not there is found', () => {
  assert.ok(
    said('packages/store/src/index.ts', "export * from './gone.ts'\n").some(text =>
      text.includes('not there'),
    ),
  )
})
