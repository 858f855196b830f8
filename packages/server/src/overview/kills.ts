// Kills that not everybody has confirmed. Each is looked at as its own page does it, which takes some calls for each version that was
// killed: so again only when something was said of it, or after a while, and never for longer than a part of a second at a time.
import { hourMs, secondMs } from '@rekey/core'
import type { KillView } from '@rekey/wire'
import type { Plane } from '../api/plane.ts'
import { killView } from '../kill/report.ts'
import { killStateOf } from '../kill/state.ts'
import type { UnconfirmedKill } from './of-plane.ts'

export interface KillsBook {
  /** `said`: kills of which something was said since; `changed`: credentials. */
  unconfirmed(said: ReadonlySet<string>, changed: ReadonlySet<string>): Promise<UnconfirmedKill[]>
}

interface Looked {
  orderedMs: number
  credentials: ReadonlySet<string>
  open: UnconfirmedKill[]
  atMs: number
  /** How long it took, and when that was, by a clock that nobody sets. */
  tookMs: number
  endedAt: number
}

const againMs = 5 * secondMs
/** Whoever confirmed and uses it all the same does so soon. */
const youngMs = hourMs
const mostMs = 300

type Needs = Pick<Plane, 'ground' | 'keep'> & { orders: Pick<Plane['orders'], 'isUrgent'> }

export function killsOf(plane: Needs): KillsBook {
  const { ground, keep, orders } = plane
  /** null: it has not been looked at. */
  const known = new Map<string, Looked | null>()
  const waiting = new Set<string>()
  let isListed = false
  const list = async () => {
    for (const { id } of await keep.all('kill')) {
      const kill = id.slice(0, id.lastIndexOf('/'))
      if (!known.has(kill)) known.set(kill, null)
    }
    isListed = true
  }
  const look = async (kill: string) => {
    const began = performance.now()
    const atMs = ground.nowMs()
    const state = await killStateOf(ground.store, kill)
    if (state === null) return void known.delete(kill)
    const view = await killView(plane, state)
    known.set(kill, {
      orderedMs: state.orderedMs,
      credentials: new Set(state.killed.map(one => one.credential)),
      open: openIn(view),
      atMs,
      tookMs: performance.now() - began,
      endedAt: performance.now(),
    })
  }
  const isDue = (kill: string, one: Looked | null): boolean => {
    if (one === null) return true
    // A kill of ten thousand versions takes a while to look at: it takes no more than a tenth of the time.
    if (performance.now() - one.endedAt < one.tookMs * 10) return false
    if (waiting.has(kill)) return true
    const nowMs = ground.nowMs()
    const isOpen = one.open.length > 0 || nowMs - one.orderedMs < youngMs
    return isOpen && Math.abs(nowMs - one.atMs) >= againMs
  }
  return {
    async unconfirmed(said, changed) {
      if (!isListed) await list()
      for (const kill of said) {
        waiting.add(kill)
        if (!known.has(kill)) known.set(kill, null)
      }
      for (const [kill, one] of known) if (one !== null && isTouched(one, changed)) waiting.add(kill)
      const began = performance.now()
      // The newest first: ids rise with time.
      for (const [kill, one] of [...known].sort(([a], [b]) => (a < b ? 1 : -1))) {
        // What has just gone out is what counts; and the rest is looked at the next time.
        if (orders.isUrgent() || performance.now() - began > mostMs) break
        if (!isDue(kill, one)) continue
        waiting.delete(kill)
        await look(kill)
      }
      return [...known.values()].flatMap(one => one?.open ?? [])
    },
  }
}

const isTouched = ({ open, credentials }: Looked, changed: ReadonlySet<string>): boolean => {
  if (open.length === 0) return false
  for (const one of changed) if (credentials.has(one)) return true
  return false
}

/** By environment: whoever may see one of them sees what is missing there, and nothing of the others. */
function openIn({ id, reason, orderedMs, killed, unconfirmed }: KillView): UnconfirmedKill[] {
  const environments = new Map(killed.map(one => [one.credential, one.environment]))
  const found = new Map<string, { instances: Set<string>; contradicted: Set<string>; targets: Set<string> }>()
  for (const { credential, consumer, instance } of unconfirmed) {
    const environment = environments.get(credential) ?? ''
    const one = found.get(environment) ?? {
      instances: new Set(),
      contradicted: new Set(),
      targets: new Set(),
    }
    found.set(environment, one)
    if (instance !== null) one.instances.add(instance)
    else if (consumer !== null) one.contradicted.add(consumer)
    else one.targets.add(credential)
  }
  return [...found].map(([environment, { instances, contradicted, targets }]) => ({
    kill: id,
    environment,
    reason,
    orderedMs,
    instances: [...instances],
    contradicted: [...contradicted],
    targets: [...targets],
  }))
}
