// A file of JSON as a person writes it: comments and trailing commas are allowed. `-` is standard input.
import { readFileSync } from 'node:fs'
import { usage } from './exit.ts'
import type { Io } from './io.ts'
import { brokenAt } from './json-place.ts'

export async function readJsonFile(path: string, io: Io): Promise<unknown> {
  return parseJson(path === '-' ? await io.input.all() : readText(path), nameOf(path))
}

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What such a file says of one thing, field by field; nothing where no file is named. */
export async function readFields(path: string | undefined, io: Io): Promise<Fields> {
  if (path === undefined) return {}
  const said = await readJsonFile(path, io)
  if (!isFields(said)) throw usage(`${nameOf(path)} is no object.`)
  return said
}

const nameOf = (path: string) => (path === '-' ? 'standard input' : path)

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    throw usage(`${path} cannot be read: ${code === 'ENOENT' ? 'it is not there' : String(code)}.`)
  }
}

export function parseJson(text: string, name: string): unknown {
  const bare = withoutComments(text)
  try {
    return JSON.parse(bare)
  } catch {
    throw usage(`${name} is not JSON: ${placed(bare)}.`)
  }
}

/** What goes is replaced by blanks, so that every other character stays where it was. */
export function withoutComments(text: string): string {
  let out = ''
  let comma = -1
  let last = ''
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; ) {
    const character = text[at]!
    if (character === '"') {
      const end = endOfString(text, at)
      out += text.slice(at, end)
      at = end
      comma = -1
      last = '"'
    } else if (character === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const end = endOfComment(text, at)
      out += text.slice(at, end).replace(/[^\n]/g, ' ')
      at = end
    } else {
      // A comma before the end of what it is in separates nothing.
      if ((character === '}' || character === ']') && comma >= 0)
        out = `${out.slice(0, comma)} ${out.slice(comma + 1)}`
      // One that separates from nothing is a mistake, and stays one.
      if (character === ',' && !'[{,:'.includes(last)) comma = out.length
      else if (!/\s/.test(character)) comma = -1
      if (!/\s/.test(character)) last = character
      out += character
      at++
    }
  }
  return out
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"' || text[at] === '\n') return at + 1
  }
  return text.length
}

function endOfComment(text: string, from: number): number {
  const mark = text[from + 1] === '/' ? '\n' : '*/'
  const end = text.indexOf(mark, from + 2)
  if (end < 0) return text.length
  return mark === '\n' ? end : end + 2
}

function placed(text: string): string {
  const before = text.slice(0, brokenAt(text)).split('\n')
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`
}
