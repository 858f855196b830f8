import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pause, type TestPlane, until, withPlane } from './fixtures.ts'
import type { Credential, Kill, Rekey, UseContext } from './index.ts'

/** Goes on until it is told to stop. */
const endless = ({ signal }: UseContext) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const versionOf = (credential: Credential) => credential.use(({ version }) => version)

async function withFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-kill-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function loaded(plane: TestPlane, rekey: Rekey): Promise<Credential> {
  plane.assign('docs', 1)
  const docs = rekey.credential('docs')
  await docs.use(() => null)
  await until(() => plane.streams.size === 1)
  return docs
}

test('on a kill what runs is told to stop, new uses fail at once, it is answered as held, and the next version is taken up', () =>
  withPlane(async (plane, rekey) => {
    const docs = await loaded(plane, rekey)
    const kills: Kill[] = []
    rekey.onKill(kill => void kills.push(kill))
    let context: UseContext | null = null
    const going = docs.use(async given => {
      context = given
      return endless(given)
    })
    going.catch(() => undefined)
    const beganMs = performance.now()
    plane.kill('docs', 1)
    await assert.rejects(going, { code: 'version-killed' })
    assert.ok(performance.now() - beganMs < 500)
    assert.throws(() => context!.value, { code: 'version-killed' }, 'the value is gone')
    const askedMs = performance.now()
    await assert.rejects(versionOf(docs), { code: 'version-killed' })
    assert.ok(performance.now() - askedMs < 200, 'nobody waits')
    await until(() => plane.orders.answers.length === 1)
    const { instance, ...answer } = plane.orders.answers[0]!
    assert.deepEqual(answer, { epoch: 1, said: 'applied', held: 'true', why: null })
    assert.equal(instance, 'one')
    assert.deepEqual(
      kills.map(one => [one.credential, one.version, one.epoch, one.held, one.repeated, one.reason]),
      [['docs', 1, 1, true, false, 'it was found in a log']],
    )
    assert.deepEqual(rekey.status().orders.kills, kills)
    assert.equal(rekey.readiness().ready, false)
    assert.ok(rekey.isKilled('docs', 1))
    plane.assign('docs', 2)
    await until(() => rekey.readiness().ready)
    assert.equal(await versionOf(docs), 2)
  }))

test('a version that is dead is refused whoever assigns it, and what comes in its place is found within a second without any message', () =>
  withPlane(async (plane, rekey) => {
    const docs = await loaded(plane, rekey)
    plane.kill('docs', 1)
    await until(() => rekey.isKilled('docs', 1))
    plane.tell({ credential: 'docs', consumer: 'web', type: 'assigned', version: 1 })
    await pause(1_500)
    await assert.rejects(versionOf(docs), { code: 'version-killed' })
    plane.breakStreams()
    plane.refuses = path => (path.endsWith('/stream') ? { code: 'unavailable' } : null)
    plane.assign('docs', 2)
    const beganMs = performance.now()
    await until(() => rekey.readiness().ready)
    assert.ok(performance.now() - beganMs < 1_300)
    plane.assign('docs', 1)
    const asked = plane.count('/agent/credentials')
    plane.refuses = null
    await until(() => plane.count('/agent/credentials') > asked)
    await pause(50)
    assert.equal(await versionOf(docs), 2, 'what works goes on')
  }))

test('after a kill a control plane that assigns nothing is asked again by itself', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      plane.assigned.delete('docs')
      plane.kill('docs', 1)
      await until(() => rekey.isKilled('docs', 1))
      await pause(700)
      await assert.rejects(versionOf(docs), { code: 'version-killed' })
      plane.assign('docs', 2)
      await until(() => rekey.readiness().ready, 1_500)
    },
    { changes: 'poll' },
  ))

test('an order for a version that is not held is answered as not held, and a replaced version that is still in use is ended', () =>
  withPlane(async (plane, rekey) => {
    const docs = await loaded(plane, rekey)
    const going = docs.use(endless)
    going.catch(() => undefined)
    plane.assign('docs', 2)
    await until(() => docs.mark()['rekey.credential.version'] === 2)
    plane.kill('docs', 7)
    plane.kill('elsewhere', 1)
    plane.kill('docs', 1)
    await assert.rejects(going, { code: 'version-killed' })
    // The third may be checked before the first, and then all are asked for and answered once more: the same answers.
    const answers = () => new Set(plane.orders.answers.map(one => `${one.epoch} ${one.held}`))
    await until(() => answers().size === 3)
    assert.deepEqual([...answers()].sort(), ['1 false', '2 false', '3 true'])
    assert.equal(await versionOf(docs), 2, 'and the one to use is not touched')
  }))

