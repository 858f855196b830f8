// What a connection is made with: options first, then the environment; checked once, when it is made.
import { type Fetch, variable } from './environment.ts'
import { RekeyError } from './error.ts'

export interface ConnectOptions {
  /** REKEY_URL: where the control plane is. */
  url?: string
  /** REKEY_JOIN: a join token. */
  join?: string
  /** REKEY_JOIN_FILE: a file with a join token; read anew at each enrolment. */
  joinFile?: string
  /** REKEY_IDENTITY_FILE: a file with a token that somebody else vouches with; read anew at each enrolment. */
  identityFile?: string
  /** REKEY_KEY_FILE: where the key of this agent is kept. Without it, each process makes one of its own and enrols it. */
  keyFile?: string
  /** REKEY_ORDERS_FILE: where kill orders are kept; without it beside the key, and without a key file nowhere. */
  ordersFile?: string
  /** REKEY_ORDER_KEYS: thumbprints of the keys of kill orders, the active one and the one that stands by, separated by a comma. */
  orderKeys?: string
  /** REKEY_INSTANCE: the name of this process; without it, a random one. */
  instance?: string
  /** REKEY_FLUSH_MS: how often reports are sent while there are any. */
  flushMs?: number
  /** How long one answer of the control plane may take. */
  timeoutMs?: number
  /** How long the first use waits for a control plane that is away: five seconds. */
  startMs?: number
  /** How changes are heard of: a stream, asking again and again, or only by renewing. */
  changes?: 'stream' | 'poll' | 'none'
  /** How many different statements wait at most while the control plane is away. */
  bufferLimit?: number
  /** Plain HTTP to another machine (REKEY_ALLOW_HTTP=1): only where something else encrypts it. */
  allowHttp?: boolean
  /** `programs`: this process only hands values on, and speaks for those that it gives them to (`rekey.programs`). */
  speaksFor?: 'itself' | 'programs'
  /** In place of the platform's: for a proxy, or a runtime with its own. */
  fetch?: Fetch
}

export interface Settings {
  url: URL
  join: string | null
  joinFile: string | null
  identityFile: string | null
  keyFile: string | null
  ordersFile: string | null
  orderKeys: readonly string[] | null
  instance: string
  flushMs: number
  timeoutMs: number
  startMs: number
  changes: 'stream' | 'poll' | 'none'
  bufferLimit: number
  speaksFor: 'itself' | 'programs'
  fetch: Fetch | null
}

const usualFlushMs = 5_000
const usualStartMs = 5_000
const usualTimeoutMs = 10_000
const usualBufferLimit = 10_000

export function settingsOf(options: ConnectOptions): Settings {
  const allowHttp = options.allowHttp ?? variable('REKEY_ALLOW_HTTP') === '1'
  const keyFile = options.keyFile ?? variable('REKEY_KEY_FILE') ?? null
  return {
    url: addressOf(options.url ?? variable('REKEY_URL'), allowHttp),
    join: options.join ?? variable('REKEY_JOIN') ?? null,
    joinFile: options.joinFile ?? variable('REKEY_JOIN_FILE') ?? null,
    identityFile: options.identityFile ?? variable('REKEY_IDENTITY_FILE') ?? null,
    keyFile,
    ordersFile:
      options.ordersFile ?? variable('REKEY_ORDERS_FILE') ?? (keyFile === null ? null : `${keyFile}.orders`),
    orderKeys: thumbprintsOf(options.orderKeys ?? variable('REKEY_ORDER_KEYS')),
    instance: (options.instance || variable('REKEY_INSTANCE') || crypto.randomUUID()).slice(0, 200),
    flushMs: lengthOf(options.flushMs ?? variable('REKEY_FLUSH_MS'), 'REKEY_FLUSH_MS', usualFlushMs),
    timeoutMs: lengthOf(options.timeoutMs, 'timeoutMs', usualTimeoutMs),
    startMs: options.startMs ?? usualStartMs,
    changes: options.changes ?? 'stream',
    bufferLimit: lengthOf(options.bufferLimit, 'bufferLimit', usualBufferLimit),
    speaksFor: options.speaksFor ?? 'itself',
    fetch: options.fetch ?? null,
  }
}

function addressOf(text: string | undefined, allowHttp: boolean): URL {
  if (text === undefined)
    throw notConfigured('REKEY_URL is not set.', 'Set it to the address of the control plane.')
  if (!URL.canParse(text)) throw notConfigured('REKEY_URL is no address.', 'Give it as https://host[:port].')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw notConfigured('REKEY_URL holds a name or a password.', 'Leave them out: an agent proves its key.')
  }
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && (isHere || allowHttp))) return url
  throw notConfigured(
    'REKEY_URL is not https, and values would cross the network in the open.',
    'Use https, or set REKEY_ALLOW_HTTP=1 where something else encrypts the way.',
  )
}

function thumbprintsOf(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null
  const found = text.split(',').map(one => one.trim())
  if (found.length === 2 && found.every(one => /^[\w-]{43}$/.test(one))) return found
  throw notConfigured(
    'REKEY_ORDER_KEYS is no pair of thumbprints.',
    'Give those of the active key and of the one that stands by, separated by a comma.',
  )
}

function lengthOf(given: string | number | undefined, name: string, usual: number): number {
  if (given === undefined) return usual
  const value = Number(given)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw notConfigured(`${name} is no whole number above 0.`, 'Correct it, or leave it out.')
}

const notConfigured = (text: string, how: string) => new RekeyError('not-configured', text, how)
