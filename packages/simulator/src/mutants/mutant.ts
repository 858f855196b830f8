// A mutant: one deliberate bug in the engine, as data. The simulator is only worth what it finds, so it is measured on
// these: whoever survives shows an invariant that is missing, or a world that is too kind.

/** What has to see it. A mutant may fall to another one first; this is the one that must exist. */
export type Invariant =
  /** Nothing is retired while a consumer that owes evidence uses it, may use it, or is unknown. */
  | 'evidence'
  /** No consumer is assigned a version that the target refuses. */
  | 'accepted'
  /** Every value at the target has one owner; orphans are removed; a number is never used twice. */
  | 'owned'
  /** No overlap outlives its deadline without the alarm; a stuck rotation tells its owner. */
  | 'alarm'
  /** Every call that changes the target arrives while its intent stands: same key, same verb. */
  | 'intent'
  /** It comes from whoever holds the lease. */
  | 'lease'
  /** The log verifies, and leaves nothing out. */
  | 'log'
  /** The events of a rotation replay to its stored state. */
  | 'replay'
  /** No value shows in an event, a log or an error. */
  | 'hidden'
  /** Once faults stop, every rotation ends in bounded time. */
  | 'ends'
  /** No job fails because of the rotation. */
  | 'work'
  /** Nothing throws that was not meant to. */
  | 'unexpected'
  /** What is for persons is done by persons, each counted once. */
  | 'people'
  /** No wave moves before the one before it is proved; no watch is cut short; nothing goes on unproved. */
  | 'pace'
  /** In worlds with kills: what was killed dies, stays dead, and nobody is sent to it; orders are believed when they are genuine, and only then. */
  | 'kill'

export interface Edit {
  /** From the root of the repository. */
  file: string
  /** The exact text, which occurs once in the file. */
  find: string
  put: string
}

export interface Mutant extends Edit {
  name: string
  /** What is wrong, in one plain sentence. */
  title: string
  caughtBy: Invariant
  /** Where two guards stand behind one another, both have to go before anything changes. */
  also?: readonly Edit[]
  /** What the world has to offer before this one shows at all. */
  doubt?: string
}

export const editsOf = (mutant: Mutant): readonly Edit[] => [mutant, ...(mutant.also ?? [])]
