// The codes that `rekey` ends with where it is not the program's own, as in sysexits.h and POSIX shells (XCU 2.8.2), and
// the error that carries one.
import { constants } from 'node:os'
import { RekeyError } from '@rekey/sdk'

export const exitCodes = {
  /** What was typed, or a setting, is wrong. */
  usage: 64,
  /** The control plane cannot be reached, or has no version to give. */
  away: 69,
  /** Something unforeseen: a mistake of ours. */
  internal: 70,
  /** A file cannot be written. */
  cannotWrite: 73,
  /** The files are in place, and a hook failed: it is owed. */
  hookFailed: 75,
  /** The control plane says that this agent may not. */
  notAllowed: 77,
  cannotRun: 126,
  notFound: 127,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const codeOfSignal = (signal: NodeJS.Signals) => 128 + (constants.signals[signal] ?? 0)

export class Failure extends Error {
  readonly exitCode: ExitCode
  /** What to do about it. */
  readonly how: string

  constructor(exitCode: ExitCode, text: string, how = '') {
    super(text)
    this.name = 'Failure'
    this.exitCode = exitCode
    this.how = how
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof RekeyError) return new Failure(exitCodeOf(error), error.message)
  // Its text may hold anything, so only its kind is told.
  const { name, code } = error as { name?: unknown; code?: unknown }
  return new Failure(exitCodes.internal, `Something unforeseen: ${String(code ?? name)}.`)
}

function exitCodeOf({ code, status }: RekeyError): ExitCode {
  if (ofSettings.has(code) || status === 400) return exitCodes.usage
  return isRefusal(code) ? exitCodes.notAllowed : exitCodes.away
}

const ofSettings = new Set(['not-configured', 'key-file', 'orders-file'])

/** The control plane is there and says no: asking again will not help. */
export const isRefusal = (code: string) => refusals.has(code)
const refusals = new Set(['bad-proof', 'no-right', 'not-found', 'not-signed-in', 'out-of-scope'])
