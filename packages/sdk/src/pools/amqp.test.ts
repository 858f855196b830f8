import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import amqplib, { type Channel, type ConsumeMessage } from 'amqplib'
import { pause, type TestPlane, until, withPlane } from '../fixtures.ts'
import { amqpConnection } from './amqp.ts'
import { eventually, Load, notRun, present } from './fixtures.ts'

// The broker of this machine, with a virtual host and users of our own: one of its own takes too long to start.
const run = promisify(execFile)
const { hostname, port } = new URL(process.env['REKEY_TEST_RABBITMQ'] ?? 'amqp://127.0.0.1:5672')
const id = `rekey-pools-${process.pid}-${randomBytes(3).toString('hex')}`
const at = { hostname, port: Number(port), vhost: id }

const ask = async (...calls: string[]) =>
  (await run('rabbitmqctl', ['-q', 'eval', `${calls.join(',\n')}.`], { timeout: 20_000 })).stdout
const said = (word: string) => `<<"${word}">>`
const by = said('tests')

const users = Array.from({ length: 10 }, (_, n) => ({
  name: `${id}-${n}`,
  value: randomBytes(12).toString('hex'),
}))
/** Salted and hashed, for arguments are for everybody to see. */
const hashed = (value: string) => {
  const salt = randomBytes(4)
  return Buffer.concat([salt, createHash('sha256').update(salt).update(value).digest()]).toString('base64')
}
const making = users.flatMap(({ name, value }) => [
  `rabbit_auth_backend_internal:add_user(${said(name)}, ${said(randomBytes(12).toString('hex'))}, ${by})`,
  `rabbit_auth_backend_internal:change_password_hash(${said(name)}, base64:decode(${said(hashed(value))}), rabbit_password_hashing_sha256)`,
  `rabbit_auth_backend_internal:set_permissions(${[name, id, '.*', '.*', '.*', 'tests'].map(said).join()})`,
])
const isThere = await ask(`rabbit_vhost:add(${said(id)}, ${by})`, ...making).then(
  () => true,
  () => false,
)
if (!isThere) notRun('the connection for amqplib: RabbitMQ cannot be asked with rabbitmqctl on this machine')
else {
  after(() =>
    ask(
      `rabbit_vhost:delete(${said(id)}, ${by})`,
      ...users.map(({ name }) => `rabbit_auth_backend_internal:delete_user(${said(name)}, ${by})`),
    ),
  )
  let taken = 0
  const prepare = (plane: TestPlane) => {
    const two = [users[taken++]!, users[taken++]!]
    const login = (version: number) => two[version - 1]!.name
    const assign = (version: number) =>
      plane.assign('broker', version, { handle: login(version), value: two[version - 1]!.value })
    return { login, assign, queue: `work-${taken}` }
  }
  const connected = async (login: string) =>
    (await run('rabbitmqctl', ['-q', 'list_connections', 'user'])).stdout
      .split('\n')
      .filter(one => one === login).length

  test('amqp: under constant load everything that is published arrives once, and is reported, while the version changes', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, queue } = prepare(plane)
      assign(1)
      const got: number[] = []
      let redelivered = 0
      await using broker = amqpConnection(rekey.credential('broker'), amqplib, {
        ...at,
        async setup(channel) {
          await channel.assertQueue(queue)
          await channel.prefetch(20)
          await channel.consume(queue, async message => {
            if (message === null) return
            if (message.fields.redelivered) redelivered++
            got.push(Number(message.content.toString()))
            await pause(2)
            channel.ack(message)
          })
        },
      })
      let sent = 0
      await using load = new Load(10, () => broker.sendToQueue(queue, Buffer.from(String(sent++))))
      await until(() => got.length > 200)
      assign(2)
      await until(() => plane.uses('success', 2) > 0)
      await eventually(async () => assert.equal(await connected(login(1)), 0), 3_000)
      const { length } = got
      await until(() => got.length > length + 200)
      await load.stop()
      await until(() => got.length >= sent)
      await pause(20)
      assert.deepEqual([load.failed, redelivered, got.length], [[], 0, sent])
      assert.equal(new Set(got).size, sent)
      await rekey.flush()
      // Published, delivered, and for each version a login and a set-up.
      assert.equal(plane.uses('success'), 2 * sent + 4)
      const all = plane.said('used').reduce((sum, one) => sum + (one.times ?? 1), 0)
      assert.equal(all, plane.uses('success'), 'nothing was refused or failed')
      assert.deepEqual(present(plane), [2])
      await broker.close()
      assert.equal(await connected(login(2)), 0)
    }))

  test('amqp: what was delivered is settled where it was delivered, and until then the old version is reported as held', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, queue } = prepare(plane)
      assign(1)
      const got: { channel: Channel; message: ConsumeMessage }[] = []
      await using broker = amqpConnection<Channel>(rekey.credential('broker'), amqplib, {
        ...at,
        drainMs: 1_500,
        async setup(channel) {
          await channel.assertQueue(queue)
          await channel.consume(queue, message => {
            if (message !== null) got.push({ channel, message })
          })
        },
      })
      for (const word of ['one', 'two']) await broker.sendToQueue(queue, Buffer.from(word))
      await until(() => got.length === 2)
      assign(2)
      await until(() => plane.uses('success', 2) > 0)
      // The new consumer is there first, and for a moment either may be given what comes.
      const consumers = async () => (await got[0]!.channel.checkQueue(queue)).consumerCount
      await eventually(async () => assert.equal(await consumers(), 1), 1_000)
      await broker.sendToQueue(queue, Buffer.from('three'))
      await until(() => got.length === 3)
      assert.ok(got[2]!.channel !== got[0]!.channel)
      await rekey.flush()
      assert.deepEqual(present(plane), [1, 2])
      assert.equal(await connected(login(1)), 1)
      got[0]!.channel.ack(got[0]!.message)
      // The other one never is: its connection is closed when its time is over, and the broker gives it to somebody else.
      await until(() => got.length === 4, 3_000)
      assert.deepEqual(
        [got[3]!.message.content.toString(), got[3]!.message.fields.redelivered],
        ['two', true],
      )
      assert.equal(got[1]!.channel.ack(got[1]!.message), false)
      await until(() => present(plane).join() === '2')
      assert.equal(await connected(login(1)), 0)
      for (const { channel, message } of got.slice(2)) channel.ack(message)
    }))

  test('amqp: when its version is killed its connection is closed at once, and the next version brings its consumers back', () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, queue } = prepare(plane)
      assign(1)
      const got: string[] = []
      let settle = () => {}
      await using broker = amqpConnection(rekey.credential('broker'), amqplib, {
        ...at,
        drainMs: 20_000,
        async setup(channel) {
          await channel.assertQueue(queue)
          // Not settled while it matters: a connection that is drained would wait for it.
          await channel.consume(queue, message => {
            got.push(String(message?.content))
            settle = () => channel.ack(message!)
          })
        },
      })
      await broker.sendToQueue(queue, Buffer.from('one'))
      await until(() => got.length === 1 && plane.streams.size === 1)
      plane.kill('broker', 1)
      await eventually(async () => assert.equal(await connected(login(1)), 0), 3_000)
      await assert.rejects(broker.sendToQueue(queue, Buffer.from('two')), { code: 'version-killed' })
      assign(2)
      await until(() => got.length === 2)
      assert.deepEqual(got, ['one', 'one'])
      settle()
    }))

  test('amqp: a connection that is lost comes back with its consumers, with a newer version where its own is refused', () =>
    withPlane(
      async (plane, rekey) => {
        const { login, assign, queue } = prepare(plane)
        assign(1)
        const got: string[] = []
        await using broker = amqpConnection(rekey.credential('broker'), amqplib, {
          ...at,
          async setup(channel) {
            await channel.assertQueue(queue)
            await channel.consume(queue, message => got.push(String(message?.content)), { noAck: true })
          },
        })
        await broker.start()
        assign(2)
        await ask(`rabbit_auth_backend_internal:clear_password(${said(login(1))}, ${by})`)
        await run('rabbitmqctl', ['-q', 'close_all_user_connections', login(1), 'test'])
        await until(() => plane.uses('success', 2) > 0)
        await broker.sendToQueue(queue, Buffer.from('again'))
        await until(() => got.includes('again'))
        assert.deepEqual([plane.uses('auth-failure', 1), plane.uses('auth-failure', 2)], [1, 0])
      },
      { changes: 'none' },
    ))

  test('amqp: what the broker refuses to a known user is no failure of the credential', () =>
    withPlane(async (plane, rekey) => {
      const { assign } = prepare(plane)
      assign(1)
      await using broker = amqpConnection(rekey.credential('broker'), amqplib, {
        ...at,
        setup: channel => channel.checkQueue('nowhere'),
      })
      await assert.rejects(broker.start(), /NOT_FOUND/)
      await rekey.flush()
      assert.equal(plane.uses('auth-failure'), 0)
      assert.ok(plane.uses('payload-error', 1) >= 1)
    }))
}
