// Kill orders of one connection: where they come from (the stream, and asking), where they are kept, what they stop here, and what is
// answered. Until it has been asked which versions are dead, nothing is given out: a restart must not bring one back.
import type { AnswerOf, orders as ordersRoute } from '@rekey/wire'
import { after, type Timer } from '../environment.ts'
import { isFinal, RekeyError } from '../error.ts'
import { isNoRoute, type Plane } from '../plane.ts'
import { Answers } from './answers.ts'
import { OrderFile } from './file.ts'
import { OrderReceiver, type Taken } from './receiver.ts'
import { type Kill, type KillListener, type RefusedOrder, Told } from './told.ts'

export interface OrdersStatus {
  /** false: the control plane is an older one, and knows of no orders; null: nothing was asked yet. */
  known: boolean | null
  epoch: number
  /** Of the ring of keys that is believed; null: none is yet. */
  serial: number | null
  /** The last hundred. */
  kills: readonly Kill[]
  refused: readonly RefusedOrder[]
}

export interface KeeperParts {
  plane: Pick<Plane, 'ask'>
  instance: string
  file: string | null
  pins: readonly string[] | null
  /** No stream and no changes: only what is asked for is known. */
  hearsNothing: boolean
  nowMs: () => number
  /** Stops what runs with the version. true: it was in use. */
  stop: (credential: string, version: number) => boolean
  complain: (error: unknown) => void
}

/** After an order on the stream: was anything missed? Not all at once. */
const lookAgainMs = 2_000
const closeMs = 1_000
const comesAgain = new Set<string>(['unknown-key', 'revoked-key', 'not-kept'])

