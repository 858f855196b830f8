// Whether a rotation is due, and why (3.3). A person and an incident need no rule: they say so themselves.
import type { Policy, Trigger, TriggerEvent } from './policy.ts'

export interface TriggerFacts {
  nowMs: number
  /** Null: there is no version yet. */
  issuedAtMs: number | null
  /** What the calendar says; without it the lead before the deadline counts. */
  startAtMs?: number
  /** Since the version was issued. */
  uses: number
  bytes: number
  operations: number
  /** Not yet answered by a rotation. */
  events: readonly { event: TriggerEvent; reference: string | null }[]
}

const urgency: readonly TriggerEvent[] = [
  'leak-found',
  'anomaly',
  'person-left',
  'agent-decommissioned',
  'provider-notice',
  'deployment',
]

/** The most telling reason wins: an event first, then a limit that was reached, then time. */
export function triggerDue(policy: Policy, facts: TriggerFacts): Trigger | null {
  if (facts.issuedAtMs === null) return null
  for (const event of urgency) {
    const seen = policy.onEvents.includes(event) && facts.events.find(fact => fact.event === event)
    if (seen) return { why: 'event', event, reference: seen.reference }
  }
  if (policy.usesLimit !== null && facts.uses >= policy.usesLimit) {
    return { why: 'usage-count', limit: policy.usesLimit, seen: facts.uses }
  }
  if (policy.bytesLimit !== null && facts.bytes >= policy.bytesLimit) {
    return { why: 'bytes', limit: policy.bytesLimit, seen: facts.bytes }
  }
  if (policy.operationsLimit !== null && facts.operations >= policy.operationsLimit) {
    return { why: 'operations', limit: policy.operationsLimit, seen: facts.operations }
  }
  const startAtMs = facts.startAtMs ?? facts.issuedAtMs + policy.everyMs - policy.leadMs
  return facts.nowMs >= startAtMs ? { why: 'time' } : null
}

/** The end of a sentence: "It began …". */
export function triggerText(trigger: Trigger): string {
  switch (trigger.why) {
    case 'time':
      return 'because its time has come'
    case 'usage-count':
      return `after ${trigger.seen} uses (limit ${trigger.limit})`
    case 'bytes':
      return `after ${trigger.seen} bytes (limit ${trigger.limit})`
    case 'operations':
      return `after ${trigger.seen} operations (limit ${trigger.limit})`
    case 'event':
      return `after the event ${trigger.event}${trigger.reference ? ` (${trigger.reference})` : ''}`
    case 'person':
      return `asked for by ${trigger.by}: ${trigger.reason}`
    case 'incident':
      return `for an incident reported by ${trigger.by}: ${trigger.reason}`
  }
}
