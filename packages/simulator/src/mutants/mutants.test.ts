import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { editsOf, type Mutant } from './mutant.ts'
import { mutantNamed, mutants } from './mutants.ts'
import { mutated, urlOf } from './patch.ts'
import { type ChildResult, type MutationResult, printMutants, runMutants, runOne } from './run.ts'

const sourceOf = (file: string) => readFileSync(fileURLToPath(urlOf(file)), 'utf8')
const filesOf = (mutant: Mutant) => [...new Set(editsOf(mutant).map(edit => edit.file))]

const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
after(() => rmSync(folder, { recursive: true }))

/** A simulation of our own: `body` sees the engine as the mutant left it. */
function simulation(name: string, body: string): string {
  const path = join(folder, `${name}.ts`)
  writeFileSync(path, body)
  return pathToFileURL(path).href
}

const gates = JSON.stringify(urlOf('packages/core/src/rotation/course.ts'))
const watches = simulation(
  'watches',
  `const { forward } = await import(${gates})
  export async function simulate(seed: number) {
    const course = forward({ canDisable: true, canEndSessions: false, canCompareRights: false, maxLive: 2 }, 1)
    const watched = course.some((step: { do: string }) => step.do === 'watch')
    return { violations: watched || seed < 3 ? [] : [{ invariant: 'pace', text: 'there is no watch' }] }
  }`,
)

describe('the list of mutants', () => {
  it('holds at least 45, each with a name of its own in kebab-case and a sentence', () => {
    assert.ok(mutants.length >= 45, `${mutants.length}`)
    assert.equal(new Set(mutants.map(mutant => mutant.name)).size, mutants.length)
    for (const { name, title } of mutants) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/)
      assert.notEqual(name, 'none')
      assert.match(title, /^[A-Z].{15,110}\.$/, name)
    }
  })

  for (const mutant of mutants) {
    it(`${mutant.name} changes text that occurs once, into text that can be loaded`, () => {
      for (const file of filesOf(mutant)) {
        const before = sourceOf(file)
        const text = mutated(before, file, mutant)
        assert.notEqual(stripTypeScriptTypes(text), stripTypeScriptTypes(before))
      }
    })
  }

  it('makes no change twice', () => {
    const changes = mutants.map(mutant =>
      JSON.stringify(editsOf(mutant).map(({ file, find, put }) => [file, find, put])),
    )
    assert.equal(new Set(changes).size, changes.length)
  })
})

describe('a mutant', () => {
  const one: Mutant = { name: 'one', title: 'One.', file: 'a.ts', find: 'x', put: '$& y', caughtBy: 'log' }

  it('is put in literally', () => assert.equal(mutated('a x b', 'a.ts', one), 'a $& y b'))
  it('leaves other files as they are', () => assert.equal(mutated('a x b', 'b.ts', one), 'a x b'))
  it('is refused where its text is missing or occurs twice', () => {
    assert.throws(() => mutated('a', 'a.ts', one), /mutant one: .* occurs 0 times in a\.ts/)
    assert.throws(() => mutated('x x', 'a.ts', one), /occurs 2 times/)
  })
  it('is found by its name only', () => {
    assert.equal(mutantNamed('no-watch').name, 'no-watch')
    assert.throws(() => mutantNamed('nobody'), /there is no mutant nobody/)
  })
})

describe('a process with a mutant', () => {
  it('loads the changed module, and stops at the first seed that shows it', async () => {
    const result = await runOne('no-watch', { firstSeed: 1, seeds: 9, seconds: 30, module: watches })
    assert.deepEqual(
      { ...result, seconds: 0 },
      {
        name: 'no-watch',
        killed: true,
        broken: false,
        seed: 3,
        seeds: 3,
        invariant: 'pace',
        text: 'there is no watch',
        seconds: 0,
      },
    )
  })

  it('loads what is there when it is given none', async () => {
    const result = await runOne('none', { firstSeed: 1, seeds: 5, seconds: 30, module: watches })
    assert.deepEqual(
      { killed: result.killed, broken: result.broken, seeds: result.seeds },
      { killed: false, broken: false, seeds: 5 },
    )
  })

  it('says so when the file to be changed is never loaded', async () => {
    const result = await runOne('log-of-any-size', { firstSeed: 1, seeds: 1, seconds: 30, module: watches })
    assert.equal(result.broken, true)
    assert.match(result.text ?? '', /never loaded: packages\/store/)
  })

  it('is ended when its time is over, and counts as not seen', async () => {
    const endless = simulation('endless', 'export async function simulate() { for (;;); }')
    const result = await runOne('none', { firstSeed: 1, seeds: 1, seconds: 1, module: endless })
    assert.deepEqual([result.killed, result.broken, result.text], [false, false, 'its time was over'])
  })

  it('takes an exception for a violation, and what the simulation prints for no answer', async () => {
    const throwing = simulation(
      'throwing',
      `console.log('{"name":"none","killed":false}')
      export async function simulate() { throw new Error('of its own') }`,
    )
    const result = await runOne('none', { firstSeed: 7, seeds: 1, seconds: 30, module: throwing })
    assert.deepEqual([result.killed, result.seed, result.invariant], [true, 7, 'exception'])
    assert.match(result.text ?? '', /of its own/)
  })

  it('answers in one line', () => {
    const file = fileURLToPath(new URL('./mutant-child.ts', import.meta.url))
    const stdout = execFileSync(process.execPath, [file, 'none', '1', '1', '9', watches], {
      encoding: 'utf8',
    })
    assert.equal(stdout.trimEnd().split('\n').length, 1)
    assert.equal((JSON.parse(stdout) as ChildResult).name, 'none')
  })
})

describe('a run', () => {
  it('tries each mutant once, and names who survives', async () => {
    const told: string[] = []
    const names = ['no-watch', 'destroy-before-disable', 'assign-before-probe']
    const run = await runMutants({
      firstSeed: 3,
      seeds: 1,
      parallel: 2,
      seconds: 30,
      names,
      module: watches,
      onResult: result => told.push(result.name),
    })
    assert.deepEqual(told.sort(), [...names].sort())
    assert.deepEqual(
      run.results.map(result => result.name),
      names,
    )
    assert.deepEqual([run.total, run.killed], [3, 1])
    assert.deepEqual(run.survivors, ['destroy-before-disable', 'assign-before-probe'])
  })

  it('is printed in a hundred columns, the survivors first', () => {
    const result = {
      killed: true,
      broken: false,
      seed: 3,
      seeds: 3,
      seconds: 1.25,
      text: 'x',
      invariant: 'evidence',
    }
    const results: ChildResult[] = [
      { ...result, name: 'skip-quiet' },
      { ...result, name: 'late-word-wins', killed: false, text: null, invariant: null },
      {
        ...result,
        name: 'no-watch',
        killed: false,
        broken: true,
        text: `Error: ${'long '.repeat(50)}\n  at somewhere`,
      },
    ]
    const printed: MutationResult = {
      total: 3,
      killed: 1,
      survivors: ['late-word-wins', 'no-watch'],
      results,
    }
    const lines = printMutants(printed).split('\n')
    assert.ok(lines.every(line => line.length <= 100))
    assert.match(lines[1] ?? '', /^late-word-wins +3 +1\.3 {2}SURVIVED, for evidence$/)
    assert.match(lines.join('\n'), /skip-quiet +3 +1\.3 {2}evidence\n\n1 of 3 mutants were seen\.$/)
  })
})
