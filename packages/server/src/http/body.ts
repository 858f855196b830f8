// What was sent, as the handler is given it: JSON, and text that a store can keep.
import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from './problem.ts'

/** `isOpen`: in one of its fields there may be anything. */
export function json({ headers }: FastifyRequest, bytes: Buffer | null, isOpen: boolean): unknown {
  if (bytes === null || bytes.length === 0) return {}
  const type = headers['content-type'] ?? ''
  if (!/^application\/json\b/i.test(type)) {
    throw new ProblemError('wrong-media', { how: 'Send JSON, with content-type: application/json.' })
  }
  try {
    // Read all the same, what is no text would be another one: a value with a character in the place of a byte.
    if (!isUtf8(bytes)) throw new SyntaxError('it is not UTF-8')
    const text = bytes.toString('utf8')
    if (isOpen && isDeep(text)) throw new SyntaxError('it is nested too deeply')
    // A function that looks at every field is slow: only a text that could hide something is looked through.
    return text.includes('\\u') || text.includes('__proto__') ? JSON.parse(text, plain) : JSON.parse(text)
  } catch {
    // What the parser says quotes the text, and the text may be a secret.
    throw new ProblemError('malformed-json', {
      how: 'Check quotes, commas and brackets; the text has to be UTF-8.',
    })
  }
}

const deepest = 64

/**
 * Nothing that is asked for is nested like that, and whoever walks through it later does so on a stack that ends. Where every
 * field is known, the schema sees it first.
 */
function isDeep(text: string): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isText) {
      if (code === backslash) at++
      else if (code === quote) isText = false
    } else if (code === quote) isText = true
    else if (code === bracket || code === brace) {
      if (++depth > deepest) return true
    } else if (code === bracket + 2 || code === brace + 2) depth--
  }
  return false
}

const [quote, backslash, bracket, brace] = [0x22, 0x5c, 0x5b, 0x7b]

/** Half characters and NUL are in no text that a store takes, and no field is called as what every object has. */
function plain(name: string, value: unknown): unknown {
  if (name === '__proto__' || !isPlain(name)) throw new SyntaxError('a field may not be called so')
  if (typeof value === 'string' && !isPlain(value)) throw new SyntaxError('no text has that in it')
  return value
}

const isPlain = (text: string) => text.isWellFormed() && !text.includes('\0')

/** An address is made of text as well. */
export function plainAddress(url: string): void {
  if (!url.includes('%00')) return
  throw new ProblemError('invalid-request', { detail: 'The address has a NUL in it.', how: 'Leave it out.' })
}
