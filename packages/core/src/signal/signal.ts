// A signal: somebody says that something is wrong with a credential. However it came, it is brought into this one shape, and from
// then on only the shape is looked at. The value itself is in none of its fields.
export const signalKinds = [
  /** The value was found where everybody can read it. */
  'public-leak',
  /** The value was found where it should not be. */
  'leak',
  /** A rule of somebody else (a SIEM, a threat feed) says so. */
  'alert',
  /** The target, or who runs it, says so. */
  'provider-notice',
  // What our own detectors see.
  'unusual-hours',
  'unusual-address',
  'unusual-volume',
  'outside-pact',
  'ghost-use',
  'dead-version-refused',
  'dead-version-success',
] as const
export type SignalKind = (typeof signalKinds)[number]

/** Seen by us in what others report: never enough to end a version by itself. */
export const detectedKinds: ReadonlySet<SignalKind> = new Set([
  'unusual-hours',
  'unusual-address',
  'unusual-volume',
  'outside-pact',
  'ghost-use',
  'dead-version-refused',
  'dead-version-success',
])

/**
 * value: the leaked value itself was compared, by its fingerprint. handle: the target's own name for the version. hint: something names
 * the credential, and no more than that.
 */
export type MatchedBy = 'value' | 'handle' | 'hint'

export interface Match {
  credential: string
  /** null: a hint that names no version. */
  version: number | null
  how: MatchedBy
}

/** As others exchange it, so its fields are written as theirs are. */
export interface Signal {
  source: string
  source_event_id: string
  /** RFC 3339, UTC. */
  received_at: string
  auth: { scheme: string; key_id: string | null; verified: boolean }
  match: Match | null
  /** From 0 to 1, as the source sees it. */
  confidence: number
  public: boolean
  /** Of the whole message, and keyed: it can be shown later to be the one, and a value in it that could be guessed is not given away. */
  evidence_hash: string
  locations: readonly string[]
}

export type Reaction = 'note' | 'page' | 'suspend' | 'rotate' | 'kill'
/** From the weakest to the strongest. */
export const reactions = ['note', 'page', 'suspend', 'rotate', 'kill'] as const satisfies Reaction[]
export const isStronger = (one: Reaction, other: Reaction): boolean =>
  reactions.indexOf(one) > reactions.indexOf(other)

/** A token that Rekey made itself, by its kind and the public part. */
export interface OwnToken {
  type: string
  id: string
}

/** What a signal is about: several about the same are one incident. */
export const subjectOf = (match: Match | null, own: OwnToken | null, source: string): string =>
  own !== null
    ? `token ${own.type} ${own.id}`
    : match === null
      ? `unmatched ${source}`
      : `version ${match.version ?? '*'} ${match.credential}`
