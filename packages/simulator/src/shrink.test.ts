import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runOne } from './mutants/run.ts'
import { shrink, story } from './shrink.ts'
import { simulate } from './simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'shrink-'))
after(() => rmSync(folder, { recursive: true }))

/** A simulation that shrinks what it finds, and leaves out each of the faults that are left. */
const shrinking = join(folder, 'shrinking.ts')
writeFileSync(
  shrinking,
  `const { simulate: once } = await import('${new URL('./simulate.ts', import.meta.url).href}')
  const { shrink } = await import('${new URL('./shrink.ts', import.meta.url).href}')
  export async function simulate(seed: number) {
    const one = await once(seed)
    if (one.violations.length === 0) return one
    const [{ invariant }] = one.violations
    const { faults, rotations, last } = await shrink(one)
    const without = []
    for (const out of faults) {
      const only = new Set(faults.filter((fault: string) => fault !== out))
      const less = await once(seed, { only, rotations })
      if (less.violations.some((broken: { invariant: string }) => broken.invariant === invariant)) without.push(out)
    }
    const told = {
      all: one.faults,
      faults,
      rotations: [one.rotations, rotations],
      still: last.violations.map((broken: { invariant: string }) => broken.invariant),
      struck: last.faults,
      lines: last.lines.length,
      without,
    }
    return { violations: [{ invariant, text: JSON.stringify(told) }] }
  }`,
)

interface Told {
  all: string[]
  faults: string[]
  rotations: [number, number]
  still: string[]
  struck: string[]
  lines: number
  without: string[]
}

test('a failing seed shrinks to the faults that it needs, and fails with them as before', async () => {
  const module = pathToFileURL(shrinking).href
  const found = await runOne('value-in-an-error', { firstSeed: 1, seeds: 20, seconds: 60, module })
  assert.equal(found.killed, true, found.text ?? '')
  assert.equal(found.invariant, 'secrets')
  const told = JSON.parse(found.text ?? '') as Told
  assert.ok(told.faults.length > 0, 'without a fault no error holds a value')
  assert.ok(told.faults.length < told.all.length, `${told.all.length} faults, still ${told.faults.length}`)
  assert.ok(told.faults.every(fault => told.all.includes(fault)))
  assert.deepEqual(told.without, [], 'one of them is not needed')
  assert.ok(told.rotations[1] <= told.rotations[0])
  assert.ok(told.still.includes('secrets'))
  assert.deepEqual(told.struck, told.faults)
  assert.ok(told.lines > 0, 'there is nothing to tell the story from')
})

test('what breaks nothing is not shrunk', async () => {
  const fine = { ...(await simulate(2, { rotations: 1 })), violations: [] }
  await assert.rejects(shrink(fine), /seed 2 breaks nothing/)
})

test('a story leaves out what repeats, and keeps its end', () => {
  const lines = [
    't fault report.late#1',
    't move is refused: busy',
    't called mint: minted',
    't trouble in usage',
  ]
  const told = [...Array(70).keys()].map(at => `t step ${at}`)
  assert.deepEqual(story(lines), [])
  assert.deepEqual(story([...lines, 't fault target.lie#1']), ['t fault target.lie#1'])
  assert.deepEqual(story([...told, 't VIOLATION'], 3), ['…', 't step 68', 't step 69', 't VIOLATION'])
})
