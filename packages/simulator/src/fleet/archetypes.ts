// The runtimes that share credentials, as they are found in the field (1.1, 1.3): each with what is registered of it and how
// it really behaves. Lengths are drawn, kinds are given.
import { type Consumer, hourMs, minuteMs } from '@rekey/core'
import type { Dice } from '../dice.ts'

/** What differs from the plainest consumer: continuous, reading the value at each use, owned, observed through the SDK. */
export type Facts = Partial<Consumer>

export interface Archetype {
  kind: string
  facts: (dice: Dice) => Facts
  /** How many instances run at once. */
  instances: (dice: Dice) => number
}

const one = () => 1
const some = (dice: Dice) => dice.between('fleet.instances', 1, 3)
const hours = (dice: Dice, ...choices: [number, ...number[]]) => dice.pick('fleet.hours', choices) * hourMs

export const archetypes: Record<string, Archetype> = {
  web: {
    kind: 'web service',
    instances: some,
    facts: dice => ({
      behaviour: 'web-request',
      pathClass: 'primary',
      critical: dice.happens('fleet.critical', 0.3),
      reload: { how: 'ttl', ttlMs: minuteMs },
      cacheMs: minuteMs,
    }),
  },
  edge: {
    kind: 'edge function',
    instances: one,
    facts: () => ({ behaviour: 'web-request', pathClass: 'primary' }),
  },
  queue: {
    kind: 'pooled queue worker',
    instances: some,
    facts: dice => ({
      reload: dice.happens('fleet.pool-restart', 0.6)
        ? { how: 'restart', documented: true }
        : { how: 'signal' },
      sessionMs: hours(dice, 0.5, 1),
    }),
  },
  retry: {
    kind: 'retry worker',
    instances: one,
    facts: dice => ({
      reload: { how: 'ttl', ttlMs: 5 * minuteMs },
      cacheMs: 5 * minuteMs,
      retriesReuseContext: true,
      horizonMs: hours(dice, 1, 6, 24, 72),
    }),
  },
  cron: {
    kind: 'cron job',
    instances: one,
    facts: dice => ({
      behaviour: 'scheduled-task',
      reload: { how: 'each-launch' },
      cadence: { how: 'every', everyMs: hours(dice, 0.5, 1, 6, 24) },
    }),
  },
  webhook: {
    kind: 'webhook handler with a secondary call',
    instances: one,
    facts: () => ({
      behaviour: 'webhook-handler',
      reload: { how: 'ttl', ttlMs: 10 * minuteMs },
      cacheMs: 10 * minuteMs,
      lanes: ['receive', 'secondary-call'],
    }),
  },
  replay: {
    kind: 'replay tool, started by hand from an image',
    instances: one,
    facts: () => ({
      behaviour: 'replay-script',
      pathClass: 'exception',
      reload: { how: 'by-hand', documented: true },
      cadence: { how: 'on-demand' },
    }),
  },
  summariser: {
    kind: 'AI batch with a fallback that hides failure',
    instances: one,
    facts: dice => ({
      behaviour: 'ai-worker',
      reload: dice.happens('fleet.ai-reload', 0.5) ? { how: 'signal' } : { how: 'ttl', ttlMs: 15 * minuteMs },
      fallback: { how: 'degrades', to: 'a smaller model', canBeDisabled: true },
    }),
  },
  fallback: {
    kind: 'legacy fallback service',
    instances: one,
    facts: () => ({
      behaviour: 'fallback-service',
      pathClass: 'exception',
      reload: { how: 'each-launch' },
      cadence: { how: 'on-demand' },
    }),
  },
  agent: {
    kind: 'agent in a three-day session',
    instances: one,
    facts: dice => ({
      behaviour: 'agent',
      reload: { how: 'signal' },
      sessionMs: hours(dice, 24, 72),
      checkpoints: dice.happens('fleet.checkpoints', 0.7),
    }),
  },
  training: {
    kind: 'training run',
    instances: one,
    facts: dice => ({
      behaviour: 'training-run',
      reload: { how: 'signal' },
      sessionMs: hours(dice, 12, 48),
    }),
  },
  subagent: {
    kind: 'sub-agent with a derived token',
    instances: one,
    facts: () => ({
      behaviour: 'sub-agent',
      reload: { how: 'ttl', ttlMs: 30 * minuteMs },
      cacheMs: 30 * minuteMs,
    }),
  },
}
