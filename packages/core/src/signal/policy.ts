// What is done about which kind of signal, by environment: set by an admin, and complete by its defaults.
import { hourMs, minuteMs } from '../time.ts'
import { detectedKinds, type Reaction, type SignalKind, signalKinds } from './signal.ts'

export interface SignalPolicy {
  /** By environment, `*` for those without a word of their own; then by kind. */
  reactions: Readonly<Record<string, Partial<Record<SignalKind, Reaction>>>>
  /** Automatic kills in an hour, by environment, `*` for the others. What comes above becomes a page. */
  killsPerHour: Readonly<Record<string, number>>
  /** Signals about the same within so long are one incident. */
  groupMs: number
}

/** A leak that everybody can read ends the version, if whoever says so is known and it is that very value. Nothing else does by itself. */
export const usualReactions: Readonly<Record<SignalKind, Reaction>> = {
  'public-leak': 'kill',
  leak: 'suspend',
  alert: 'page',
  'provider-notice': 'page',
  'unusual-hours': 'note',
  'unusual-address': 'page',
  'unusual-volume': 'page',
  'outside-pact': 'page',
  'ghost-use': 'page',
  'dead-version-refused': 'note',
  'dead-version-success': 'page',
}

/** So few that a source gone mad cannot take an environment down, and enough for what leaks together. */
export const usualKillsPerHour = 3
export const usualSignalPolicy: SignalPolicy = { reactions: {}, killsPerHour: {}, groupMs: hourMs }

export function reactionTo(policy: SignalPolicy, kind: SignalKind, environment: string | null): Reaction {
  return own(policy.reactions, environment)?.[kind] ?? policy.reactions['*']?.[kind] ?? usualReactions[kind]
}

export function killsAllowed(policy: SignalPolicy, environment: string): number {
  return own(policy.killsPerHour, environment) ?? policy.killsPerHour['*'] ?? usualKillsPerHour
}

const own = <T>(by: Readonly<Record<string, T>>, name: string | null): T | undefined =>
  name !== null && Object.hasOwn(by, name) ? by[name] : undefined

export interface SignalPolicyFault {
  at: string
  text: string
  how: string
}

/** All that is wrong with it. */
export function signalPolicyFaults(policy: SignalPolicy): SignalPolicyFault[] {
  const faults: SignalPolicyFault[] = []
  for (const [environment, some] of Object.entries(policy.reactions)) {
    for (const kind of signalKinds) {
      if (some[kind] !== 'kill' || !detectedKinds.has(kind)) continue
      faults.push({
        at: `/body/reactions/${environment}/${kind}`,
        text: `What our own detectors see (${kind}) never kills by itself.`,
        how: 'Use rotate, suspend or page; a person can kill from there.',
      })
    }
  }
  if (policy.groupMs < minuteMs) {
    const how = 'Give it a minute at least.'
    faults.push({ at: '/body/groupMs', text: 'So short a window groups nothing.', how })
  }
  return faults
}
