// A command that looks: it reads, and shows what it read; with --watch again and again, until Ctrl-C.
import type { Call } from './call.ts'
import { flag, type Kinds, length, short } from './kinds.ts'
import type { Block } from './show/blocks.ts'
import { type Verb, type VerbParts, verb } from './verb.ts'

export const watching = {
  watch: short('w', flag('look again and again, until Ctrl-C')),
  every: length('how often it looks, with --watch', '2s'),
} satisfies Kinds

type Watching = typeof watching

export interface ViewParts<A extends Kinds, O extends Kinds, T> extends Omit<VerbParts<A, O>, 'run'> {
  read(call: Call<A, O>): Promise<T>
  blocks(answer: T, call: Call<A, O>): readonly Block[]
  /** What `--json` gives, where it is not what was read. */
  json?(answer: T): unknown
  /** What to type next, without `rekey`. */
  hint?(answer: T, call: Call<A, O>): string | null
  /** The code to end with; by default 0. */
  code?(answer: T): number
}

// biome-ignore lint/complexity/noBannedTypes: no arguments and no options are an empty table of them
export function view<const A extends Kinds = {}, const O extends Kinds = {}, T = unknown>(
  parts: ViewParts<A, O, T>,
): Verb {
  const { read, blocks, json = answer => answer, hint = () => null, code = () => 0, ...rest } = parts
  return verb({
    ...rest,
    options: { ...rest.options, ...watching },
    async run(call) {
      const own = call as unknown as Call<A, O>
      const { watch, every } = call.options as unknown as { [N in keyof Watching]: boolean & number }
      if (watch) {
        const { watched } = await import('./show/watch.ts')
        return watched(own, { read: () => read(own), blocks: answer => blocks(answer, own), json }, every)
      }
      const answer = await read(own)
      call.show(json(answer), () => blocks(answer, own))
      call.hint(hint(answer, own))
      return code(answer)
    },
  })
}
