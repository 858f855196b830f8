// What is thrown where a request ends badly: a code of the one table, with a sentence and a remedy for this case.
import type { Refusal } from '@rekey/core'
import { explain } from '@rekey/core'
import { type Fault, type Problem, type ProblemCode, problems } from '@rekey/wire'

export interface More {
  detail?: string
  how?: string
  faults?: readonly Fault[]
  nowMs?: number
  retryAfterMs?: number
  id?: string
}

export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly more: More

  constructor(code: ProblemCode, more: More = {}) {
    super(more.detail ?? problems[code][1])
    this.name = 'ProblemError'
    this.code = code
    this.more = more
  }
}

export function problemOf(code: ProblemCode, more: More = {}): Problem {
  const [status, title] = problems[code]
  const { faults, ...rest } = more
  return {
    type: `urn:rekey:problem:${code}`,
    title,
    status,
    code,
    ...rest,
    ...(faults && { faults: [...faults] }),
  }
}

export const notFound = (what: string) =>
  new ProblemError('not-found', { detail: `There is no ${what}.`, how: 'Look it up in its list.' })

/** What the core refused, with every reason. */
export function refused(refusals: readonly Refusal[]): ProblemError {
  const unknown = refusals.find(one => one.code.startsWith('unknown-'))
  if (unknown !== undefined) return new ProblemError('not-found', { detail: unknown.text, how: unknown.how })
  const first = refusals[0]
  return new ProblemError(refusals.some(one => one.code === 'busy') ? 'conflict' : 'refused', {
    ...(first !== undefined && { detail: first.text, how: first.how }),
    faults: refusals.map(faultOf),
  })
}

function faultOf({ code, text, how, missing }: Refusal): Fault {
  return {
    code,
    text,
    how,
    missing: missing.map(one => ({
      gate: one.gate,
      what: one.what,
      consumer: one.consumer,
      ...explain(one),
    })),
  }
}
