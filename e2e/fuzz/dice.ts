// Chance with a seed, so that what was found can be found again.
export interface Dice {
  chance(share: number): boolean
  below(most: number): number
  pick<T>(some: readonly T[]): T
}

/** mulberry32. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    chance: share => next() < share,
    below: most => Math.floor(next() * most),
    pick: some => some[Math.floor(next() * some.length)]!,
  }
}
