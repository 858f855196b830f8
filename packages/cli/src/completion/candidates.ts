// What may stand next, from the same tables that the parser is made of.
import type { Talk } from '../call.ts'
import { dashed, type Kind, type Kinds } from '../kinds.ts'
import { type Noun, nouns } from '../nouns.ts'
import { plain } from '../show/plain.ts'
import { everywhere, type Verb } from '../verb.ts'
import { idsOf } from './ids.ts'

export interface Candidate {
  value: string
  text: string
}

/** `words`: behind `rekey`; the last one is being typed. */
export async function candidates(call: Talk, words: readonly string[]): Promise<Candidate[]> {
  const before = words.slice(0, -1)
  const typed = words.at(-1) ?? ''
  const all = await possible(call, before, typed)
  return all
    .filter(({ value }) => value.startsWith(typed) && isOneWord.test(value))
    .map(({ text, value }) => ({ value, text: plain(text) }))
}

/** What needs no quotation marks in any shell. */
const isOneWord = /^[\w.:/@%+,=*-]+$/

async function possible(call: Talk, before: readonly string[], typed: string): Promise<Candidate[]> {
  const [name, ...rest] = before
  if (name === undefined)
    return nouns.filter(one => one.isHidden !== true).map(one => ({ value: one.name, text: one.summary }))
  const noun = nouns.find(one => one.name === name)
  if (noun === undefined) return []
  const verbs = await verbsOf(noun)
  if (verbs === null) return optionsOfCommand(call, noun)
  if ('verb' in noun) return ofVerb(call, verbs[0]!, rest, typed)
  const [called, ...behind] = rest
  if (called === undefined) return verbs.map(one => ({ value: one.name, text: one.summary }))
  const verb = verbs.find(one => one.name === called || one.aliases.includes(called))
  return verb === undefined ? [] : ofVerb(call, verb, behind, typed)
}

/** null: it makes its own parser. */
async function verbsOf(noun: Noun): Promise<readonly Verb[] | null> {
  if ('verbs' in noun) return noun.verbs()
  return 'verb' in noun ? [await noun.verb()] : null
}

async function optionsOfCommand({ io }: Talk, noun: Noun): Promise<Candidate[]> {
  if (!('command' in noun)) return []
  const tell = () => undefined
  const command = await noun.command({ environment: io.environment, tell, io }, tell)
  return command.options.map(({ description, long }) => ({ value: long ?? '', text: description }))
}

async function ofVerb(
  call: Talk,
  verb: Verb,
  typed: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const options: Kinds = verb.isBare ? verb.options : { ...verb.options, ...everywhere }
  const { args, open, used } = read(verb, options, typed)
  if (open !== null) return valuesOf(call, open, args)
  if (current.startsWith('-')) {
    return Object.entries(options)
      .filter(([name, { isMany }]) => isMany || !used.has(name))
      .map(([name, { text }]) => ({ value: `--${dashed(name)}`, text }))
  }
  const kinds = Object.entries(verb.args)
  const [, kind] = kinds[Object.keys(args).length] ?? (kinds.at(-1)?.[1].isMany ? kinds.at(-1)! : [])
  return kind === undefined ? [] : valuesOf(call, kind, args)
}

interface Typed {
  /** The arguments that are there, by name. */
  args: Record<string, string>
  used: Set<string>
  /** The option whose value comes next. */
  open: Kind<unknown> | null
}

function read(verb: Verb, options: Kinds, typed: readonly string[]): Typed {
  const names = Object.keys(verb.args)
  const args: Record<string, string> = {}
  const used = new Set<string>()
  let open: [string, Kind<unknown>] | null = null
  for (const word of typed) {
    if (open !== null) {
      // What an option says, as --credential, is known as well.
      if (!Object.hasOwn(verb.args, open[0])) args[`--${open[0]}`] = word
      open = null
      continue
    }
    const found = Object.entries(options).find(
      ([name, { short }]) => word === `--${dashed(name)}` || word === `-${short}`,
    )
    if (found !== undefined) {
      used.add(found[0])
      if (found[1].takes !== null) open = found
    } else if (!word.startsWith('-')) {
      const name = names[Object.keys(args).filter(one => !one.startsWith('--')).length]
      if (name !== undefined) args[name] = word
    }
  }
  return { args, used, open: open?.[1] ?? null }
}

async function valuesOf(
  call: Talk,
  kind: Kind<unknown>,
  args: Readonly<Record<string, string>>,
): Promise<Candidate[]> {
  if (kind.choices.length > 0) return kind.choices.map(value => ({ value, text: '' }))
  return kind.ids === null ? [] : idsOf(call, kind.ids, args['credential'] ?? args['--credential'] ?? null)
}
