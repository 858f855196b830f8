import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, refused, until, withPlane } from './fixtures.ts'
import { OutageError } from './index.ts'

test('a thousand uses at once fetch the value once', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    await Promise.all(Array.from({ length: 1_000 }, () => docs.use(() => null)))
    assert.equal(plane.count('/agent/credentials'), 1)
    await rekey.flush()
    assert.equal(plane.uses('success', 1), 1_000)
    assert.equal(plane.said('used').length, 1)
  }))

test('a value is renewed at three quarters of its time, without any use waiting for it', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1, { ttlMs: 680 })
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      await until(() => plane.asked.filter(one => one.headers['if-none-match'] !== undefined).length === 1)
    },
    { changes: 'none' },
  ))

test('while the control plane is away, work goes on with what is held, and the status says so', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1, { ttlMs: 50 })
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      const told: string[] = []
      rekey.onStatus(({ state }) => told.push(state))
      plane.isDown = true
      await pause(120)
      for (let n = 0; n < 20; n++) assert.equal(await docs.use(({ version }) => version), 1)
      await until(() => told.includes('away'))
      assert.ok(rekey.status().failures > 0)
      assert.equal(rekey.readiness().credentials[0]!.stale, true)
      assert.equal(rekey.readiness().ready, true)
      plane.isDown = false
      await until(() => rekey.status().connected)
      await rekey.flush()
      assert.equal(plane.uses('success', 1), 21)
    },
    { changes: 'none' },
  ))

test('with less than two minutes left and nothing newer, new work is refused; what goes on may end', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { expiresMs: plane.nowMs() + 120_150 })
    const docs = rekey.credential('docs')
    let end = () => {}
    const going = docs.use(
      () =>
        new Promise<string>(resolve => {
          end = () => resolve('done')
        }),
    )
    await until(() => plane.count('/agent/credentials') === 1 && rekey.status().connected)
    await pause(200)
    const asked = plane.count('/agent/credentials')
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => docs.use(() => null)))
    assert.ok(results.every(one => one.status === 'rejected' && one.reason instanceof OutageError))
    assert.ok(plane.count('/agent/credentials') - asked <= 2, 'they share one request')
    assert.equal(rekey.readiness().why[0]!.code, 'expiring')
    end()
    assert.equal(await going, 'done')
    plane.assign('docs', 2, { expiresMs: plane.nowMs() + 3_600_000 })
    await until(() => rekey.readiness().ready)
    assert.equal(await docs.use(({ version }) => version), 2)
  }))

test('after an authentication failure the work is done once more with the newer version, thrown or returned', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      plane.assign('docs', 2)
      const versions: number[] = []
      const answer = await docs.use(({ version }) => {
        versions.push(version)
        if (version === 1) throw refused()
        return 'ok'
      })
      assert.deepEqual([answer, versions], ['ok', [1, 2]])
      plane.assign('docs', 3)
      const response = await docs.use(
        ({ version }) => new Response(null, { status: version === 3 ? 200 : 401 }),
      )
      assert.equal(response.status, 200)
      await rekey.flush()
      assert.deepEqual([plane.uses('auth-failure', 1), plane.uses('success', 2)], [1, 1])
      assert.deepEqual([plane.uses('auth-failure', 2), plane.uses('success', 3)], [1, 1])
    },
    { changes: 'none' },
  ))

test('without a newer version the failure passes on, and a storm of failures asks the control plane once a second', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      const asked = plane.count('/agent/credentials')
      let calls = 0
      const results = await Promise.allSettled(
        Array.from({ length: 500 }, () =>
          docs.use(() => {
            calls++
            throw refused()
          }),
        ),
      )
      assert.ok(results.every(one => one.status === 'rejected' && one.reason.message === 'refused'))
      assert.equal(calls, 500)
      assert.equal(plane.count('/agent/credentials') - asked, 1)
      assert.equal(rekey.readiness().why[0]!.code, 'refused')
    },
    { changes: 'none' },
  ))

test('outcomes, lanes and paths are told apart, and a degraded use is no success', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs', { lane: 'inference' })
    await docs.use(() => new Response(null, { status: 429 }))
    await docs.use(({ degraded }) => degraded())
    await docs.use(() => new Response(null, { status: 503 }), { lane: 'replay', path: 'exception' })
    await docs.use(() => 'teapot', { classify: () => 'payload-error' })
    await rekey.flush()
    const seen = plane.said('used').map(one => [one.outcome, one.lane, one.path].join(' '))
    assert.deepEqual(seen.sort(), [
      'degraded inference usual',
      'outage replay exception',
      'payload-error inference usual',
      'rate-limit inference usual',
    ])
  }))

test('a signal ends with its caller, and when the version is taken away; then no use is let in', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    const caller = new AbortController()
    const waiting = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const given = docs.use(({ signal }) => waiting(signal), { signal: caller.signal })
    const taken = docs.use(({ signal }) => waiting(signal))
    taken.catch(() => undefined)
    await until(() => plane.streams.size === 1 && rekey.readiness().ready)
    caller.abort(new Error('given up'))
    await assert.rejects(given, /given up/)
    plane.assigned.delete('docs')
    plane.tell({ credential: 'docs', consumer: 'web', type: 'look', version: null })
    await assert.rejects(taken, { code: 'not-assigned' })
    await assert.rejects(
      docs.use(() => null),
      { code: 'not-assigned' },
    )
    await assert.rejects(
      docs.use(() => null, { signal: AbortSignal.abort(new Error('no')) }),
      /no/,
    )
  }))

test('a caller that gives up does not wait for the control plane', () =>
  withPlane(async (plane, rekey) => {
    plane.slowMs = 3_000
    plane.assign('docs', 1)
    const beganMs = performance.now()
    await assert.rejects(rekey.credential('docs').use(() => null, { signal: AbortSignal.timeout(30) }))
    assert.ok(performance.now() - beganMs < 2_000)
  }))

test('a change is told to those who listen and those who watch, and after close nothing is begun', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    const heard: (number | null)[] = []
    docs.onChange(() => {
      throw new Error('a listener that fails')
    })
    docs.onChange(current => heard.push(current?.version ?? null))
    const watched: number[] = []
    const watching = (async () => {
      for await (const { version } of docs.watch()) watched.push(version)
    })()
    await until(() => heard.length === 1 && plane.streams.size === 1)
    plane.assign('docs', 2)
    await until(() => watched.length === 2)
    assert.deepEqual(
      [heard, watched],
      [
        [1, 2],
        [1, 2],
      ],
    )
    await rekey.close()
    await watching
    await assert.rejects(
      docs.use(() => null),
      { code: 'closed' },
    )
  }))

test('work with a version that is no longer accepted is told to stop, and a version that ended is given up and said so', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    const going = docs.use(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    going.catch(() => undefined)
    await until(() => plane.streams.size === 1 && rekey.readiness().ready)
    plane.assign('docs', 2)
    await until(() => docs.mark()['rekey.credential.version'] === 2)
    plane.assign('docs', 2, { accepted: [2], rotation: 'r1' })
    await assert.rejects(going, { code: 'version-ended' })
    plane.refuses = path => (path.includes('/credentials/') ? { code: 'version-ended' } : null)
    plane.tell({ credential: 'docs', consumer: 'web', type: 'look', version: null })
    await until(() => plane.said('stopped').some(one => one.version === 2))
    await assert.rejects(
      docs.use(() => null),
      { code: 'version-ended' },
    )
  }))
