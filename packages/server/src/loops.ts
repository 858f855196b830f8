// The loops of a control plane: the tick, the seal, the digests of observations. A round that fails is reported and tried again; a loop ends
// only when it is told to, and only between two rounds.
import type { Signer } from '@rekey/log'
import type { Ground } from './ground.ts'
import { pause } from './pause.ts'
import { tick } from './runner/tick.ts'
import { digest } from './sealing/digest.ts'
import { seal } from './sealing/seal.ts'

export interface Loops {
  stop(): Promise<void>
}

/** Events are sealed within a second: four rounds a second leave room for a slow one. */
const sealEveryMs = 250
const digestEveryMs = 60_000

export function startLoops(ground: Ground, signer: () => Promise<Signer>, tickMs: number): Loops {
  const stopping = new AbortController()
  const loops = [
    loop(ground, 'tick', tickMs, stopping.signal, async () => {
      // A full batch means that more is waiting: go on at once.
      while ((await tick(ground)).claimed >= ground.limits.batch && !stopping.signal.aborted);
    }),
    loop(ground, 'seal', sealEveryMs, stopping.signal, async () => {
      await seal(ground, await signer())
    }),
    loop(ground, 'digest', digestEveryMs, stopping.signal, async () => {
      await digest(ground)
    }),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

async function loop(
  ground: Ground,
  name: string,
  everyMs: number,
  stopping: AbortSignal,
  round: () => Promise<void>,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      await round()
    } catch (error) {
      ground.journal.trouble?.(name, error)
    }
    await pause(everyMs, stopping)
  }
}
