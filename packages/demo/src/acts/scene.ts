// What an act has to play with.
import type { DocstoreProcess } from '../docstore/start.ts'
import type { ControlPlane, Person } from '../plane/control-plane.ts'
import type { Platform } from '../platform/platform.ts'
import type { Clock } from '../show/clock.ts'
import type { Stage } from '../show/stage.ts'

export interface World {
  folder: string
  docstore: DocstoreProcess
  /** It takes longer to start than Docstore, and act 1 knows nothing of it. */
  ready: Promise<void>
  readonly plane: ControlPlane
  readonly person: Person
}

export interface Scene {
  world: World
  clock: Clock
  stage: Stage
  platform: Platform
  /** The value of the key that everybody began with. */
  token: { id: string; value: string }
  /** A moment for whoever reads; none where nobody does. */
  beat(): Promise<void>
  /** While the story is paused, Rekey waits as well. */
  pausable(rotation: string | null): void
}

export const now = () => performance.timeOrigin + performance.now()
export const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
