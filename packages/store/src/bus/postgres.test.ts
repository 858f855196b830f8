import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import pg from 'pg'
import { type Bus, BusError } from './bus.ts'
import { postgresIsThere, postgresUrl } from './fixtures.ts'
import { type PostgresBusOptions, postgresBus } from './postgres.ts'

const there = await postgresIsThere('what the bus over PostgreSQL does when it is cut off')
const channel = `rekey_cut_${process.pid}`
const backOff = { firstMs: 10, mostMs: 40 }

const buses: Bus[] = []
after(() => Promise.all(buses.map(bus => bus.close())))
async function open(options: Partial<PostgresBusOptions> = {}): Promise<Bus> {
  const bus = await postgresBus({ connection: postgresUrl, channel, backOff, ...options })
  buses.push(bus)
  return bus
}

async function administer<T>(act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

/** What is pushed into it can be waited for. */
function listOf<T>() {
  const seen: T[] = []
  const waiting = new Set<() => void>()
  return {
    seen,
    push: (one: T) => {
      seen.push(one)
      for (const look of waiting) look()
    },
    reaching: (count: number) =>
      new Promise<void>(resolve => {
        const look = () => {
          if (seen.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** A wire that can be cut, or held so that nothing passes and nobody is told. */
async function wireTo(url: string) {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let held = false
  const server = createServer(socket => {
    const far = dial(Number(target.port || 5432), target.hostname)
    for (const [from, to] of [
      [socket, far],
      [far, socket],
    ] as const) {
      sockets.add(from)
      from.on('data', chunk => held || to.write(chunk))
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(address.port)
  const cut = () => sockets.forEach(socket => void socket.destroy())
  return {
    url: through.href,
    cut,
    hold: (on: boolean) => {
      held = on
    },
    end: () => {
      cut()
      server.close()
    },
  }
}

test('a bus whose connection is ended comes back by itself, says that there was a gap, and only then', {
  skip: !there,
}, async () => {
  const trouble = listOf<unknown>()
  const gaps = listOf<string>()
  const messages = listOf<string>()
  const bus = await open({ onTrouble: trouble.push })
  await bus.subscribe('t', messages.push, () => gaps.push('gap'))
  await bus.publish('t', 'before')
  await messages.reaching(1)
  assert.deepEqual(gaps.seen, [])

  await administer(async client => {
    const ended = await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [`rekey bus ${channel}`],
    )
    assert.equal(ended.rowCount, 1)
    await trouble.reaching(1)
    await client.query('SELECT pg_notify($1, $2)', [channel, 't\nlost'])
  })
  await gaps.reaching(1)
  await bus.publish('t', 'after')
  await messages.reaching(2)
  assert.deepEqual(messages.seen, ['before', 'after'])
  assert.deepEqual(gaps.seen, ['gap'])
  const [first] = trouble.seen
  assert.ok(first instanceof BusError && first.code === 'bus-unreachable')
  await bus.close()
})

test('while it is cut off, publishing fails and subscribing waits for the gap', {
  skip: !there,
}, async () => {
  const wire = await wireTo(postgresUrl)
  const trouble = listOf<unknown>()
  const bus = await open({
    connection: wire.url,
    onTrouble: trouble.push,
    backOff: { firstMs: 300, mostMs: 300 },
  })
  wire.cut()
  await trouble.reaching(1)
  await assert.rejects(bus.publish('t', 'm'), { code: 'bus-unreachable' })
  const messages = listOf<string>()
  const gaps = listOf<string>()
  await bus.subscribe('t', messages.push, () => gaps.push('gap'))
  await gaps.reaching(1)
  await bus.publish('t', 'm')
  await messages.reaching(1)
  await bus.close()
  wire.end()
})

test('attempts come ever later, up to a limit, and half of each wait is random', {
  skip: !there,
}, async () => {
  const wire = await wireTo(postgresUrl)
  const times: number[] = []
  const trouble = listOf<unknown>()
  const bus = await open({
    connection: wire.url,
    backOff: { firstMs: 20, mostMs: 80 },
    jitter: () => 0.99,
    onTrouble: error => {
      times.push(performance.now())
      trouble.push(error)
    },
  })
  wire.end()
  await trouble.reaching(6)
  await bus.close()
  const waits = times.slice(1).map((time, i) => time - times[i]!)
  // A timer may ring a millisecond or two before its time.
  for (const [i, atLeastMs] of [17, 37, 76, 76, 76].entries()) {
    assert.ok(waits[i]! >= atLeastMs, `wait ${i} was ${waits[i]} ms`)
  }
  assert.ok(waits[4]! < 1000)
})

test('a wire on which nothing passes and nobody is told is noticed by the heartbeat', {
  skip: !there,
}, async () => {
  const wire = await wireTo(postgresUrl)
  const trouble = listOf<unknown>()
  const gaps = listOf<string>()
  const bus = await open({ connection: wire.url, onTrouble: trouble.push, heartbeatMs: 30, answerMs: 200 })
  await bus.subscribe(
    't',
    () => undefined,
    () => gaps.push('gap'),
  )
  wire.hold(true)
  await trouble.reaching(1)
  wire.hold(false)
  await gaps.reaching(1)
  await bus.close()
  wire.end()
})

test('a bus that is closed while it is away does not come back', { skip: !there }, async () => {
  const wire = await wireTo(postgresUrl)
  const trouble = listOf<unknown>()
  const bus = await open({ connection: wire.url, onTrouble: trouble.push })
  wire.cut()
  await trouble.reaching(1)
  await bus.close()
  const name = `rekey bus ${channel}`
  const sql = 'SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1'
  await new Promise(resolve => setTimeout(resolve, 100))
  const { rows } = await administer(client => client.query<{ n: number }>(sql, [name]))
  assert.deepEqual(rows, [{ n: 0 }])
  wire.end()
})

test('what another program sends on the channel is passed over', { skip: !there }, async () => {
  const bus = await open()
  const messages = listOf<string>()
  await bus.subscribe('t', messages.push)
  await administer(async client => {
    for (const payload of ['', '\n', 'no border', '\nno topic']) {
      await client.query('SELECT pg_notify($1, $2)', [channel, payload])
    }
  })
  await bus.publish('t', 'm')
  await messages.reaching(1)
  assert.deepEqual(messages.seen, ['m'])
  await bus.close()
})

test('a bus that cannot reach PostgreSQL at the start fails, without the password in its address', async () => {
  for (const connection of [
    'postgres://rekey:swordfish@127.0.0.1:1/none',
    'postgres://rekey:swordfish@[::/none',
    'postgres://rekey:swordfish@127.0.0.1:port/none',
  ]) {
    await assert.rejects(postgresBus({ connection }), error => {
      assert.ok(error instanceof BusError && error.code === 'bus-unreachable')
      assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes('swordfish'))
      return true
    })
  }
})

test('a channel that would have to be quoted is refused', async () => {
  const bad = postgresBus({ connection: postgresUrl, channel: 'not a "name"' })
  await assert.rejects(bad, RangeError)
})
