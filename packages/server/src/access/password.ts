// Passwords of people: argon2id (RFC 9106) as a PHC string, with the parameters that OWASP names for 19 MiB. Nobody learns from
// the time of an answer whether a person exists, and nobody can spend the machine: hashings stand in a short line.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@rekey/core'

interface Cost {
  /** Memory in KiB. */
  memory: number
  passes: number
  parallelism: number
}

interface Hashed extends Cost {
  salt: Buffer
  hash: Buffer
}

const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const saltBytes = 16
const hashBytes = 32
/** What is stored may come from elsewhere, and must not cost without bound. */
const dearest: Cost = { memory: 262_144, passes: 10, parallelism: 4 }
export const passwordLength = { min: 12, max: 256 } as const

export type PasswordErrorCode = 'busy' | 'bad-hash'

export class PasswordError extends Error {
  readonly code: PasswordErrorCode
  readonly how: string

  constructor(code: PasswordErrorCode, message: string, how: string) {
    super(message)
    this.name = 'PasswordError'
    this.code = code
    this.how = how
  }
}

export async function hashPassword(password: Secret): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(normalised(password), { ...cost, salt }, hashBytes)
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${toBare(salt)}$${toBare(hash)}`
}

/** `phc` null: there is no such person, or no password. The same work is done, and the answer is no. */
export async function verifyPassword(password: Secret, phc: string | null): Promise<boolean> {
  const text = normalised(password)
  // Whoever sends this knows its length: the quick answer tells nothing about the person.
  if (lengthOf(text) > passwordLength.max || !text.isWellFormed()) return false
  const stored = phc === null ? nobody() : parsePhc(phc)
  const hash = await derive(text, stored, stored.hash.length)
  return timingSafeEqual(hash, stored.hash) && phc !== null
}

/** Whether it was made at another cost than today's; then hash it anew at the next sign-in, when the password is at hand. */
export function needsRehash(phc: string): boolean {
  const { memory, passes, parallelism, salt, hash } = parsePhc(phc)
  const isToday = memory === cost.memory && passes === cost.passes && parallelism === cost.parallelism
  return !isToday || salt.length !== saltBytes || hash.length !== hashBytes
}

const nobody = (): Hashed => ({ ...cost, salt: Buffer.alloc(saltBytes), hash: Buffer.alloc(hashBytes) })

/** All that speaks against a new password, as sentences; empty where nothing does. `personId`: a name or an address. */
export function passwordFaults(password: Secret, personId: string): string[] {
  const text = normalised(password)
  if (!text.isWellFormed()) return ['The password has a broken character in it: type it again.']
  const faults: string[] = []
  const length = lengthOf(text)
  const { min, max } = passwordLength
  if (length < min) faults.push(`The password has ${length} characters; it needs at least ${min}.`)
  if (length > max) faults.push(`The password has ${length} characters; it can have at most ${max}.`)
  const folded = text.toLowerCase()
  if (isGuessable(folded))
    faults.push('The password is one of the first that anybody would try: take a few unrelated words.')
  if (namesOf(personId).some(name => folded.includes(name)))
    faults.push('The password contains your name: leave it out.')
  return faults
}

/** The same character can be typed as one code point or as two (Unicode NFC); a password must not depend on the keyboard. */
const normalised = (password: Secret): string => password.reveal().normalize('NFC')
const lengthOf = (text: string): number => [...text].length

const namesOf = (personId: string): string[] => {
  const whole = personId.normalize('NFC').toLowerCase()
  const local = whole.split('@')[0] ?? ''
  // Of two letters there are some in every good password.
  return [whole, local].filter(name => lengthOf(name) >= 3)
}

/** Of twelve characters and more, from the published lists of leaked ones; the shorter are refused for their length. */
const common = new Set([
  '1q2w3e4r5t6y',
  'adminadminadmin',
  'administrator',
  'administrator1',
  'changemechangeme',
  'changeme1234',
  'correcthorsebatterystaple',
  'iloveyou1234',
  'letmeinletmein',
  'p@ssw0rd1234',
  'password1234',
  'password12345',
  'password123456',
  'password2025',
  'password2026',
  'passwordpassword',
  'qwerty123456',
  'rekeyrekeyrekey',
  'supersecret123',
  'unbelievable',
  'welcome12345',
])
const rows = [
  '1234567890',
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
]
/** With fewer different characters it is a pattern, whatever its length. */
const fewestDifferent = 5

function isGuessable(folded: string): boolean {
  if (common.has(folded) || common.has(folded.replace(/[!.?]+$/, ''))) return true
  if (new Set(folded).size < fewestDifferent) return true
  return rows.some(row => row.repeat(Math.ceil(folded.length / row.length) + 1).includes(folded))
}

const phcPattern =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

function parsePhc(phc: string): Hashed {
  const [, m, t, p, salt = '', hash = ''] = phcPattern.exec(phc) ?? []
  const asked = { memory: Number(m), passes: Number(t), parallelism: Number(p) }
  const isPayable =
    asked.memory >= 8 * asked.parallelism &&
    asked.memory <= dearest.memory &&
    asked.passes >= 1 &&
    asked.passes <= dearest.passes &&
    asked.parallelism >= 1 &&
    asked.parallelism <= dearest.parallelism
  // NaN, where the text does not have the shape, is not payable either.
  if (!isPayable) {
    throw new PasswordError(
      'bad-hash',
      'a stored password hash cannot be read, or would cost too much to check',
      'Give the person a new password, and look where the record came from.',
    )
  }
  return { ...asked, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

/** PHC strings are in base64 without padding. */
const toBare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

function derive(
  text: string,
  { memory, passes, parallelism, salt }: Cost & { salt: Buffer },
  tagLength: number,
) {
  return inLine(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        argon2(
          'argon2id',
          { message: text, nonce: salt, memory, passes, parallelism, tagLength },
          (error, hash) => (error === null ? resolve(hash) : reject(error)),
        )
      }),
  )
}

/** Two of the four threads that Node has for such work: the rest is left to files and names. */
const mostAtATime = 2
const longestLine = 32
let running = 0
const line: (() => void)[] = []

async function inLine<T>(work: () => Promise<T>): Promise<T> {
  if (running >= mostAtATime) {
    if (line.length >= longestLine) {
      throw new PasswordError(
        'busy',
        'too many passwords are being checked at once',
        'Try again in a few seconds.',
      )
    }
    // Whoever ends hands its place over, so the count stays as it is.
    await new Promise<void>(resolve => line.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = line.shift()
    if (next === undefined) running--
    else next()
  }
}
