// What no seed can reach, and why: everything else that was not reached is a gap of the simulation.

const reasons: readonly (readonly [RegExp, string])[] = []

export function unreachable(name: string): string | null {
  for (const [pattern, why] of reasons) if (pattern.test(name)) return why
  return null
}
