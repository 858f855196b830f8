// What a gate finds missing: a code with the facts around it. The sentence and the remedy are made when somebody reads
// them, not while deciding.
import { instant, span } from '../time.ts'

export const gateNames = [
  'plan',
  'owners',
  'moved',
  'rarePaths',
  'refreshed',
  'freshSuccess',
  'quality',
  'exceptionPath',
  'fallback',
  'quiet',
  'authErrors',
  'rights',
  'ghosts',
  'rollback',
  'telemetry',
  'truth',
  'restricted',
  'decision',
] as const
export type GateName = (typeof gateNames)[number]

export interface Missing {
  gate: GateName
  what: keyof typeof words
  consumer: string | null
  name: string | null
  lane?: string
  instance?: string
  version?: number | null
  atMs?: number
  untilMs?: number
  count?: number
  detail?: string
}

interface Words {
  /** What is missing. */
  text: (missing: Missing) => string
  /** How to get it. */
  how: (missing: Missing) => string
}

const at = (missing: Missing) => (missing.atMs === undefined ? 'never' : instant(missing.atMs))
const what = (missing: Missing) => missing.instance ?? 'an instance'
const who = (missing: Missing) => missing.name ?? missing.consumer ?? 'the rotation'

const words = {
  'no-consumers': {
    text: () => 'no consumer is registered, so nothing can prove that nobody needs the old version',
    how: () => 'register the consumers, or override this gate as a named person with a reason',
  },
  'no-owner': {
    text: m => `${who(m)} has no owner`,
    how: m => `name a person or team that answers for ${who(m)}`,
  },
  'not-moved': {
    text: m => `${who(m)} has not been moved`,
    how: () => 'wait for its wave, or move it by hand',
  },
  'not-in-ledger': {
    text: m => `what was gathered says nothing about ${who(m)} as it stands now`,
    how: () => 'gather the ledger anew and ask again',
  },
  'no-success': {
    text: m => `${who(m)} has not done work${lane(m)} with the version it should use`,
    how: m =>
      `let ${who(m)} do one real piece of work${lane(m)}, or look why it has not picked the version up`,
  },
  'not-fresh': {
    text: m => `the last success of ${who(m)}${lane(m)} is from ${at(m)}, too old to count`,
    how: m => `look whether ${who(m)} still runs and still reports`,
  },
  'refused-with-new': {
    text: m => `${who(m)} was refused with the version it should use, last at ${at(m)}`,
    how: m =>
      `compare what ${who(m)} holds with the version's fingerprint and its rights at the target; move it back meanwhile`,
  },
  'not-exercised': {
    text: m => `${who(m)} is rare and has not been run${lane(m)} since it was moved`,
    how: m => `run ${who(m)} once on purpose, from a fresh start, and let it report`,
  },
  degraded: {
    text: m => `${who(m)} works only in part since ${at(m)}`,
    how: m => `find out what ${who(m)} does worse than before; a degraded run is not adoption`,
  },
  'instance-behind': {
    text: m => `${what(m)} of ${who(m)} still holds version ${m.version ?? 'unknown'}`,
    how: m => `refresh or restart ${what(m)}`,
  },
  'instance-silent': {
    text: m => `${what(m)} of ${who(m)} has been silent since ${at(m)}`,
    how: m => `see whether ${what(m)} is alive; if it is gone, report it as stopped`,
  },
  'no-live-instance': {
    text: m => `no live instance of ${who(m)} is known`,
    how: m => `start ${who(m)} with reporting on, or let a named person declare it idle`,
  },
  'cannot-be-observed': {
    text: m => `${who(m)} cannot be observed, so its silence says nothing`,
    how: m => `run ${who(m)} under the wrapper or the SDK, or have a named person override with a reason`,
  },
  'truth-old': {
    text: m => `${who(m)} acts on the version that is to be left`,
    how: m => `refresh ${who(m)}`,
  },
  'truth-new': { text: m => `${who(m)} acts on the new version`, how: () => 'nothing to do' },
  'truth-mixed': {
    text: m => `${who(m)} acts on both versions`,
    how: m => `find the part of ${who(m)} that was not refreshed`,
  },
  'truth-unknown': {
    text: m => `nobody can say which version ${who(m)} acts on`,
    how: m => `let ${who(m)} report what it has loaded`,
  },
  'idle-but-used': {
    text: m => `${who(m)} is declared idle, yet it used the credential at ${at(m)}`,
    how: m => `withdraw the declaration and prove ${who(m)} like any other`,
  },
  'fallback-unconfirmed': {
    text: m => `nobody has said whether the fallback of ${who(m)} has moved or is off`,
    how: m =>
      `exercise the fallback of ${who(m)} with the version it should use, or switch it off, and report which`,
  },
  'fallback-in-use': {
    text: m => `${who(m)} ran on its fallback at ${at(m)} and not on its usual path since`,
    how: m => `find out why ${who(m)} left its usual path`,
  },
  'used-since': {
    text: m => `${who(m)} used another version at ${at(m)}; quiet is reached at ${until(m)}`,
    how: m => `refresh ${who(m)}, then wait`,
  },
  'too-soon': {
    text: m => `${who(m)} may still come back with another version until ${until(m)}`,
    how: () => 'wait: the agreed quiet time, the cadence and the retry horizon have not passed',
  },
  'heard-too-short': {
    text: m => `${who(m)} has been heard without a gap only since ${at(m)}; quiet is reached at ${until(m)}`,
    how: () => 'wait, and keep its reporting on',
  },
  'silence-unproved': {
    text: m => `the silence of ${who(m)} is not proved: nothing covers it without a gap until now`,
    how: m => `turn reporting on for ${who(m)}, or usage at the target`,
  },
  'no-exception-path': {
    text: () => 'no exception path has been exercised with the version to be used',
    how: () => 'run one of the plan’s exception paths on purpose',
  },
  'errors-rose': {
    text: m => `authentication errors rose: ${m.detail ?? ''}`,
    how: () => 'look at who is refused; contain or go back if it began at a step',
  },
  'errors-too-soon': {
    text: m =>
      `authentication errors have been watched only since ${at(m)}; the comparison ends at ${until(m)}`,
    how: () => 'wait',
  },
  'rights-differ': {
    text: m => `the new version’s rights differ from the old: ${m.detail ?? ''}`,
    how: () => 'mend the rights at the target and retry, or override with a reason',
  },
  ghost: {
    text: m => `${m.detail ?? 'someone'} used the credential and is not registered, last at ${at(m)}`,
    how: () => 'claim it as a consumer, or dismiss it as a named person',
  },
  'no-rollback': {
    text: () => 'no way back is defined',
    how: () => 'define the rollback in the plan',
  },
  restricted: {
    text: m => `${who(m)} is restricted since the containment`,
    how: m => `prove ${who(m)} clean and lift the restriction`,
  },
  'decision-due': {
    text: m => `the decision to retire needs ${m.detail ?? 'its owner'}`,
    how: () => 'approve the retirement as a named person',
  },
  'plan-gap': {
    text: m => m.detail ?? 'the plan is incomplete',
    how: () => 'complete the plan',
  },
} satisfies Record<string, Words>

export function explain(missing: Missing): { text: string; how: string } {
  const entry: Words = words[missing.what]
  return { text: entry.text(missing), how: entry.how(missing) }
}

function lane(missing: Missing): string {
  return missing.lane === undefined || missing.lane === 'any' ? '' : ` in the lane ${missing.lane}`
}

function until(missing: Missing): string {
  if (missing.untilMs === undefined) return 'an unknown time'
  const left = missing.atMs === undefined ? '' : ` (${span(missing.untilMs - missing.atMs)} in all)`
  return `${instant(missing.untilMs)}${left}`
}
