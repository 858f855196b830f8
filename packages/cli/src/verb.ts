// A command as a table says it: what is typed behind it, in words and kinds, and what it does with that. From these the parser, the
// help and the completion are made; nothing about a command is written twice.
import type { Call } from './call.ts'
import { flag, type Kinds, length } from './kinds.ts'

/** What every command that asks the API takes. */
export const everywhere = {
  json: flag('the answer of the API, on standard output, and nothing else'),
  utc: flag('times in UTC'),
  wide: flag('no narrower than it is, whatever the terminal’s width'),
  timeout: length('the longest that one request may take', '30s'),
} satisfies Kinds

export interface Verb {
  name: string
  aliases: readonly string[]
  summary: string
  /** A few sentences more, for its own help. */
  text: string
  /** Behind the name, in this order. */
  args: Kinds
  options: Kinds
  /** What would be typed: after `rekey `. */
  examples: readonly string[]
  /** It takes none of what is taken everywhere. */
  isBare: boolean
  /** The code to end with; nothing: 0. */
  run(call: Call): Promise<number | undefined>
}

export interface VerbParts<A extends Kinds, O extends Kinds> {
  name: string
  aliases?: readonly string[]
  summary: string
  text?: string
  args?: A
  options?: O
  examples?: readonly string[]
  isBare?: boolean
  run(call: Call<A, O>): Promise<number | undefined>
}

// biome-ignore lint/complexity/noBannedTypes: no arguments and no options are an empty table of them
export function verb<const A extends Kinds = {}, const O extends Kinds = {}>(parts: VerbParts<A, O>): Verb {
  const bare = { aliases: [], text: '', args: {}, options: {}, examples: [], isBare: false }
  // What was read by the kinds of this very table: the one place where that is taken on trust.
  return { ...bare, ...parts, run: call => parts.run(call as unknown as Call<A, O>) }
}
