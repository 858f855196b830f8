// One control plane of the world: the product's runner on its own clock, with everything around it able to fail. When it
// crashes nothing of it goes on; when it is paused it comes back an hour later and knows nothing of that.
import { createHash } from 'node:crypto'
import { minuteMs, secondMs } from '@rekey/core'
import type { Signer } from '@rekey/log'
import type { Provider } from '@rekey/providers'
import { noAdminSecrets } from '@rekey/providers/fixtures'
import {
  digest,
  type Ground,
  type Journal,
  logSigner,
  seal,
  tick,
  usualLimits,
  watchedClock,
} from '@rekey/server'
import { inline, openVault, rootKeyFrom, type SqliteEngine } from '@rekey/store'
import type { Dice } from '../dice.ts'
import type { Desk } from '../kills/desk.ts'
import { faulty, type Unreliable } from '../target/faulty.ts'
import type { Target } from '../target/target.ts'
import type { Timeline } from '../timeline.ts'
import { type Around, faultyStore, storeDown } from './faulty-store.ts'

export interface Plane {
  name: string
  ground: Ground
  /** What it has for kills; null: it has not read the record so far, or nobody kills here. */
  desk: Desk | null
  isOpening: boolean
  dead: boolean
  /** It waits for something: no other round is begun. */
  busy: boolean
  /** One round of the loops: the tick, and now and then the seal and the digests. */
  round(): void
  /** The clock is set right, or its supervisor starts it anew. */
  doubted(): boolean
  /** Something that a person asks of it; null: no answer came. */
  serve<T>(ask: (ground: Ground) => Promise<T>): Promise<T | null>
}

export interface PlaneWorld {
  engine: SqliteEngine
  target: Target
  timeline: Timeline
  isRough: boolean
  dice: Dice
  stormy: () => boolean
  unreliable: Omit<Unreliable, 'boundary' | 'arriving'>
  arriving: (plane: string, ...told: Parameters<Unreliable['arriving']>) => void
  journal: Journal
  watch: Around['watch']
  say: (line: string) => void
  /** A place where a control plane can die was passed, or it died there. */
  passed: (point: string, died: boolean) => void
  /** Whatever anybody else does in that moment. */
  between: () => void
  newId: () => string
  newValue: () => string
  random: (bytes: number) => Uint8Array
}

export const origin = 'sim.rekey.local/log'
const rootKey = rootKeyFrom(createHash('sha256').update('the root key of the simulator').digest())
/** Places that are passed so seldom that nobody would ever die there by the usual chance. */
const seldom = new Set([
  'store.renew',
  'store.wake',
  'store.putKeyOnce',
  'store.key',
  'store.seal',
  'store.closeBuckets',
  'store.consumers',
  'target.find',
  'target.enable',
  'target.compareRights',
  'target.list',
])
/** Nobody stands still for longer. */
export const longestPauseMs = 70 * minuteMs
/** One for each who waits: a shared one would keep every dead control plane, and its world, in memory. */
const never = () => new Promise<never>(() => {})

export async function openPlane(name: string, world: PlaneWorld): Promise<Plane> {
  const { dice, timeline } = world
  const plane = { name, dead: false, busy: false, desk: null, isOpening: false } as unknown as Plane
  const offsetMs = dice.between('plane.clock', -20, 20) * secondMs
  const drift = (dice.roll('plane.drift') - 0.5) * 2e-5
  const bornMs = timeline.nowMs()
  let jumpMs = 0
  const steady = () => timeline.nowMs()
  const wall = () => Math.round(timeline.nowMs() + offsetMs + (timeline.nowMs() - bornMs) * drift + jumpMs)
  const clock = watchedClock(wall, steady)

  const strikes = (fault: string, chance: number) => world.stormy() && dice.strikes(fault, chance)
  /** Dies or sleeps here, where the dice say so; whoever is dead waits for ever. */
  const at = async (point: string): Promise<void> => {
    if (plane.dead) return never()
    if (!world.stormy()) return
    if (dice.strikes(`plane.crash.${point}`, seldom.has(point.split(':')[0]!) ? 0.03 : 0.0012)) {
      plane.dead = true
      world.passed(point, true)
      world.say(`${name} dies at ${point}`)
      return never()
    }
    world.passed(point, false)
    world.between()
    // A commit that the store has in its hands takes as long as its time limit lets it, and no hour.
    if (
      point !== 'store.commit:before' &&
      dice.strikes(`plane.pause.${point}`, world.isRough ? 0.002 : 0.0006)
    ) {
      world.say(`${name} is paused at ${point}`)
      await timeline.after(dice.between('plane.pause-length', 1, longestPauseMs / minuteMs) * minuteMs)
      world.say(`${name} goes on at ${point}`)
    }
  }
  const store = faultyStore(world.engine, {
    isCalm: () => !plane.dead && !world.stormy(),
    async before(call) {
      await at(`store.${call}:before`)
      if (strikes(`store.${call}.down`, 0.0012)) throw storeDown()
    },
    watch: world.watch,
    async after(call) {
      await at(`store.${call}:after`)
      if (strikes(`store.${call}.answer-lost`, 0.0008)) throw storeDown()
    },
  })
  const provider: Provider = faulty(world.target, {
    ...world.unreliable,
    boundary: point => at(`target.${point}`),
    arriving: (...told) => world.arriving(name, ...told),
  })
  const vault = await openVault(inline(world.engine), rootKey, { random: world.random })
  plane.ground = {
    store,
    vault,
    providers: new Map([[provider.kind, provider]]),
    nowMs: clock.nowMs,
    doubt: clock.doubt,
    within: timeline.within,
    id: world.newId,
    random: world.random,
    newSecret: world.newValue,
    admin: noAdminSecrets,
    holder: name,
    limits: { ...usualLimits, parallel: 4 },
    journal: world.journal,
  }
  let signer: Signer | null = null
  const work = async () => {
    await tick(plane.ground)
    if (!dice.happens('plane.seals', world.isRough ? 0.3 : 0.06)) return
    signer ??= await logSigner(store, vault, origin, world.random)
    await seal(plane.ground, signer)
    if (dice.happens('plane.digests', 0.2)) await digest(plane.ground)
  }
  plane.round = () => {
    if (plane.dead || plane.busy) return
    plane.busy = true
    if (strikes('plane.clock-jump', 0.004)) {
      jumpMs = dice.pick('plane.jump', [-7, -1, 1, 26, 80] as const) * 60 * minuteMs
      world.say(`the clock of ${name} jumps by ${jumpMs / 3_600_000} h`)
    }
    work().then(
      () => {
        plane.busy = false
      },
      error => {
        plane.busy = false
        world.journal.trouble?.('a round', error)
      },
    )
  }
  plane.doubted = () => clock.doubt() !== null
  plane.serve = async <T>(ask: (ground: Ground) => Promise<T>): Promise<T | null> => {
    if (plane.dead) return null
    const answers: { value: T }[] = []
    ask(plane.ground).then(
      value => answers.push({ value }),
      error => world.journal.trouble?.('a request', error),
    )
    // Whoever asks does not wait longer than that: an answer that comes later is not heard.
    await timeline.settle()
    return answers[0]?.value ?? null
  }
  return plane
}
