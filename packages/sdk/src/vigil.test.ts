import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, until, withPlane } from './fixtures.ts'
import { OutageError, type UseContext } from './index.ts'

const endless = ({ signal }: UseContext) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('without a word for too long what runs is told to stop and nothing is begun; it is confirmed before it is used again', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { withoutContactMs: 600 })
    const docs = rekey.credential('docs')
    const going = docs.use(endless)
    going.catch(() => undefined)
    await until(() => plane.streams.size === 1)
    plane.isDown = true
    plane.breakStreams()
    const beganMs = performance.now()
    await assert.rejects(going, (error: OutageError) => {
      assert.ok(error instanceof OutageError)
      return error.code === 'without-contact'
    })
    const afterMs = performance.now() - beganMs
    assert.ok(afterMs > 350 && afterMs < 1_500, `${afterMs}`)
    await assert.rejects(
      docs.use(() => null),
      { code: 'without-contact' },
    )
    assert.equal(rekey.readiness().why[0]!.code, 'without-contact')
    const asked = plane.count('/agent/credentials')
    plane.isDown = false
    await until(() => rekey.readiness().ready, 6_000)
    assert.ok(plane.asked.slice(-20).some(one => one.headers['if-none-match'] !== undefined))
    assert.ok(plane.count('/agent/credentials') > asked)
    assert.equal(await docs.use(({ signal, version }) => (signal.aborted ? null : version)), 1)
  }))

test('what was decided meanwhile is heard before anything is used again: a killed version never comes back', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { withoutContactMs: 400 })
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    plane.isDown = true
    plane.breakStreams()
    await pause(600)
    await assert.rejects(
      docs.use(() => null),
      { code: 'without-contact' },
    )
    plane.kill('docs', 1, { isMissed: true })
    plane.assigned.delete('docs')
    plane.isDown = false
    const seen: unknown[] = []
    while (!rekey.isKilled('docs', 1)) {
      await docs.use(({ version }) => seen.push(version)).catch(() => undefined)
      await pause(5)
    }
    assert.deepEqual(seen, [])
  }))

test('where no limit is set work goes on for as long as the value is valid', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { ttlMs: 100 })
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    plane.isDown = true
    plane.breakStreams()
    await pause(900)
    assert.equal(await docs.use(({ version }) => version), 1)
  }))

test('whoever is connected and has nothing to hear asks in good time and never trips, whatever the clocks say', () =>
  withPlane(
    async (plane, rekey) => {
      plane.offsetMs = 3_600_000
      plane.assign('docs', 1, { withoutContactMs: 1_500 })
      const docs = rekey.credential('docs')
      const going = docs.use(endless)
      going.catch(() => undefined)
      await until(() => rekey.readiness().ready)
      const asked = plane.count('/agent/credentials')
      const endMs = performance.now() + 6_000
      let flipMs = 0
      while (performance.now() < endMs) {
        assert.equal(await docs.use(({ version }) => version), 1)
        if (performance.now() > flipMs) {
          plane.offsetMs = -plane.offsetMs
          flipMs += 400
        }
        await pause(20)
      }
      const times = plane.count('/agent/credentials') - asked
      assert.ok(times >= 3 && times <= 30, `asked ${times} times`)
      assert.ok(plane.asked.at(-1)!.headers['if-none-match'] !== undefined, 'cheaply')
      const stillGoing = Symbol()
      assert.equal(await Promise.race([going, pause(1).then(() => stillGoing)]), stillGoing)
    },
    { changes: 'none', flushMs: 60_000 },
  ))

test('a session rests during an outage that is too long, and goes on with the same version afterwards', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { withoutContactMs: 500 })
    const session = await rekey.credential('docs').session({ name: 'workflow' })
    const { signal } = session.context
    plane.isDown = true
    plane.breakStreams()
    await until(() => signal.aborted)
    await assert.rejects(
      session.use(() => null),
      { code: 'without-contact' },
    )
    plane.isDown = false
    await until(() => rekey.readiness().ready, 6_000)
    assert.equal(await session.use(({ version }) => version), 1)
    assert.equal(session.context.signal.aborted, false)
    await session.end()
  }))
