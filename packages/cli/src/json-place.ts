// Where a text stops being JSON (RFC 8259). The platform's parser says it in some of its messages only, and repeats what stands there in
// others, which may be a value.

const tokens = {
  blank: /[ \t\n\r]*/y,
  text: /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy,
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
  word: /true|false|null/y,
} as const

/** As an index; the end of the text where something is still missing. */
export function brokenAt(text: string): number {
  let at = 0
  const take = (token: RegExp): boolean => {
    token.lastIndex = at
    if (!token.test(text)) return false
    at = token.lastIndex
    return true
  }
  const blank = () => take(tokens.blank)
  const character = (one: string): boolean => {
    blank()
    if (text[at] !== one) return false
    at++
    return true
  }
  /** false: it breaks at `at`. */
  const list = (end: string, entry: () => boolean): boolean => {
    if (character(end)) return true
    do {
      if (!entry()) return false
    } while (character(','))
    return character(end)
  }
  const field = () => {
    blank()
    return take(tokens.text) && character(':') && value()
  }
  const value = (): boolean => {
    blank()
    if (text[at] === '{') return character('{') && list('}', field)
    if (text[at] === '[') return character('[') && list(']', value)
    return take(tokens.text) || take(tokens.word) || take(tokens.number)
  }
  if (value()) blank()
  return at
}
