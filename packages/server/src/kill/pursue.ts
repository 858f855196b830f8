// The targets' part of a kill, at once: whatever else the clock has to attend to, these go first. What cannot be done now (another control
// plane is at it, a call is under way) is done by the usual tick: the kill has made it due.
import type { Ground } from '../ground.ts'
import { attend } from '../runner/tick.ts'

const atOnce = 16

export async function pursue(by: Ground, subjects: readonly string[]): Promise<void> {
  // Under a name of its own: where this very control plane is in the middle of a call, taking its lease from it would make two of them.
  const ground: Ground = { ...by, holder: `${by.holder}/${by.id()}` }

  const waiting = [...new Set(subjects)]
  const work = async () => {
    for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift()) {
      await follow(ground, subject)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, work))
}

async function follow(ground: Ground, subject: string): Promise<void> {
  const claimed = await claim(ground, subject)
  if (claimed === null) return
  await attend(ground, claimed)
  // A rotation that was only planned has been given up, or one was opened: it is what has to be gone on with.
  if (!subject.startsWith('credential/')) {
    const rotation = await ground.store.rotation(subject.slice('rotation/'.length))
    if (rotation?.state.phase !== 'ended') return
    const again = await claim(ground, `credential/${rotation.credential}`)
    if (again !== null) await attend(ground, again)
    await opened(ground, rotation.credential)
    return
  }
  await opened(ground, subject.slice('credential/'.length))
}

async function opened(ground: Ground, credential: string): Promise<void> {
  const row = await ground.store.credential(credential)
  if (row?.openRotation == null) return
  const claimed = await claim(ground, `rotation/${row.openRotation}`)
  if (claimed !== null) await attend(ground, claimed)
}

/** Whose clock is not believed takes no lease: by a clock that has jumped, those of all others are over. */
const claim = async ({ store, holder, nowMs, limits, doubt }: Ground, subject: string) =>
  doubt() === null ? store.claimOne(subject, { holder, nowMs: nowMs(), leaseMs: limits.leaseMs }) : null
