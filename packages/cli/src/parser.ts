// From the table to the parser: a command of commander for each verb, with what it takes.
import { Argument, Command, Option } from 'commander'
import { Call } from './call.ts'
import type { Io } from './io.ts'
import { dashed, type Kind, type Kinds } from './kinds.ts'
import { everywhere, type Verb } from './verb.ts'

export interface Parsed {
  io: Io
  done(code: number): void
}

export function commandOf(verb: Verb, { io, done }: Parsed): Command {
  const command = new Command(verb.name).summary(verb.summary).description(descriptionOf(verb))
  for (const alias of verb.aliases) command.alias(alias)
  for (const [name, kind] of Object.entries(verb.args)) command.addArgument(argumentOf(name, kind))
  addOptions(command, verb.options)
  if (!verb.isBare) {
    command.optionsGroup('Everywhere:')
    addOptions(command, everywhere)
  }
  if (verb.examples.length > 0) {
    const lines = verb.examples.map(one => `  rekey ${one}`)
    command.addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`)
  }
  command.action(async (...given: unknown[]) => {
    const typed = Object.fromEntries(Object.keys(verb.args).map((name, at) => [name, given[at]]))
    const { tellFailure } = await import('./told.ts')
    const options = { ...verb.options, ...everywhere }
    try {
      const read = {
        args: readAll(verb.args, typed, argumentName, io),
        options: readAll(options, command.opts(), optionName, io),
      }
      const call = new Call({ io, ...read })
      done(
        await verb.run(call).then(
          code => code ?? 0,
          error => tellFailure(error, call),
        ),
      )
    } catch (error) {
      // What was typed cannot be read, so what of it holds is not known either.
      done(tellFailure(error, new Call({ io, args: {}, options: {} })))
    }
  })
  return command
}

const argumentName = (name: string) => `<${dashed(name)}>`
const optionName = (name: string) => `--${dashed(name)}`

/** Everything that may be asked of a command is there, said or not. */
function readAll(
  kinds: Kinds,
  typed: Readonly<Record<string, unknown>>,
  nameOf: (name: string) => string,
  io: Io,
) {
  const entries = Object.entries(kinds).map(([name, kind]) => {
    const given = typed[name]
    const read = (text: string) => kind.read(text, nameOf(name), io.nowMs())
    if (kind.isMany) return [name, ((given ?? []) as string[]).map(read)]
    if (kind.takes === null) return [name, given === true]
    return [name, given === undefined ? undefined : read(given as string)]
  })
  return Object.fromEntries(entries)
}

/** A sentence, and more where there is more. */
function descriptionOf({ summary, text }: Verb): string {
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`
  // Where it goes on in another line is a matter of the width.
  return text === '' ? sentence : `${sentence}\n\n${text.replaceAll('\n', ' ')}`
}

function argumentOf(name: string, kind: Kind<unknown>): Argument {
  const shown = dashed(name) + (kind.isMany ? '...' : '')
  return new Argument(kind.isNeeded ? `<${shown}>` : `[${shown}]`, withChoices(kind))
}

function addOptions(command: Command, kinds: Kinds): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const short = kind.short === null ? '' : `-${kind.short}, `
    const option = new Option(
      `${short}${optionName(name)}${kind.takes === null ? '' : ` <${kind.takes}>`}`,
      withChoices(kind),
    )
    if (kind.isMany)
      option.argParser((given: string, before: string[] | undefined) => [...(before ?? []), given])
    if (kind.isNeeded) option.makeOptionMandatory()
    command.addOption(option)
  }
}

function withChoices({ choices, text, usual, isMany }: Kind<unknown>): string {
  const more = isMany ? '; may be repeated' : ''
  const chosen = choices.length === 0 ? '' : `: ${choices.join(', ')}`
  return `${text}${chosen}${more}${usual === null ? '' : ` [${usual}]`}`
}
