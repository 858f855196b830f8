// Which credentials have changed: by their own events and by those of their rotations, from the feed.
import type { Store } from '@rekey/store'
import type { Assignments } from '../api/assignments.ts'
import type { Feed } from '../feed/feed.ts'
import { kindAndId } from '../runner/rows.ts'

export interface Changes {
  listen(hear: (credential: string) => void): void
  /** Everything that was committed until now was told. */
  caughtUp(): Promise<void>
}

const patienceMs = 3_000

export function changesOf(
  store: Store,
  feed: Feed,
  assignments: Assignments,
  trouble: (error: unknown) => void,
): Changes {
  const listeners: ((credential: string) => void)[] = []
  const tell = (credential: string) => {
    for (const hear of listeners) hear(credential)
  }
  /** Whose rotation it is may have to be looked up; what was heard is told in the end. */
  let last: Promise<unknown> = Promise.resolve()
  const ofRotation = async (rotation: string) => {
    const credential = await assignments.credentialOf(rotation)
    if (credential !== null) tell(credential)
  }
  feed.listen(events => {
    const rotations = new Set<string>()
    for (const { stream } of events) {
      const [kind, id] = kindAndId(stream)
      if (kind === 'credential') tell(id)
      else if (kind === 'rotation') rotations.add(id)
    }
    if (rotations.size === 0) return
    const told = Promise.all([...rotations].map(ofRotation)).catch(trouble)
    last = Promise.all([last, told])
  })
  return {
    listen: hear => void listeners.push(hear),
    async caughtUp() {
      await feed.reached(await store.lastPosition(), patienceMs)
      await last
    },
  }
}
