// What must hold of kills in the record, seen in the very commit that changes it: epochs without a gap, one order for a version, an
// order's text is genuine, and nobody is ever sent back to what was killed.
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import {
  isUnderway,
  type OrderAnswer,
  type Rotation,
  type RotationEvent,
  type VersionState,
} from '@rekey/core'
import type { Commit, NewEvent } from '@rekey/store'
import { count, placeOf } from '../coverage.ts'
import type { Kills } from '../kills/kills.ts'
import { stateOf, violate, type World } from '../world.ts'

interface Signed {
  order: string
  jti: string
  epoch: number
  credential: string
  version: number
  kill: string
}

/** A commit that went through, and how the assignments and the alias were before it. */
export function onKills(world: World, { appends, writes }: Commit, current: number | null): void {
  const { kills } = world
  if (kills === null) return
  for (const write of writes) {
    if (!('put' in write)) continue
    if (write.put === 'version' && kills.killed.has(write.row.number) && !write.row.compromised)
      violate(world, 'forgotten', `version ${write.row.number} was killed and is written down as sound`)
    if (write.put === 'assignment' && kills.killed.has(write.row.version))
      violate(world, 'killed-assigned', `${write.row.consumer} is sent to version ${write.row.version}`)
    if (write.put !== 'credential') continue
    const { currentVersion } = write.row
    if (currentVersion !== null && currentVersion !== current && kills.killed.has(currentVersion))
      violate(world, 'killed-assigned', `the alias follows version ${currentVersion}, which was killed`)
  }
  for (const { stream, expected, events } of appends) {
    if (stream === 'order-keys')
      for (const { data } of events) kills.rings.push((data as { keys: string }).keys)
    if (stream.startsWith('kill/')) for (const one of events) answered(world, kills, one)
    if (stream !== 'orders') continue
    for (const [at, { data }] of events.entries())
      ordered(world, kills, data as unknown as Signed, expected + at + 1)
  }
}

/** Nobody is written down as having applied what he has not, unless he says so against his better knowledge. */
function answered(world: World, { holders }: Kills, { type, data }: NewEvent): void {
  if (type !== 'holdersAnswered') return
  for (const { instance, version, said } of (data as { answers: OrderAnswer[] }).answers) {
    const holder = holders.find(one => one.name === instance)
    if (said === 'applied' && holder !== undefined && !holder.cheats && !holder.applied.has(version))
      violate(
        world,
        'report',
        `${instance} is written down as having applied the order about version ${version}`,
      )
  }
}

function ordered(world: World, kills: Kills, signed: Signed, epoch: number): void {
  const { order, version, kill } = signed
  const state = stateOf(world)
  const place = state === null ? 'no rotation' : placeOf(state)
  if (signed.epoch !== epoch || epoch !== kills.killed.size + 1)
    violate(world, 'epochs', `order ${signed.epoch} is number ${epoch}, and ${kills.killed.size} were there`)
  if (kills.killed.has(version)) violate(world, 'epochs', `a second order about version ${version}`)
  if (!isGenuine(kills, order)) violate(world, 'epochs', `the order about version ${version} does not verify`)
  const atMs = world.timeline.nowMs()
  kills.killed.set(version, { version, kill, epoch, text: order, atMs, waited: 0 })
  kills.lastMs = atMs
  // Whoever holds it fails, as was said.
  world.excused.versions.add(version)
  count(world.coverage.kills, 'versions killed')
  count(world.coverage.kills, `at ${place}`)
  world.trace.say(`order ${epoch}: version ${version} is dead, at ${place}`)
}

/** By the standard, and not by the receiver that is looked at elsewhere. */
function isGenuine({ rings }: Kills, text: string): boolean {
  const [header = '', claims = '', signature = ''] = text.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  for (const ring of rings) {
    const [ringHeader = '', said = ''] = ring.split('.')
    const own = JSON.parse(Buffer.from(ringHeader, 'base64url').toString()) as { kid: string }
    if (own.kid !== kid) continue
    const { active } = JSON.parse(Buffer.from(said, 'base64url').toString()) as { active: JsonWebKey }
    const key = createPublicKey({ key: active, format: 'jwk' })
    return verify(null, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))
  }
  return false
}

/** What a rotation may not do with a version that was killed before. */
export function afterKill(world: World, state: Rotation | null, event: RotationEvent): void {
  const killed = world.kills?.killed
  if (killed === undefined || state === null || !isUnderway(state)) return
  const numberOf = (side: 'old' | 'new') => state[side]?.version
  const isKilled = (side: 'old' | 'new') => killed.has(numberOf(side) ?? -1)
  const say = (what: string, side: 'old' | 'new') =>
    violate(world, 'killed-revived', `version ${numberOf(side)} was killed and is ${what}`)
  const arriving = state.progress.ending === 'rolled-back' ? 'old' : 'new'
  switch (event.type) {
    case 'effectIntended':
      if (event.verb === 'enable' && isKilled(event.side)) say('enabled again', event.side)
      return
    case 'versionReinstated':
      if (isKilled(event.side)) say('given back', event.side)
      return
    case 'waveMoved':
    case 'consumerMoved':
      if (isKilled(event.to)) say('what consumers are moved to', event.to)
      return
    case 'waveSettled':
    case 'retirementDecided':
    case 'recoveryProved':
      if (isKilled(arriving)) say('counted as healthy', arriving)
      return
    case 'rotationEnded': {
      const left = event.ending === 'completed' ? 'new' : 'old'
      // A call was under way, and how it went ended the rotation: the next one is opened at once, and revokes first.
      const { step } = state.progress
      const wasUnderWay =
        step.kind === 'effect' && step.effect.is === 'intended' && !isBegun(state, numberOf(left) ?? -1)
      if (isKilled(left) && state[left]?.life !== 'dead' && !wasUnderWay)
        say('what the rotation ends with', left)
      return
    }
    default:
      return
  }
}

/** Rounds of a control plane that could have done it. */
const patience = 8

/** Whatever the rotation was at, the end of what was killed is begun in the next round: held, contained and stuck are no reasons to wait. */
export function waits(world: World, { killed }: Kills): void {
  const canAct = world.planes.some(plane => !plane.dead && !plane.busy && !plane.doubted())
  if (!canAct) return
  const state = stateOf(world)
  const open = state !== null && state.phase !== 'ended' ? state : null
  const versions = new Map(world.recorded.versions().map(one => [one.number, one]))
  const current = world.recorded.credential()?.currentVersion
  for (const one of killed.values()) {
    const life = versions.get(one.version)?.state
    const isOver = life === 'dead' || life === 'void'
    if (isOver || isBegun(open, one.version) || isReplaced(open, life)) one.waited = 0
    else one.waited++
    const isAnybodys = open !== null || current === one.version
    if (one.waited <= patience || !isAnybodys) continue
    const where = open === null ? 'no rotation' : placeOf(open)
    violate(
      world,
      'kill-waits',
      `version ${one.version} (${life}) was killed and nobody ends it, at ${where}`,
    )
  }
}

/** Where the target holds one version, what was destroyed has a successor in its place, and only the proof of that is still to come. */
const isReplaced = (open: Rotation | null, life: VersionState | undefined) =>
  life === 'destroyed' && open?.plan.abilities.maxLive === 1

function isBegun(state: Exclude<Rotation, { phase: 'ended' }> | null, version: number): boolean {
  if (state === null || !isUnderway(state)) return false
  if (state.plan.order === 'revoke-first' && state.old?.version === version) return true
  return state.revoked?.includes(version) ?? false
}