export class OrderKeeper {
  readonly #parts: KeeperParts
  readonly #file: OrderFile | null
  readonly #receiver: OrderReceiver
  readonly #answers: Answers
  readonly #told: Told
  /** Whether the control plane knows of orders at all. */
  #isKnown: boolean | null = null
  #loading: Promise<void> | null = null
  #asking: Promise<void> | null = null
  #hasAsked = false
  #looking: Timer | undefined
  #isClosed = false

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#file = parts.file === null ? null : new OrderFile(parts.file)
    this.#answers = new Answers(parts)
    this.#told = new Told(parts.complain)
    this.#receiver = new OrderReceiver({
      pins: parts.pins,
      keep: kept => this.#keep({ ...kept, epoch: this.#known }),
      apply: ({ credential, version }) => parts.stop(credential, version),
      askForKeys: () => this.ask(),
    })
  }

  get status(): OrdersStatus {
    const { kills, refused } = this.#told
    const { ring, upTo } = this.#receiver
    return { known: this.#isKnown, epoch: upTo, serial: ring?.serial ?? null, kills, refused }
  }

  isDenied(credential: string, version: number): boolean {
    return this.#receiver.isDenied(credential, version)
  }

  /** Resolved at once when it was asked before; but whoever hears of nothing asks each time. */
  async ready(): Promise<void> {
    if (this.#hasAsked) {
      if (this.#parts.hearsNothing && this.#isKnown !== false) await this.ask().catch(() => undefined)
      return
    }
    await this.loaded()
    await this.ask()
  }

  /** What was kept is known. */
  loaded(): Promise<void> {
    this.#loading ??= this.#load().catch(error => {
      this.#loading = null
      throw error
    })
    return this.#loading
  }

  /** What a stream is to begin with; null: an older control plane does not know what that means. */
  get query(): URLSearchParams | null {
    if (this.#isKnown === false) return null
    const { instance } = this.#parts
    const query = new URLSearchParams({ epoch: String(this.#known), instance })
    if (this.#receiver.ring !== null) query.set('serial', String(this.#receiver.ring.serial))
    return query
  }

  listen(listener: KillListener): () => void {
    return this.#told.listen(listener)
  }

  /** An order on the stream. */
  async heard(text: string): Promise<void> {
    await this.loaded()
    const { order } = await this.#take(text, true)
    if (order === null || this.#isClosed) return
    const isGap = order.previous !== null && !this.#receiver.knows(order.previous)
    if (isGap) await this.ask()
    else if (order.epoch > this.#receiver.upTo)
      this.#looking ??= after(lookAgainMs * (1 + 4 * Math.random()), () => this.#look())
  }

  async heardKeys(text: string): Promise<void> {
    await this.loaded()
    await this.#takeRing(text)
  }

  /** The last order there has this epoch. */
  heardEpoch(epoch: unknown): void {
    if (typeof epoch === 'number' && epoch > this.#receiver.upTo) this.ask().catch(() => undefined)
  }

  /** All that is not known yet; whoever asks meanwhile waits for the same answer. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#looking)
    await this.#answers.close(closeMs)
  }

  /** Those whose answer has not arrived are to come again. */
  get #known(): number {
    const owed = this.#answers.lowestOwed
    return owed === null ? this.#receiver.upTo : Math.max(0, Math.min(this.#receiver.upTo, owed - 1))
  }

  #look(): void {
    this.#looking = undefined
    this.ask().catch(() => undefined)
  }

  async #load(): Promise<void> {
    const kept = (await this.#file?.read()) ?? null
    if (kept === null || (await this.#receiver.restore(kept))) return
    this.#refuse(
      'not-pinned',
      null,
      'The keys of kill orders that were kept are not those that are believed now.',
    )
  }

  async #ask(): Promise<void> {
    const query = this.query ?? new URLSearchParams({ instance: this.#parts.instance })
    let body: unknown
    try {
      const ask = { path: `/agent/orders?${query}`, mayBeMissing: true }
      body = (await this.#parts.plane.ask(ask)).body
    } catch (error) {
      // A control plane that has given orders before does not become one that knows of none.
      if (!isNoRoute(error) || this.#receiver.ring !== null) throw asAway(error)
      this.#isKnown = false
      this.#hasAsked = true
      return
    }
    const { keys, orders, upTo } = (body ?? {}) as Partial<AnswerOf<typeof ordersRoute>>
    if (!Array.isArray(keys) || !Array.isArray(orders) || !Number.isSafeInteger(upTo)) throw noOrders()
    this.#isKnown = true
    await this.#takeAll(keys, orders, upTo!)
    this.#hasAsked = true
  }

  async #takeAll(keys: string[], orders: string[], upTo: number): Promise<void> {
    const before = { serial: this.#receiver.ring?.serial, known: this.#known }
    for (const text of keys) await this.#takeRing(text)
    if (keys.length > 0 && this.#receiver.ring === null)
      this.#refuse('not-pinned', null, 'None of the keys for kill orders is one that is believed here.')
    // Together, so that they are kept together: an environment that is killed has thousands.
    const taken = await Promise.all(orders.map(text => this.#take(text, false)))
    // What was refused for its key may be believed when the ring has come, or when it is signed anew, so it has to come again.
    if (!taken.some(one => one.why !== undefined && comesAgain.has(one.why))) this.#receiver.reached(upTo)
    const isNews = this.#known > before.known || this.#receiver.ring?.serial !== before.serial
    if (isNews) await this.#keep({ ...this.#receiver.kept, epoch: this.#known }).catch(() => undefined)
  }

  async #take(text: string, mayAsk: boolean): Promise<Taken> {
    const taken = await this.#receiver.take(text, mayAsk)
    const { epoch, order, why } = taken
    if (order === null || why !== undefined) {
      this.#refuse(why!, epoch, `A kill order was not believed: ${why}.`)
      if (epoch !== null) this.#answers.give(epoch, { said: 'refused', why: why! })
    }
    if (order === null) return taken
    const told = this.#told.once(order, taken, this.#parts.nowMs())
    // Under the epoch of another order it would be taken for an answer to that one.
    if (why === undefined && !order.isProvisional) this.#answers.give(order.epoch, told, order.jti)
    return taken
  }

  async #takeRing(text: string): Promise<void> {
    const ring = await this.#receiver.takeRing(text)
    // Those from before the first one that is believed are nobody's fault.
    if (typeof ring !== 'string' || (ring === 'not-pinned' && this.#receiver.ring === null)) return
    this.#refuse(ring, null, `A ring of keys for kill orders was not believed: ${ring}.`)
  }

  #refuse(why: string, epoch: number | null, text: string): void {
    this.#told.refuse({ why, epoch, atMs: this.#parts.nowMs() })
    const how = 'Look who sent it: everything but a kill order of this control plane is refused.'
    this.#parts.complain(new RekeyError('orders-refused', text, how))
  }

  async #keep(kept: Parameters<OrderFile['save']>[0]): Promise<void> {
    await this.#file?.save(kept).catch(error => {
      this.#parts.complain(error)
      throw error
    })
  }
}

/** Whatever it refuses about orders, it has not taken the value away. */
function asAway(error: unknown): unknown {
  if (!isFinal(error)) return error
  const text = 'The control plane did not say which versions are dead.'
  return new RekeyError('control-plane-away', text, 'It is asked again by itself.', { cause: error })
}

const noOrders = () =>
  new RekeyError(
    'control-plane-away',
    'What answers there has no kill orders.',
    'Look whether REKEY_URL is right.',
  )
