// Words of a program that has been given values, made fit to be shown. Values are looked for as they are and as they are commonly
// dressed, and in pieces: half a value in an error is half a value lost.

const pieceLength = 8
const inPlace = '[secret]'

const dressed = (value: string): string[] => [
  value,
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('base64url'),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
]

export const holdsValue = (text: string, values: readonly string[]): boolean =>
  values.some(value => dressed(value).some(one => text.includes(one)))

/** The text on one line, with every piece of a value blanked out. */
export function withoutValues(text: string, values: readonly string[]): string {
  const hidden = new Uint8Array(text.length)
  for (const one of values.flatMap(dressed)) {
    const length = Math.min(pieceLength, one.length)
    for (let from = 0; from + length <= one.length; from++) {
      const piece = one.slice(from, from + length)
      for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
        hidden.fill(1, at, at + length)
      }
    }
  }
  let shown = ''
  for (let at = 0; at < text.length; at++) {
    if (hidden[at] === 0) shown += text[at]
    else if (at === 0 || hidden[at - 1] === 0) shown += inPlace
  }
  return shown.replace(/\p{Cc}+/gu, ' ').trim()
}
