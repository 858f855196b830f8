// What needs a person beside credentials and their rotations: the fence, kills that not everybody has confirmed, signals, and
// proposals that wait for a second person.
import type { Kept } from '../access/kept.ts'
import type { Incident } from '../signals/record.ts'
import { type About, aboutNothing, counted, type Draft, draft, named, sentence } from './draft.ts'

export const ofFence = (): Draft =>
  draft(aboutNothing, {
    id: 'fence',
    kind: 'fence',
    urgency: 'now',
    title: 'The store is fenced',
    because:
      'It was restored from a backup. Nothing is done to any target, and only people come in, until somebody has compared it with the world.',
    action: { do: 'lift-fence', text: 'See how to lift it', needs: 'administer' },
    forAll: true,
  })

/** What of one kill is not confirmed in one environment. */
export interface UnconfirmedKill {
  kill: string
  environment: string
  reason: string
  orderedMs: number
  /** Processes that may still hold what was killed. */
  instances: readonly string[]
  /** Consumers whose word is not borne out by what was seen. */
  contradicted: readonly string[]
  /** Credentials whose target has not been seen to refuse it. */
  targets: readonly string[]
}

export function ofKill(one: UnconfirmedKill, about: (credential: string) => About | null): Draft {
  const { kill, environment, instances, contradicted, targets } = one
  const parts: string[] = []
  if (targets.length > 0) {
    const names = targets.map(id => about(id)?.name ?? id)
    const many = targets.length === 1 ? 'The target' : counted(targets.length, 'target')
    parts.push(
      `${many} of ${named(names)} ${targets.length === 1 ? 'has' : 'have'} not been seen to refuse it.`,
    )
  }
  if (instances.length > 0) {
    const have = instances.length === 1 ? 'has' : 'have'
    parts.push(
      `${counted(instances.length, 'process', 'processes')} ${have} not confirmed: ${named(instances)}.`,
    )
  }
  if (contradicted.length > 0) {
    parts.push(`It was used since by ${named(contradicted)}, who had confirmed it.`)
  }
  const only = targets.length === 1 ? about(targets[0]!) : null
  return draft(only ?? { ...aboutNothing, environment }, {
    id: `kill/${kill}/${environment}`,
    kind: 'kill-unconfirmed',
    urgency: 'now',
    title: 'A kill is not confirmed everywhere',
    because: parts.join(' '),
    subject: kill,
    sinceMs: one.orderedMs,
    action: { do: 'look-at-kill', text: 'Look at the kill', needs: 'read' },
  })
}

const ofSignals: Readonly<Record<Incident['kind'], string>> = {
  'public-leak': 'A value was found in public',
  leak: 'A value was found where it should not be',
  alert: 'A rule of somebody else gives alarm',
  'provider-notice': 'The target gives notice',
  'unusual-hours': 'A use at unusual hours',
  'unusual-address': 'A use from an unusual address',
  'unusual-volume': 'An unusual number of uses',
  'outside-pact': 'A use outside the pact',
  'ghost-use': 'A use by somebody unknown',
  'dead-version-refused': 'A dead version was tried',
  'dead-version-success': 'A dead version still works',
}

export function ofSignal(id: string, incident: Incident, about: About | null): Draft {
  const { kind, wanted, reaction, reasons, summary, environment, count } = incident
  const times = count > 1 ? `It was said ${count} times.` : ''
  const isUrgent = wanted === 'kill' || reaction === 'kill' || kind === 'dead-version-success'
  return draft(about ?? { ...aboutNothing, environment }, {
    id: `signal/${id}`,
    kind: 'signal',
    urgency: isUrgent ? 'now' : 'today',
    title: ofSignals[kind],
    because: [sentence(summary), times, reasons.at(-1)?.text ?? ''].filter(one => one !== '').join(' '),
    subject: id,
    sinceMs: incident.firstMs,
    action: { do: 'look-at-signal', text: 'Look at the signal', needs: 'read' },
  })
}

const ofProposals = {
  retire: 'Retiring waits for a second person',
  override: 'Overriding a gate waits for a second person',
  kill: 'A kill waits for a second person',
} as const

export function ofProposal(id: string, proposal: Kept['proposal'], about: About | null): Draft {
  const { what, by, environment, rotation, madeMs, expiresMs } = proposal
  const { reason } = (proposal.body ?? {}) as { reason?: unknown }
  const why = typeof reason === 'string' ? ` ${by} says: ${sentence(reason)}` : ''
  return draft(
    { ...(about ?? { ...aboutNothing, environment }), rotation: rotation === '' ? null : rotation },
    {
      id: `proposal/${id}`,
      kind: 'proposal',
      urgency: 'now',
      title: ofProposals[what],
      because: `${by} has proposed it, and somebody else has to agree.${why}`,
      subject: id,
      sinceMs: madeMs,
      untilMs: expiresMs,
      action: { do: 'agree', text: 'Look at it, and agree', needs: 'decide' },
      notFor: [by],
    },
  )
}
