import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StatementSaid } from '@rekey/wire'
import { Clock } from './clock.ts'
import { pause, until, withPlane } from './fixtures.ts'
import { Reporter } from './reporter.ts'
import { Tally } from './tally.ts'

test('each flush says who is present with which version, and since when nothing was missed', () =>
  withPlane(
    async (plane, rekey) => {
      const beganMs = plane.nowMs()
      plane.assign('docs', 3)
      await rekey.credential('docs').use(() => null)
      await rekey.flush()
      const { instance, statements } = plane.batches[0]!
      assert.equal(instance, 'one')
      assert.deepEqual(
        statements.map(one => one.says),
        ['loaded', 'used', 'present', 'covered'],
      )
      const [loaded, used, present, covered] = statements
      assert.deepEqual([loaded!.version, used!.version, present!.version, covered!.version], [3, 3, 3, null])
      assert.ok(covered!.fromMs! >= beganMs && covered!.fromMs! <= loaded!.atMs)
      assert.ok(covered!.atMs >= used!.atMs)
    },
    { flushMs: 60_000 },
  ))

test('uses are folded into counts with their first and last moment', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      await pause(20)
      for (let n = 0; n < 99; n++) await docs.use(() => null)
      await rekey.flush()
      const [used, ...more] = plane.said('used')
      assert.deepEqual([used!.times, more.length], [100, 0])
      assert.ok(used!.atMs - used!.firstMs! >= 15)
    },
    { flushMs: 60_000 },
  ))

test('the first success with a new version is known within 250 ms, whatever the usual interval', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      await until(() => plane.uses('success', 1) === 1 && plane.streams.size === 1)
      const tookMs: number[] = []
      // More than once, for a machine may be busy with something else.
      for (const version of [2, 3, 4]) {
        plane.assign('docs', version)
        await until(() => plane.asked.length > 0 && rekey.readiness().credentials[0]!.version === version)
        const beganMs = performance.now()
        await docs.use(() => null)
        await until(() => plane.uses('success', version) === 1)
        tookMs.push(performance.now() - beganMs)
      }
      assert.ok(Math.min(...tookMs) < 250)
    },
    { flushMs: 60_000 },
  ))

test('a batch whose answer is lost is sent again under its own id, and counts once', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      plane.loseAnswersTo = '/observations'
      await docs.use(() => null)
      await assert.rejects(rekey.flush(), { code: 'control-plane-away' })
      await docs.use(() => null)
      await assert.rejects(rekey.flush())
      plane.loseAnswersTo = null
      await rekey.flush()
      assert.equal(plane.uses('success', 1), 2)
      assert.deepEqual(
        plane.batches.map(one => one.repeated),
        [false, true, true, false],
      )
      assert.equal(new Set(plane.batches.map(one => one.batch)).size, 2)
      assert.equal(rekey.status().buffered, 0)
    },
    { flushMs: 60_000, changes: 'none' },
  ))

test('through an outage nothing is lost or doubled, and coverage reaches over it', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    let done = 0
    const work = async (times: number) => {
      for (let n = 0; n < times; n++)
        await docs.use(
          () => {
            done++
          },
          { lane: `lane-${n % 5}` },
        )
    }
    for (let round = 0; round < 6; round++) {
      plane.isDown = round % 2 === 1
      await work(50)
      await rekey.flush().catch(() => undefined)
    }
    plane.isDown = false
    await rekey.flush()
    assert.equal(plane.uses('success', 1), done)
    const { lost, buffered, coverage } = rekey.status()
    assert.deepEqual([lost, buffered], [0, 0])
    assert.equal(plane.said('covered').at(-1)!.fromMs, coverage[0]!.fromMs)
    assert.equal(coverage[0]!.fromMs, plane.said('covered')[0]!.fromMs)
  }))

