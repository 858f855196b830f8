// Texts that were parsed lately: most records are read again and again and change seldom, and a plan of some hundred consumers
// takes longer to parse than to find. What is kept is frozen to the bottom, because every reader gets the same object.

const keptTexts = 256
/** Longer texts are rare and would push everything else out. */
const longestText = 64_000
const kept = new Map<string, unknown>()

export function parsed(text: string): unknown {
  if (text.length > longestText) return JSON.parse(text)
  const known = kept.get(text)
  if (known !== undefined) {
    // The one that was not asked for longest is the first.
    kept.delete(text)
    kept.set(text, known)
    return known
  }
  const value: unknown = frozen(JSON.parse(text))
  kept.set(text, value)
  if (kept.size > keptTexts) kept.delete(kept.keys().next().value!)
  return value
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
