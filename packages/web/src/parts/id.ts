// Ids that people choose: they stand in addresses and in the record, and stay.
const pattern = /^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$/

export const isId = (text: string) => pattern.test(text)

/** What is wrong with it, if anything is, as a fault of the field `id`. */
export function idFault(text: string, none = 'Give it an id.'): { id?: string } {
  if (isId(text)) return {}
  if (text === '') return { id: none }
  return {
    id: 'Lower-case letters, digits, dots, underscores and hyphens; it begins and ends with a letter or digit.',
  }
}
