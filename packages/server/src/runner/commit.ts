// One command on one rotation: gather, decide, append. The commit is compare-and-swap: whoever was overtaken gathers anew
// and decides again, on what is true now; whoever lost the lease stops.
import {
  type Actor,
  type Command,
  decide,
  evolve,
  type Refusal,
  type Rotation,
  type RotationEvent,
} from '@rekey/core'
import type { Fence, Write } from '@rekey/store'
import type { Ground } from '../ground.ts'
import { compromisedOf, type Gathered, gather } from './gather.ts'
import { change } from './rows.ts'

export type Outcome =
  | { ok: true; state: Rotation; events: RotationEvent[]; after: Gathered }
  | { ok: false; refusals: Refusal[] }
  | { ok: false; overtaken: true }
  | { ok: false; leaseLost: true }

/** Decides on what was gathered and commits; never repeats by itself. */
export async function attempt(
  ground: Ground,
  gathered: Gathered,
  command: Command,
  by: Actor,
  fence: Fence | null,
  extra: (events: readonly RotationEvent[]) => Write[] = () => [],
): Promise<Outcome> {
  const doubt = ground.doubt()
  if (doubt !== null) return { ok: false, refusals: [doubted(doubt)] }
  const nowMs = ground.nowMs()
  // Evidence comes in without touching the rotation, so the compare-and-swap does not see it: whoever was held up looks again.
  if (looks.has(command.do) && !isFresh(ground, gathered)) {
    return { ok: false, overtaken: true }
  }
  const decision = decide(gathered.state, command, {
    nowMs,
    by,
    key: ground.id(),
    ledger: gathered.ledger,
    baseline: gathered.baseline,
    fenced: gathered.fenced,
    compromised: compromisedOf(gathered),
  })
  ground.journal.decided?.(gathered.state, command, decision.ok)
  if (!decision.ok) {
    ground.journal.refused?.(gathered.row.id, command.do, decision.refusals)
    return decision
  }
  let state: Rotation = gathered.state
  for (const event of decision.events) state = evolve(state, event)
  const { appends, writes } = change(gathered, state, decision.events, nowMs)
  const committed = await ground.store.commit({
    fence,
    appends,
    writes: [...writes, ...extra(decision.events)],
  })
  if (!committed.ok) {
    return committed.why === 'lost-lease' ? { ok: false, leaseLost: true } : { ok: false, overtaken: true }
  }
  ground.journal.appended?.(gathered.row.id, decision.events)
  return { ok: true, state, events: decision.events, after: changed(gathered, state, writes) }
}

/**
 * What was gathered, with what this commit has changed: what is asked next of the same rotation need not be read again. Its
 * ledger is left out, for evidence is always looked at anew.
 */
function changed(gathered: Gathered, state: Rotation, writes: readonly Write[]): Gathered {
  let { row, credential } = gathered
  const versions = new Map(gathered.versions.map(version => [version.number, version]))
  const assignments = new Map(gathered.assignments.map(one => [one.consumer, one]))
  for (const write of writes) {
    if (!('put' in write)) continue
    if (write.put === 'rotation') row = write.row
    else if (write.put === 'credential') credential = write.row
    else if (write.put === 'version') versions.set(write.row.number, write.row)
    else if (write.put === 'assignment') assignments.set(write.row.consumer, write.row)
  }
  return {
    ...gathered,
    row,
    state,
    credential,
    versions: [...versions.values()],
    assignments: [...assignments.values()],
    ledger: null,
  }
}

/** What is decided on evidence. */
const looks = new Set<Command['do']>(['settle', 'retire', 'passWatch', 'resume'])
const longestLookMs = 5_000

export const isFresh = (ground: Ground, { atMs }: Gathered) =>
  Math.abs(ground.nowMs() - atMs) <= longestLookMs

const tries = 8

export type Asked = { ok: true; state: Rotation } | { ok: false; refusals: Refusal[] }

/** A command from a person or an API: repeated while others get in between, a bounded number of times. */
export async function ask(
  ground: Ground,
  rotation: string,
  command: Command,
  by: Actor,
  extra: () => Write[] = () => [],
): Promise<Asked> {
  for (let tried = 0; tried < tries; tried++) {
    const gathered = await gather(ground, rotation)
    if (gathered === null) return { ok: false, refusals: [unknown(rotation)] }
    const outcome = await attempt(ground, gathered, command, by, null, extra)
    if (outcome.ok) return { ok: true, state: outcome.state }
    if ('refusals' in outcome) return { ok: false, refusals: outcome.refusals }
  }
  return { ok: false, refusals: [busy] }
}

const doubted = (why: string): Refusal => ({
  code: 'clock-doubted',
  text: why,
  how: 'set the clock right, or restart this control plane once it is',
  missing: [],
})

const unknown = (rotation: string): Refusal => ({
  code: 'unknown-rotation',
  text: `there is no rotation ${rotation}`,
  how: 'look up its id in the list of rotations',
  missing: [],
})

const busy: Refusal = {
  code: 'busy',
  text: 'the rotation keeps changing while the command is being decided',
  how: 'ask again',
  missing: [],
}
