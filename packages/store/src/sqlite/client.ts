// The store on SQLite behind its own thread, as promises.
import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { type ObservationBatch, type Store, StoreError } from '../contract.ts'
import { callNames } from '../scripts/scripts.ts'
import { closed } from './failure.ts'
import type { FileOptions } from './file.ts'
import { type Ask, errorFrom, failed, type Opening, type Reply } from './message.ts'
import { type PackedBatch, pack } from './packed.ts'

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export async function openSqliteStore(path: string, options: Partial<FileOptions> = {}): Promise<Store> {
  const opening: Opening = { path, options, compiled: getCompileCacheDir() ?? null }
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: opening })
  const waiting = new Map<number, Waiting>()
  let outbox: Ask[] = []
  let lastId = 0
  let ended: StoreError | null = null

  const settle = (replies: readonly Reply[]) => {
    for (const [id, value, error] of replies) {
      const one = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) one?.resolve(value)
      else one?.reject(errorFrom(error))
    }
  }
  worker.on('message', settle)
  const end = (text: string, cause?: unknown) => {
    ended ??= new StoreError(
      'store-unreachable',
      text,
      'Start the control plane again; nothing acknowledged is lost.',
      cause,
    )
    for (const one of waiting.values()) one.reject(ended)
    waiting.clear()
  }
  worker.on('error', error => end('the thread of the store has failed', error))
  worker.on('exit', () => end('the thread of the store has ended'))

  const expect = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
    })
  const send = (asks: readonly Ask[]): void => {
    try {
      const moved = asks.flatMap(([, name, args]) =>
        name === 'observe' ? [(args[0] as PackedBatch).numbers.buffer] : [],
      )
      worker.postMessage(asks, moved)
    } catch (error) {
      // Something in it cannot be copied: whoever gave it is told, the others go on.
      if (asks.length > 1) for (const ask of asks) send([ask])
      else settle([[asks[0]![0], null, failed(error)]])
    }
  }
  const flush = () => {
    const asks = outbox
    outbox = []
    send(asks)
  }
  const ask = (name: Ask[1], args: readonly unknown[]): Promise<unknown> => {
    if (ended !== null) return Promise.reject(ended)
    // All calls of this turn go as one message.
    if (outbox.length === 0) queueMicrotask(flush)
    outbox.push([++lastId, name, args])
    return expect(lastId)
  }

  try {
    await expect(0)
  } catch (error) {
    await worker.terminate()
    throw error
  }
  let closing: Promise<void> | null = null
  const close = async () => {
    if (ended === null) {
      const done = ask('close', [])
      ended = closed()
      await done
    }
    await worker.terminate()
  }
  const calls = callNames.map(name => [
    name,
    name === 'observe'
      ? async (batch: ObservationBatch) => ask(name, [pack(batch)])
      : (...args: unknown[]) => ask(name, args),
  ])
  return Object.assign(Object.fromEntries(calls), {
    engine: 'sqlite',
    close: () => (closing ??= close()),
  }) as Store
}
