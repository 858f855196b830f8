// Is it ready, days ahead of the day (2.5)? A report of its own: it asks for nothing that the day itself would bring, and it
// finds while there is time what would stop a rotation at 3 am.
import type { Abilities } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import { isRare } from '../consumer.ts'
import type { Credential } from '../credential.ts'
import type { Policy } from '../policy.ts'
import { dayMs, instant, span } from '../time.ts'
import { byId, nameOf } from './naming.ts'
import { canBeSeen } from './owed.ts'
import { cadenceMs, isDirect } from './pace.ts'

export interface ReadinessInput {
  credential: Credential
  consumers: readonly Consumer[]
  abilities: Abilities
  policy: Policy
  nowMs: number
  /** When a rollback of this credential was last carried out, on purpose or in earnest. */
  rollbackRehearsedAtMs: number | null
}

export const readinessChecks = [
  'consumers-known',
  'owners-known',
  'reload-known',
  'restarts-documented',
  'rare-paths-exercised',
  'rollback-rehearsed',
  'observable',
] as const
export type ReadinessCheck = (typeof readinessChecks)[number]

export interface Unready {
  /** Null: it concerns the credential itself. */
  consumer: string | null
  text: string
  how: string
  /** False: a warning. */
  blocks: boolean
}

export interface ReadinessItem {
  check: ReadinessCheck
  ok: boolean
  missing: Unready[]
}

export interface Readiness {
  verdict: 'ready' | 'ready-with-warnings' | 'not-ready'
  atMs: number
  items: ReadinessItem[]
  /** The longest unexercised first; those never exercised before all. */
  rarePaths: { consumer: string; name: string; lastExercisedAtMs: number | null; ageMs: number | null }[]
}

/** An exercise or a rehearsal older than this says little about today. */
export const oldExerciseMs = 90 * dayMs

export function readiness(input: ReadinessInput): Readiness {
  const consumers = [...input.consumers].sort(byId)
  const found: Record<ReadinessCheck, Unready[]> = {
    'consumers-known': known(consumers),
    'owners-known': owners(input.credential, consumers),
    'reload-known': reloads(consumers),
    'restarts-documented': restarts(consumers),
    'rare-paths-exercised': consumers.filter(isRare).flatMap(one => exercise(one, input.nowMs)),
    'rollback-rehearsed': rehearsal(input),
    observable: sight(consumers, input.abilities),
  }
  const items = readinessChecks.map(check => ({
    check,
    ok: found[check].length === 0,
    missing: found[check],
  }))
  const missing = items.flatMap(item => item.missing)
  return {
    verdict: missing.some(one => one.blocks)
      ? 'not-ready'
      : missing.length > 0
        ? 'ready-with-warnings'
        : 'ready',
    atMs: input.nowMs,
    items,
    rarePaths: rarePaths(consumers, input.nowMs),
  }
}

function known(consumers: readonly Consumer[]): Unready[] {
  if (consumers.some(isDirect)) return []
  const text = 'No direct consumer is registered: nothing could be proved.'
  return [{ consumer: null, text, how: 'Register who uses the credential.', blocks: true }]
}

function owners(credential: Credential, consumers: readonly Consumer[]): Unready[] {
  const missing: Unready[] = consumers
    .filter(consumer => !consumer.owner)
    .map(consumer => ({
      consumer: consumer.id,
      text: `${nameOf(consumer)} has no owner.`,
      how: 'Enter a person or a team.',
      // What is derived is carried by its parent, whose owner answers for it.
      blocks: isDirect(consumer),
    }))
  if (!credential.owner) {
    const text = `${nameOf(credential)} has no owner: nobody may decide on retirement.`
    missing.unshift({ consumer: null, text, how: 'Enter a person or a team.', blocks: true })
  }
  return missing
}

const reloads = (consumers: readonly Consumer[]): Unready[] =>
  consumers
    .filter(consumer => consumer.reload.how === 'unknown')
    .map(consumer => ({
      consumer: consumer.id,
      text: `Nobody has said how ${nameOf(consumer)} takes up a new value.`,
      how: 'Ask its owner and enter it; if in doubt enter "restart".',
      blocks: true,
    }))

const restarts = (consumers: readonly Consumer[]): Unready[] =>
  consumers
    .filter(({ reload }) => 'documented' in reload && !reload.documented)
    .map(consumer => ({
      consumer: consumer.id,
      text: `How to ${consumer.reload.how === 'restart' ? 'restart' : 'reload'} ${nameOf(consumer)} is not written down.`,
      how: 'Write the steps down, try them once, and mark them as documented.',
      blocks: true,
    }))

function exercise(consumer: Consumer, nowMs: number): Unready[] {
  // Declared idle: it will not be run on the day either.
  if (consumer.idle) return []
  const how = 'Run it once on purpose, before the rotation, and see that it works today.'
  const atMs = consumer.lastExercisedAtMs
  if (atMs === null) {
    const text = `${nameOf(consumer)} runs rarely and has never been seen to run: if it fails on the day, nobody can say whether the rotation did it.`
    return [{ consumer: consumer.id, text, how, blocks: true }]
  }
  const ageMs = nowMs - atMs
  if (ageMs <= Math.max(oldExerciseMs, 2 * cadenceMs(consumer))) return []
  const text = `${nameOf(consumer)} last ran at ${instant(atMs)}, ${span(ageMs)} ago.`
  return [{ consumer: consumer.id, text, how, blocks: false }]
}

function rehearsal({ credential, abilities, nowMs, rollbackRehearsedAtMs: atMs }: ReadinessInput): Unready[] {
  const way =
    abilities.maxLive > 1
      ? 'move one consumer to the new version and back'
      : 'issue another value, and time it'
  const how = `Rehearse it: ${way}.`
  const blocks = credential.sensitivity === 'critical'
  if (atMs === null) return [{ consumer: null, text: 'The way back has never been tried.', how, blocks }]
  if (nowMs - atMs <= oldExerciseMs * 2) return []
  const text = `The way back was last tried at ${instant(atMs)}, ${span(nowMs - atMs)} ago.`
  return [{ consumer: null, text, how, blocks: false }]
}

function sight(consumers: readonly Consumer[], abilities: Abilities): Unready[] {
  const direct = consumers.filter(isDirect).length
  const missing: Unready[] = consumers
    .filter(consumer => !canBeSeen(consumer, abilities, direct))
    .map(consumer => ({
      consumer: consumer.id,
      text:
        consumer.observability === 'provider'
          ? `${nameOf(consumer)} is to be seen through the target, but the target does not tell who uses a version.`
          : `${nameOf(consumer)} cannot be observed: silence would prove nothing.`,
      how: 'Use the SDK, the run wrapper or telemetry with a version mark; or name a person who will attest.',
      blocks: true,
    }))
  if (abilities.usage === 'none') {
    const text = 'The target does not tell who uses a version: users that nobody registered stay unseen.'
    const how = 'Compare with a scan of configuration, and watch for authentication errors after disabling.'
    missing.push({ consumer: null, text, how, blocks: false })
  }
  return missing
}

function rarePaths(consumers: readonly Consumer[], nowMs: number): Readiness['rarePaths'] {
  return consumers
    .filter(isRare)
    .map(({ id, name, lastExercisedAtMs }) => ({
      consumer: id,
      name,
      lastExercisedAtMs,
      ageMs: lastExercisedAtMs === null ? null : nowMs - lastExercisedAtMs,
    }))
    .sort((a, b) => (b.ageMs ?? Number.MAX_VALUE) - (a.ageMs ?? Number.MAX_VALUE))
}
