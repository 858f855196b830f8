// Chance, from a seed. Every draw is a hash of the seed, a name and a count under that name, so that draws do not hang on one
// another: leaving one fault out changes what follows from it in the world, and no other fault's luck. That is what makes
// a failing seed shrink.

export interface Dice {
  /** In [0, 1), the next one under that name. */
  roll(name: string): number
  /** Whole, from `low` to `high`, both included. */
  between(name: string, low: number, high: number): number
  pick<T>(name: string, from: readonly [T, ...T[]]): T
  /** Something that is part of the world: who exists, how they behave. */
  happens(name: string, chance: number): boolean
  /** Something that goes wrong. It gets the name `name#count`, is told, and can be left out by that name. */
  strikes(name: string, chance: number): boolean
}

export interface Luck {
  seed: number
  /** How often things go wrong, against the usual; without it: as usual. */
  misfortune?: number
  /** Faults that alone may strike; null: all. */
  only: ReadonlySet<string> | null
  /** Told of each fault that struck. */
  struck: (fault: string) => void
}

export function diceOf({ seed, misfortune = 1, only, struck }: Luck): Dice {
  const names = new Map<string, { hash: number; count: number }>()
  const draw = (name: string): { value: number; count: number } => {
    let known = names.get(name)
    if (known === undefined) {
      known = { hash: hashOf(name), count: 0 }
      names.set(name, known)
    }
    const count = known.count++
    return { value: mixed(mixed(seed, known.hash), count) / 2 ** 32, count }
  }
  return {
    roll: name => draw(name).value,
    between: (name, low, high) => low + Math.floor(draw(name).value * (high - low + 1)),
    pick: (name, from) => from[Math.floor(draw(name).value * from.length)]!,
    happens: (name, chance) => draw(name).value < chance,
    strikes(name, chance) {
      const { value, count } = draw(name)
      if (value >= Math.min(0.9, chance * misfortune)) return false
      const fault = `${name}#${count}`
      if (only !== null && !only.has(fault)) return false
      struck(fault)
      return true
    },
  }
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** The finishing steps of MurmurHash3: every bit of both numbers reaches every bit of the result. */
function mixed(one: number, other: number): number {
  let hash = (Math.imul(one, 0x9e3779b1) ^ other) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
