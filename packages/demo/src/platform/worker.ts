// What every process of the platform has in common: it does jobs, says what came of each, stands still when it is asked to, and ends in order:
// what it has begun it ends, and what could not be done is put back.
import { connect as open } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { type Docstore, isRefused } from '../docstore/client.ts'
import { keyIdOf } from '../docstore/keys.ts'
import type { Order, Outcome, Told } from './told.ts'

export interface Worker {
  docstore: Docstore
  isStopping(): boolean
  /** One piece of work. What it gives back is how it went; a refusal is a failure, unless it is put back. */
  job(act: () => Promise<{ outcome: Outcome; key: string | null }>, failedIs?: Outcome): Promise<Outcome>
  /** null: it has none just now. */
  holds(token: string | null): void
  /** So long, and until nobody has paused us. */
  pause(ms: number): Promise<void>
  onOrder(order: Order['do'], act: () => void): void
  /** The last first. */
  onStop(end: () => Promise<void> | void): void
  stop(code?: number): Promise<never>
}

export interface WorkerOptions {
  who: string
  userAgent: string
  environment: Readonly<Record<string, string | undefined>>
  port?: number
}

const lastWordMs = 50

export async function worker({ who, userAgent, environment, port }: WorkerOptions): Promise<Worker> {
  const socket = open(environment['DEMO_LINE'] ?? '')
  const orders = new Map<string, () => void>()
  const ends: (() => Promise<void> | void)[] = []
  let isGoing = false
  let isStopping = false
  let begun = 0
  let free: () => void = () => undefined
  const said = (told: Told) => socket.write(`${JSON.stringify(told)}\n`)

  // Whoever started us is gone.
  socket.once('close', () => process.exit(0))
  socket.on('error', () => process.exit(0))
  createInterface({ input: socket }).on('line', text => {
    const order = JSON.parse(text) as Order
    if (order.do === 'go' || order.do === 'pause') isGoing = order.do === 'go'
    else orders.get(order.do)?.()
  })

  async function stop(code = 0): Promise<never> {
    isStopping = true
    if (begun > 0) await new Promise<void>(resolve => (free = resolve))
    for (const end of ends.toReversed()) await Promise.resolve(end()).catch(() => undefined)
    socket.end()
    await wait(lastWordMs)
    process.exit(code)
  }
  process.once('SIGTERM', () => void stop())
  // Ctrl-C goes to the whole group: whoever started us decides.
  process.on('SIGINT', () => undefined)

  const work: Worker = {
    docstore: { url: environment['DEMO_DOCSTORE'] ?? '', userAgent },
    isStopping: () => isStopping,
    async job(act, failedIs = 'failed') {
      while (!isGoing && !isStopping) await wait(20)
      if (isStopping) return 'put-back'
      begun++
      const { outcome, key, why } = await ended(act, failedIs, () => isStopping)
      begun--
      said({ says: 'job', outcome, key, why, atMs: performance.timeOrigin + performance.now() })
      if (isStopping && begun === 0) free()
      return outcome
    },
    holds: token => void said({ says: 'holds', key: token === null ? null : keyIdOf(token) }),
    async pause(ms) {
      for (let leftMs = ms; leftMs > 0 && !isStopping; leftMs -= 100) await wait(Math.min(100, leftMs))
      while (!isGoing && !isStopping) await wait(20)
    },
    onOrder: (order, act) => void orders.set(order, act),
    onStop: end => void ends.push(end),
    stop,
  }
  await new Promise<void>(resolve => socket.once('connect', resolve))
  said({ says: 'here', who, pid: process.pid, port: port ?? null })
  return work
}

const putsBack: ReadonlySet<unknown> = new Set(['version-killed', 'requeue'])

async function ended(
  act: () => Promise<{ outcome: Outcome; key: string | null }>,
  failedIs: Outcome,
  isStopping: () => boolean,
): Promise<{ outcome: Outcome; key: string | null; why: string | null }> {
  try {
    return { ...(await act()), why: null }
  } catch (error) {
    const { code, name, message } = error as { code?: unknown; name?: string; message?: string }
    // The version was killed under it, or it was begun with another one: the job is there still, and is done with the next.
    if (putsBack.has(code) || (isStopping() && isRefused(error))) {
      return { outcome: 'put-back', key: null, why: null }
    }
    const why = isRefused(error) ? `401 ${error.code}` : `${name ?? 'error'}: ${message ?? ''}`.slice(0, 200)
    return { outcome: failedIs, key: null, why }
  }
}
