// A wish: something to be done, sent under one key until it is known what became of it. Where the connection breaks after it was
// sent, nobody knows whether it was done; it is sent again under the same key, which the control plane carries out once.
import { useEffect, useRef, useState } from 'react'
import { say } from '../parts/said.ts'
import { type Answer, AwayError, ask, type Operation, type Parts, ProblemError, type Way } from './ask.ts'
import { changed } from './cache.ts'
import { freshKey } from './fresh-key.ts'

export type WishState =
  | { is: 'idle' }
  | { is: 'sending' }
  /** It was sent, no answer came, and it is asked again. */
  | { is: 'unsure'; tries: number }
  | { is: 'failed'; error: unknown }

const pauseMs = 2_000
const mostTries = 45

interface WishWay extends Pick<Way, 'ifMatch'> {
  /** Told at once why it failed; true: it is dealt with, and there is nothing to show. */
  onFailed?: (error: unknown) => boolean
}

export interface Wish {
  state: WishState
  isBusy: boolean
  /** null: it failed, and the state says why. It is carried through also where the form has gone meanwhile: it may have been sent. */
  send<O extends Operation>(operation: O, parts: Parts<O>, way?: WishWay): Promise<Answer<O> | null>
  forget(): void
}

export function useWish(): Wish {
  const [state, setState] = useState<WishState>({ is: 'idle' })
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  return {
    state,
    isBusy: state.is === 'sending' || state.is === 'unsure',
    forget: () => setState({ is: 'idle' }),
    async send(operation, parts, { onFailed, ...way } = {}) {
      const key = freshKey()
      setState({ is: 'sending' })
      for (let tries = 1; ; tries++) {
        try {
          const answer = await ask(operation, parts, { ...way, key })
          setState({ is: 'idle' })
          changed()
          return answer
        } catch (error) {
          if (tries >= mostTries || !isUnsure(error)) {
            const isDealtWith = onFailed?.(error) === true
            setState(isDealtWith ? { is: 'idle' } : { is: 'failed', error })
            if (!isHere.current && !isDealtWith) say(`It was not done: ${(error as Error).message}`, 'bad')
            // Somebody else may have been first: what is shown is looked at anew.
            changed()
            return null
          }
          setState({ is: 'unsure', tries })
          await new Promise(resolve => setTimeout(resolve, pauseMs))
        }
      }
    },
  }
}

const isUnsure = (error: unknown) =>
  error instanceof AwayError ||
  (error instanceof ProblemError && (error.problem.code === 'in-progress' || error.problem.status >= 502))
