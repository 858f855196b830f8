// What this browser knows of the log, as pages use it.
import { useState } from 'react'
import { ask, ProblemError } from '../../api/ask.ts'
import { type Keeper, type Known, keepKnown, readKnown } from '../../proof/known.ts'
import type { LogAsks } from './check.ts'
import { readHistory } from './read.ts'

/** Where nothing can be kept, nothing is known. */
const nowhere: Keeper = {
  getItem: () => null,
  setItem: () => {
    throw new Error('nothing can be kept here')
  },
  removeItem: () => undefined,
}

function keeper(): Keeper {
  try {
    return localStorage
  } catch {
    return nowhere
  }
}

export function useKnownLog(): { known: Known | null; keep: (known: Known | null) => boolean } {
  const [known, setKnown] = useState(() => readKnown(keeper(), location.pathname))
  return {
    known,
    keep(next) {
      setKnown(next)
      return keepKnown(keeper(), location.pathname, next)
    },
  }
}

const tries = 6

export const logAsks: LogAsks = {
  history: readHistory,
  checkpoint: () => ask('record.checkpoint'),
  async proof(position) {
    for (let tried = 1; ; tried++) {
      try {
        return await ask('record.proof', { params: { position } })
      } catch (error) {
        // What has just happened is sealed within a second.
        const retryMs = error instanceof ProblemError ? error.problem.retryAfterMs : undefined
        if (retryMs === undefined || tried === tries) throw error
        await new Promise(resolve => setTimeout(resolve, retryMs))
      }
    }
  },
}
