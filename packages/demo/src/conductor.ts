// Plays the three acts in their order, or from any of them, and is paused, begun anew and left at any moment. Whatever it has started has ended
// when an act is over.
import { randomBytes } from 'node:crypto'
import { type Leak, leak } from './acts/leak.ts'
import type { Scene } from './acts/scene.ts'
import { type UsualWay, usualWay } from './acts/usual-way.ts'
import { allIds, knownIds, prepare, type WithRekey, withRekey } from './acts/with-rekey.ts'
import { type OpenWorld, openWorld, personId } from './acts/world.ts'
import { type Figures, figuresOf, inWords } from './figures.ts'
import { Platform } from './platform/platform.ts'
import { Clock, Left } from './show/clock.ts'
import type { ActNumber, Stage } from './show/stage.ts'

export interface ConductorOptions {
  /** How long one can read before it goes on; 0 where nobody reads. */
  beatMs: number
  /** When it is over, everything stays as it is, to be looked at. */
  stays: boolean
}

const passwordBytes = 9

export class Conductor {
  readonly #stage: Stage
  readonly #options: ConductorOptions
  readonly #password = randomBytes(passwordBytes).toString('base64url')
  #clock = new Clock()
  #world: OpenWorld | null = null
  #platform: Platform | null = null
  #scene: Scene | null = null
  /** A rotation that waits while the story does. */
  #rotation: string | null = null
  /** Where to go on when the act is left; null: nowhere. */
  #next: ActNumber | null = null
  #isClosing = false
  #from: ActNumber = 1
  #playing: Promise<void> = Promise.resolve()
  #beganMs = performance.now()
  #played: { usualWay: UsualWay | null; rekey: WithRekey | null; kill: Leak | null } = nothing()

  constructor(stage: Stage, options: ConductorOptions) {
    this.#stage = stage
    this.#options = options
  }

  get figures(): Figures {
    const { usualWay, rekey, kill } = this.#played
    const seconds = Math.round((performance.now() - this.#beganMs) / 1_000)
    return figuresOf(usualWay, rekey, kill, seconds, this.#from)
  }

  /** Until the last act is over; or, where somebody looks on, until everything was left. */
  play(from: ActNumber = 1): Promise<void> {
    this.#from = from
    this.#playing = this.#play(from)
    return this.#playing
  }

  async #play(from: ActNumber): Promise<void> {
    for (let act: ActNumber | null = from; act !== null && !this.#isClosing; act = this.#next) {
      this.#next = null
      this.#clock = new Clock()
      try {
        await this.#playFrom(act)
        if (!this.#options.stays) return
        await this.#clock.wait(Number.POSITIVE_INFINITY)
      } catch (error) {
        if (!(error instanceof Left)) {
          if (!this.#options.stays) throw error
          await this.#brokeOff(error as Error)
        }
      }
      await this.#strike()
    }
  }

  /** Somebody looks on: they are told, and may begin anew. */
  async #brokeOff({ message }: Error): Promise<void> {
    this.#stage.say(`The story broke off: ${message}`, 'bad')
    this.#stage.isOver = true
    this.#stage.changed()
    await this.#clock.wait(Number.POSITIVE_INFINITY).catch(() => undefined)
  }

  /** To the beginning of an act, from wherever it is. */
  jump(act: ActNumber): void {
    this.#next = act
    if (act === 1) this.#stage.reset()
    this.#clock.end()
  }

  async pause(): Promise<void> {
    if (this.#clock.isPaused) return
    this.#clock.pause()
    this.#platform?.setGoing(false)
    this.#stage.isPaused = true
    this.#stage.changed()
    await this.#tellRotation('hold', { reason: 'the story is paused' })
  }

  async go(): Promise<void> {
    if (!this.#clock.isPaused) return
    await this.#tellRotation('release', {})
    this.#clock.go()
    this.#platform?.setGoing(true)
    this.#stage.isPaused = false
    this.#stage.changed()
  }

  /** Everything that was started ends. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#next = null
    this.#clock.end()
    await this.#playing.catch(() => undefined)
    await this.#strike()
  }

  async #playFrom(act: ActNumber): Promise<void> {
    this.#stage.isPaused = false
    this.#stage.isOver = false
    this.#stage.keys.clear()
    this.#stage.begin(0)
    if (act === 1) {
      this.#played = nothing()
      this.#beganMs = performance.now()
    }
    this.#stage.say(
      'Setting the stage: Docstore, a control plane, and eight consumers, each a process of its own.',
    )
    this.#world ??= await openWorld(this.#password)
    this.#clock.check()
    if (act === 1) {
      const scene = await this.#set(1)
      await scene.platform.start()
      const played = await usualWay(scene)
      this.#played.usualWay = played
      this.#result(1, inWords.usualWay(played))
      await this.#clearPlatform()
    }
    await this.#planeIsReady(this.#world)
    if (act <= 2) {
      const scene = await this.#set(2)
      this.#stage.say(
        'The platform is set up anew, with the same processes. Who is known is registered with Rekey.',
      )
      await prepare(scene, knownIds)
      const played = await withRekey(scene)
      this.#played.rekey = played
      this.#result(2, inWords.rekey(played))
    } else {
      const scene = await this.#set(3)
      await prepare(scene, allIds)
      scene.platform.begin({ firstNightMs: 4_000, firstLargeFileMs: 8_000 })
    }
    this.#stage.begin(3)
    const played = await leak(this.#scene!)
    this.#played.kill = played
    this.#result(3, inWords.kill(played))
    this.#stage.isOver = true
    this.#stage.changed()
  }

  #result(act: ActNumber, text: string): void {
    this.#stage.results[act] = text
    this.#stage.changed()
  }

  async #planeIsReady(world: OpenWorld): Promise<void> {
    await world.ready
    this.#stage.dashboard = { address: world.plane.address, person: personId, password: this.#password }
    this.#stage.changed()
  }

  /** A platform as it was installed, with a key that everybody has. */
  async #set(act: ActNumber): Promise<Scene> {
    const { docstore, folder } = this.#world!
    this.#stage.begin(act)
    this.#stage.keys.clear()
    const { id, secret } = await docstore.createKey('production')
    this.#stage.keys.add(id)
    const clock = this.#clock
    const changed = () => this.#stage.changed()
    const platform = new Platform({ place: { folder, docstore: docstore.url }, clock, changed })
    platform.install(secret)
    this.#platform = platform
    this.#stage.platform = platform
    this.#scene = {
      world: this.#world!,
      clock,
      stage: this.#stage,
      platform,
      token: { id, value: secret },
      beat: () => clock.wait(this.#options.beatMs),
      pausable: rotation => {
        this.#rotation = rotation
      },
    }
    return this.#scene
  }

  async #clearPlatform(): Promise<void> {
    this.#rotation = null
    await this.#platform?.stop()
    this.#platform = null
  }

  async #strike(): Promise<void> {
    await this.#clearPlatform()
    const world = this.#world
    this.#world = null
    await world?.close()
    this.#stage.platform = null
    this.#stage.dashboard = null
  }

  /** Where it cannot wait just now, it goes on: nothing is lost by it. */
  async #tellRotation(what: 'hold' | 'release', body: object): Promise<void> {
    if (this.#rotation === null || this.#world === null) return
    await this.#world.person.ask('POST', `/rotations/${this.#rotation}/${what}`, body).catch(() => undefined)
  }
}

const nothing = () => ({ usualWay: null, rekey: null, kill: null })
