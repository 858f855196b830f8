// The store as one control plane has it: each call is a place where it may fail, lose its answer, be held up for an hour, or
// be the last thing that the control plane ever did.
import { type CallName, type SqliteEngine, type Store, StoreError } from '@rekey/store'

/** What may happen around a call; kept promises go on, others never come back. */
export interface Around {
  /** Nothing happens around a call just now. */
  isCalm: () => boolean
  before: (call: CallName) => Promise<void>
  after: (call: CallName) => Promise<void>
  /** Sees what is asked and what came of it. */
  watch: <T>(call: CallName, args: readonly unknown[], run: () => T) => T
}

export function faultyStore(engine: SqliteEngine, around: Around): Store {
  return new Proxy({} as Store, {
    get(_, name) {
      if (name === 'engine') return 'sqlite'
      if (name === 'close') return async () => {}
      const call = name as CallName
      const run = engine[call] as ((...args: unknown[]) => unknown) | undefined
      // A promise that resolves to the store asks it for `then`.
      if (run === undefined) return undefined
      return async (...args: unknown[]) => {
        if (around.isCalm()) return around.watch(call, args, () => run(...args))
        await around.before(call)
        const value = around.watch(call, args, () => run(...args))
        await around.after(call)
        return value
      }
    },
  })
}

export function storeDown(): StoreError {
  return new StoreError('store-unreachable', 'the store did not answer', 'Look at the store.')
}
