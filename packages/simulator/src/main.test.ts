import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

interface Answer {
  code: number
  out: string
  err: string
}

function run(...args: string[]): Promise<Answer> {
  return new Promise(resolve => {
    execFile(process.execPath, [main, ...args], { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err })
    })
  })
}

test('an argument that makes no sense is named, with how to ask, and ends with 2', async () => {
  const cases: [string[], RegExp][] = [
    [['--seed', 'x'], /^--seed takes a whole number, not "x"$/m],
    [['--seeds', '-3'], /--seeds/],
    [['--seeds', '1.5'], /^--seeds takes a whole number, not "1.5"$/m],
    [['--minutes', 'long'], /^--minutes takes a whole number, not "long"$/m],
    [['--seeds', '1', '--from', ''], /^--from takes a whole number, not ""$/m],
    [['--sed', '1'], /--sed/],
    [['17'], /17/],
  ]
  const answers = await Promise.all(cases.map(([args]) => run(...args)))
  for (const [at, [args, wanted]] of cases.entries()) {
    const { code, out, err } = answers[at]!
    assert.equal(code, 2, `${args.join(' ')}: ${err}`)
    assert.match(err, wanted)
    assert.match(err, /npm run simulate -- \[options\]/)
    assert.equal(out, '')
  }
})

test('who asks for help gets it on the standard output, and 0', async () => {
  const { code, out, err } = await run('--help')
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /--mutants/)
})

test('one seed that breaks nothing ends with 0 and says its trace twice', async () => {
  const { code, out, err } = await run('--seed', '1')
  assert.deepEqual([code, err], [0, ''])
  const [, hash] = /^trace ([0-9a-f]{64})$/m.exec(out) ?? []
  assert.ok(hash !== undefined && out.includes(`again ${hash}`), out)
})

test('with --json there is one document and nothing beside it', async () => {
  const { code, out, err } = await run('--seeds', '2', '--from', '3', '--json')
  assert.deepEqual([code, err], [0, ''])
  const told = JSON.parse(out) as { ok: boolean; seeds: number; failing: unknown[] }
  assert.deepEqual([told.ok, told.seeds, told.failing], [true, 2, []])
})
