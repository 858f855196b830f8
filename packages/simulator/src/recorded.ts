// What the record says now, read once between two commits: the world looks at it at every step, the control planes change it
// far more seldom.
import type { Version } from '@rekey/core'
import type { AssignmentRow, CredentialRow, RotationRow, SqliteEngine } from '@rekey/store'

export interface Recorded {
  rotation(id: string): RotationRow | null
  credential(): CredentialRow | null
  versions(): readonly Version[]
  assignments(): readonly AssignmentRow[]
  /** Something was committed. */
  changed(): void
}

export function recordedIn(engine: SqliteEngine, credential: string): Recorded {
  const known = new Map<string, unknown>()
  const once = <T>(name: string, read: () => T): T => {
    if (!known.has(name)) known.set(name, read())
    return known.get(name) as T
  }
  return {
    rotation: id => once(`rotation/${id}`, () => engine.rotation(id)),
    credential: () => once('credential', () => engine.credential(credential)),
    versions: () => once('versions', () => engine.versions(credential)),
    assignments: () => once('assignments', () => engine.assignments(credential)),
    changed: () => known.clear(),
  }
}
