// One control plane acts on a rotation at a time, and only on what stands in the record: every lease is one holder's, every
// commit of the runner is fenced by it, and every call that changes the target arrives under an intent that was written down.
import { isUnderway, maybeAccepted, minuteMs, stepOf } from '@rekey/core'
import type { Claimed, ClaimRequest, Commit, Committed, Fence } from '@rekey/store'
import type { Changing } from '../target/faulty.ts'
import { stateOf, violate, type World } from '../world.ts'

export interface Leases {
  granted(world: World, claims: readonly Claimed[], request: Omit<ClaimRequest, 'limit'>): void
  renewed(fence: Fence, untilMs: number): void
  /** Its holder was told that it is not his any more. */
  lost(fence: Fence): void
  released(fence: Fence): void
  committed(world: World, commit: Commit, committed: Committed): void
  /** Until when, by the clock of whoever it was given to; null: it is not his. */
  heldUntilMs(subject: string, holder: string): number | null
}

export function watchLeases(): Leases {
  const told = new Set<string>()
  const nameOf = ({ subject, holder, token }: Fence) => `${subject} ${holder} ${token}`
  const holders = new Map<string, { holder: string; token: number; untilMs: number }>()
  return {
    heldUntilMs(subject, holder) {
      const known = holders.get(subject)
      // What a kill pursues, it does under a name of its own.
      const isHis = known?.holder === holder || known?.holder.startsWith(`${holder}/`) === true
      return isHis ? known.untilMs : null
    },
    granted(world, claims, request) {
      for (const { subject, holder, token, untilMs } of claims) {
        const known = holders.get(subject)
        if (known !== undefined && known.untilMs > request.nowMs && known.holder !== holder) {
          violate(world, 'two-at-once', `${subject} was given to ${holder} while ${known.holder} held it`)
        }
        if (known !== undefined && token <= known.token) {
          violate(world, 'two-at-once', `the token of ${subject} did not rise`)
        }
        holders.set(subject, { holder, token, untilMs })
      }
    },
    lost(fence) {
      told.add(nameOf(fence))
    },
    renewed(fence, untilMs) {
      const known = holders.get(fence.subject)
      if (known?.token === fence.token) holders.set(fence.subject, { ...known, untilMs })
    },
    released(fence) {
      const known = holders.get(fence.subject)
      if (known?.token === fence.token) holders.set(fence.subject, { ...known, untilMs: 0 })
    },
    committed(world, { fence, appends }, answer) {
      if (fence !== null && told.has(nameOf(fence)))
        violate(world, 'works-on', `${fence.holder} goes on with ${fence.subject}, which it has lost`)
      if (!answer.ok) return
      if (fence !== null) {
        const known = holders.get(fence.subject)
        if (known === undefined || known.token !== fence.token) {
          violate(
            world,
            'two-at-once',
            `a commit on ${fence.subject} went through under a lease that was lost`,
          )
        }
      }
      for (const { stream, events } of appends) {
        if (!stream.startsWith('rotation/') || fence !== null) continue
        const first = events.find(event => event.by === 'system:runner')
        if (first !== undefined) {
          violate(world, 'unfenced', `the runner wrote ${first.type} without its lease`)
        }
      }
    },
  }
}

/** The clocks of two control planes differ by so much, and a call that was begun in time takes a while. */
const slackMs = minuteMs

/** A call that changes something arrives at the target. */
export function arriving(
  world: World,
  plane: string,
  verb: Changing,
  handle: string | null,
  key: string | null,
): void {
  const state = stateOf(world)
  const versions = world.recorded.versions()
  if (verb === 'destroy') {
    const owner = versions.find(one => one.handle === handle)
    if (owner === undefined || !maybeAccepted(owner)) {
      // An orphan. What is only being minted has an owner, though nobody could write its name down yet.
      const minted = world.target.world.versions.find(one => one.handle === handle)
      const intended = versions.find(one => one.operation === minted?.operation && one.state === 'intended')
      const clearing = state !== null && isUnderway(state) && stepOf(state).do === 'destroy'
      if (intended !== undefined && !clearing) {
        violate(world, 'no-intent', `${handle} is destroyed as an orphan while its mint is being resolved`)
      }
      return
    }
  }
  const untilMs = state === null ? null : world.leases.heldUntilMs(`rotation/${state.id}`, plane)
  if (untilMs === null || world.timeline.nowMs() > untilMs + slackMs) {
    violate(world, 'no-lease', `${verb} arrives from ${plane}, whose lease is over or never was`)
  }
  if (state === null || !isUnderway(state)) {
    violate(world, 'no-intent', `${verb} of ${handle ?? 'a new version'} arrives with no rotation under way`)
    return
  }
  const step = stepOf(state)
  const { step: at } = state.progress
  const stands = step.do === verb && at.kind === 'effect' && at.effect.is === 'intended'
  if (!stands) {
    violate(
      world,
      'no-intent',
      `${verb} of ${handle ?? 'a new version'} arrives while the record is at ${step.do}`,
    )
    return
  }
  if (key !== null && at.effect.key !== key) {
    violate(world, 'no-intent', `${verb} arrives under another operation key than the one intended`)
  }
  const side = 'side' in step ? state[step.side] : state.new
  if (handle !== null && side !== null && side.handle !== null && side.handle !== handle) {
    violate(world, 'no-intent', `${verb} arrives for ${handle}, but ${side.handle} was intended`)
  }
}

/** A key stands for one effect: it is never used for another. */
export function watchKeys() {
  const used = new Map<string, string>()
  return (
    world: World,
    rotation: string,
    event: { verb: string; side: string; version: number; key: string },
  ) => {
    const what = `${rotation} ${event.verb} of version ${event.version}`
    const known = used.get(event.key)
    if (known !== undefined && known !== what) {
      violate(world, 'key-reused', `the operation key of ${known} is used again for ${what}`)
    }
    used.set(event.key, what)
  }
}
