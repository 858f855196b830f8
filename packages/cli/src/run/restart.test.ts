import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestPlane } from '@rekey/sdk/fixtures'
import { isAlive, pause, place, read, soon, until } from '../fixtures.ts'

const docs = ['run', '--credential', 'docs']
const asVariable = [...docs, '--env', 'TOKEN=docs', ...soon]
const asFile = [...docs, '--file', 'token=docs', ...soon]
const sleeper = ['--', 'sh', '-c', 'echo $$ $TOKEN; exec sleep 20']

/** The runtime statements, in their order: what was said of whom. */
const toldOf = (plane: TestPlane) =>
  plane.statements
    .filter(one => one.says === 'loaded' || one.says === 'stopped')
    .map(one => `${one.says} ${one.version}`)

// They wait more than they work.
describe('rekey run, when a version changes', { concurrency: 6 }, () => {
  test('on a new version the old process ends and a new one is started with it, and each is reported as what it holds', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const started = rekey([...asVariable, ...sleeper])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => plane.said('loaded').length === 2, 'the second is loaded')
      const [first, second] = started.lines.map(one => one.split(' '))
      assert.deepEqual([first![1], second![1]], ['s3cret-docs-1', 's3cret-docs-2'])
      assert.ok(!isAlive(Number(first![0])) && isAlive(Number(second![0])))
      assert.deepEqual(toldOf(plane), ['loaded 1', 'stopped 1', 'loaded 2'])
      assert.equal(new Set(plane.said('loaded').map(one => one.instance)).size, 2)
      assert.match(started.told, /docs 2: restarting/)
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 143)
      assert.deepEqual(toldOf(plane), ['loaded 1', 'stopped 1', 'loaded 2', 'stopped 2'])
    }))

  /** Serves until it is told to end; then it takes itself off the list first, as behind a load balancer, and ends a little later. */
  const server = `
const fs = require('node:fs')
const server = require('node:http').createServer((_, answer) => answer.end(process.env.TOKEN))
server.listen(0, '127.0.0.1', () => {
  const listed = 'servers/' + server.address().port
  fs.writeFileSync(listed, '')
  console.log('serving')
  process.on('SIGTERM', () => {
    fs.rmSync(listed)
    setTimeout(() => process.exit(0), 300)
  })
})`

  test('a rolling restart of two copies leaves no moment without somebody who answers', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const servers = join(folder, 'servers')
      writeFileSync(join(folder, 'server.cjs'), server)
      mkdirSync(servers)
      const rolling = ['--copies', '2', '--rolling', '--ready-log', '^serving$', '--settle', '50ms']
      const started = rekey([
        ...docs,
        '--env',
        'TOKEN=docs',
        ...rolling,
        '--',
        process.execPath,
        'server.cjs',
      ])
      await until(() => readdirSync(servers).length === 2, 'two serve')
      const answers: string[] = []
      let isOver = false
      const asking = (async () => {
        while (!isOver) {
          const ports = readdirSync(servers)
          const port = ports[answers.length % ports.length]
          // Whatever fails here, fails the spec.
          answers.push(
            await (await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } })).text(),
          )
        }
      })()
      await until(() => answers.length > 20, 'it is asked')
      plane.assign('docs', 2)
      await until(() => plane.said('stopped').length === 2, 'both old ones are gone')
      const { length } = answers
      await until(() => answers.length > length + 20, 'it is asked on')
      isOver = true
      await asking
      assert.deepEqual([...new Set(answers)], ['s3cret-docs-1', 's3cret-docs-2'])
      assert.equal(answers.at(-1), 's3cret-docs-2')
      // The new one is loaded before the old one has stopped, one after the other.
      assert.deepEqual(toldOf(plane).slice(2), ['loaded 2', 'stopped 1', 'loaded 2', 'stopped 1'])
      assert.equal(started.lines.length, 4)
    }))

  test('while a new one cannot be started the old one goes on under --rolling, is reported with what it holds, and it is said aloud', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'if [ $TOKEN = s3cret-docs-2 ]; then exit 3; fi; echo $$; exec sleep 20'
      const started = rekey([...asVariable, '--rolling', '--retry-start', '1', '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => started.told.includes('GIVEN UP'), 'it is given up')
      assert.match(started.told, /attempt 1 of 2[\s\S]*attempt 2 of 2/)
      assert.ok(isAlive(Number(started.lines[0])))
      assert.ok(plane.said('loaded').every(one => one.version === 1))
      const before = plane.statements.length
      plane.assign('docs', 3)
      await until(() => plane.said('loaded').some(one => one.version === 3), 'the next one is taken')
      const [old] = plane.said('loaded')
      assert.ok(
        plane.statements
          .slice(before)
          .some(one => one.says === 'present' && one.instance === old!.instance && one.version === 1),
      )
      assert.equal(started.lines.length, 2)
    }))

  test('without --rolling a program that does not start any more ends all with its code, after as many tries as were asked for', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'echo $TOKEN; if [ $TOKEN = s3cret-docs-2 ]; then exit 3; fi; exec sleep 20'
      const started = rekey([...asVariable, '--retry-start', '1', '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      assert.equal(await started.code, 3)
      assert.deepEqual(started.lines, ['s3cret-docs-1', 's3cret-docs-2', 's3cret-docs-2'])
      assert.ok(plane.said('loaded').every(one => one.version === 1))
    }))

  test('silence is vouched for only where somebody has said that nobody else has the versions', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const plain = rekey([...asVariable, '--', 'sleep', '0.4'])
      assert.equal(await plain.code, 0)
      assert.deepEqual(plane.said('covered'), [])
      const vouched = rekey([...asVariable, '--covers', '--', 'sleep', '0.4'])
      assert.equal(await vouched.code, 0)
      assert.ok(plane.said('covered').length > 0)
    }))

  test('who does not end in time is ended', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'trap "" TERM; echo $$; while :; do sleep 0.05; done'
      const started = rekey([...asVariable, '--grace', '200ms', '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => plane.said('loaded').length === 2, 'the second is loaded')
      assert.ok(!isAlive(Number(started.lines[0])))
    }))

  test('changes that come together restart a program once, and it gets the last of them', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('orders-db', 1)
      const both = [
        '--credential',
        'orders-db',
        '--env',
        'OTHER=orders-db.version',
        '--settle',
        '2s',
        '--ready-after',
        '200ms',
      ]
      const program = ['--', 'sh', '-c', 'echo $TOKEN $OTHER; exec sleep 20']
      const started = rekey([...docs, '--env', 'TOKEN=docs.version', ...both, ...program])
      await until(() => plane.said('loaded').length === 2, 'the first is loaded')
      for (let version = 2; version <= 6; version++) {
        plane.assign('docs', version)
        plane.assign('orders-db', version)
        await pause(20)
      }
      await until(() => plane.said('loaded').length === 4, 'it is loaded')
      await pause(400)
      assert.deepEqual(started.lines, ['1 1', '6 6'])
    }))

  test('under --on-change signal the file is new before the program is told, and it has loaded the version only once it is ready again', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const script =
        'show() { echo read $(cat token); }; trap "sleep 0.2; show" USR1; show; while :; do sleep 0.02; done'
      const options = ['--on-change', 'signal', '--signal', 'usr1', '--ready-log', '^read']
      const given = [...docs, '--file', 'token=docs', '--settle', '50ms']
      const started = rekey([...given, ...options, '--', 'bash', '-c', script])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => read(join(folder, 'token')) === 's3cret-docs-2', 'the file is new')
      assert.equal(plane.said('loaded').length, 1)
      await until(() => plane.said('loaded').length === 2, 'the second is loaded')
      assert.deepEqual(started.lines, ['read s3cret-docs-1', 'read s3cret-docs-2'])
      const [first, second] = plane.said('loaded')
      assert.equal(first!.instance, second!.instance)
      assert.equal(second!.version, 2)
      assert.equal(plane.said('stopped').length, 0)
    }))

  test('under --on-change nothing the files are fresh, and the program counts as holding what it was started with', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const started = rekey([...asFile, '--on-change', 'nothing', '--', 'sh', '-c', 'echo $$; exec sleep 20'])
      await until(() => plane.said('loaded').length === 1, 'it is loaded')
      plane.assign('docs', 2)
      await until(() => plane.said('delivered').some(one => one.version === 2), 'it is delivered')
      assert.equal(read(join(folder, 'token')), 's3cret-docs-2')
      const { length } = plane.said('present')
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 143)
      assert.ok(
        plane
          .said('present')
          .slice(0, length)
          .every(one => one.version === 1),
      )
      assert.deepEqual(toldOf(plane), ['loaded 1', 'stopped 1'])
    }))

  test('a copy is ready when its own address answers', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      // The last digit is the copy's.
      const tens = 2_000 + Math.floor(Math.random() * 1_000)
      const server = `require('node:http').createServer((_, answer) => answer.end()).listen(Number('${tens}' + process.env.REKEY_COPY), '127.0.0.1')`
      const ready = ['--rolling', '--settle', '50ms', '--ready-url', `http://127.0.0.1:${tens}{copy}`]
      const program = ['--', process.execPath, '-e', `setTimeout(() => ${server}, 200)`]
      rekey([...docs, '--env', 'TOKEN=docs', ...ready, ...program])
      await until(() => plane.said('present').length > 0, 'it lives')
      assert.equal(plane.said('loaded').length, 0)
      await until(() => plane.said('loaded').length === 1, 'it answers')
      plane.assign('docs', 2)
      await until(() => toldOf(plane).length === 3, 'the other one has taken over')
      assert.deepEqual(toldOf(plane), ['loaded 1', 'loaded 2', 'stopped 1'])
    }))

  test('while the control plane is away the programs go on, and what happened meanwhile is told afterwards', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const script =
        'if [ $REKEY_COPY = 1 ]; then until [ -f go ]; do sleep 0.05; done; : > ended; exit 0; fi; exec sleep 20'
      const started = rekey([...asVariable, '--copies', '2', '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 2, 'they are loaded')
      plane.isDown = true
      plane.breakStreams()
      writeFileSync(join(folder, 'go'), '')
      await until(() => started.told.includes('is away'), 'it is noticed')
      await until(() => existsSync(join(folder, 'ended')), 'a program has ended')
      await pause(500)
      assert.equal(plane.said('stopped').length, 0)
      const atMs = Date.now()
      plane.isDown = false
      await until(() => plane.said('stopped').length === 1 && plane.streams.size === 1, 'it is told')
      assert.ok(plane.said('stopped')[0]!.atMs <= atMs)
      assert.match(started.told, /is back/)
      plane.assign('docs', 2)
      await until(() => plane.said('loaded').length === 3, 'the second is loaded')
      assert.deepEqual(toldOf(plane), ['loaded 1', 'loaded 1', 'stopped 1', 'stopped 1', 'loaded 2'])
    }))

  test('who is asked to end in the middle of a restart ends, and starts nothing more', () =>
    place(async ({ plane, rekey }) => {
      plane.assign('docs', 1)
      const script = 'echo $$; if [ $TOKEN = s3cret-docs-2 ]; then exit 3; fi; exec sleep 20'
      const started = rekey([...asVariable, '--retry-start', '50', '--', 'sh', '-c', script])
      await until(() => plane.said('loaded').length === 1, 'the first is loaded')
      plane.assign('docs', 2)
      await until(() => started.lines.length === 2, 'it is tried')
      await pause(100)
      started.child.kill('SIGINT')
      assert.equal(await started.code, 130)
      assert.equal(started.lines.length, 2)
    }))
})
