// Which of the known names was probably meant: by how many letters have to be changed (Levenshtein), a swap of two counting as one.

/** null: none is near enough to be meant. */
export function closest(given: string, known: readonly string[]): string | null {
  const most = Math.max(1, Math.floor(given.length / 3))
  let best: { name: string; distance: number } | null = null
  for (const name of known) {
    const distance = distanceOf(given.toLowerCase(), name.toLowerCase())
    if (distance <= most && (best === null || distance < best.distance)) best = { name, distance }
  }
  return best?.name ?? null
}

function distanceOf(one: string, other: string): number {
  let before: number[] = []
  let row = [...Array(other.length + 1).keys()]
  for (let at = 1; at <= one.length; at++) {
    const next = [at]
    for (let to = 1; to <= other.length; to++) {
      const isSame = one[at - 1] === other[to - 1]
      const isSwap = at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1]
      const ways = [row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + (isSame ? 0 : 1)]
      if (isSwap) ways.push(before[to - 2]! + 1)
      next.push(Math.min(...ways))
    }
    before = row
    row = next
  }
  return row[other.length]!
}
