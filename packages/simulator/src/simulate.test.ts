import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { simulate } from './simulate.ts'
import { firstRoughSeed } from './world.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

/** What a process of its own says as JSON, whether or not it found something broken. */
function said<T>(...args: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const limits = { maxBuffer: 64 << 20, timeout: 300_000 }
    execFile(process.execPath, [main, ...args, '--json'], limits, (_, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as T)
      } catch {
        reject(new Error(`no answer: ${stderr.slice(-1_000)}`))
      }
    })
  })
}

interface Failing {
  seed: number
  violations: readonly { invariant: string; text: string }[]
}

/** Half of them here, half in another process: two cores take half as long. */
const [here, there] = [40, 40]

test('no seed breaks an invariant', async () => {
  const others = said<{ seeds: number; failing: Failing[] }>('--from', `${here + 1}`, '--seeds', `${there}`)
  // Whatever fails first here, its answer is not left to nobody.
  others.catch(() => {})
  const failing: Failing[] = []
  let rotations = 0
  for (let seed = 1; seed <= here; seed++) {
    const one = await simulate(seed)
    rotations += one.rotations
    if (one.violations.length > 0) failing.push(one)
  }
  const { seeds, failing: more } = await others
  assert.equal(seeds, there)
  assert.ok(rotations > here, `only ${rotations} rotations in ${here} seeds: nothing was proved`)
  const told = [...failing, ...more].map(
    ({ seed, violations: [first] }) =>
      `seed ${seed}: ${first?.invariant}: ${first?.text}\n  npm run simulate -- --seed ${seed}`,
  )
  assert.equal(told.length, 0, `${told.length} seeds break an invariant:\n${told.join('\n')}`)
})

test('no seed of a rough world breaks an invariant', async () => {
  for (let seed = firstRoughSeed; seed < firstRoughSeed + 12; seed++) {
    const { violations } = await simulate(seed)
    assert.deepEqual(violations, [], `npm run simulate -- --seed ${seed}`)
  }
})

test('the same seed is the same to the last letter, again and in another process', async () => {
  const seed = 12
  const [there, one] = await Promise.all([
    said<{ hash: string; again: string }>('--seed', `${seed}`),
    simulate(seed, { keep: true }),
  ])
  const again = await simulate(seed, { keep: true })
  assert.ok(one.lines.length > 100)
  assert.deepEqual(again.lines, one.lines)
  assert.equal(again.hash, one.hash)
  assert.deepEqual([there.hash, there.again], [one.hash, one.hash])
})

test('another seed is another world', async () => {
  assert.notEqual((await simulate(1)).hash, (await simulate(2)).hash)
})

test('only those faults strike that may', async () => {
  const all = await simulate(2)
  assert.ok(all.faults.length > 3, `${all.faults}`)
  const [first] = all.faults
  const one = await simulate(2, { only: new Set([first!]) })
  assert.deepEqual(one.faults, [first])
  assert.notEqual(one.hash, all.hash)
  assert.deepEqual((await simulate(2, { only: new Set() })).faults, [])
})

test('a world has no more rotations than were asked for', async () => {
  assert.ok((await simulate(2)).rotations > 1)
  assert.equal((await simulate(2, { rotations: 1 })).rotations, 1)
})
