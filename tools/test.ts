// The one test command. Types, lint, the house and every spec, in one go, with a closing account of what ran
// and what could not: a spec whose server is missing is named here, and fails the run under CI.
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

if (only.length === 0) {
  step('types', bin('tsc'), ['-b'])
  step('lint and format', bin('biome'), ['check'])
  step('the house (tools/tidy.ts)', process.execPath, ['tools/tidy.ts'])
}
step(`specs (${specs.length} files)`, process.execPath, [
  '--test',
  '--test-isolation=none',
  `--test-reporter=${only.length > 0 ? 'spec' : './tools/test-reporter.ts'}`,
  '--test-reporter-destination=stdout',
  ...specs,
])

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

function readNotRun(): string[] {
  try {
    return [...new Set(readFileSync(notRunFile, 'utf8').split('\n').filter(Boolean))]
  } catch {
    return []
  } finally {
    rmSync(join(notRunFile, '..'), { recursive: true, force: true })
  }
}
