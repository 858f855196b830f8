// The synchronous engine as a store, without a thread: for the simulator, for tests, for short-lived tools.
import type { Store } from '../contract.ts'
import { callNames } from '../scripts/scripts.ts'
import type { SqliteEngine } from './engine.ts'

export function inline(engine: SqliteEngine): Store {
  const calls = callNames.map(name => {
    const call = engine[name] as (...args: unknown[]) => unknown
    return [name, async (...args: unknown[]) => call(...args)]
  })
  return Object.assign(Object.fromEntries(calls), {
    engine: 'sqlite',
    close: async () => engine.close(),
  }) as Store
}
