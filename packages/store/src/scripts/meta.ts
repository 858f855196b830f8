// Names and values about the store itself, and the check that it can be written and read.
import type { Dialect, Script } from '../script.ts'
import { one, text } from './statements.ts'

const put =
  'INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value'

export function* meta(_: Dialect, name: string): Script<string | null> {
  const [row] = yield one('SELECT value FROM meta WHERE name = $1', name)
  return row === undefined ? null : text(row, 'value')
}

export function* setMeta(_: Dialect, name: string, value: string | null): Script<void> {
  if (value === null) yield one('DELETE FROM meta WHERE name = $1', name)
  else yield one(put, name, value)
}

export function* check(_: Dialect, nowMs: number): Script<void> {
  yield one(put, 'checked', String(nowMs))
  const [row] = yield one('SELECT value FROM meta WHERE name = $1', 'checked')
  if (row === undefined || text(row, 'value') !== String(nowMs)) {
    throw new Error('the store does not read back what was written')
  }
}
