// For tests, the walk and the bench; imported by no product code. Each builder gives the plainest thing that is complete,
// so that a test states only the fact it is about.
import type { Abilities } from './abilities.ts'
import type { Consumer } from './consumer.ts'
import type { Credential } from './credential.ts'
import { dayMs, minuteMs } from './time.ts'

/** A Saturday, 12:00 UTC. */
export const fixtureNowMs = Date.UTC(2025, 2, 1, 12)

export function aCredential(overrides: Partial<Credential> = {}): Credential {
  return {
    id: 'cred-doc',
    name: 'Document API key',
    kind: 'llm-key',
    provider: 'fake',
    settings: {},
    target: 'document-api',
    environment: 'production',
    owner: { id: 'team-platform', name: 'Platform team' },
    sensitivity: 'normal',
    exposure: 'internal',
    writes: false,
    policy: {},
    llm: null,
    lifeMs: null,
    lanes: [],
    ...overrides,
  }
}

/** Continuous, reads the value at every use, is owned and seen, is not critical. */
export function aConsumer(overrides: Partial<Consumer> = {}): Consumer {
  const id = overrides.id ?? 'web'
  return {
    id,
    credential: 'cred-doc',
    name: id,
    behaviour: 'background-job',
    pathClass: 'background',
    access: { how: 'direct' },
    owner: { id: 'team-apps', name: 'Apps team' },
    source: 'Rekey SDK',
    follows: 'assignment',
    reload: { how: 'every-use' },
    cacheMs: 0,
    sessionMs: 0,
    checkpoints: false,
    retriesReuseContext: false,
    inFlightMayFinish: true,
    cadence: { how: 'continuous' },
    horizonMs: 0,
    fallback: { how: 'none' },
    effects: [],
    lanes: [],
    critical: false,
    observability: 'sdk',
    toleratesTwo: true,
    lastExercisedAtMs: fixtureNowMs - dayMs,
    idle: null,
    ...overrides,
  }
}

/** A target that can do everything and holds two versions. */
export function someAbilities(overrides: Partial<Abilities> = {}): Abilities {
  return {
    maxLive: 2,
    secretFrom: 'us',
    canDisable: true,
    canEndSessions: true,
    canList: true,
    canCompareRights: true,
    usage: 'perCaller',
    usageLagMs: minuteMs,
    propagationMs: 0,
    byHand: [],
    ...overrides,
  }
}
