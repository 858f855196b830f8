// What is not the same in two values, path by path: for whoever watches, and for what files say and what is there.
import { type Fields, isFields } from '../json-file.ts'

export type Change =
  | { is: 'added'; path: string; now: unknown }
  | { is: 'gone'; path: string; before: unknown }
  | { is: 'changed'; path: string; before: unknown; now: unknown }

/** Fields that change by themselves and mean nothing. */
const restless = new Set(['nowMs', 'position', 'leftMs'])

export function differences(before: unknown, now: unknown, path = ''): Change[] {
  if (isSame(before, now)) return []
  if (isFields(before) && isFields(now)) return ofRecords(before, now, path)
  const [was, is] = [byId(before), byId(now)]
  if (was !== null && is !== null) return ofRecords(was, is, path)
  return [{ is: 'changed', path, before, now }]
}

function ofRecords(before: Fields, now: Fields, path: string): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return names.flatMap((name): Change[] => {
    const at = path === '' ? name : `${path}.${name}`
    if (!Object.hasOwn(before, name)) return [{ is: 'added', path: at, now: now[name] }]
    if (!Object.hasOwn(now, name)) return [{ is: 'gone', path: at, before: before[name] }]
    return differences(before[name], now[name], at)
  })
}

/** A list of things that have names is compared by them; null: it is none. */
function byId(list: unknown): Fields | null {
  if (!Array.isArray(list)) return null
  const named = list.map(one => [idOf(one), one] as const)
  if (named.some(([id]) => id === null) || new Set(named.map(([id]) => id)).size < named.length) return null
  return Object.fromEntries(named as [string, unknown][])
}

function idOf(one: unknown): string | null {
  if (!isFields(one)) return null
  for (const field of ['id', 'consumer', 'rotation', 'credential', 'gate', 'position']) {
    if (typeof one[field] === 'string' || typeof one[field] === 'number') return String(one[field])
  }
  return null
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** As lines, for whoever watches. */
export function changesOf(before: unknown, now: unknown): string[] {
  return differences(before, now)
    .filter(({ path }) => !restless.has(path.split('.').at(-1)!))
    .map(change => {
      const path = change.path.replace(/^items\./, '')
      if (change.is === 'added') return `+ ${path} ${told(change.now)}`
      if (change.is === 'gone') return `- ${path}`
      return `~ ${path} ${told(change.before)} → ${told(change.now)}`
    })
}

const longestTold = 200

/** A value on one line, as short as it can be and still be known. */
export function told(value: unknown): string {
  const text = typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value)
  return text.length <= longestTold ? text : `${text.slice(0, longestTold - 1)}…`
}
