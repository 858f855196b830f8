// A message of OTLP as its reader sees it, whichever of the two encodings it came in. Nothing is decoded before it is asked for and no list
// of parts is made, so that a hostile body costs no more memory than its own length.

/** The fields that are read: their names in JSON, and their numbers in the binary encoding. Every other field is passed over. */
export interface Fields {
  numbers: Readonly<Record<string, number>>
  /** The names as the schema spells them, which are not valid in JSON, beside those that are. */
  misspelt: readonly (readonly [wrong: string, right: string])[]
}

export function fields(numbers: Readonly<Record<string, number>>): Fields {
  const misspelt = Object.keys(numbers)
    .map(name => [name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), name] as const)
    .filter(([wrong, right]) => wrong !== right)
  return { numbers, misspelt }
}

/** Reading a field that has another type than its schema says throws `Malformed`; one that is absent gives null. */
export interface Message {
  all(name: string, of: Fields): Iterable<Message>
  one(name: string, of: Fields): Message | null
  text(name: string): string | null
  /** int64, int32, uint32 and enumerations. */
  whole(name: string): bigint | null
  fixed(name: string): bigint | null
  signedFixed(name: string): bigint | null
  real(name: string): number | null
  flag(name: string): boolean | null
}

/** Caught where a request is read; it never leaves this folder. */
export class Malformed extends Error {}
