// The tick: claim what is due and free, work on it, give it back. It costs what is due, whatever the number of credentials.
import { dayMs, minuteMs } from '@rekey/core'
import type { Claimed } from '@rekey/store'
import { type Ground, runner } from '../ground.ts'
import { incidentOf } from './killed.ts'
import { type OpenRequest, openRotation } from './open.ts'
import { clearOrphans } from './orphans.ts'
import { kindAndId } from './rows.ts'
import { run } from './run.ts'

export interface Ticked {
  claimed: number
  failed: number
}

export async function tick(ground: Ground): Promise<Ticked> {
  const { limits, store } = ground
  const doubt = ground.doubt()
  if (doubt !== null) {
    ground.journal.trouble?.('clock', new Error(doubt))
    return { claimed: 0, failed: 0 }
  }
  const claims = await store.claim({
    holder: ground.holder,
    nowMs: ground.nowMs(),
    leaseMs: limits.leaseMs,
    limit: limits.batch,
  })
  let failed = 0
  const waiting = claims.slice()
  const work = async () => {
    for (let claim = waiting.shift(); claim !== undefined; claim = waiting.shift()) {
      if (!(await attend(ground, claim))) failed++
    }
  }
  await Promise.all(Array.from({ length: Math.min(limits.parallel, claims.length) }, work))
  return { claimed: claims.length, failed }
}

/** One subject's fault is its own: the others are attended to all the same. */
export async function attend(ground: Ground, claim: Claimed): Promise<boolean> {
  const [kind, id] = kindAndId(claim.subject)
  try {
    if (kind === 'rotation') await run(ground, id, claim)
    else if (kind === 'credential') await begin(ground, id, claim)
    else if (kind === 'sweep') await sweep(ground, id, claim)
    await ground.store.release(claim)
    return true
  } catch (error) {
    // The lease is left to run out: whoever claims it next starts from what is recorded.
    ground.journal.trouble?.(claim.subject, error)
    return false
  }
}

/** Looks for what rotations left behind at the target, until it is cleared, and every day: some effects come late. */
async function sweep(ground: Ground, credential: string, claim: Claimed): Promise<void> {
  // A restored record may be behind the target: what it does not know of may well be in use.
  const fenced = (await ground.store.meta('fenced')) !== null
  const cleared = fenced ? null : await clearOrphans(ground, credential, claim.untilMs)
  const atMs = ground.nowMs() + (cleared === null ? retryEveryMs : sweepEveryMs)
  await ground.store.commit({
    fence: claim,
    appends: [],
    writes: [{ put: 'due', subject: claim.subject, atMs }],
  })
}

/** A credential's time has come, or the version in use was killed. */
async function begin(ground: Ground, credential: string, claim: Claimed): Promise<void> {
  const [row, versions] = await Promise.all([
    ground.store.credential(credential),
    ground.store.versions(credential),
  ])
  const incident = await incidentOf(ground, credential, versions, row?.currentVersion ?? null)
  const why: Pick<OpenRequest, 'trigger' | 'order'> =
    incident === null ? { trigger: { why: 'time' } } : { trigger: incident, order: 'revoke-first' }
  const opened = await openRotation(ground, { credential, by: runner, ...why }, claim)
  if (opened.ok || opened.code === 'busy') return
  // What a person can mend without a word to us is tried again, and told each time.
  const isMendable = opened.code === 'no-provider' || opened.code === 'settings-invalid'
  const atMs = isMendable ? ground.nowMs() + retryEveryMs : null
  await ground.store.commit({
    fence: claim,
    appends: [],
    writes: [{ put: 'due', subject: claim.subject, atMs }],
  })
  if (isMendable) ground.journal.trouble?.(claim.subject, new Error(opened.text))
}

const retryEveryMs = 15 * minuteMs
const sweepEveryMs = dayMs
