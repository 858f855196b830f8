import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createClient } from '@redis/client'
import { pause, type TestPlane, until, withPlane } from '../fixtures.ts'
import { eventually, Load, notRun, present, slowAtFirst, startRedis } from './fixtures.ts'
import { redisClient } from './redis.ts'

const server = await startRedis()
if ('missing' in server) notRun(`the client for redis: ${server.missing} is not on this machine`)
else {
  const at = { socket: { host: '127.0.0.1', port: server.port } }
  const root = createClient({ ...at, password: server.rootPassword })
  root.on('error', () => undefined)
  await eventually(() => root.connect())
  after(async () => {
    await root.close()
    await server.stop()
  })

  let made = 0
  const prepare = async (plane: TestPlane, channels: string, ...versions: number[]) => {
    const name = `app${++made}`
    const login = (version: number) => `${name}_${version}`
    const value = (version: number) => `s3cret-${name}-${version}`
    for (const version of versions) {
      const rights = ['on', `>${value(version)}`, '~*', channels, '+@all']
      await root.sendCommand(['ACL', 'SETUSER', login(version), ...rights])
    }
    const assign = (version: number, more = {}) =>
      plane.assign('cache', version, { handle: login(version), value: value(version), ...more })
    return { login, assign, name }
  }
  const revoke = (login: string) => root.sendCommand(['ACL', 'SETUSER', login, 'off'])
  const connected = async (login: string) =>
    String(await root.sendCommand(['CLIENT', 'LIST']))
      .split('\n')
      .filter(line => line.includes(` user=${login} `)).length
  const whoAsks = ['ACL', 'WHOAMI']

  test('redis: under constant load it moves to the new version without one failure, and every command is reported with its own', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, name } = await prepare(plane, '&*', 1, 2)
      assign(1)
      await using client = redisClient(rekey.credential('cache'), createClient, { ...at, drainMs: 2_000 })
      const used: Record<string, number> = {}
      let counted = 0
      await using load = new Load(8, async loop => {
        if (loop > 5) {
          const [, who] = await client.multi().incr(`${name}:counted`).aclWhoAmI().exec()
          used[String(who)] = (used[String(who)] ?? 0) + 1
          counted++
          return
        }
        const who = String(await client.sendCommand(whoAsks))
        used[who] = (used[who] ?? 0) + 1
      })
      await until(() => load.done > 200)
      assign(2)
      await until(() => plane.uses('success', 2) > 0)
      await eventually(async () => assert.equal(await connected(login(1)), 0), 2_000)
      await revoke(login(1))
      const before = load.done
      await until(() => load.done > before + 200)
      await load.stop()
      assert.deepEqual(load.failed, [])
      assert.equal(await root.get(`${name}:counted`), String(counted))
      await rekey.flush()
      for (const version of [1, 2]) {
        // The login is a use as well.
        assert.equal(plane.uses('success', version), used[login(version)]! + 1)
      }
      const all = plane.said('used').reduce((sum, one) => sum + (one.times ?? 1), 0)
      assert.equal(all, plane.uses('success'), 'nothing was refused or failed')
      assert.deepEqual(present(plane), [2])
      assert.equal(await connected(login(2)), 1)
      await client.close()
      await eventually(async () => assert.equal(await connected(login(2)), 0))
    }))

  test('redis: when its version is killed all of its connections are closed at once, and the next version brings it back', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, name } = await prepare(plane, '&*', 1, 2)
      assign(1)
      await using client = redisClient(rekey.credential('cache'), createClient, { ...at, drainMs: 20_000 })
      const heard: unknown[] = []
      await client.subscribe(name, message => heard.push(message))
      const blocked = client.isolated(own => own.sendCommand(['BLPOP', `${name}:nothing`, '20']))
      blocked.catch(() => undefined)
      await eventually(async () => assert.equal(await connected(login(1)), 3))
      await until(() => plane.streams.size === 1)
      plane.kill('cache', 1)
      await assert.rejects(blocked)
      await eventually(async () => assert.equal(await connected(login(1)), 0), 2_000)
      await assert.rejects(client.get(name), { code: 'version-killed' })
      assign(2)
      await eventually(async () => assert.equal(await connected(login(2)), 2), 3_000)
      await client.publish(name, 'again')
      await until(() => heard.includes('again'))
    }))

  test('redis: commands take effect in the order in which they were given, across any number of changes', () =>
    withPlane(async (plane, rekey) => {
      const { assign, name } = await prepare(plane, '&*', 1, 2, 3)
      assign(1)
      await using way = await slowAtFirst(server.port, 2, 25)
      const socket = { host: '127.0.0.1', port: way.port }
      await using client = redisClient(rekey.credential('cache'), createClient, { socket })
      await client.connect()
      await until(() => plane.streams.size === 1)
      const waiting: Promise<unknown>[] = []
      for (let n = 0; n < 3_000; n++) {
        if (n === 500) assign(2)
        if (n === 1_500) assign(3)
        waiting.push(client.rPush(name, String(n)))
        if (n % 10 === 0) await pause(0)
      }
      await Promise.all(waiting)
      const found = await root.lRange(name, 0, -1)
      assert.deepEqual(
        found,
        waiting.map((_, n) => String(n)),
      )
      await until(() => plane.uses('success', 3) > 0)
      await client.close()
    }))

  for (const [title, channels, isExact] of [
    ['nothing is lost, nothing comes twice, all in order', '&*', true],
    ['without the right to publish marks nothing is lost', '&app:*', false],
  ] as const) {
    test(`redis: subscriptions move with their connection: ${title}`, () =>
      withPlane(async (plane, rekey) => {
        const { login, assign } = await prepare(plane, channels, 1, 2, 3)
        assign(1)
        await using way = await slowAtFirst(server.port, 2, 25)
        const socket = { host: '127.0.0.1', port: way.port }
        await using client = redisClient(rekey.credential('cache'), createClient, { socket })
        const heard: number[] = []
        const byPattern: string[] = []
        await client.subscribe('app:news', message => {
          heard.push(Number(message))
        })
        await client.pSubscribe('app:*', (message, channel) => {
          byPattern.push(`${channel} ${message}`)
        })
        assert.equal(await connected(login(1)), 2)
        let sent = 0
        await using load = new Load(1, async () => {
          await root.publish('app:news', String(sent++))
        })
        await until(() => heard.length > 100)
        for (const version of [2, 3]) {
          assign(version)
          await eventually(async () => assert.equal(await connected(login(version)), 2))
          await eventually(async () => assert.equal(await connected(login(version - 1)), 0))
          const before = heard.length
          await until(() => heard.length > before + 100)
        }
        await load.stop()
        const all = Array.from({ length: sent }, (_, n) => n)
        await until(() => new Set(heard).size === sent)
        await pause(60)
        assert.deepEqual(isExact ? heard : [...new Set(heard)].sort((x, y) => x - y), all)
        assert.deepEqual([new Set(byPattern).size, byPattern.length === sent || !isExact], [sent, true])
        await client.unsubscribe('app:news')
        await client.pUnsubscribe()
        const { length } = heard
        await root.publish('app:news', 'late')
        await pause(30)
        assert.equal(heard.length, length)
        await client.close()
      }))
  }

  test('redis: while the old connection has an answer to give, the old version is reported as held, for drainMs at most', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, name } = await prepare(plane, '&*', 1, 2)
      assign(1)
      await using client = redisClient(rekey.credential('cache'), createClient, { ...at, drainMs: 300 })
      const began = client.isolated(own => own.blPop(`${name}:queue`, 0))
      await client.connect()
      await until(() => plane.streams.size === 1)
      assert.equal(await connected(login(1)), 2)
      assign(2)
      await eventually(async () => assert.equal(await connected(login(1)), 1))
      await rekey.flush()
      assert.deepEqual(present(plane), [1, 2])
      await root.rPush(`${name}:queue`, 'job')
      assert.deepEqual({ ...(await began) }, { key: `${name}:queue`, element: 'job' })
      await until(() => present(plane).join() === '2')
      assert.equal(await connected(login(1)), 0)
      const stuck = client.isolated(own => own.blPop(`${name}:queue`, 0))
      await eventually(async () => assert.equal(await connected(login(2)), 2))
      assign(1)
      await assert.rejects(stuck)
      await eventually(async () => assert.equal(await connected(login(2)), 0))
      await client.close()
    }))

  test('redis: what belongs to one connection is refused, and says where it goes; a scan goes on by itself', () =>
    withPlane(async (plane, rekey) => {
      const { assign, name } = await prepare(plane, '&*', 1, 2)
      assign(1)
      await using client = redisClient(rekey.credential('cache'), createClient, at)
      assert.throws(() => client.watch('a'), { code: 'tied-to-connection' })
      await Promise.all(Array.from({ length: 50 }, (_, n) => client.set(`${name}:${n}`, 'x')))
      const found = new Set<string>()
      for await (const keys of client.scanIterator({ MATCH: `${name}:*`, COUNT: 5 })) {
        if (found.size === 0) {
          assign(2)
          await until(() => plane.uses('success', 2) > 0)
        }
        for (const key of keys) found.add(key)
      }
      assert.equal(found.size, 50)
      const typed = await client.withTypeMapping({ 36: Buffer }).get(`${name}:1`)
      assert.ok(Buffer.isBuffer(typed))
      await client.close()
      await assert.rejects(client.get('a'), { code: 'pool-ended' })
    }))

  test('redis: a connection that is lost and may not come back with its version comes back with a newer one', () =>
    withPlane(
      async (plane, rekey) => {
        const { login, assign, name } = await prepare(plane, '&*', 1, 2)
        assign(1)
        await using client = redisClient(rekey.credential('cache'), createClient, at)
        await client.set(name, 'x')
        await revoke(login(1))
        assign(2)
        await root.sendCommand(['CLIENT', 'KILL', 'USER', login(1)])
        await eventually(async () => assert.equal(await client.get(name), 'x'))
        assert.equal(await connected(login(2)), 1)
        await rekey.flush()
        assert.ok(plane.uses('auth-failure', 1) >= 1)
        assert.equal(plane.uses('auth-failure', 2), 0)
        await client.close()
      },
      { changes: 'none' },
    ))

  test('redis: a new version that is refused does not end what works; the old one stays, and is reported as held, until one is accepted', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, name } = await prepare(plane, '&*', 1, 2)
      assign(1)
      await using client = redisClient(rekey.credential('cache'), createClient, { ...at, drainMs: 50 })
      await client.set(name, 'x')
      await until(() => plane.streams.size === 1)
      assign(2, { value: 'not the value' })
      await until(() => plane.uses('auth-failure', 2) > 0)
      await pause(100)
      assert.equal(await client.get(name), 'x')
      await rekey.flush()
      assert.deepEqual(present(plane), [1, 2])
      assign(2)
      await eventually(async () => assert.equal(await connected(login(1)), 0))
      assert.equal(await client.get(name), 'x')
      await until(() => present(plane).join() === '2')
    }))
}
