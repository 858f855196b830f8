// What others named is text and never a command to the terminal: whatever would move its cursor, colour it, turn its direction round
// or hide itself is shown as its number instead. Also how many columns a text takes (Unicode UAX #11, for terminals).

/** Controls, separators of lines, whatever turns the direction or takes no room at all; but for what joins letters, and pictures. */
const unseen = /(?!\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

export function plain(text: string): string {
  return isUsual.test(text) ? text : text.replace(unseen, numbered)
}

const isUsual = /^[\x20-\x7e]*$/

function numbered(character: string): string {
  const short = named[character]
  if (short !== undefined) return short
  const hex = character.codePointAt(0)!.toString(16)
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`
}

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' }

/** The same value as JSON: what is no character of JSON's own grammar, and would mean something to a terminal, is escaped. */
export function plainJson(text: string): string {
  return text.replace(unseenInJson, character =>
    [...Array(character.length).keys()]
      .map(at => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
const unseenInJson = new RegExp(`(?![\\n\\t\\r])${unseen.source}`, 'gu')

let segments: Intl.Segmenter | null = null

/** Of a text that is plain already. */
export function widthOf(text: string): number {
  if (isUsual.test(text)) return text.length
  segments ??= new Intl.Segmenter()
  let width = 0
  for (const { segment } of segments.segment(text))
    width += isWide.test(segment) ? 2 : isMark.test(segment) ? 0 : 1
  return width
}

/** East Asian wide and fullwidth, and whatever is drawn as a picture. */
const isWide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const isMark = /^\p{M}+$/u

/** The parts of a text that may stand at different lines: as many words as fit, and a word by itself where it is too long. */
export function wrapped(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const more = line === '' ? word : `${line} ${word}`
    if (line === '' || widthOf(more) <= width) line = more
    else {
      lines.push(line)
      line = word
    }
  }
  lines.push(line)
  return lines
}
