// What the record says now, read once between two commits: the world looks at it at every step, the control planes change it
// far more seldom.
import type { Version } from '@rekey/core'
import type { AssignmentRow, CredentialRow, RotationRow, SqliteEngine, Write } from '@rekey/store'

export interface Recorded {
  rotation(id: string): RotationRow | null
  credential(): CredentialRow | null
  versions(): readonly Version[]
  assignments(): readonly AssignmentRow[]
  /** Something was written beside the control planes. */
  changed(): void
  /** A commit of a control plane: what it wrote is known without reading it. */
  committed(writes: readonly Write[]): void
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
    committed(writes) {
      for (const write of writes) {
        if (!('put' in write)) continue
        if (write.put === 'rotation') known.set(`rotation/${write.row.id}`, write.row)
        else if (write.put === 'credential') known.set('credential', write.row)
        else if (write.put === 'version') known.delete('versions')
        else if (write.put === 'assignment') known.delete('assignments')
      }
    },
  }
}
