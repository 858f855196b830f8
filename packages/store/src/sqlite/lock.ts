// One process a store. The lock is an exclusive transaction on a small database beside the store: the operating system
// drops it however the process ends, and the store itself stays readable to others, for backups. (Rejected: a file with
// a process id, which a kill leaves behind; and SQLite's exclusive mode on the store, which shuts out every reader.)
import { DatabaseSync } from 'node:sqlite'
import { failure, inUse, isBusy } from './failure.ts'

/** Referred to from here, or the garbage collector would close one whose store nobody holds on to, and let others in. */
const inForce = new Set<DatabaseSync>()

export interface Lock {
  release(): void
}

export function lock(path: string): Lock {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(`${path}.lock`, { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    throw isBusy(error) ? inUse(error) : failure(error)
  }
  const held = database
  inForce.add(held)
  return {
    release() {
      inForce.delete(held)
      held.close()
    },
  }
}
