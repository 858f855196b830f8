// Values where none may be. Looked for as they are and as they are commonly dressed.
const dressed = (value: string): string[] => [
  value,
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
]

/** Where something was found, in words that do not repeat it. */
export function shownIn(text: string, values: readonly string[], where: string): string[] {
  return values.some(value => dressed(value).some(one => text.includes(one)))
    ? [`a value stands in ${where}`]
    : []
}
