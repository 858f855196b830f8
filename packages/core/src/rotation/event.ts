// What happened, in the past tense. Events are the audit log: each says when and by whom, and none carries a value.

import type { Verb } from '../abilities.ts'
import type { Actor } from '../actor.ts'
import type { GateName } from '../gates/missing.ts'
import type { Owed, Plan } from '../plan/plan.ts'
import type { Trigger } from '../policy.ts'
import type { Ending, Side, Step } from './course.ts'
import type { ErrorCounts, Held, Problem, RightsDiff } from './state.ts'

interface Said {
  atMs: number
  by: Actor
}

export type EffectResult =
  | { is: 'minted'; handle: string; fingerprint: string }
  | { is: 'done' }
  | { is: 'accepted' }
  | { is: 'refused' }
  | { is: 'rights'; diff: RightsDiff }

export type RotationEvent = Said &
  (
    | {
        type: 'rotationOpened'
        rotation: string
        credential: string
        plan: Plan
        trigger: Trigger
        old: Held | null
        lastVersion: number
        startAtMs: number
      }
    | { type: 'rotationStarted'; baseline: ErrorCounts }
    | { type: 'effectIntended'; verb: Verb; side: Side; version: number; key: string }
    | { type: 'effectDone'; verb: Verb; side: Side; key: string; result: EffectResult }
    | {
        type: 'effectFailed'
        verb: Verb
        side: Side
        key: string
        problem: Problem
        retryAtMs: number
        keepKey: boolean
      }
    /** The target made a value and nobody holds it: that version is void and its handle is an orphan to clear. */
    | { type: 'valueLost'; version: number; handle: string; key: string }
    /** The target refuses what it said it had made, and there is no way back: it is cleared away, and another is made. */
    | { type: 'versionDiscarded'; version: number; handle: string | null }
    | { type: 'waveMoved'; wave: number; to: Side; consumers: string[] }
    | { type: 'waveSettled'; wave: number }
    | { type: 'consumerMoved'; consumer: string; to: Side; reason: string }
    | { type: 'consumerJoined'; owed: Owed }
    | { type: 'retirementApproved' }
    | { type: 'retirementDecided'; leaving: Side; gates: GateName[] }
    /** The last look of a course that ends with it: everyone works on the version they should. */
    | { type: 'recoveryProved'; gates: GateName[] }
    | { type: 'gateOverridden'; gate: GateName; consumer: string | null; reason: string }
    | { type: 'watchPassed' }
    /** Somebody still needed the version that had been disabled: it was given back. */
    | { type: 'versionReinstated'; side: Side; because: string }
    | {
        type: 'courseChanged'
        to: Ending
        course: Step[]
        because: string
        /** The versions that are compromised, where that is why. */
        revoked?: number[]
        /** The target holds one version, and it is the new one that is compromised: it is what is left from here on. */
        shifted?: true
      }
    | { type: 'rotationHeld'; reason: string }
    | { type: 'rotationReleased' }
    | { type: 'rotationContained'; cause: string }
    | { type: 'consumerRestricted'; consumer: string; reason: string; frozen?: true }
    | { type: 'restrictionLifted'; consumer: string; reason: string }
    | { type: 'rotationResumed' }
    | { type: 'rotationStuck'; problem: Problem }
    | { type: 'rotationEscalated'; to: string | null }
    | { type: 'rotationRetried'; reason: string }
    /** The overlap has outlived its deadline; its owner has been told. */
    | { type: 'windowOverdue'; owner: string | null }
    | { type: 'rotationEnded'; ending: Ending; because: string | null }
  )

export type RotationEventType = RotationEvent['type']
