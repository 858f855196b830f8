// What every bus promises, run on each of them.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Bus, BusError, limitBytes } from './bus.ts'

export interface Pair {
  /** Two instances' ends of one bus; in one process they are the same. */
  here: Bus
  there: Bus
  /** What receivers have thrown at `there`. */
  errors: unknown[]
  /** Resolves when what was published before has been received everywhere. */
  settle(): Promise<void>
  end(): Promise<void>
}

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof BusError)
  assert.equal(error.code, expected)
  assert.ok(error.how.length > 10)
  return true
}

export function busConformance(name: string, open: () => Promise<Pair>): void {
  suite(`the bus ${name}`, () => rules(open))
}

function rules(open: () => Promise<Pair>): void {
  let pair: Pair
  let topics = 0
  const newTopic = () => `topic/${++topics}`
  const collect = async (bus: Bus, topic: string) => {
    const received: string[] = []
    const stop = await bus.subscribe(topic, message => received.push(message))
    return { received, stop }
  }
  before(async () => {
    pair = await open()
  })
  after(() => pair.end())

  test('a message reaches every subscriber of its topic once, the publisher too, and nobody else', async () => {
    const topic = newTopic()
    const all = [
      await collect(pair.here, topic),
      await collect(pair.there, topic),
      await collect(pair.there, topic),
    ]
    const other = await collect(pair.there, newTopic())
    await pair.here.publish(topic, 'look at credential 7')
    await pair.settle()
    for (const { received } of all) assert.deepEqual(received, ['look at credential 7'])
    assert.deepEqual(other.received, [])
  })

  test('the messages of one publisher arrive in order, and equal ones each arrive', async () => {
    const topic = newTopic()
    const { received } = await collect(pair.there, topic)
    const sent = Array.from({ length: 300 }, (_, i) => String(i % 7))
    await Promise.all(sent.map(message => pair.here.publish(topic, message)))
    await pair.settle()
    assert.deepEqual(received, sent)
  })

  test('any text comes back as it was, empty and with line breaks too', async () => {
    const topic = newTopic()
    const { received } = await collect(pair.there, topic)
    const sent = ['', '\n', 'a\nb\r\n', '"\'\\$1%;--', 'žluťoučký 🔑']
    for (const message of sent) await pair.here.publish(topic, message)
    await pair.settle()
    assert.deepEqual(received, sent)
  })

  test('nothing is received within publish, and nothing after one has stopped', async () => {
    const topic = newTopic()
    const { received, stop } = await collect(pair.here, topic)
    const publishing = pair.here.publish(topic, 'first')
    assert.deepEqual(received, [])
    await publishing
    await pair.settle()
    await stop()
    await stop()
    await pair.here.publish(topic, 'second')
    await pair.settle()
    assert.deepEqual(received, ['first'])
  })

  test('a receiver that throws is reported and keeps nothing from the others', async () => {
    const topic = newTopic()
    const wrong = new Error('a receiver is broken')
    await pair.there.subscribe(topic, () => {
      throw wrong
    })
    const { received } = await collect(pair.there, topic)
    await pair.here.publish(topic, 'one')
    await pair.settle()
    assert.deepEqual(received, ['one'])
    assert.deepEqual(pair.errors, [wrong])
  })

  test('the longest message passes, and one byte more is refused without being repeated', async () => {
    const topic = newTopic()
    const { received } = await collect(pair.there, topic)
    const longest = 'ž'.repeat((limitBytes - topic.length - 1) >> 1).padEnd(10, '.')
    const exact = longest + '.'.repeat(limitBytes - topic.length - 1 - Buffer.byteLength(longest))
    await pair.here.publish(topic, exact)
    await assert.rejects(pair.here.publish(topic, `${exact}.`), error => {
      assert.ok(error instanceof BusError && !error.message.includes('žžž'))
      assert.match(error.message, /8000 bytes, and 7999 can be sent/)
      return code('bad-message')(error)
    })
    await pair.settle()
    assert.deepEqual(received, [exact])
  })

  test('what PostgreSQL could not carry is refused everywhere', async () => {
    const topic = newTopic()
    for (const message of ['a\0b', '\ud800']) {
      await assert.rejects(pair.here.publish(topic, message), code('bad-message'))
    }
    for (const topic of ['', 'two words', 'line\nbreak', 'ž', 'x'.repeat(201)]) {
      await assert.rejects(pair.here.publish(topic, 'm'), code('bad-message'))
      await assert.rejects(
        pair.here.subscribe(topic, () => undefined),
        code('bad-message'),
      )
    }
  })

  test('a closed bus says so, and can be closed again', async () => {
    const { here, there, end } = await open()
    await here.close()
    await here.close()
    await assert.rejects(here.publish('t', 'm'), code('bus-closed'))
    await assert.rejects(
      here.subscribe('t', () => undefined),
      code('bus-closed'),
    )
    await there.close()
    await end()
  })
}
