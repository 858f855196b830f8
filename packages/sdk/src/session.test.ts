import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, until, withPlane } from './fixtures.ts'

test('a session is told, makes a checkpoint, swaps at the announced moment and goes on from there, each step acknowledged', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    const order: string[] = []
    let inMs = 0
    const session = await docs.session({
      name: 'training',
      noticeMs: 600,
      announced: notice => {
        inMs = notice.inMs
        order.push(`told ${notice.version}`)
      },
      checkpoint: () => {
        order.push(`checkpoint ${session.version}`)
        return { step: 41 }
      },
      resume: async ({ version, value }, { step }) => {
        await pause(60)
        order.push(`resume ${version} at ${step} with ${value.length}`)
      },
    })
    await until(() => plane.streams.size === 1)
    plane.assign('docs', 2)
    await until(() => plane.steps.at(-1)?.step === 'resumed')
    assert.deepEqual(order, ['told 2', 'checkpoint 1', 'resume 2 at 41 with 13'])
    assert.deepEqual(
      plane.steps.map(one => `${one.step} ${one.version} ${one.session}`),
      ['announced 2 training', 'checkpointed 2 training', 'swapped 2 training', 'resumed 2 training'],
    )
    const [announced, checkpointed, swapped, resumed] = plane.steps
    assert.equal(inMs, 600)
    assert.ok(checkpointed!.atMs < announced!.atMs - 90, 'the checkpoint is complete well before the swap')
    assert.ok(Math.abs(swapped!.atMs - announced!.atMs) < 300, 'and the swap is when it was announced')
    await until(() => plane.said('present').at(-1)!.atMs > resumed!.atMs)
    const olds = plane
      .said('present')
      .filter(one => one.version === 1)
      .map(one => one.atMs)
    assert.ok(
      olds.some(atMs => atMs > announced!.atMs - 600),
      'until it has resumed, the old version is held',
    )
    assert.ok(olds.every(atMs => atMs <= resumed!.atMs))
    assert.equal(session.version, 2)
    await session.end()
  }))

test('a session without checkpoints says that it cannot, keeps its version until it ends, and is reported as holding it', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      const session = await docs.session({ name: 'workflow' })
      await until(() => plane.streams.size === 1)
      plane.assign('docs', 2)
      await until(() => plane.steps.length === 1)
      assert.deepEqual([plane.steps[0]!.step, plane.steps[0]!.version, session.version], ['cannot', 2, 1])
      assert.equal(await session.use(({ version }) => version), 1)
      assert.equal(await docs.use(({ version }) => version), 2)
      await rekey.flush()
      assert.deepEqual(plane.held, [1, 2])
      await session.end()
      await rekey.flush()
      assert.deepEqual(plane.held, [2])
    },
    { flushMs: 60_000 },
  ))

test('a checkpoint that fails moves nothing and is made again; one that is late postpones the swap, and the work is never left at rest', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    let attempts = 0
    const resumed: string[] = []
    const session = await rekey.credential('docs').session({
      name: 'batch',
      noticeMs: 60,
      checkpoint: async () => {
        attempts++
        if (attempts === 1) throw new TypeError('with s3cret-docs-1 in it')
        await pause(150)
        return 'late'
      },
      resume: ({ version }, state) => void resumed.push(`${state} ${version}`),
    })
    await until(() => plane.streams.size === 1)
    plane.assign('docs', 2)
    await until(() => rekey.status().trouble?.code === 'session-stuck')
    assert.equal(session.version, 1)
    await until(() => plane.steps.at(-1)?.step === 'resumed')
    assert.deepEqual(
      plane.steps.map(one => one.step),
      ['announced', 'cannot', 'announced', 'cannot', 'announced', 'checkpointed', 'swapped', 'resumed'],
    )
    const why = plane.steps.flatMap(one => one.detail ?? [])
    assert.deepEqual(why, ['the checkpoint failed: TypeError', 'the checkpoint was not made in time'])
    assert.ok(!JSON.stringify(plane.steps).includes('s3cret'))
    assert.deepEqual([attempts, resumed, session.version], [2, ['late 2'], 2])
    await session.end()
  }))

test('a move that is taken back before the swap leaves the session with what it has, and still reported', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const versions: number[] = []
    const session = await rekey.credential('docs').session({
      name: 'batch',
      noticeMs: 150,
      checkpoint: () => 1,
      resume: ({ version }) => void versions.push(version),
    })
    await until(() => plane.streams.size === 1)
    plane.assign('docs', 2)
    await until(() => plane.steps.length === 1)
    plane.assign('docs', 1)
    await until(() => plane.steps.at(-1)?.step === 'resumed')
    assert.deepEqual([versions, session.version], [[1], 1])
    plane.assign('docs', 3)
    await until(() => plane.steps.length === 5)
    await rekey.flush()
    assert.deepEqual(plane.held, [1, 3])
    await session.end()
  }))

test('a session that cannot resume is still reported as holding the old version', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const session = await rekey.credential('docs').session({
      name: 'batch',
      noticeMs: 20,
      checkpoint: () => 1,
      resume: () => {
        throw new Error('no')
      },
    })
    await until(() => plane.streams.size === 1)
    plane.assign('docs', 2)
    await until(() => plane.steps.at(-1)?.step === 'swapped')
    await rekey.flush()
    assert.deepEqual(plane.held, [1, 2])
    await session.end()
  }))

test('a session whose version is killed does nothing more with it, is not reported as holding it, and moves as soon as there is another', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    await until(() => plane.streams.size === 1)
    const resumed: string[] = []
    const moving = await docs.session({
      name: 'training',
      checkpoint: () => 41,
      resume: ({ version }, step) => void resumed.push(`${version} at ${step}`),
    })
    const fixed = await docs.session({ name: 'workflow' })
    const { signal } = fixed.context
    plane.kill('docs', 1)
    await until(() => signal.aborted)
    assert.equal(signal.reason.code, 'version-killed')
    for (const one of [moving, fixed])
      await assert.rejects(
        one.use(() => null),
        { code: 'version-killed' },
      )
    await rekey.flush()
    assert.deepEqual(plane.held, [])
    plane.assign('docs', 2)
    const beganMs = performance.now()
    await until(() => resumed.length === 1)
    assert.ok(performance.now() - beganMs < 2_000, 'the usual notice of half a minute is not waited for')
    assert.deepEqual(resumed, ['2 at 41'])
    assert.equal(await moving.use(({ version }) => version), 2)
    await moving.end()
    await fixed.end()
  }))

test('a session that has not moved yet from a version that is killed moves at once, and a checkpoint that hangs holds nobody up', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    await until(() => plane.streams.size === 1)
    const resumed: number[] = []
    const session = await docs.session({
      name: 'training',
      noticeMs: 30_000,
      checkpoint: () => 1,
      resume: ({ version }) => void resumed.push(version),
    })
    const stuck = await docs.session({ name: 'stuck', checkpoint: () => new Promise(() => {}) })
    plane.assign('docs', 2)
    await until(() => plane.steps.filter(one => one.step === 'announced').length === 2)
    plane.kill('docs', 1)
    await until(() => resumed.length === 1, 2_000)
    assert.deepEqual([resumed, session.version], [[2], 2])
    await assert.rejects(
      stuck.use(() => null),
      { code: 'version-killed' },
    )
    await rekey.flush()
    assert.deepEqual(plane.held, [2])
    await Promise.all([session.end(), stuck.end()])
  }))
