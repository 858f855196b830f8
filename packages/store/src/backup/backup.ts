// Takes a backup of a store that is at work.
import { format, type Part, version } from './format.ts'
import { openSnapshot } from './open.ts'
import {
  fleetingKinds,
  notInBackups,
  type Place,
  type Rows,
  type Snapshot,
  schemaVersion,
  type Table,
} from './place.ts'
import { type Written, writeParts } from './write.ts'

export interface BackupTaken extends Written {
  takenMs: number
}

export interface BackupOptions {
  nowMs?: () => number
}

export async function backup(place: Place, path: string, options: BackupOptions = {}): Promise<BackupTaken> {
  // Before the snapshot, so that everything up to this instant is in it.
  const takenMs = (options.nowMs ?? Date.now)()
  const snapshot = await openSnapshot(place)
  try {
    const written = await writeParts(path, partsOf(snapshot, place.engine, takenMs))
    return { ...written, takenMs }
  } finally {
    await snapshot.end()
  }
}

async function* partsOf(snapshot: Snapshot, engine: Place['engine'], takenMs: number): AsyncGenerator<Part> {
  const header = { format, version, schemaVersion: await schemaVersion(snapshot), engine, takenMs } as const
  yield { is: 'header', header }
  for (const table of await snapshot.tables()) {
    if (notInBackups.includes(table.name)) continue
    yield { is: 'table', table }
    for await (const rows of snapshot.rows(table)) yield { is: 'rows', table, rows: lasting(table, rows) }
  }
}

function lasting({ name, columns }: Table, rows: Rows): Rows {
  if (name !== 'records') return rows
  const kind = columns.findIndex(column => column.name === 'kind')
  return rows.filter(row => !fleetingKinds.includes(String(row[kind])))
}
