// Loads the driver when it is first needed: a store on SQLite starts without it.
import type { Store } from '../contract.ts'
import type { OpenPostgres } from './store.ts'

export async function openPostgres(options: OpenPostgres): Promise<Store> {
  const { openPostgres } = await import('./store.ts')
  return openPostgres(options)
}
