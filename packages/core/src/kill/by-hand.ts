// The same incident by a careful operator at human speed (10.5): what has to be done, how long each thing takes, and how often. The
// figures are assumptions, named one by one so that everybody can put their own in their place.
import { minuteMs } from '../time.ts'

export interface HandStep {
  what: string
  /** Counts for the time until the target refuses, or until everybody works again. */
  towards: 'detect' | 'revoke' | 'propagate'
  takesMs: number
  times: number
}

export interface ByHand {
  assumptions: readonly HandStep[]
  detectMs: number
  revokeMs: number
  propagateMs: number
}

export interface IncidentFacts {
  /** Credentials, each at a console of its own. */
  credentials: number
  /** Consumers that have to be given the new value, and those of them that nobody had on the list. */
  consumers: number
  rare: number
}

/** From the alert's arrival to a person who believes it; the rest is work at consoles and deployments, one thing after another. */
export function byHand({ credentials, consumers, rare }: IncidentFacts): ByHand {
  const assumptions: HandStep[] = [
    { what: 'see the alert, open it, believe it', towards: 'detect', takesMs: 10 * minuteMs, times: 1 },
    {
      what: 'find out which credential it is and who owns it',
      towards: 'detect',
      takesMs: 5 * minuteMs,
      times: 1,
    },
    {
      what: 'sign in at the target, find the credential, revoke it',
      towards: 'revoke',
      takesMs: 4 * minuteMs,
      times: credentials,
    },
    {
      what: 'make a new one and put it into the secret store',
      towards: 'propagate',
      takesMs: 3 * minuteMs,
      times: credentials,
    },
    {
      what: 'restart or deploy a consumer and see that it works',
      towards: 'propagate',
      takesMs: 5 * minuteMs,
      times: consumers,
    },
    {
      what: 'find a consumer that nobody had on the list, by its failure',
      towards: 'propagate',
      takesMs: 30 * minuteMs,
      times: rare,
    },
  ]
  const sum = (towards: HandStep['towards']) =>
    assumptions.filter(one => one.towards === towards).reduce((all, one) => all + one.takesMs * one.times, 0)
  const detectMs = sum('detect')
  const revokeMs = detectMs + sum('revoke')
  return { assumptions, detectMs, revokeMs, propagateMs: revokeMs + sum('propagate') }
}
