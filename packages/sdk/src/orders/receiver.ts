// Who is given kill orders: believes them or not, keeps what he believes, and knows from then on which versions are dead. It needs no
// connection; how orders come, where they are kept and what is stopped is told to it.

import type { Headers, RefusalCode } from './jws.ts'
import type { KeptOrder, KeptOrders } from './kept.ts'
import { claimedEpoch, type Order, readOrder } from './order.ts'
import { KeyRing, type RingRefusal, type Trust } from './ring.ts'

export interface ReceiverParts extends Trust {
  /** The ring to begin with; null: the first one that is given. */
  ring?: KeyRing | null
  /** Called before an order is applied, or a ring is used: what it was given is safe when it is done. */
  keep?: (kept: KeptOrders) => Promise<void>
  /** Stops what runs with the version, which is refused already. true: it was in use here. */
  apply?: (order: Order) => boolean
  /** An order is signed with a key that is not known: asks for newer rings. */
  askForKeys?: () => Promise<void>
}

export interface Taken {
  said: 'applied' | 'refused'
  /** null: it cannot be told of which order it was a copy. */
  epoch: number | null
  why?: RefusalCode | 'not-kept'
  /** It was taken before, and nothing was done. */
  repeated: boolean
  held: boolean
  order: Order | null
}

export class OrderReceiver {
  readonly #parts: ReceiverParts
  readonly #denied = new Map<string, Map<number, KeptOrder>>()
  /** By `jti` and what it is about: the orders that were taken, and under which epoch. */
  readonly #seen = new Map<string, KeptOrder>()
  readonly #epochs = new Set<number>()
  readonly #taking = new Map<string, Promise<Taken>>()
  readonly #headers: Headers = new Map()
  #ring: KeyRing | null
  /** The thumbprints of the first ring. */
  #root: readonly string[] | null
  #upTo = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: ReceiverParts = {}) {
    this.#parts = parts
    this.#ring = parts.ring ?? null
    this.#root = this.#ring === null ? null : rootOf(this.#ring)
  }

  get ring(): KeyRing | null {
    return this.#ring
  }

  /** No order of a lower epoch is missing here. */
  get upTo(): number {
    return this.#upTo
  }

  isDenied(credential: string, version: number): boolean {
    return this.#denied.get(credential)?.has(version) ?? false
  }

  /** Is the order of this epoch known, or none of ours? */
  knows(epoch: number): boolean {
    return epoch <= this.#upTo || this.#epochs.has(epoch)
  }

  /** All orders up to there were given. */
  reached(upTo: number): void {
    if (Number.isSafeInteger(upTo)) this.#upTo = Math.max(this.#upTo, upTo)
  }

  get kept(): KeptOrders {
    const ring = this.#ring
    return {
      ring: ring?.text ?? null,
      serial: ring?.serial ?? 0,
      root: this.#root,
      revoked: [...(ring?.revoked ?? [])],
      epoch: this.#upTo,
      orders: [...this.#seen.values()],
    }
  }

  /** What was kept by a process before this one. false: its ring is not one that is believed here, and was left out. */
  async restore(kept: KeptOrders): Promise<boolean> {
    for (const one of kept.orders) this.#note(one)
    this.reached(kept.epoch)
    if (kept.ring === null || this.#ring !== null) return true
    const { pins = null, issuer = null } = this.#parts
    const isPinned = pins === null || (kept.root?.every(kid => pins.includes(kid)) ?? false)
    const ring = await KeyRing.restored(kept.ring, kept.revoked)
    if (typeof ring === 'string' || !isPinned || (issuer !== null && ring.issuer !== issuer)) return false
    this.#ring = ring
    this.#root = kept.root
    return true
  }

  /** Several come one after the other, for each stands on the one before. */
  takeRing(text: string): Promise<KeyRing | RingRefusal> {
    const taking = this.#turn.then(() => this.#takeRing(text))
    this.#turn = taking.catch(() => undefined)
    return taking
  }

  /** `mayAsk`: newer rings may have to be asked for. */
  async take(text: string, mayAsk = true): Promise<Taken> {
    let order = await readOrder(text, this.#ring, this.#headers)
    if (order === 'unknown-key' && mayAsk && this.#parts.askForKeys !== undefined) {
      await this.#parts.askForKeys().catch(() => undefined)
      order = await readOrder(text, this.#ring, this.#headers)
    }
    if (typeof order === 'string')
      return { ...nothing, said: 'refused', why: order, epoch: claimedEpoch(text) }
    const key = keyOf(order)
    const known = this.#seen.get(key)
    const isNews = known === undefined || (!order.isProvisional && known.epoch !== order.epoch)
    if (!isNews) return { ...nothing, said: 'applied', epoch: order.epoch, repeated: true, order }
    const going = this.#taking.get(key)
    if (going !== undefined) return { ...(await going), epoch: order.epoch, repeated: true, order }
    const taking = this.#apply(order, key).finally(() => this.#taking.delete(key))
    this.#taking.set(key, taking)
    return taking
  }

  async #apply(order: Order, key: string): Promise<Taken> {
    const repeated = this.#seen.has(key)
    const { credential, version, jti } = order
    const one = { credential, version, jti, epoch: order.isProvisional ? null : order.epoch }
    const isKept = await this.#keep(one)
    this.#note(one)
    const held = repeated ? false : this.#stop(order, key)
    const more = { epoch: order.epoch, repeated, held, order }
    if (isKept) return { said: 'applied', ...more }
    // It is dead here all the same; but after a restart nobody would know, so it is not confirmed, and is kept when it comes again.
    this.#seen.delete(key)
    return { said: 'refused', why: 'not-kept', ...more }
  }

  #stop(order: Order, key: string): boolean {
    try {
      return this.#parts.apply?.(order) ?? false
    } catch (error) {
      // It is refused from now on all the same; but what ran may run on, so it is tried again when the order comes again.
      this.#seen.delete(key)
      throw error
    }
  }

  async #keep(one: KeptOrder): Promise<boolean> {
    const { keep } = this.#parts
    if (keep === undefined) return true
    const { kept } = this
    return keep({ ...kept, orders: [...kept.orders, one] }).then(
      () => true,
      () => false,
    )
  }

  #note(one: KeptOrder): void {
    const versions = this.#denied.get(one.credential) ?? new Map<number, KeptOrder>()
    this.#denied.set(one.credential, versions)
    versions.set(one.version, one)
    this.#seen.set(keyOf(one), one)
    if (one.epoch !== null) this.#epochs.add(one.epoch)
  }

  async #takeRing(text: string): Promise<KeyRing | RingRefusal> {
    const before = this.#ring
    const ring = before === null ? await KeyRing.first(text, this.#parts) : await before.next(text)
    if (typeof ring === 'string' || ring === before) return ring
    this.#ring = ring
    this.#root ??= rootOf(ring)
    // Unlike an order it comes again: until it is kept, nothing that stands on it is lost.
    await this.#parts.keep?.(this.kept).catch(() => undefined)
    return ring
  }
}

const nothing = { repeated: false, held: false, order: null }
const rootOf = (ring: KeyRing) => [ring.active.kid, ring.standBy.kid]
/** A second order under the name of an earlier one, about something else, is another one: nothing is spared by a name. */
const keyOf = ({ jti, credential, version }: { jti: string; credential: string; version: number }) =>
  `${jti}\n${version}\n${credential}`
