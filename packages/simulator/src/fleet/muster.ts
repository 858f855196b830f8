// Who lives in this world: a fleet drawn from the archetypes, and what is known of it.
import { type Abilities, type Consumer, hourMs } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import type { Dice } from '../dice.ts'
import { archetypes } from './archetypes.ts'
import type { Instance, Member } from './member.ts'

/** The user that nobody registered. */
export const ghostId = 'ghost'

const owner = { id: 'team-intake', name: 'Intake team' }
const quick = ['edge', 'web', 'cron', 'subagent'] as const
const usual = [
  'web',
  'edge',
  'queue',
  'queue',
  'retry',
  'cron',
  'webhook',
  'replay',
  'summariser',
  'fallback',
  'agent',
  'training',
  'subagent',
] as const

export interface Mustered {
  credential: string
  abilities: Abilities
  nowMs: number
  /** How many are registered. */
  size: number
  /** The share of those that say nothing themselves, so that only the target tells of them. */
  toldOf: number
}

/** Where the target holds one version, only what reads at each use can live with it. */
export function muster(dice: Dice, { credential, abilities, nowMs, size, toldOf }: Mustered): Member[] {
  const atomic = abilities.maxLive === 1
  const kinds = atomic && dice.happens('fleet.quick', 0.7) ? quick : usual
  const members: Member[] = []
  for (let at = 0; at < size; at++) {
    const name = at === 0 && dice.happens('fleet.plain-first', 0.7) ? 'edge' : dice.pick('fleet.kind', kinds)
    const member = memberOf(dice, credential, name, `${name}-${at + 1}`, members, nowMs)
    members.push(dice.happens('fleet.told-of', toldOf) ? seenAtTarget(member) : member)
  }
  // Somebody nobody registered.
  if (members.length === 0 || dice.happens('fleet.ghost', 0.2)) {
    const ghost = memberOf(
      dice,
      credential,
      dice.pick('fleet.ghost-kind', ['cron', 'edge']),
      ghostId,
      [],
      nowMs,
    )
    members.push({ ...ghost, consumer: null })
  }
  return members
}

function seenAtTarget(member: Member): Member {
  const truth: Consumer = { ...member.truth, observability: 'provider' }
  return { ...member, truth, consumer: { ...truth, horizonMs: member.consumer!.horizonMs } }
}

/** Somebody deploys something new that shares the credential. */
export function newcomer(dice: Dice, credential: string, id: string, nowMs: number): Member {
  return memberOf(
    dice,
    credential,
    dice.pick('fleet.newcomer', ['web', 'edge', 'cron', 'webhook']),
    id,
    [],
    nowMs,
  )
}

function memberOf(
  dice: Dice,
  credential: string,
  name: string,
  id: string,
  others: readonly Member[],
  nowMs: number,
): Member {
  const { kind, facts, instances } = archetypes[name]!
  const parent = name === 'subagent' ? others.find(canHandOn) : undefined
  const consumer: Consumer = aConsumer({
    id,
    name: id,
    credential,
    owner,
    lastExercisedAtMs: nowMs - hourMs,
    ...facts(dice),
    ...(parent !== undefined && { access: { how: 'indirect', through: parent.truth.id } }),
    ...(dice.happens('fleet.idle', 0.03) && { idle: { by: 'owner', atMs: nowMs, reason: 'switched off' } }),
    ...(dice.happens('fleet.ownerless', 0.03) && { owner: null }),
    ...(dice.happens('fleet.unseen', 0.03) && { observability: 'none' as const }),
  })
  const understated = consumer.horizonMs > 0 && dice.happens('fleet.understated', 0.25)
  const truth = understated ? { ...consumer, horizonMs: consumer.horizonMs * 4 } : consumer
  return {
    kind,
    consumer,
    truth,
    instances: Array.from({ length: instances(dice) }, (_, at) => instanceOf(`${id}-${at + 1}`, nowMs)),
    retries: [],
    lastUses: new Map(),
    heardSinceMs: null,
    understated,
    signalledMs: 0,
  }
}

export function instanceOf(name: string, nowMs: number): Instance {
  return {
    name,
    held: null,
    loadedMs: 0,
    session: null,
    nextRunMs: nowMs,
    awayUntilMs: 0,
    image: null,
    isDormant: false,
  }
}

/** It lives all the time and takes new values up, so that what is derived from it can be renewed. */
function canHandOn({ truth }: Member): boolean {
  return truth.access.how === 'direct' && truth.cadence.how === 'continuous' && truth.idle === null
}
