// Text with places in it for parts of credentials: {{ documents.value | json }}. There are no conditions and no loops: what needs
// them is a program. {{ "{{" }} is the text {{ itself.
import { exitCodes, Failure } from './exit.ts'
import { isPart, type Part, partOf, parts, type Reference, type Snapshot } from './reference.ts'

interface Hole extends Reference {
  filters: Filter[]
  line: number
}
export interface Template {
  name: string
  pieces: readonly (string | Hole)[]
  /** Whose parts stand in it. */
  credentials: readonly string[]
}

type Filter = (value: string | number) => string

const filters: Record<string, Filter> = {
  json: value => JSON.stringify(value),
  /** RFC 3986, so that it can stand in every part of an address. */
  url: value =>
    encodeURIComponent(value).replace(
      /[!'()*]/g,
      sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  base64: value => Buffer.from(String(value)).toString('base64'),
  shell: value => `'${String(value).replaceAll("'", "'\\''")}'`,
}

/** `name` is what the template is called in what is said of it. All that is wrong is said at once. */
export function readTemplate(name: string, text: string, known: readonly string[]): Template {
  const pieces: (string | Hole)[] = []
  const faults: string[] = []
  let at = 0
  for (;;) {
    const from = text.indexOf('{{', at)
    pieces.push(text.slice(at, from < 0 ? undefined : from))
    if (from < 0) break
    const line = text.slice(0, from).split('\n').length
    const [, inside] = /^\{\{([^\n]*?)\}\}/.exec(text.slice(from, from + 2_000)) ?? []
    if (inside === undefined) {
      faults.push(`line ${line}: {{ is not closed`)
      at = from + 2
      continue
    }
    const piece = readHole(inside.trim(), line, known)
    if (Array.isArray(piece)) faults.push(...piece)
    else pieces.push(piece)
    at = from + inside.length + 4
  }
  if (faults.length > 0) throw new Failure(exitCodes.usage, faults.map(one => `${name}, ${one}`).join('\n'))
  const holes = pieces.filter(one => typeof one !== 'string')
  return { name, pieces, credentials: [...new Set(holes.map(one => one.credential))] }
}

/** A list: what is wrong with it. */
function readHole(text: string, line: number, known: readonly string[]): Hole | string | string[] {
  if (text === '"{{"') return '{{'
  const [reference = '', ...names] = text.split('|').map(one => one.trim())
  const dot = reference.lastIndexOf('.')
  const [credential, part] = [reference.slice(0, dot), reference.slice(dot + 1)]
  const faults: string[] = []
  if (dot < 1) faults.push(`line ${line}: "${reference}" names no part; write ${reference || 'name'}.value`)
  else if (!known.includes(credential)) {
    faults.push(`line ${line}: ${credential} is not among the credentials (${known.join(', ') || 'none'})`)
  } else if (!isPart(part)) {
    faults.push(`line ${line}: ${credential} has no ${part}; there are ${parts.join(', ')}`)
  }
  for (const one of names) {
    if (!Object.hasOwn(filters, one))
      faults.push(`line ${line}: there is no filter "${one}"; there are ${Object.keys(filters).join(', ')}`)
  }
  if (faults.length > 0) return faults
  return { credential, part: part as Part, filters: names.map(one => filters[one]!), line }
}

export function render({ name, pieces }: Template, snapshot: Snapshot): string {
  return pieces
    .map(piece => {
      if (typeof piece === 'string') return piece
      const value = partOf(snapshot, piece)
      if (value === null) {
        const text = `${name}, line ${piece.line}: this version of ${piece.credential} has no ${piece.part}`
        throw new Failure(exitCodes.usage, text)
      }
      return String(piece.filters.reduce((filtered, filter) => filter(filtered), value))
    })
    .join('')
}
