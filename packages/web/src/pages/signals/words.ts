// Signals in words: what each kind says, how sure a match is, and what was done.
import type { SignalView } from '@rekey/wire'

export type Kind = SignalView['kind']
export type Reaction = SignalView['reaction']

export const kindWords: Record<Kind, { name: string; means: string }> = {
  'public-leak': { name: 'Public leak', means: 'The value is where everybody can read it.' },
  leak: { name: 'Leak', means: 'The value is where it should not be.' },
  alert: { name: 'Alert', means: 'A rule of somebody else says that something is wrong.' },
  'provider-notice': { name: 'Notice of the target', means: 'The target, or who runs it, says so.' },
  'unusual-hours': { name: 'Unusual hours', means: 'It was used at an hour of the day when it never is.' },
  'unusual-address': {
    name: 'Unusual address',
    means: 'It was used from a network that it never came from.',
  },
  'unusual-volume': { name: 'Unusual volume', means: 'An hour with far more uses than any before.' },
  'outside-pact': { name: 'Outside its pact', means: 'A use that its consumer has not declared.' },
  'ghost-use': { name: 'Use by a ghost', means: 'Somebody uses it whom nobody registered.' },
  'dead-version-refused': {
    name: 'Dead version, refused',
    means: 'Somebody still tries a dead version. That is expected for a while.',
  },
  'dead-version-success': { name: 'Dead version works', means: 'A dead version was used with success.' },
}

export const reactionMeans: Record<Reaction, string> = {
  note: 'It is in the record, and nobody is woken.',
  page: 'People are told, with what to do.',
  suspend:
    'An open rotation is contained, or one away from the version is opened, and people are told. All of it can be undone.',
  rotate: 'A rotation away from the version is opened.',
  kill: 'The version is killed, without a person.',
}

type Match = NonNullable<SignalView['signal']['match']>
export const sureWords: Record<Match['how'], { name: string; means: string }> = {
  value: { name: 'sure', means: 'The leaked value itself was there, and it is that of the version.' },
  handle: {
    name: 'sure',
    means: "The target's own name for the version was there, and only one version has it.",
  },
  hint: { name: 'a hint', means: 'Something names the credential, and no more than that.' },
}

export const subjectText = ({
  credential,
  version,
  own,
}: Pick<SignalView, 'credential' | 'version' | 'own'>): string =>
  own !== null
    ? `Rekey's own ${own.type} token ${own.id}`
    : credential === null
      ? 'nothing that is known here'
      : version === null
        ? credential
        : `version ${version} of ${credential}`

/** Why less was done than was wanted: the last step down. null: what was wanted was done. */
export function whyLess({ wanted, reaction, reasons }: Pick<SignalView, 'wanted' | 'reaction' | 'reasons'>) {
  if (wanted === reaction) return null
  return reasons.filter(one => one.code !== 'policy').at(-1)?.text ?? null
}

/** What a person can do has its buttons; the rest of the advice is read. */
export const adviceOf = (how: readonly string[]): string[] =>
  how.filter(line => !/POST \/api\/v1\/signals\/\S+\/(kill|dismiss)/.test(line))