test('when there is no room for what waits, coverage is no longer claimed, the status says so, and it begins anew later', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      await rekey.flush()
      const from = plane.said('covered')[0]!.fromMs!
      plane.isDown = true
      for (let n = 0; n < 8; n++) await docs.use(() => null, { lane: `lane-${n}` })
      await docs.use(() => null, { lane: 'lane-1' })
      assert.equal(rekey.status().lost, 3)
      assert.equal(rekey.status().coverage[0]!.fromMs, null)
      assert.equal(rekey.status().trouble!.code, 'reports-lost')
      plane.isDown = false
      const said = plane.said('covered').length
      // Longer than the clock is coarse, and than it is moved when an answer shows it more exactly.
      await pause(20)
      await rekey.flush()
      assert.equal(plane.said('covered').length, said, 'the flush that ends the loss claims nothing')
      assert.equal(plane.uses('success', 1), 1 + 6)
      const unplaced = plane.said('used').filter(one => one.version === null)
      assert.deepEqual(
        unplaced.map(({ times, outcome }) => [times, outcome]),
        [[3, 'outage']],
        'what found no room is told as uses of a version that nobody knows: another instance’s coverage must not hide it',
      )
      await rekey.flush()
      assert.notEqual(rekey.status().coverage[0]!.fromMs, null)
      assert.ok(plane.said('covered').at(-1)!.fromMs! > from)
    },
    { bufferLimit: 5, flushMs: 60_000, changes: 'none' },
  ))

test('what the control plane does not count was not seen by it, so coverage begins anew', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      plane.refusedStatements = one => one.says === 'used'
      await rekey.credential('docs').use(() => null)
      await rekey.flush()
      const { refused, coverage, trouble } = rekey.status()
      assert.deepEqual([refused, coverage[0]!.fromMs, trouble!.code], [1, null, 'reports-refused'])
    },
    { flushMs: 60_000 },
  ))

test('a batch holds at most ten thousand statements, and only the last of several says who is present and what is covered', async () => {
  const batches: StatementSaid[][] = []
  const reporter = new Reporter({
    plane: {
      async ask({ body }) {
        batches.push((body as { statements: StatementSaid[] }).statements)
        return { status: 200, etag: null, body: { refusedCount: 0 } }
      },
    },
    clock: new Clock(),
    instance: 'one',
    bufferLimit: 20_000,
    held: () => [subject],
    tell: assert.fail,
  })
  const subject = { credential: 'docs', consumer: 'web', version: 1 }
  reporter.cover('docs', 'web', 0)
  for (let n = 0; n < 12_000; n++) new Tally(subject, `l${n}`, 'usual', reporter).count('success', n)
  for (let n = 0; n < 5; n++) reporter.say({ ...subject, says: 'loaded', atMs: n })
  assert.equal(reporter.buffered, 12_005)
  await reporter.flush()
  assert.deepEqual(
    batches.map(one => one.length),
    [9_998, 12_005 - 9_998 + 2],
  )
  const closing = batches.map(
    one => one.filter(({ says }) => says === 'present' || says === 'covered').length,
  )
  assert.deepEqual(closing, [0, 2])
  assert.equal(reporter.buffered, 0)
})

test('names of lanes that a program makes up do not make the counts grow without end', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      for (let n = 0; n < 1_000; n++) await docs.use(() => null, { lane: `job-${n}` })
      assert.ok(rekey.status().buffered <= 66)
      await rekey.flush()
      assert.equal(plane.uses('success', 1), 1_000)
    },
    { flushMs: 60_000 },
  ))

test('closing reports the rest and that the instance has stopped; what cannot be sent is counted as lost', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      await rekey.credential('docs').use(() => null)
      await rekey.close()
      assert.deepEqual(
        plane.statements.map(one => one.says),
        ['loaded', 'stopped', 'used', 'covered'],
      )
      const other = plane.connect({ flushMs: 60_000 })
      await other.credential('docs').use(() => null)
      plane.isDown = true
      await other.close()
      assert.ok(other.status().lost >= 2)
      assert.equal(other.status().state, 'closed')
    },
    { flushMs: 60_000 },
  ))

test('an instance in which work still goes on has not stopped', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    let end = () => {}
    const going = docs.use(
      () =>
        new Promise<void>(resolve => {
          end = resolve
        }),
    )
    await until(() => plane.said('present').length > 0)
    await rekey.close({ graceMs: 30 })
    assert.equal(plane.said('stopped').length, 0)
    end()
    await going
  }))

test('a batch that is too large is cut in halves, whose names stay the same, so that each counts once', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      for (let lane = 0; lane < 20; lane++) await docs.use(() => null, { lane: `l${lane}` })
      plane.mostStatements = 8
      let asked = 0
      plane.refuses = path =>
        path.endsWith('/observations') && ++asked === 4 ? { code: 'unavailable' } : null
      await assert.rejects(rekey.flush(), { code: 'unavailable' })
      await rekey.flush()
      assert.equal(plane.uses('success', 1), 20)
      assert.equal(rekey.status().lost, 0)
      assert.ok(plane.batches.some(one => one.repeated))
    },
    { flushMs: 60_000, changes: 'none' },
  ))
