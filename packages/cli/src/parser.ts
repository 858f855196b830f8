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
  for (const [name, kind] of Object.entries(verb.args)) command.addArgument(argumentOf(name, kind, io))
  addOptions(command, verb.options, io)
  if (!verb.isBare) {
    command.optionsGroup('Everywhere:')
    addOptions(command, everywhere, io)
  }
  if (verb.examples.length > 0) {
    const lines = verb.examples.map(one => `  rekey ${one}`)
    command.addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`)
  }
  command.action(async (...given: unknown[]) => {
    const names = Object.keys(verb.args)
    const args = Object.fromEntries(
      names.map((name, at) => [name, given[at] ?? (verb.args[name]!.isMany ? [] : undefined)]),
    )
    const options = { ...unsaid(verb.options), ...unsaid(everywhere), ...command.opts() }
    const call = new Call({ io, args, options })
    try {
      done((await verb.run(call)) ?? 0)
    } catch (error) {
      const { tellFailure } = await import('./told.ts')
      done(tellFailure(error, call))
    }
  })
  return command
}

/** A sentence, and more where there is more. */
function descriptionOf({ summary, text }: Verb): string {
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`
  return text === '' ? sentence : `${sentence}\n\n${text}`
}

function argumentOf(name: string, kind: Kind<unknown>, io: Io): Argument {
  const shown = dashed(name) + (kind.isMany ? '...' : '')
  const argument = new Argument(kind.isNeeded ? `<${shown}>` : `[${shown}]`, withChoices(kind))
  return argument.argParser((given: string, before: unknown) =>
    gathered(kind, `<${dashed(name)}>`, given, before, io),
  )
}

function addOptions(command: Command, kinds: Kinds, io: Io): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const long = `--${dashed(name)}`
    const flags =
      (kind.short === null ? '' : `-${kind.short}, `) + long + (kind.takes === null ? '' : ` <${kind.takes}>`)
    const option = new Option(flags, withChoices(kind))
    if (kind.takes !== null)
      option.argParser((given: string, before: unknown) => gathered(kind, long, given, before, io))
    if (kind.isNeeded) option.makeOptionMandatory()
    command.addOption(option)
  }
}

function withChoices({ choices, text, usual, isMany }: Kind<unknown>): string {
  const more = isMany ? '; may be repeated' : ''
  const chosen = choices.length === 0 ? '' : `: ${choices.join(', ')}`
  return `${text}${chosen}${more}${usual === null ? '' : ` [${usual}]`}`
}

function gathered(kind: Kind<unknown>, name: string, given: string, before: unknown, io: Io): unknown {
  const value = kind.read(given, name, io.nowMs())
  return kind.isMany ? [...((before as unknown[] | undefined) ?? []), value] : value
}

/** Everything that may be asked of a command is there, said or not. */
function unsaid(kinds: Kinds): Record<string, unknown> {
  const entries = Object.entries(kinds).map(([name, { isMany, takes }]) => [
    name,
    isMany ? [] : takes === null ? false : undefined,
  ])
  return Object.fromEntries(entries)
}
