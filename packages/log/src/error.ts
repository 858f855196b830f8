// Two ways to say no. Building and parsing throw a LogError: the caller holds something that is not what it should be.
// Verifying returns a Verdict: that a proof does not hold is an answer, and what was proved can only be reached
// through `ok`, so a forgotten check does not compile.

/** Stable: callers may store and compare these; the message is for people. */
export type LogErrorCode =
  | 'bad-size'
  | 'bad-hash'
  | 'bad-tile'
  | 'missing-tile'
  | 'bad-bundle'
  | 'entry-too-large'
  | 'bad-key'
  | 'bad-note'
  | 'bad-signature'
  | 'not-signed'
  | 'bad-checkpoint'
  | 'bad-request'
  | 'bad-answer'
  | 'bad-policy'
  | 'no-quorum'
  | 'bad-proof'
  | 'not-included'
  | 'not-canonical'
  | 'bad-leaf'

export class LogError extends Error {
  readonly code: LogErrorCode

  constructor(code: LogErrorCode, message: string) {
    super(message)
    this.name = 'LogError'
    this.code = code
  }
}

export interface Refused {
  ok: false
  code: LogErrorCode
  why: string
}

export type Verdict<T> = ({ ok: true } & T) | Refused

export const refused = (code: LogErrorCode, why: string): Refused => ({ ok: false, code, why })

/** Parsing inside a verification: what cannot be read is refused like what does not hold. Bugs still throw. */
export function attempt<T>(parse: () => T): { ok: true; value: T } | Refused {
  try {
    return { ok: true, value: parse() }
  } catch (error) {
    if (error instanceof LogError) return refused(error.code, error.message)
    throw error
  }
}
