// A small part of JSONPath (RFC 9535), enough to say where in an answer something stands: `$.a.b`, `$.a[0]`, `$.a[*].b`.
// Rejected: the whole of it. A filter or a function in a vendor file would be a program that nobody reviews.

export type Step = { name: string } | { at: number } | { every: true }
export type Path = readonly Step[]

const step = /^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,4})\]|\[(\*)\])/

/** null: it is not written as a path. */
export function parsePath(text: string): Path | null {
  if (!text.startsWith('$')) return null
  const steps: Step[] = []
  for (let rest = text.slice(1); rest !== ''; ) {
    const found = step.exec(rest)
    if (found === null) return null
    const [whole, name, at] = found
    steps.push(name !== undefined ? { name } : at !== undefined ? { at: Number(at) } : { every: true })
    rest = rest.slice(whole.length)
  }
  return steps
}

/** What stands there; null: all of something is asked for that is no list, which is not the same as an empty one. */
export function select(text: string, document: unknown): unknown[] | null {
  let found: unknown[] = [document]
  for (const one of pathOf(text)) {
    if (!('every' in one)) {
      found = found.map(node => ('at' in one ? inList(node, one.at) : inObject(node, one.name)))
      continue
    }
    if (!found.every(node => Array.isArray(node))) return null
    found = found.flat()
  }
  return found.filter(node => node !== undefined)
}

/** The first of what stands there; undefined: nothing does. */
export const first = (text: string, document: unknown): unknown => select(text, document)?.[0]

const inList = (node: unknown, at: number): unknown => (Array.isArray(node) ? node[at] : undefined)

const inObject = (node: unknown, name: string): unknown =>
  typeof node === 'object' && node !== null && Object.hasOwn(node, name)
    ? (node as Record<string, unknown>)[name]
    : undefined

function pathOf(text: string): Path {
  const path = parsePath(text)
  if (path === null) throw new TypeError(`${text} is not a path: it is checked where the file is read`)
  return path
}
