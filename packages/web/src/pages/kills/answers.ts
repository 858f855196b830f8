// What the control plane answers to a kill, where it means more than that it failed.
import { ProblemError } from '../../api/ask.ts'

export const isNothingThere = (error: unknown) =>
  error instanceof ProblemError && error.problem.code === 'not-found'

/** The world changed between the preview and the button: nothing was done. */
export const hasChanged = (error: unknown) =>
  error instanceof ProblemError &&
  (error.problem.faults ?? []).some(fault => fault.code === 'not-as-expected')
