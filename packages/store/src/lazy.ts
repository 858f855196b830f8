// What a start does not need is loaded when it is first asked for.
import type { backup as takeBackup } from './backup/backup.ts'
import type { restore as putBack } from './backup/restore.ts'
import type { postgresBus as openBus } from './bus/postgres.ts'
import type { openPostgres as openStore } from './postgres/store.ts'

export const backup: typeof takeBackup = async (...args) =>
  (await import('./backup/backup.ts')).backup(...args)

export const restore: typeof putBack = async (...args) =>
  (await import('./backup/restore.ts')).restore(...args)

export const postgresBus: typeof openBus = async (...args) =>
  (await import('./bus/postgres.ts')).postgresBus(...args)

/** A store on SQLite starts without the driver. */
export const openPostgres: typeof openStore = async (...args) =>
  (await import('./postgres/store.ts')).openPostgres(...args)
