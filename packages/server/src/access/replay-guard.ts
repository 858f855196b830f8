// Which proofs have been used. Every request of every agent is looked up and added here, so a proof is kept as the first 60 bits of
// its code in a table of numbers: a set of texts took five times as long and eight times the memory. Two codes that begin alike would
// have the second one sent again with a new nonce; among a million that is one request in 10¹².
import { randomInt } from 'node:crypto'

export interface ReplayGuard {
  add(mac: string, nowMs: number): 'ok' | 'replayed' | 'full'
}

/**
 * Remembers proofs in two sets that take turns. A proof may be dated a window ahead and is good until a window after that, so a set is
 * filled for two windows and kept for two more. It belongs to one process: where several serve, an agent stays with one.
 */
export function replayGuard(windowMs: number, most = 1_000_000): ReplayGuard {
  const periodMs = 2 * windowMs
  let young = new Codes()
  let old = new Codes()
  let turnedMs = Number.NEGATIVE_INFINITY

  function turn(nowMs: number): void {
    const pastMs = nowMs - turnedMs
    if (pastMs >= 0 && pastMs < periodMs) return
    // A clock that was set back: everything is kept for a whole period more.
    if (pastMs >= periodMs) {
      old = pastMs < 2 * periodMs ? young : new Codes()
      young = new Codes()
    }
    turnedMs = nowMs
  }

  return {
    add(mac, nowMs) {
      turn(nowMs)
      const head = bitsOf(mac, 0)
      const tail = bitsOf(mac, bitChars)
      if (young.has(head, tail) || old.has(head, tail)) return 'replayed'
      if (young.size + old.size >= most) return 'full'
      young.add(head, tail)
      return 'ok'
    },
  }
}

const bitChars = 5
const bitsOfChar = new Uint8Array(128)
for (const [at, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries())
  bitsOfChar[char.charCodeAt(0)] = at

/** 30 bits of a text in base64url. */
function bitsOf(mac: string, from: number): number {
  let bits = 0
  for (let at = from; at < from + bitChars; at++) bits = (bits << 6) | bitsOfChar[mac.charCodeAt(at) & 127]!
  return bits
}

/** Whoever makes proofs could choose them so that all fall on one place, if places could be foretold. */
const spread = randomInt(2 ** 31) * 2 + 1
const firstSlots = 1_024
/** An empty place has no second half; every other has this bit. */
const taken = 0x4000_0000

class Codes {
  size = 0
  #slots = new Int32Array(2 * firstSlots)

  has(head: number, tail: number): boolean {
    return this.#slots[this.#find(head, tail) + 1] !== 0
  }

  add(head: number, tail: number): void {
    // Half of it stays empty, so that what is looked for is near where it should be.
    if (4 * this.size >= this.#slots.length) this.#grow()
    const at = this.#find(head, tail)
    this.#slots[at] = head
    this.#slots[at + 1] = tail | taken
    this.size++
  }

  /** Where it is, or where it would be. */
  #find(head: number, tail: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = ((Math.imul(head ^ (tail >>> 7), spread) >>> 5) * 2) & mask
    while (slots[at + 1] !== 0 && !(slots[at] === head && slots[at + 1] === (tail | taken)))
      at = (at + 2) & mask
    return at
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Int32Array(2 * before.length)
    for (let at = 0; at < before.length; at += 2) {
      const second = before[at + 1]!
      if (second === 0) continue
      const to = this.#find(before[at]!, second & ~taken)
      this.#slots[to] = before[at]!
      this.#slots[to + 1] = second
    }
  }
}
