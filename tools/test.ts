// The one test command. Types, lint, the house and every spec, in one go, with a closing account of what ran
// and what could not: a spec whose server is missing is named here, and fails the run under CI.
import { spawn, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Tally } from './test-reporter.ts'

const root = join(import.meta.dirname, '..')
const only = process.argv.slice(2)
const notRunFile = join(mkdtempSync(join(tmpdir(), 'rekey-test-')), 'not-run.txt')
const failures: string[] = []

function step(title: string, command: string, args: string[]): void {
  const began = performance.now()
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, REKEY_NOT_RUN_FILE: notRunFile },
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (result.status === 0) console.log(`ok      ${title} (${seconds} s)`)
  else {
    failures.push(title)
    console.log(`FAILED  ${title} (${seconds} s)${result.error ? `: ${result.error.message}` : ''}`)
  }
}

const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const specs =
  only.length > 0 ? only : globSync('{packages/*/src,tools,bench,e2e}/**/*.test.ts', { cwd: root }).sort()

const asked = ['--test', '--test-isolation=none', '--test-reporter-destination=stdout']
/** Specs wait more than they count: for servers, disks and clocks. */
const sideBySide = 2
const filesAtOnce = 16
const slowestNamed = 8

if (only.length === 0) {
  step('types', bin('tsc'), ['-b'])
  step('lint and format', bin('biome'), ['check'])
  step('the house (tools/tidy.ts)', process.execPath, ['tools/tidy.ts'])
}
if (only.length > 0)
  step(`specs (${specs.length} files)`, process.execPath, [...asked, '--test-reporter=spec', ...specs])
else await runSideBySide()

const notRun = readNotRun()
console.log('')
if (notRun.length === 0) console.log('Every spec ran; no server was missing.')
for (const line of notRun) console.log(`DID NOT RUN  ${line}`)
if (notRun.length > 0 && process.env['CI'])
  failures.push('specs that did not run (a missing server fails in CI)')
if (failures.length > 0) {
  console.log(`\nnot green: ${failures.join(', ')}`)
  process.exitCode = 1
} else console.log('\ngreen')

/** In batches, so that whoever is done takes the next one; each batch is a process, for to load the product takes seconds. */
async function runSideBySide(): Promise<void> {
  const began = performance.now()
  const batches: string[][] = []
  for (let at = 0; at < specs.length; at += filesAtOnce) batches.push(specs.slice(at, at + filesAtOnce))
  const sum: Tally = { passed: 0, failed: 0, skipped: 0, took: [] }
  let broken = 0
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const { text, status } = await runBatch(batch)
      const end = text.trimEnd().lastIndexOf('\n') + 1
      const tally = tallyIn(text.slice(end))
      process.stdout.write(tally === null ? text : text.slice(0, end))
      if (status !== 0 || tally === null) {
        broken++
        console.log(`FAILED  the batch from ${batch[0]} to ${batch.at(-1)} ended with ${status}`)
      }
      if (tally === null) continue
      sum.passed += tally.passed
      sum.failed += tally.failed
      sum.skipped += tally.skipped
      sum.took.push(...tally.took)
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  const slowest = sum.took.sort((a, b) => b.seconds - a.seconds).slice(0, slowestNamed)
  for (const { file, seconds } of slowest)
    console.log(`slow    ${seconds.toFixed(1).padStart(5)} s  ${relative(root, file)}`)
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
  const title = `specs (${specs.length} files)`
  if (broken > 0) failures.push(title)
  console.log(
    `${broken > 0 ? 'FAILED' : 'ok    '}  ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  )
}

function runBatch(files: readonly string[]): Promise<{ text: string; status: number | string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [...asked, '--test-reporter=./tools/test-reporter.ts', ...files], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, REKEY_NOT_RUN_FILE: notRunFile },
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    child.on('error', error => resolve({ text, status: error.message }))
    child.on('close', (code, signal) => resolve({ text, status: code ?? signal ?? 'nothing' }))
  })
}

/** null: the process died before its account. */
function tallyIn(line: string): Tally | null {
  try {
    return JSON.parse(line) as Tally
  } catch {
    return null
  }
}

function readNotRun(): string[] {
  try {
    return [...new Set(readFileSync(notRunFile, 'utf8').split('\n').filter(Boolean))]
  } catch {
    return []
  } finally {
    rmSync(join(notRunFile, '..'), { recursive: true, force: true })
  }
}
