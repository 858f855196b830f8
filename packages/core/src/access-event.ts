// What happens around the control plane's own doors: who was let in, who was given what, and who was refused.
import type { Actor } from './actor.ts'

export type AccessEvent = { atMs: number; by: Actor } & (
  | { type: 'setUp'; person: string }
  | { type: 'personAdded'; person: string; roles: Record<string, string> }
  | { type: 'rolesChanged'; person: string; roles: Record<string, string> }
  | { type: 'personEnded'; person: string }
  | { type: 'passwordChanged'; person: string }
  | { type: 'passkeyAdded'; person: string; passkey: string }
  | { type: 'passkeyRemoved'; person: string; passkey: string }
  | { type: 'signOnLinked'; person: string; provider: string }
  | { type: 'signedIn'; person: string; with: 'password' | 'passkey' | 'sign-on' | 'set-up' }
  | { type: 'signedOut'; person: string }
  | { type: 'tokenMade'; token: string; person: string; rights: string[]; environments: string[] }
  | { type: 'tokenRevoked'; token: string; person: string }
  /** Somebody killed with a code instead of a sign-in. */
  | { type: 'glassBroken'; code: string; reason: string }
  /** An agent has applied an order that is not in the record: the key that signs orders may be stolen. */
  | { type: 'strangeOrderApplied'; agent: string; instance: string; epoch: number }
  | { type: 'glassSet'; code: string; expiresMs: number | null }
  | { type: 'glassRemoved'; code: string }
  | { type: 'proposalMade'; proposal: string; what: string; rotation: string }
  | { type: 'proposalAgreed'; proposal: string; what: string; rotation: string; proposedBy: string }
  | { type: 'proposalDeclined'; proposal: string; what: string; rotation: string; reason: string }
  | { type: 'rulesChanged'; rules: unknown }
  | { type: 'agentRegistered'; agent: string; bindings: { credential: string; consumer: string }[] }
  | { type: 'agentEnded'; agent: string }
  | { type: 'agentKeyEnrolled'; agent: string; key: string; how: string }
  | { type: 'agentKeyEnded'; agent: string; key: string }
  | { type: 'joinTokenMade'; agent: string; join: string; uses: string; expiresMs: number }
  | { type: 'joinTokenEnded'; agent: string; join: string }
  | { type: 'issuerTrusted'; issuer: string; kind: string; address: string }
  | { type: 'issuerRemoved'; issuer: string }
  | { type: 'signOnSet'; provider: string; issuer: string }
  | { type: 'signOnRemoved'; provider: string }
  | { type: 'sourceSet'; source: string; kind: string }
  | { type: 'sourceRemoved'; source: string }
  | { type: 'signalSourceSet'; source: string; kind: string; environments: string[] }
  | { type: 'signalSourceRemoved'; source: string }
  | { type: 'signalPolicySet'; policy: unknown }
  | { type: 'webhookSet'; webhook: string; host: string }
  | { type: 'webhookRemoved'; webhook: string }
  | { type: 'webhookOff'; webhook: string; why: string }
  | { type: 'receiverSet'; receiver: string; environments: string[] }
  | { type: 'receiverRemoved'; receiver: string }
  | { type: 'signalStreamSet'; stream: string; receiver: string; method: string; status: string }
  | { type: 'signalStreamRemoved'; stream: string; receiver: string }
  /** Of what is not kill orders: their keys have a ring of their own. */
  | { type: 'signingKeysChanged'; of: string; serial: number; active: string; because: string }
  | { type: 'valueRevealed'; credential: string; version: number; reason: string }
  | {
      type: 'attested'
      credential: string
      consumer: string
      saw: string
      version: number | null
      note: string
    }
  /** A long session of an agent on its way to another version. */
  | {
      type: 'sessionStepped'
      credential: string
      consumer: string
      instance: string
      session: string
      step: string
      version: number
      detail: string | null
    }
  /** How often, since the last time that it was written down. */
  | { type: 'accessRefused'; who: string; what: string; code: string; count: number }
  | { type: 'observationsRefused'; source: string; why: string; count: number }
)
