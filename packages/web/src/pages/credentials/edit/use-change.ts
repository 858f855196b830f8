// A change of a credential that does not overwrite what somebody else changed meanwhile: it is sent with the tag of what was seen.
import type { CredentialView, Problem } from '@rekey/wire'
import { useEffect, useState } from 'react'
import { askTagged, ProblemError } from '../../../api/ask.ts'
import { useWish } from '../../../api/wish.ts'
import { type Draft, useDraft } from '../../../parts/draft.ts'
import type { CredentialInput } from '../about-draft.ts'
import { type Change, changesBetween, inputOf, type Merged, merged } from './change.ts'

/** A draft with what it began from: only so can it be said later who changed what. */
export interface Begun<F> {
  base: CredentialInput
  tag: string | undefined
  form: F
}

/** Somebody else was first. */
export interface Overtaken extends Merged {
  theirs: CredentialInput
  tag: string | undefined
  changes: Change[]
}

export interface ChangeHeld<F> {
  /** null: not read yet. */
  begun: Begun<F> | null
  isKept: boolean
  error: unknown
  overtaken: Overtaken | null
  /** What the control plane found wrong. */
  problem: Problem | null
  wish: ReturnType<typeof useWish>
  set: (form: F) => void
  /** false: it was not taken, and what is here says why. */
  save: (input: CredentialInput) => Promise<boolean>
  /** Goes on from what is there now. */
  goOn: (input: CredentialInput) => void
  drop: () => void
}

const mostTries = 3

export function useChange<F>(
  credential: CredentialView,
  part: string,
  formOf: (input: CredentialInput) => F,
): ChangeHeld<F> {
  const { id } = credential
  const held: Draft<Begun<F> | null> = useDraft<Begun<F> | null>(`credential ${id} ${part}`, null)
  const [overtaken, setOvertaken] = useState<Overtaken | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [read, setRead] = useState<Begun<F> | null>(null)
  const wish = useWish()
  const begun = held.value ?? read
  const look = async (signal?: AbortSignal) => {
    const { value, tag } = await askTagged('credentials.get', { params: { id } }, { signal })
    return { input: inputOf(value), tag }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read once; what happens later is told when it is sent.
  useEffect(() => {
    if (held.value !== null) return
    const left = new AbortController()
    look(left.signal).then(
      ({ input, tag }) => setRead({ base: input, tag, form: formOf(input) }),
      failure => left.signal.aborted || setError(failure),
    )
    return () => left.abort()
  }, [id])

  const save = async (input: CredentialInput): Promise<boolean> => {
    if (begun === null) return false
    let { tag } = begun
    for (let tries = 1; ; tries++) {
      let isOvertaken = false
      const answer = await wish.send(
        'credentials.change',
        { params: { id }, body: input },
        {
          ifMatch: tag,
          onFailed: failure => {
            isOvertaken = failure instanceof ProblemError && failure.problem.status === 412
            if (failure instanceof ProblemError && !isOvertaken) setProblem(failure.problem)
            return isOvertaken
          },
        },
      )
      if (answer !== null) return true
      if (!isOvertaken) return false
      const now = await look()
      const changes = changesBetween(begun.base, now.input)
      // A rotation that was opened changes the tag, and nothing of what is edited here.
      if (changes.length === 0 && tries < mostTries) {
        tag = now.tag
        continue
      }
      setOvertaken({ ...merged(begun.base, input, now.input), theirs: now.input, tag: now.tag, changes })
      return false
    }
  }
  return {
    begun,
    isKept: held.isKept,
    error,
    overtaken,
    problem,
    wish,
    set: form => {
      if (begun === null) return
      held.set({ ...begun, form })
      setProblem(null)
      wish.forget()
    },
    save,
    goOn: input => {
      if (overtaken === null) return
      held.set({ base: overtaken.theirs, tag: overtaken.tag, form: formOf(input) })
      setOvertaken(null)
    },
    drop: held.drop,
  }
}
