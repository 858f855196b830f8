// What a target can do, declared by its provider and read by the planner. An ability that is missing is false or null
// here and an absent function in the provider: never a stub that throws.
export interface Abilities {
  /** How many versions the target accepts at once. 1: minting ends the old value. */
  maxLive: number
  /** Who makes the value. `us`: it is sealed before the target is touched, so a crash cannot lose it. */
  secretFrom: 'us' | 'target'
  canDisable: boolean
  canEndSessions: boolean
  /** Can it list what exists, so that orphans are found? */
  canList: boolean
  canCompareRights: boolean
  /**
   * What the target can tell of who uses a version. perCaller: every use, by whom, and how far its word is complete.
   * sessions: who is connected at the moment of asking; whoever came and went in between is not seen. lastUsed: when, not who.
   */
  usage: 'perCaller' | 'sessions' | 'lastUsed' | 'none'
  usageLagMs: number
  /** How long a change may take to be true everywhere at the target. */
  propagationMs: number
  /** Verbs that a person carries out, with a form and a deadline (3.4). */
  byHand: readonly Verb[]
  /** How long a person may take before the owner is told; a day where it is not said. */
  byHandMs?: number
}

export const verbs = [
  'mint',
  'probe',
  'compareRights',
  'disable',
  'enable',
  'endSessions',
  'destroy',
] as const
export type Verb = (typeof verbs)[number]
