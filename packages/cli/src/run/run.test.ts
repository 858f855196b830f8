import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isAlive, pause, place, read, soon, until } from '../fixtures.ts'

const docs = ['run', '--credential', 'docs', '--env', 'TOKEN=docs', ...soon]

// They wait more than they work.
describe('rekey run', { concurrency: 6 }, () => {
  test('a program is given what was asked for, in variables and files of its owner alone, and nothing of ours', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 3)
      plane.assign('orders-db', 1)
      writeFileSync(join(folder, 'pgpass'), 'h:5432:*:{{ orders-db.handle }}:{{ orders-db.value }}\n')
      const given = [
        '--credential',
        'docs',
        '--credential',
        'orders-db:web',
        '--env',
        'TOKEN=docs',
        '--env',
        'V=docs.version',
      ]
      const files = ['--file', 'token=docs.value', '--template', 'pgpass:.pgpass']
      const started = rekey(['run', ...given, ...files, ...soon, '--', 'sh', '-c', 'echo $$; exec sleep 9'])
      await until(() => started.lines.length === 1, 'the program runs')
      const pid = Number(started.lines[0])
      const environment = read(`/proc/${pid}/environ`).split('\0')
      assert.ok(environment.includes('TOKEN=s3cret-docs-3') && environment.includes('V=3'))
      assert.deepEqual(
        environment.filter(one => one.startsWith('REKEY_')),
        ['REKEY_COPY=1'],
      )
      assert.ok(!environment.some(one => one.includes(plane.join)))
      for (const one of [pid, started.child.pid]) assert.doesNotMatch(read(`/proc/${one}/cmdline`), /s3cret/)
      assert.equal(read(join(folder, 'token')), 's3cret-docs-3')
      assert.equal(read(join(folder, '.pgpass')), 'h:5432:*:login_1:s3cret-orders-db-1\n')
      assert.equal(statSync(join(folder, 'token')).mode & 0o777, 0o600)
      assert.ok(plane.asked.some(one => one.path.includes('orders-db?consumer=web')))
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 143)
      assert.doesNotMatch(started.told, /s3cret/)
    }))

  test('what is reported is what the program holds: loaded once ready, present while it lives, stopped at its end, and never a use', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const started = rekey([...docs, '--ready-after', '700ms', '--', 'sh', '-c', 'echo $$; sleep 1.1'])
      await until(() => plane.said('present').length > 0, 'it is present')
      assert.equal(plane.said('loaded').length, 0)
      assert.equal(await started.code, 0)
      const [pid] = started.lines
      const { instance } = plane.said('loaded')[0]!
      assert.match(instance ?? '', new RegExp(`^host-${pid}-[0-9a-f]{6}$`))
      const order = plane.statements.map(one => one.says).filter((one, at, all) => one !== all[at - 1])
      assert.equal(order.at(-1), 'stopped')
      assert.deepEqual(new Set(order), new Set(['delivered', 'present', 'loaded', 'stopped']))
      const told = plane.statements.filter(one => one.says !== 'delivered')
      assert.ok(told.every(one => one.instance === instance && one.version === 1 && one.consumer === 'web'))
      assert.ok(plane.batches.every(one => !one.repeated))
    }))

  test('a job that has done its work before it would have counted as ready has loaded its version; one that failed has not', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      assert.equal(await rekey([...docs, '--', 'true']).code, 0)
      assert.equal(await rekey([...docs, '--', 'false']).code, 1)
      const told = plane.statements.map(one => one.says)
      assert.deepEqual(
        told.filter(one => one !== 'delivered' && one !== 'present'),
        ['loaded', 'stopped', 'stopped'],
      )
    }))

  test('it ends with the code of the program, and with 128 and the number of the signal that ended it', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const codes = ['exit 0', 'exit 7', 'kill -KILL $$', 'kill -SEGV $$'].map(
        one => rekey([...docs, '--', 'sh', '-c', one]).code,
      )
      assert.deepEqual(await Promise.all(codes), [0, 7, 137, 139])
      const missing = rekey([...docs, '--', 'there-is-no-such-program'])
      const noProgram = rekey([...docs, '--', '/etc/passwd'])
      assert.deepEqual(await Promise.all([missing.code, noProgram.code]), [127, 126])
      assert.match(missing.told, /there-is-no-such-program cannot be found/)
      assert.match(noProgram.told, /cannot be run \(EACCES\)/)
    }))

  test('what was typed wrong is said all at once, with 64, before anything is asked for', () =>
    place(async ({ plane, rekey }) => {
      const wrong = rekey([
        ...docs,
        '--env',
        'A=nobody',
        '--grace',
        'long',
        '--file',
        'no/such/x=docs',
        '--',
        'true',
      ])
      const noFolder = rekey([...docs, '--file', 'no/such/x=docs', '--', 'true'])
      const unknown = rekey(['run', '--no-such-option', '--', 'true'])
      const nothing = rekey([])
      const noAddress = rekey([...docs, '--', 'true'], { REKEY_URL: '' })
      const ended = await Promise.all([wrong, noFolder, unknown, nothing, noAddress].map(one => one.code))
      assert.deepEqual(ended, [64, 64, 64, 64, 64])
      assert.match(wrong.told, /--env A=nobody.*\n.*--grace long/)
      assert.match(noFolder.told, /the folder of no\/such\/x is not there/)
      assert.match(unknown.told, /unknown option/)
      assert.match(noAddress.told, /REKEY_URL is not set/)
      assert.equal(plane.asked.length, 0)
    }))

  test('a control plane that is away at the start is waited for, and then it is 69; one that says no is 77 at once', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      plane.isDown = true
      const waits = rekey([...docs, '--wait', '10s', '--', 'echo', 'at last'])
      const late = rekey([...docs, '--wait', '2s', '--', 'echo', 'never'])
      assert.equal(await late.code, 69)
      assert.match(late.told, /cannot be reached/)
      plane.isDown = false
      assert.equal(await waits.code, 0)
      assert.equal(waits.output, 'at last\n')
      const stranger = rekey([...docs, '--', 'true'], { REKEY_JOIN: 'rekey_join_of_nobody' })
      assert.equal(await stranger.code, 77)
      plane.refuses = path => (path.includes('/credentials/') ? { code: 'out-of-scope' } : null)
      assert.equal(await rekey([...docs, '--', 'true']).code, 77)
      plane.refuses = null
      plane.assigned.clear()
      assert.equal(await rekey([...docs, '--wait', '300ms', '--', 'true']).code, 69)
    }))

  test('signals reach the program, and it is the program that decides what comes of them', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const signals = ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'WINCH', 'CONT']
      const traps = signals.map(one => `trap "echo ${one}" ${one}`).join('; ')
      const script = `${traps}; trap "echo TERM; exit 5" TERM; echo here; while :; do sleep 0.05; done`
      const started = rekey([...docs, '--', 'bash', '-c', script])
      await until(() => started.lines.includes('here'), 'it runs')
      for (const one of signals) {
        started.child.kill(`SIG${one}` as NodeJS.Signals)
        await until(() => started.lines.includes(one), one)
      }
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 5)
      assert.deepEqual(started.lines, ['here', ...signals, 'TERM'])
    }))

  test('who is told to stop stops with the program, and goes on with it', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'trap "echo TSTP" TSTP; trap "echo CONT" CONT; echo here; while :; do sleep 0.05; done'
      const started = rekey([...docs, '--', 'bash', '-c', script])
      await until(() => started.lines.includes('here'), 'it runs')
      const state = () => /\) (\w)/.exec(read(`/proc/${started.child.pid}/stat`))![1]
      started.child.kill('SIGTSTP')
      await until(() => state() === 'T' && started.lines.includes('TSTP'), 'it is stopped')
      started.child.kill('SIGCONT')
      await until(() => state() !== 'T' && started.lines.includes('CONT'), 'it goes on')
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 143)
    }))

  test('input and output are the program’s own, byte for byte, also where its output is searched for a line', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 256))
      for (const more of [[], ['--ready-log', 'x']]) {
        const options = more.length > 0 ? docs.slice(0, -2) : docs
        const started = rekey([...options, ...more, '--', 'cat'])
        const parts: Buffer[] = []
        started.child.stdout!.on('data', part => parts.push(part))
        started.child.stdin!.end(bytes)
        assert.equal(await started.code, 0)
        assert.ok(Buffer.concat(parts).equals(bytes))
      }
    }))

  test('with several copies the first that fails ends all, and one that has done its work ends nobody', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script =
        'echo $$; if [ $REKEY_COPY = 1 ]; then exit 0; fi; if [ $REKEY_COPY = 2 ]; then sleep 0.6; exit 9; fi; exec sleep 20'
      const started = rekey([...docs, '--copies', '3', '--', 'sh', '-c', script])
      await until(() => started.lines.length === 3, 'three run')
      await pause(100)
      assert.equal(started.child.exitCode, null)
      assert.equal(await started.code, 9)
      assert.ok(started.lines.every(pid => !isAlive(Number(pid))))
      assert.equal(plane.said('stopped').length, 3)
    }))

  test('a control plane that is away at the end holds nobody up for longer than two seconds', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const started = rekey([...docs, '--', 'sh', '-c', 'echo $$; read line; exit 3'])
      await until(() => started.lines.length === 1, 'it runs')
      plane.slowMs = 3_000
      started.child.stdin!.end('\n')
      const beganMs = performance.now()
      assert.equal(await started.code, 3)
      assert.ok(performance.now() - beganMs < 3_500)
      assert.match(started.told, /could not be told/)
    }))
})
