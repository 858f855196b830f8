// The codes that `rekey` ends with where it is not the program's own, as in sysexits.h and POSIX shells (XCU 2.8.2), and
// the error that carries one. The one table: help prints it, and docs/cli.md is held to it by a spec.
import { constants } from 'node:os'
import type { RekeyError } from '@rekey/sdk'

export const exitCodes = {
  /** It was asked for and could not be done; there is nothing of that name; a check failed. */
  failed: 1,
  /** `rekey diff`: what is there and what the files say are not the same. */
  differs: 2,
  /** The control plane refuses it as things stand: gates, a conflict, a state that does not allow it. */
  refused: 3,
  /** It is under way, and waits for a person, or for somebody to confirm. */
  waits: 4,
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
  /** Nobody is signed in, or the control plane says that they may not. */
  notAllowed: 77,
  /** The time that was given is over, as timeout(1) has it. */
  timedOut: 124,
  cannotRun: 126,
  notFound: 127,
  /** Ctrl-C. */
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Those of the commands that ask the API; `run` and `files` name theirs themselves. */
export const meanings: readonly (readonly [code: number, means: string])[] = [
  [0, 'it is done, or there is nothing to say'],
  [exitCodes.failed, 'it failed, or there is nothing of that name'],
  [exitCodes.differs, 'diff: what is there is not what the files say'],
  [exitCodes.refused, 'refused as things stand: gates, a conflict, another state'],
  [exitCodes.waits, 'it waits: for a person, or for somebody to confirm'],
  [exitCodes.usage, 'what was typed, or a file or setting, is wrong'],
  [exitCodes.away, 'the control plane cannot be reached, or cannot work just now'],
  [exitCodes.internal, 'something unforeseen: a mistake of ours'],
  [exitCodes.cannotWrite, 'a file cannot be written'],
  [exitCodes.notAllowed, 'nobody is signed in, or they may not do that'],
  [exitCodes.timedOut, 'the time that was given is over'],
  [exitCodes.interrupted, 'interrupted by Ctrl-C'],
]

export const codeOfSignal = (signal: NodeJS.Signals) => 128 + (constants.signals[signal] ?? 0)

/** One of several things that are wrong at once. */
export interface LocalFault {
  /** Where, as a person looks for it. */
  at: string
  text: string
  how: string
}

export class Failure extends Error {
  readonly exitCode: ExitCode
  /** What to do about it. */
  readonly how: string
  readonly faults: readonly LocalFault[]

  constructor(exitCode: ExitCode, text: string, how = '', faults: readonly LocalFault[] = []) {
    super(text)
    this.name = 'Failure'
    this.exitCode = exitCode
    this.how = how
    this.faults = faults
  }
}

export const usage = (text: string, how = '') => new Failure(exitCodes.usage, text, how)

export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (isOfSdk(error)) return new Failure(exitCodeOf(error), error.message)
  // Its text may hold anything, so only its kind is told.
  const { name, code } = error as { name?: unknown; code?: unknown }
  return new Failure(exitCodes.internal, `Something unforeseen: ${String(code ?? name)}.`)
}

/** Told by its fields: most commands need nothing of the SDK, and to load it for this would make each of them slower. */
const isOfSdk = (error: unknown): error is RekeyError =>
  error instanceof Error && 'code' in error && 'how' in error && 'status' in error

function exitCodeOf({ code, status }: RekeyError): ExitCode {
  if (ofSettings.has(code) || status === 400) return exitCodes.usage
  return isRefusal(code) ? exitCodes.notAllowed : exitCodes.away
}

const ofSettings = new Set(['not-configured', 'key-file', 'orders-file'])

/** The control plane is there and says no: asking again will not help. */
export const isRefusal = (code: string) => refusals.has(code)
const refusals = new Set(['bad-proof', 'no-right', 'not-found', 'not-signed-in', 'out-of-scope'])
