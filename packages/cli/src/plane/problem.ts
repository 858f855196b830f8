// What the control plane refuses, as a failure with its code to end with: detail, what to do, and each fault with what is missing.
import type { Problem } from '@rekey/wire'
import { type ExitCode, exitCodes, Failure } from '../exit.ts'

export class ProblemFailure extends Failure {
  readonly status: number
  readonly problem: Partial<Problem>

  constructor(status: number, problem: Partial<Problem>) {
    const { detail, title, how } = problem
    super(
      codeOf(status, problem),
      detail ?? title ?? `The control plane answered ${status}.`,
      how ?? howOf(problem),
    )
    this.name = 'ProblemFailure'
    this.status = status
    this.problem = problem
  }
}

function codeOf(status: number, { code }: Partial<Problem>): ExitCode {
  if (code === 'needs-second-person') return exitCodes.waits
  if (status === 401 || status === 403) return exitCodes.notAllowed
  if (status === 409 || status === 412) return exitCodes.refused
  if (malformed.has(status)) return exitCodes.usage
  return status === 429 || status >= 500 ? exitCodes.away : exitCodes.failed
}
const malformed = new Set([400, 413, 415, 422])

/** How to help oneself, where the control plane did not say. */
function howOf({ code }: Partial<Problem>): string {
  if (code === 'not-signed-in' || code === 'token-expired') return 'Sign in with: rekey sign-in'
  return ''
}
