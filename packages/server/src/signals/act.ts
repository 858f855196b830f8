// What was decided, done. It may be done twice where a control plane dies in between, and has the effect of once: a version that is killed is
// not killed again, and of a credential one rotation is open. What cannot be done stays open, and says so.
import { isUnderway, type SignalDeed, type TriggerEvent } from '@rekey/core'
import type { Plane } from '../api/plane.ts'
import { kill } from '../kill/kill.ts'
import { ask } from '../runner/commit.ts'
import { openRotation } from '../runner/open.ts'
import { endOwnToken } from './own-token.ts'
import { type Incident, signalActor } from './record.ts'

/** null: try again later. */
export async function act(plane: Plane, id: string): Promise<SignalDeed | null> {
  const incident = await plane.keep.get('signal', id)
  if (incident === null || incident.state === 'dismissed') {
    return { did: 'nothing-left', text: 'It was dismissed before anything was done.' }
  }
  const deed = await deedFor(plane, id, incident)
  if (deed === null) return null
  await noteDeed(plane, id, deed)
  return deed
}

async function deedFor(plane: Plane, id: string, incident: Incident): Promise<SignalDeed | null> {
  if (incident.own !== null) {
    const text = await endOwnToken(plane, incident.own)
    return text === null
      ? { did: 'nothing-left', text: 'The token is gone already.' }
      : { did: 'token-ended', text }
  }
  switch (incident.reaction) {
    case 'kill':
      return killed(plane, id, incident)
    case 'suspend':
      return moved(plane, id, incident, true)
    case 'rotate':
      return moved(plane, id, incident, false)
    default:
      return { did: 'nothing-left', text: 'Nothing has to be done.' }
  }
}

async function killed(plane: Plane, id: string, incident: Incident): Promise<SignalDeed | null> {
  const { credential, version, kind, sources } = incident
  const source = sources[0] ?? 'unknown'
  const answer = await kill(plane, {
    scope: { of: 'version', credential: credential!, version: version! },
    reason: `signal ${id}: ${kind}, from ${source}`,
    by: signalActor,
    cause: { why: 'signal', signal: id, source },
  })
  if (answer.ok) {
    return { did: 'killed', text: `Version ${version} was killed, and is being replaced.`, kill: answer.kill }
  }
  if (answer.code === 'busy') return null
  if (answer.code === 'nothing-to-kill')
    return { did: 'nothing-left', text: 'The version is dead or killed already.' }
  return { did: 'could-not', text: answer.text }
}

/**
 * Away from the version, in order: a rotation is opened. One that is under way away from it goes on; one that goes towards it, or any if it
 * has to hold, is contained. All of it can be undone: contained goes on with resume, and a rotation that was opened is aborted.
 */
async function moved(
  { ground }: Plane,
  id: string,
  { credential, version, kind, reaction }: Incident,
  holds: boolean,
): Promise<SignalDeed | null> {
  const row = await ground.store.credential(credential!)
  if (row === null) return { did: 'nothing-left', text: `There is no credential ${credential}.` }
  const why = `signal ${id}: ${kind}`
  if (row.openRotation === null) {
    const trigger = { why: 'event', event: triggerOf(kind), reference: `signal/${id}` } as const
    const opened = await openRotation(ground, { credential: row.id, trigger, by: signalActor })
    if (opened.ok) {
      const text = `A rotation away from version ${row.currentVersion ?? 'none'} was opened.`
      return { did: 'rotation-opened', text, rotation: opened.rotation }
    }
    if (opened.code === 'busy' || opened.code === 'rotation-open') return null
    return { did: 'could-not', text: `${opened.text}. ${opened.how}` }
  }
  const rotation = row.openRotation
  const state = (await ground.store.rotation(rotation))?.state
  if (state === undefined) return null
  const leaves = isUnderway(state) && state.old?.version === version
  if (!holds && (leaves || version === null)) {
    return { did: 'under-way', text: `Rotation ${rotation} is under way already.`, rotation }
  }
  const asked = await ask(ground, rotation, { do: 'contain', cause: why }, signalActor)
  if (asked.ok) {
    return {
      did: 'contained',
      text: `Rotation ${rotation} was contained: nobody moves on, and nothing is retired.`,
      rotation,
    }
  }
  const text = asked.refusals.map(one => one.text).join('; ')
  return {
    did: 'could-not',
    text: `To ${reaction}, rotation ${rotation} had to be contained: ${text}`,
    rotation,
  }
}

function triggerOf(kind: Incident['kind']): TriggerEvent {
  if (kind === 'leak' || kind === 'public-leak') return 'leak-found'
  return kind === 'provider-notice' ? 'provider-notice' : 'anomaly'
}

/** A rotation and a kill end the matter; what was held, or could not be done, waits for a person. */
async function noteDeed({ keep, ground }: Plane, id: string, deed: SignalDeed): Promise<void> {
  const atMs = ground.nowMs()
  await keep.change('signal', id, record => ({
    record: {
      ...record,
      did: [...record.did, { atMs, ...deed }],
      state:
        record.state === 'dismissed' || deed.did === 'could-not' || record.reaction === 'suspend'
          ? record.state
          : 'done',
      seq: record.seq + 1,
    },
    event: {
      type: 'signalActed',
      credential: record.credential,
      version: record.version,
      ...deed,
      atMs,
      by: signalActor,
    },
  }))
}
