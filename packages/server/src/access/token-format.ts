// The text of a token that Rekey hands out: `rekey_<type>_<30 random><6 checksum>`, all of it in base62. A scanner finds one by
// its shape, and the checksum (CRC-32 as in ISO 3309, over all before it) tells a token from a text that looks like one, so
// that nothing is looked up for noise. It guards against mistakes, not against people: only the hash does that.
import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '@rekey/core'

/** pat: a person's API token; join: admits agents; source: of a source of observations; session; setup: the first person; glass: to break;
 * receiver: of shared signals, its secret and the tokens that it gets for it. */
export const tokenTypes = ['pat', 'join', 'source', 'session', 'setup', 'glass', 'receiver'] as const
export type TokenType = (typeof tokenTypes)[number]

export interface MintedToken {
  /** Shown once, and kept nowhere. */
  text: Secret
  /** Public: for lists, and to find the record by. */
  id: string
  /** SHA-256 of the whole text. Enough without a salt: 22 of the random characters (130 bits) are in no list. */
  hash: string
}

export interface ReadToken {
  type: TokenType
  id: string
  hash: string
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 30
const checksumLength = 6
const idLength = 8
/** The largest multiple of 62 in a byte: what is above would make some digits likelier than others. */
const fairBelow = 248

/** Plain enough for scanners without look-around (RE2). */
export const scanPattern = new RegExp(
  `\\brekey_(?:${tokenTypes.join('|')})_[0-9A-Za-z]{${randomLength + checksumLength}}\\b`,
)
const wholePattern = new RegExp(
  `^(rekey_(${tokenTypes.join('|')})_([0-9A-Za-z]{${randomLength}}))([0-9A-Za-z]{${checksumLength}})$`,
)
const longestText = 64

export function mintToken(type: TokenType, random: (bytes: number) => Uint8Array): MintedToken {
  const chosen = randomDigits(random)
  const unchecked = `rekey_${type}_${chosen}`
  const text = unchecked + checksumOf(unchecked)
  return { text: new Secret(text), id: chosen.slice(0, idLength), hash: hashOf(text) }
}

/** null: no token of ours, or one that was mistyped. What is read still has to be looked up. */
export function readToken(text: string): ReadToken | null {
  if (typeof text !== 'string' || text.length > longestText) return null
  const [, unchecked, type, chosen, checksum] = wholePattern.exec(text) ?? []
  if (unchecked === undefined || chosen === undefined) return null
  if (checksumOf(unchecked) !== checksum) return null
  return { type: type as TokenType, id: chosen.slice(0, idLength), hash: hashOf(text) }
}

function randomDigits(random: (bytes: number) => Uint8Array): string {
  let chosen = ''
  // A byte is thrown away once in 32, so a second round is rare, and a hundredth means that the source is broken.
  for (let round = 0; round < 100; round++) {
    for (const byte of random(randomLength + 10)) {
      if (byte < fairBelow) chosen += digits.charAt(byte % digits.length)
      if (chosen.length === randomLength) return chosen
    }
  }
  throw new Error('the source of randomness gives nothing that could be used')
}

function checksumOf(unchecked: string): string {
  let rest = crc32(unchecked)
  let text = ''
  for (let place = 0; place < checksumLength; place++) {
    text = digits.charAt(rest % digits.length) + text
    rest = Math.floor(rest / digits.length)
  }
  return text
}

/** In a time that tells nothing but whether they are of one length. */
export function isSameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
