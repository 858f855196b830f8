import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { test } from 'node:test'
import { entry, type Place, place, soon, until } from '../fixtures.ts'

/** A pseudo-terminal is had from script(1). */
function isThere(): boolean {
  if (spawnSync('script', ['--version']).status === 0) return true
  const line = 'rekey run at a terminal: script(1) is not on this machine'
  console.error(`DID NOT RUN  ${line}`)
  const file = process.env['REKEY_NOT_RUN_FILE']
  if (file !== undefined) appendFileSync(file, `${line}\n`)
  return false
}

const quoted = (words: readonly string[]) => words.map(one => `'${one.replaceAll("'", "'\\''")}'`).join(' ')

const wrapped = (program: readonly string[]) =>
  quoted([
    process.execPath,
    entry,
    'run',
    '--credential',
    'docs',
    '--env',
    'TOKEN=docs',
    ...soon,
    '--',
    ...program,
  ])

/** What is typed goes to its input; what the screen shows comes from its output. */
const atTerminal = (start: Place['start'], command: string) =>
  start('script', ['-qefc', command, '/dev/null'], { TERM: 'dumb', PS1: '$ ' })

test('at a terminal the program has the terminal, and Ctrl-C comes once', async () => {
  if (!isThere()) return
  await place(async ({ plane, start }) => {
    plane.assign('docs', 1)
    const script =
      'trap "echo interrupted" INT; test -t 0 && test -t 1 && echo has it; read name; echo hello $name; for one in 1 2 3 4 5 6; do sleep 0.05; done; exit 4'
    const started = atTerminal(start, `exec ${wrapped(['bash', '-c', script])}`)
    await until(() => started.output.includes('has it'), 'it runs')
    started.child.stdin!.write('\x03')
    await until(() => started.output.includes('interrupted'), 'it is interrupted')
    started.child.stdin!.write('you\n')
    assert.equal(await started.code, 4)
    assert.match(started.output, /hello you/)
    assert.equal(started.output.split('interrupted').length - 1, 1)
  })
})

test('Ctrl-Z stops both for the shell, and "fg" brings both back', async () => {
  if (!isThere()) return
  await place(async ({ plane, start }) => {
    plane.assign('docs', 1)
    const command = wrapped(['sh', '-c', 'echo running; read line; echo "read $line"'])
    const started = atTerminal(start, 'bash --norc --noprofile -i')
    started.child.stdin!.write(`${command}\n`)
    await until(() => /\nrunning/.test(started.output), 'it runs')
    started.child.stdin!.write('\x1a')
    await until(() => /Stopped/.test(started.output), 'the shell has it back')
    started.child.stdin!.write('echo back$((40 + 2)); fg\n')
    await until(() => /back42/.test(started.output), 'the shell answers')
    started.child.stdin!.write('again\n')
    await until(() => /\nread again/.test(started.output), 'it has gone on')
    started.child.stdin!.write('exit\n')
    await started.code
    assert.ok(plane.said('stopped').length === 1)
  })
})
