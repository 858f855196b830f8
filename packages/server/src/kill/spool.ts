// Orders that are out and not in the record, because the store could not be written when glass was broken: kept in a file of this
// control plane, written through to the disk before anybody is told, until the record has them.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

export interface Spooled {
  kill: string
  reason: string
  code: string
  atMs: number
  orders: { credential: string; version: number; jti: string; text: string }[]
}

export interface Spool {
  all(): readonly Spooled[]
  add(one: Spooled): void
  /** It is in the record now. */
  drop(kill: string): void
}

/** Without a file it is kept in memory only: for a control plane that has nowhere to write. */
export function spoolIn(path: string | null): Spool {
  let all = path === null ? [] : read(path)
  return {
    all: () => all,
    add(one) {
      if (path !== null) append(path, one)
      all = [...all, one]
    },
    drop(kill) {
      all = all.filter(one => one.kill !== kill)
      if (path === null) return
      rmSync(path, { force: true })
      for (const one of all) append(path, one)
    },
  }
}

function append(path: string, one: Spooled): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, `${JSON.stringify(one)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A line that was cut off by a crash was told to nobody. */
function read(path: string): Spooled[] {
  if (!existsSync(path)) return []
  const all: Spooled[] = []
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    try {
      all.push(JSON.parse(line) as Spooled)
    } catch {}
  }
  return all
}
