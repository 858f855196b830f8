// A ghost is nobody whose work matters: said by a person, with a reason.
import type { ReactNode } from 'react'
import { Decide } from '../../parts/decide.tsx'
import type { SeenGhost } from './who.tsx'

export interface GhostForm {
  ghost: SeenGhost
  intro: ReactNode
  /** The right that is lacking, in words. */
  lacks: string | null
  onDone: () => void
  onClose: () => void
}

export const DismissForm = ({ ghost, intro, lacks, onDone, onClose }: GhostForm) => (
  <Decide
    title="Who is it?"
    confirm="Dismiss it"
    operation="ghosts.dismiss"
    parts={reason => ({ params: { credential: ghost.credential, ghost: ghost.id }, body: { reason } })}
    because={lacks}
    asksReason="Who was it, and why may it lose access?"
    done="Dismissed. It holds up no retirement any more."
    onDone={onDone}
    onClose={onClose}
  >
    {intro}
  </Decide>
)
