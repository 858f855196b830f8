// Two people at one form: what one of them entered, put on top of what the other has saved meanwhile. Where both changed the same, it is
// what was entered here, and whoever sends it sees it as a change.
import { isRecord } from './is-record.ts'

export function rebased<T>(mine: T, base: T, now: T): T {
  if (same(mine, base)) return now
  if (same(base, now)) return mine
  if (isList(mine) && isList(base) && isList(now)) return together(mine, base, now) as T
  if (!isRecord(mine) || !isRecord(now)) return mine
  const began: Readonly<Record<string, unknown>> = isRecord(base) ? base : {}
  const names = new Set([...Object.keys(now), ...Object.keys(mine)])
  const fields = [...names].map(name => [name, rebased(mine[name], began[name], now[name])] as const)
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as T
}

/** A list is a set of words here: what was added or taken out is added or taken out. */
function together(mine: readonly unknown[], base: readonly unknown[], now: readonly unknown[]): unknown[] {
  const kept = now.filter(one => mine.includes(one) || !base.includes(one))
  return [...kept, ...mine.filter(one => !base.includes(one) && !kept.includes(one))]
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
