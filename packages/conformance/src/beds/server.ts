// What the beds share that start servers of their own.
import { createServer } from 'node:net'

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}

/** A server that starts while other specs keep every core busy has been seen to need more than half a minute. */
const patienceMs = 120_000

/** Asks again until it is so; a bounded number of times. */
export async function until(
  isSo: () => Promise<boolean>,
  what: string,
  atMostMs = patienceMs,
): Promise<void> {
  const endMs = Date.now() + atMostMs
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`${what}: waited ${atMostMs / 1_000} s`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
