// The store's thread at work: takes all calls that wait, runs them in one transaction, answers them together. A long query or a
// slow disk then holds up nobody's event loop, and one write to the disk serves everybody who waited for the last one.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { CallName } from '../contract.ts'
import { type Call, openSqlite, type SqliteEngine } from './engine.ts'
import { type Ask, failed, type Opening, type Reply } from './message.ts'
import { type PackedBatch, unpack } from './packed.ts'

/** A group waits for its slowest member, so it is bounded. */
const groupLimit = 512

const port = parentPort!
const { path, options } = workerData as Opening

function open(): SqliteEngine | null {
  try {
    const engine = openSqlite(path, options)
    port.postMessage([[0, null]] satisfies Reply[])
    return engine
  } catch (error) {
    port.postMessage([[0, null, failed(error)]] satisfies Reply[])
    return null
  }
}

function serve(engine: SqliteEngine): void {
  port.on('message', (first: readonly Ask[]) => {
    const asks = [...first]
    let more = receiveMessageOnPort(port)
    while (more !== undefined) {
      asks.push(...(more.message as readonly Ask[]))
      more = receiveMessageOnPort(port)
    }
    for (let at = 0; at < asks.length; at += groupLimit) answer(engine, asks.slice(at, at + groupLimit))
  })
}

function answer(engine: SqliteEngine, asks: readonly Ask[]): void {
  const calls = asks.filter(([, name]) => name !== 'close')
  const answers = engine.together(calls.map(called))
  const replies = answers.map(
    (one, at): Reply => (one.ok ? [calls[at]![0], one.value] : [calls[at]![0], null, failed(one.error)]),
  )
  const close = asks.find(([, name]) => name === 'close')
  if (close !== undefined) {
    engine.close()
    replies.push([close[0], null])
    port.removeAllListeners('message')
  }
  port.postMessage(replies)
}

const called = ([, name, args]: Ask): Call =>
  name === 'observe' ? { name, args: [unpack(args[0] as PackedBatch)] } : { name: name as CallName, args }

const engine = open()
if (engine !== null) serve(engine)
