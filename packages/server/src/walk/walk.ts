// One walk: a rotation from plan to proof, in virtual time, until it ends.
import { isUnderway, type Missing, minuteMs, type Rotation, type RotationEvent } from '@rekey/core'
import type { Journal } from '../journal.ts'
import { openRotation } from '../runner/open.ts'
import { tick } from '../runner/tick.ts'
import { logSigner } from '../sealing/key.ts'
import { seal } from '../sealing/seal.ts'
import { verifyLog } from '../sealing/verify.ts'
import { live, remedy } from './fleet.ts'
import type { Scene } from './scenes.ts'
import { openStage, type Place, type Stage } from './stage.ts'

export interface WalkOptions {
  place: Place
  scene: Scene
  journal: (nowMs: () => number, startMs: number) => Journal
  /** Called after every commit of the rotation and after every call to the target. */
  point: (what: string) => void
}

/** How it ended, without what differs from one run to the next: the times and the ids. */
export interface Final {
  ending: string
  versions: string[]
  target: string[]
  assignments: string[]
  current: number | null
  orphans: number
  log: 'verified' | 'broken'
}

export interface Walked {
  final: Final
  refusedRetirements: number
  failedWork: number
  virtualMs: number
  events: number
}

const stepMs = 5 * minuteMs
/** A walk that has not ended by then never will. */
const longestMs = 14 * 24 * 60 * minuteMs

export async function walk(options: WalkOptions): Promise<Walked> {
  let stage: Stage | null = null
  const heard = { missing: [] as Missing[], refusedRetirements: 0 }
  const clock = () => stage?.outside.nowMs ?? 0
  let shown: Journal | null = null
  const journal: Journal = {
    appended(rotation: string, events: readonly RotationEvent[]) {
      shown?.appended?.(rotation, events)
      options.point(events.map(event => event.type).join('+'))
    },
    refused(rotation, command, refusals) {
      heard.missing.push(...refusals.flatMap(refusal => refusal.missing))
      if (command === 'retire') heard.refusedRetirements++
      shown?.refused?.(rotation, command, refusals)
    },
    called: (...told) => shown?.called?.(...told),
    trouble: (...told) => shown?.trouble?.(...told),
  }
  stage = await openStage(options.place, options.scene, journal, verb => options.point(`call ${verb}`))
  shown = options.journal(clock, stage.outside.startMs)
  try {
    return await walkOn(stage, options.scene, heard)
  } finally {
    await stage.close()
  }
}

async function walkOn(
  stage: Stage,
  scene: Scene,
  heard: { missing: Missing[]; refusedRetirements: number },
): Promise<Walked> {
  const { ground, outside, save } = stage
  const { store } = ground
  const signer = await logSigner(store, ground.vault, 'walk.rekey.local/log', ground.random)
  const rotation = await begun(stage, scene)
  let state: Rotation | null = null
  while (outside.nowMs - outside.startMs < longestMs) {
    await live(ground, outside.world, outside.fleet, scene.consumers)
    await tick(ground)
    await seal(ground, signer)
    remedy(outside.fleet, heard.missing.splice(0), outside.nowMs)
    state = (await store.rotation(rotation))?.state ?? null
    if (state?.phase === 'ended') break
    outside.nowMs += stepMs
    save()
  }
  if (state === null || isUnderway(state) || state.phase === 'planned') {
    throw new Error(
      `the rotation is still ${state?.phase ?? 'unknown'} after ${longestMs / 86_400_000} virtual days`,
    )
  }
  await seal(ground, signer)
  const events = (await store.stream(`rotation/${rotation}`, 0, 10_000)).length
  return {
    final: await final(
      stage,
      scene,
      state,
      await verifyLog(store, signer).then(one => one.ok && one.unsealed === 0),
    ),
    refusedRetirements: heard.refusedRetirements,
    failedWork: outside.fleet.failedWork,
    virtualMs: outside.nowMs - outside.startMs,
    events,
  }
}

/** Opens the rotation, or finds the one that was opened before a crash. */
async function begun({ ground, outside, save }: Stage, scene: Scene): Promise<string> {
  const row = await ground.store.credential(scene.credential.id)
  const open =
    row?.openRotation ??
    (await ground.store.rotations({ after: null, limit: 1, credential: scene.credential.id }))[0]?.id
  if (open !== undefined && open !== null) return open
  // Some minutes of usual work first, so that there is something to compare with.
  for (let minute = 0; minute < 6; minute++) {
    await live(ground, outside.world, outside.fleet, scene.consumers)
    outside.nowMs += stepMs
    save()
  }
  const by = { kind: 'person', id: 'walker' } as const
  const opened = await openRotation(ground, {
    credential: scene.credential.id,
    trigger: { why: 'person', by: by.id, reason: 'a walk' },
    by,
    wish: scene.model,
  })
  if (!opened.ok) throw new Error(opened.text)
  const gaps = opened.plan.gaps.map(gap => gap.text)
  if (gaps.length > 0) throw new Error(`the plan has gaps: ${gaps.join('; ')}`)
  return opened.rotation
}

async function final(
  { ground, outside }: Stage,
  scene: Scene,
  state: Rotation,
  verified: boolean,
): Promise<Final> {
  const { store } = ground
  const credential = scene.credential.id
  const [versions, assignments, row] = await Promise.all([
    store.versions(credential),
    store.assignments(credential),
    store.credential(credential),
  ])
  const owned = new Set(versions.map(version => version.handle))
  const live = outside.world.versions.filter(one => one.state !== 'gone')
  return {
    ending: state.phase === 'ended' ? state.ending : state.phase,
    versions: versions.map(version => `${version.number} ${version.state}`),
    target: live.map(
      one => `${versions.find(version => version.handle === one.handle)?.number ?? '?'} ${one.state}`,
    ),
    assignments: assignments.map(one => `${one.consumer} ${one.version}`).sort(),
    current: row?.currentVersion ?? null,
    orphans: live.filter(one => !owned.has(one.handle)).length,
    log: verified ? 'verified' : 'broken',
  }
}
