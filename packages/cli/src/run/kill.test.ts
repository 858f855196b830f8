import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isAlive, pause, place, read, soon, until } from '../fixtures.ts'

const docs = ['run', '--credential', 'docs']
const asVariable = [...docs, '--env', 'TOKEN=docs', ...soon]
const sleeper = ['--', 'sh', '-c', 'echo $$ $TOKEN; exec sleep 20']
const pidOf = (line: string | undefined) => Number(line?.split(' ')[0])

// They wait more than they work.
describe('rekey run, when a version is killed', { concurrency: 6 }, () => {
  test('the program is ended at once, then the order is answered, and it is started again when there is another version', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const started = rekey([...asVariable, '--copies', '2', ...sleeper])
      await until(() => plane.said('loaded').length === 2 && plane.streams.size === 1, 'they are loaded')
      const pids = started.lines.map(pidOf)
      const beganMs = performance.now()
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      assert.ok(
        pids.every(pid => !isAlive(pid)),
        'they had ended before',
      )
      assert.ok(performance.now() - beganMs < 1_500)
      assert.deepEqual([plane.orders.answers[0]!.said, plane.orders.answers[0]!.held], ['applied', 'true'])
      await until(() => plane.said('stopped').length === 2, 'it is reported')
      await pause(500)
      assert.deepEqual([started.child.exitCode, started.lines.length], [null, 2])
      assert.match(started.told, /docs 1 was killed: it was found in a log/)
      plane.assign('docs', 2)
      await until(() => started.lines.length === 4, 'they are started')
      assert.ok(started.lines.slice(2).every(line => line.endsWith('s3cret-docs-2')))
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 143)
    }))

  test('who does not end is ended after --kill-grace, and the order is not answered before', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'trap "" TERM; echo $$; while :; do sleep 0.05; done'
      const started = rekey([...asVariable, '--kill-grace', '700ms', '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 1 && plane.streams.size === 1, 'it is loaded')
      const pid = pidOf(started.lines[0])
      const beganMs = performance.now()
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      const afterMs = performance.now() - beganMs
      assert.ok(afterMs > 650 && afterMs < 3_000, `${afterMs}`)
      assert.ok(!isAlive(pid))
    }))

  test('a control plane that goes on assigning the killed version starts nothing, also after a restart of the wrapper', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const kept = { REKEY_KEY_FILE: join(folder, 'key') }
      const started = rekey([...asVariable, ...sleeper], kept)
      await until(() => plane.said('loaded').length === 1 && plane.streams.size === 1, 'it is loaded')
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      plane.tell({ credential: 'docs', consumer: 'web', type: 'assigned', version: 1 })
      await pause(500)
      assert.equal(started.lines.length, 1)
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 143)
      // A backup from before the kill.
      plane.orders.given.length = 0
      const again = rekey([...asVariable, '--wait', '800ms', ...sleeper], kept)
      assert.equal(await again.code, 69)
      assert.match(again.told, /Version 1 of docs was killed/)
      assert.deepEqual(again.lines, [])
      const later = rekey([...asVariable, ...sleeper], kept)
      await pause(300)
      plane.assign('docs', 2)
      await until(() => later.lines.length === 1, 'it is started')
      assert.match(later.lines[0]!, /s3cret-docs-2/)
    }))

  test('a version that is killed while the program is being moved to it is not tried again', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'echo $$ $TOKEN; exec sleep 20'
      const slow = ['--settle', '50ms', '--ready-after', '1500ms']
      const started = rekey([...docs, '--env', 'TOKEN=docs', ...slow, '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => started.lines.length === 2, 'the second is tried')
      plane.kill('docs', 2)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      assert.ok(!isAlive(pidOf(started.lines[1])))
      await pause(1_000)
      assert.deepEqual([started.lines.length, started.child.exitCode], [2, null])
      assert.doesNotMatch(started.told, /GIVEN UP/)
      plane.assign('docs', 3)
      await until(() => started.lines.length === 3, 'the third is started')
    }))

  test('a program that was not moved yet when its version was killed is started with the one that is there already', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const options = ['--file', 'token=docs', ...soon, '--on-change', 'nothing']
      const started = rekey([...docs, ...options, '--', 'sh', '-c', 'echo $$ $(cat token); exec sleep 20'])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => read(join(folder, 'token')) === 's3cret-docs-2', 'its file is new')
      assert.equal(started.lines.length, 1)
      plane.kill('docs', 1)
      await until(() => started.lines.length === 2, 'it is started')
      assert.match(started.lines[1]!, /s3cret-docs-2/)
      assert.ok(!isAlive(pidOf(started.lines[0])))
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      assert.equal(plane.orders.answers[0]!.held, 'true')
    }))

  test('files that hold the killed version are removed with what is in them, and written anew with the next one', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('other', 1)
      writeFileSync(join(folder, 'from'), 'x {{ docs.value }}')
      const given = [
        '--credential',
        'other',
        '--file',
        'token=docs',
        '--file',
        'stays=other',
        '--template',
        'from:to',
      ]
      const started = rekey([...docs, ...given, ...soon, ...sleeper])
      await until(() => plane.said('loaded').length === 2 && plane.streams.size === 1, 'it is loaded')
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      const there = ['token', 'to', 'stays'].map(name => existsSync(join(folder, name)))
      assert.deepEqual(there, [false, false, true])
      plane.assign('docs', 2)
      await until(() => started.lines.length === 2, 'it is started')
      assert.equal(read(join(folder, 'to')), 'x s3cret-docs-2')
    }))
})
