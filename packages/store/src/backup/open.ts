// The engines, by their names.
import { StoreError } from '../contract.ts'
import { migrationsFor } from '../migrate.ts'
import type { Landing, Place, Snapshot } from './place.ts'
import { openPostgresLanding, openPostgresSnapshot } from './postgres.ts'
import { openSqliteLanding, openSqliteSnapshot } from './sqlite.ts'

export async function openSnapshot(place: Place): Promise<Snapshot> {
  return place.engine === 'sqlite' ? openSqliteSnapshot(place) : openPostgresSnapshot(place)
}

/** A new store is made as old as the backup is; one that is there stays as it is, and must fit. */
export async function openLanding(place: Place, schemaVersion: number): Promise<Landing> {
  const all = place.migrations ?? migrationsFor(place.engine)
  if (schemaVersion > all.length) {
    throw new StoreError(
      'newer-store',
      `the backup stands at migration ${schemaVersion}, this program knows ${all.length}`,
      'Restore it with the program that took it, or a newer one.',
    )
  }
  const shapes = { all, first: all.slice(0, schemaVersion) }
  return place.engine === 'sqlite' ? openSqliteLanding(place, shapes) : openPostgresLanding(place, shapes)
}
