// When a process that was started, or told to load something anew, may be counted on: after a while in which it did not end, when
// an address answers, or when it has written a line.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Copy } from './copy.ts'
import type { Ready } from './plan.ts'

const betweenMs = 100
const answerMs = 2_000

/** `late`: it lives, and is not ready. `over`: it has ended, or `stop` says that nobody waits any longer. */
export type Readiness = 'ready' | 'over' | 'late'

export async function becomesReady(
  copy: Copy,
  ready: Ready,
  withinMs: number,
  stop: AbortSignal,
): Promise<Readiness> {
  const ending = new AbortController()
  const signal = AbortSignal.any([stop, ending.signal])
  const over = copy.ended.then(() => 'over' as const)
  const stopped = new Promise<'over'>(resolve => {
    if (signal.aborted) resolve('over')
    signal.addEventListener('abort', () => resolve('over'), { once: true })
  })
  const late = after(ready.by === 'time' ? ready.afterMs + withinMs : withinMs, signal).then(
    () => 'late' as const,
  )
  try {
    return await Promise.race([over, stopped, late, sign(copy, ready, signal).then(() => 'ready' as const)])
  } finally {
    ending.abort()
  }
}

function sign(copy: Copy, ready: Ready, signal: AbortSignal): Promise<void> {
  switch (ready.by) {
    case 'time':
      return after(ready.afterMs, signal)
    case 'url':
      return answers(ready.url.replaceAll('{copy}', String(copy.number)), signal)
    case 'log':
      return writes(copy, ready.pattern, signal)
  }
}

/** Never, where it was stopped before. */
function after(delayMs: number, signal: AbortSignal): Promise<void> {
  return sleep(delayMs, undefined, { signal }).catch(() => new Promise<void>(() => undefined))
}

async function answers(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
      const response = await fetch(url, {
        signal: limit,
        redirect: 'manual',
        headers: { connection: 'close' },
      })
      await response.body?.cancel()
      if (response.ok) return
    } catch {
      // Nobody listens there yet.
    }
    await sleep(betweenMs)
  }
}

function writes(copy: Copy, pattern: RegExp, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const stop = copy.onLine(line => {
      if (pattern.test(line)) resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}
