// The two-person rule: which decisions need a second person, by environment. It is read from the store each time, so that
// whoever opens a rotation by the clock follows what was set a moment ago on another control plane.
import type { Store } from '@rekey/store'
import type { twoPerson } from '@rekey/wire'

export type TwoPerson = (typeof twoPerson)[number]

/** Where the rules are kept: one record for all of them. */
export const rulesAt = { kind: 'rules', id: 'rules' } as const

export async function needsTwo(
  { store, nowMs }: { store: Store; nowMs: () => number },
  what: TwoPerson,
  environment: string,
): Promise<boolean> {
  const row = await store.record(rulesAt.kind, rulesAt.id, nowMs())
  const { twoPerson = {} } = (row?.record ?? {}) as { twoPerson?: Record<string, TwoPerson[]> }
  // What is said for all environments holds in each, whatever else is said of it.
  return ['*', environment].some(one => Object.hasOwn(twoPerson, one) && twoPerson[one]?.includes(what))
}
