// What goes wrong, with a code that stays the same and what to do about it. A refusal of the control plane keeps its own code
// (packages/wire/src/problem.ts); the others are those of the table below. No error ever holds a value.
import type { Problem } from '@rekey/wire'

export const ownCodes = {
  'not-configured': 'A setting is missing or wrong.',
  'key-file': 'The file of the key cannot be used.',
  'control-plane-away': 'The control plane cannot be reached, or does not work.',
  'orders-file': 'The file of kill orders cannot be used.',
  'orders-refused': 'An order or a ring of keys was not believed.',
  'version-killed': 'The version was killed: it must not be used any more, whoever assigns it.',
  'without-contact':
    'There was no word from the control plane for longer than the version may be used without.',
  'value-expiring': 'The value ends soon and could not be renewed: no new work is begun with it.',
  'not-loaded': 'Nothing was asked for yet, so it is not known which version is used.',
  'reports-lost': 'Reports could not be kept until they were sent.',
  'reports-refused': 'The control plane does not count some of what was reported.',
  'no-stream': 'No stream can be had; changes are asked for instead.',
  'session-stuck': 'A long session cannot move to another version.',
  closed: 'close() was called.',
  crossed: 'The work was begun with another version, and the plan says that it fails.',
  requeue: 'The work was begun with another version, and the plan says that it goes back to its queue.',
} as const
export type OwnCode = keyof typeof ownCodes

export interface ErrorDetails {
  cause?: unknown
  status?: number
  retryAfterMs?: number
}

export class RekeyError extends Error {
  readonly code: string
  /** What to do about it. */
  readonly how: string
  /** The status of the control plane's answer; null: there was none. */
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor(code: string, text: string, how: string, details: ErrorDetails = {}) {
    super(`${text} ${how}`.trim(), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'RekeyError'
    this.code = code
    this.how = how
    this.status = details.status ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
  }
}

/** Work is refused while the control plane is away: the value ends soon, or may not be used for so long without a word. */
export class OutageError extends RekeyError {
  constructor(text: string, how: string, cause: unknown, code: OwnCode = 'value-expiring') {
    super(code, text, how, { cause })
    this.name = 'OutageError'
  }
}

export class CrossedError extends RekeyError {
  constructor(text: string) {
    super('crossed', text, 'Let it fail for good, or begin it anew.')
    this.name = 'CrossedError'
  }
}

export class RequeueError extends RekeyError {
  constructor(text: string) {
    super('requeue', text, 'Give it back to its queue, stamped anew.')
    this.name = 'RequeueError'
  }
}

export const expiringError = (credential: string, version: number, expiresMs: number, cause: unknown) =>
  new OutageError(
    `Version ${version} of ${credential} ends at ${new Date(expiresMs).toISOString()} and could not be renewed.`,
    'New work waits until a new version can be had.',
    cause,
  )

export const killedError = (credential: string, version: number) =>
  new RekeyError(
    'version-killed',
    `Version ${version} of ${credential} was killed.`,
    'Work goes on as soon as another version is assigned.',
  )

/** How to help oneself, where the control plane did not say. */
const hows: Record<string, string> = {
  'not-signed-in':
    'Give a join token (REKEY_JOIN, REKEY_JOIN_FILE) or an identity (REKEY_IDENTITY_FILE) that is still valid.',
  'bad-proof': 'Look whether REKEY_URL is the address that the control plane itself goes by.',
  'out-of-scope': 'Bind this agent to the credential, or name the consumer that it is bound to.',
  'not-assigned': 'Assign a version to the consumer, or begin a rotation.',
  'not-found': 'Look whether the credential exists under this name.',
  'too-many': 'Wait; fewer processes should ask at once.',
}

export function problemError(status: number, problem: Partial<Problem> | null): RekeyError {
  const code = problem?.code ?? (status >= 500 ? 'control-plane-away' : 'refused')
  const text = problem?.detail ?? problem?.title ?? `The control plane answered ${status}.`
  const how =
    problem?.how ??
    hows[code] ??
    (status >= 500 ? 'It is tried again by itself.' : 'See the log of the control plane.')
  const { retryAfterMs } = problem ?? {}
  return new RekeyError(code, text, how, { status, ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

export const awayError = (text: string, cause: unknown) =>
  new RekeyError(
    'control-plane-away',
    text,
    'Look whether REKEY_URL is right and can be reached; it is tried again by itself.',
    { cause },
  )

export const closedError = () =>
  new RekeyError('closed', 'This connection was closed.', 'Call connect() again, or close it later.')

/** The control plane works and said no: asking again will not help, and what is held is not ours any more. */
export const isFinal = (error: unknown) =>
  error instanceof RekeyError && error.status !== null && finalCodes.has(error.code)
const finalCodes = new Set([
  'out-of-scope',
  'no-right',
  'not-found',
  'not-assigned',
  'version-ended',
  'frozen',
])
