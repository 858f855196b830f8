// What needs a person now, of everything that there is: gathered once for all who ask, and cut to what each may see when they do.
// An answer is no older than what the feed had heard when it was asked for, and by no more than a second as far as time and observations go.
import type { Flight } from '@rekey/wire'
import type { Plane } from '../api/plane.ts'
import { type Counts, countsOf } from './counts.ts'
import { byUrgency, type Draft } from './draft.ts'
import { evidenceOf } from './evidence.ts'
import { byDeadline, flightsOf } from './flights.ts'
import { killsOf } from './kills.ts'
import { aboutCredential, deadlineOf, ghostsOf } from './of-credential.ts'
import { ofFence, ofKill, ofProposal, ofSignal } from './of-plane.ts'
import { type CredentialKnown, type Known, rememberedOf } from './remembered.ts'

export interface Snapshot extends Known {
  atMs: number
  /** The most urgent first. */
  drafts: readonly Draft[]
  flights: readonly Flight[]
  counts: Counts
}

export interface Overview {
  look(): Promise<Snapshot>
}

type Needs = Pick<Plane, 'ground' | 'keep' | 'feed' | 'assignments' | 'orders'>

const believedMs = 1_000
/** Between two looks; while everything changes all the time, looking takes no more than a fifth of it. */
const restMs = 250
const restTimes = 4
/** Then nothing is remembered for whoever may come again. */
const forgottenAfterMs = 600_000
const behindMs = 500

export function overviewOf(plane: Needs): Overview {
  const { ground, feed } = plane
  const { store, nowMs } = ground
  const remembered = rememberedOf({ ...plane, store })
  const evidence = evidenceOf(store)
  const flights = flightsOf()
  const kills = killsOf(plane)
  let last: Snapshot | null = null
  let running: Promise<Snapshot> | null = null
  let rest = { untilAt: 0 }
  let askedAt = performance.now()

  const made = async (): Promise<Snapshot> => {
    await pause(rest.untilAt - performance.now())
    const began = performance.now()
    // What was committed before the question was asked is in the answer, whoever committed it.
    await feed.reached(await store.lastPosition(), behindMs)
    const atMs = nowMs()
    const known = await remembered.read()
    const [ghosts, fenced, unconfirmed] = await Promise.all([
      store.openGhosts(),
      store.meta('fenced'),
      kills.unconfirmed(known.kills, known.changed),
    ])
    const owners = [...known.credentials.values()]
    const open = owners.flatMap(one => one.rotation ?? [])
    const inFlight = flights.all(owners, await evidence.of(open, atMs), atMs)
    const about = (id: string) => aboutOf(known.credentials.get(id))
    const drafts: Draft[] = [
      ...(fenced === null ? [] : [ofFence()]),
      ...unconfirmed.map(one => ofKill(one, about)),
      ...[...known.signals].map(([id, one]) => ofSignal(id, one, aboutOrNone(one.credential, about))),
      ...[...known.proposals]
        .filter(([, one]) => one.expiresMs > atMs)
        .map(([id, one]) => ofProposal(id, one, about(one.credential))),
      ...inFlight.flatMap(one => one.drafts),
      ...ghosts.flatMap(one => ghostsOfKnown(known, one)),
      ...owners.flatMap(one => deadlineOf({ ...one, nowMs: atMs }) ?? []),
    ]
    const sorted = inFlight.flatMap(one => one.flight ?? []).sort(byDeadline)
    const ghostly = new Map(ghosts.map(one => [one.credential, one.count]))
    const counts = countsOf(known.credentials, known.agents.values(), ghostly, sorted)
    last = { ...known, atMs, drafts: drafts.sort(byUrgency), flights: sorted, counts }
    const ended = performance.now()
    rest = { untilAt: ended + Math.min(restMs, (ended - began) * restTimes) }
    return last
  }

  const begin = () => {
    running ??= made().finally(() => {
      running = null
    })
    return running
  }
  feed.listen(() => {
    if (last === null || performance.now() - askedAt < forgottenAfterMs) return
    last = null
    remembered.forget()
  })
  return {
    async look() {
      askedAt = performance.now()
      const asked = feed.position()
      const isGood = (one: Snapshot) => one.position >= asked && Math.abs(nowMs() - one.atMs) < believedMs
      if (last !== null && isGood(last)) return last
      if (running !== null) {
        const one = await running
        if (isGood(one)) return one
      }
      return begin()
    },
  }
}

const aboutOf = (known: CredentialKnown | undefined) =>
  known === undefined ? null : aboutCredential(known.row)
const aboutOrNone = (id: string | null, about: (id: string) => ReturnType<typeof aboutOf>) =>
  id === null ? null : about(id)

function ghostsOfKnown({ credentials }: Known, ghosts: Parameters<typeof ghostsOf>[1]): Draft[] {
  const known = credentials.get(ghosts.credential)
  return known === undefined ? [] : [ghostsOf(known.row, ghosts)]
}

const pause = (ms: number) =>
  ms <= 0 ? Promise.resolve() : new Promise<void>(resolve => setTimeout(resolve, ms))