test('orders that came before are known before the first value is given out', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    plane.kill('docs', 1)
    const beganMs = performance.now()
    await assert.rejects(versionOf(rekey.credential('docs')), { code: 'version-killed' })
    assert.ok(performance.now() - beganMs < 2_000)
    const asked = plane.asked.map(one => one.path.replace(/\?.*/, '').replace('/api/v1/agent', ''))
    assert.ok(asked.indexOf('/orders') < asked.indexOf('/credentials/docs'))
    plane.assign('docs', 2)
    await until(() => rekey.readiness().ready, 2_000)
  }))

test('while it is not known which versions are dead nothing is given out', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    plane.refuses = path => (path.endsWith('/orders') ? { code: 'no-right' } : null)
    await assert.rejects(versionOf(rekey.credential('docs')), { code: 'control-plane-away' })
    assert.equal(plane.count('/agent/credentials'), 0)
    plane.refuses = null
    await until(() => rekey.readiness().ready)
  }))

test('a control plane that knows of no orders works as before, and one that knew of them is not believed to know of none', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    plane.hasOrders = false
    assert.equal(await versionOf(rekey.credential('docs')), 1)
    await until(() => plane.streams.size === 1)
    assert.ok(plane.asked.some(one => one.path.endsWith('/agent/stream')))
    assert.deepEqual([rekey.status().orders.known, rekey.status().trouble], [false, null])
    const elsewhere = createServer((_, answer) => answer.writeHead(404).end('no such page'))
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
    const { port } = elsewhere.address() as AddressInfo
    const astray = plane.connect({
      fetch: (url, init) =>
        fetch(url.pathname.endsWith('/orders') ? `http://127.0.0.1:${port}` : url, init as RequestInit),
    })
    await assert.rejects(
      versionOf(astray.credential('docs')),
      { code: 'refused' },
      'a proxy is no control plane',
    )
    await astray.close()
    elsewhere.close()
    plane.hasOrders = true
    const newer = plane.connect()
    await newer.credential('docs').use(() => null)
    plane.hasOrders = false
    await assert.rejects(newer.askOrders(), { code: 'control-plane-away' })
    await newer.close()
  }))

test('after a restart a version stays dead: the file says so, whatever the control plane has forgotten', () =>
  withFolder(async folder => {
    const options = { keyFile: join(folder, 'key') }
    await withPlane(async (plane, rekey) => {
      await loaded(plane, rekey)
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1)
      await rekey.close()
      // A backup from before the kill.
      plane.orders.given.length = 0
      const again = plane.connect(options)
      await assert.rejects(versionOf(again.credential('docs')), { code: 'version-killed' })
      await again.close()
      const path = join(folder, 'key.orders')
      const text = await readFile(path, 'utf8')
      assert.doesNotMatch(text, /s3cret/)
      await writeFile(path, text.replace('docs', 'dogs'))
      const damaged = plane.connect(options)
      plane.assign('docs', 2)
      await assert.rejects(versionOf(damaged.credential('docs')), { code: 'orders-file' })
      await writeFile(path, text)
      await until(() => damaged.readiness().ready)
      assert.equal(await versionOf(damaged.credential('docs')), 2)
      await damaged.close()
    }, options)
  }))

test('clocks that are an hour off change nothing about a kill', () =>
  withPlane(async (plane, rekey) => {
    plane.offsetMs = -3_600_000
    const docs = await loaded(plane, rekey)
    plane.offsetMs = 3_600_000
    const at = Math.floor(Date.now() / 1_000) + 7_200
    plane.kill('docs', 1, { claims: { iat: at }, event: { event_timestamp: at } })
    await until(() => plane.orders.answers.length === 1)
    await assert.rejects(versionOf(docs), { code: 'version-killed' })
  }))

test('under constant load no use begins with a version once its order was answered, kill after kill', () =>
  withPlane(async (plane, rekey) => {
    const docs = await loaded(plane, rekey)
    const dead = new Set<number>()
    const wrong: number[] = []
    let [isOver, done] = [false, 0]
    const loops = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        await docs
          .use(async ({ version, value }) => {
            if (dead.has(version)) wrong.push(version)
            assert.ok(value.endsWith(`-${version}`))
            await pause(Math.random() * 4)
            done++
          })
          .catch(error => assert.equal(error.code, 'version-killed'))
        await pause(1)
      }
    })
    for (let version = 1; version <= 12; version++) {
      const before = done
      await until(() => done > before + 10)
      // Sometimes the one that replaces it is there first.
      if (version % 3 === 0) plane.assign('docs', version + 1)
      plane.kill('docs', version)
      await until(() => plane.orders.answers.some(one => one.epoch === version))
      dead.add(version)
      plane.assign('docs', version + 1)
    }
    isOver = true
    await Promise.all(loops)
    assert.deepEqual(wrong, [])
    assert.deepEqual(rekey.status().orders.refused, [])
  }))
