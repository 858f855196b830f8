// Where a rotation stands on its course: what is asked of the gates there, and until when nothing ends the step but time.
import type { Stage } from '../gates/gates.ts'
import { stepOf, type Underway } from './state.ts'

/** What the look at everything is for, at this point of this course. */
export function stageOf(state: Underway): Stage {
  const { course, at, ending } = state.progress
  // Nothing is left to end after it: what was compromised is dead, and only the work is looked at.
  if (at === course.length - 1) return 'recover'
  return ending === 'rolled-back' ? 'return' : 'retire'
}

/** Whatever is proved, and whoever decides: the step is not over before it. null: that is not a matter of time. */
export function notBeforeMs(state: Underway): number | null {
  const { step: at, enteredMs } = state.progress
  const { windows, waves } = state.plan
  switch (at.kind) {
    case 'effect':
      return null
    case 'move': {
      if (at.movedMs === null) return null
      const step = stepOf(state)
      const settleMs = step.do === 'move' ? (waves[step.wave]?.settleMs ?? 0) : 0
      return at.movedMs + settleMs
    }
    case 'observe':
      return stageOf(state) === 'retire' ? enteredMs + windows.observeMs : null
    case 'watch':
      return enteredMs + windows.watchMs
  }
}
