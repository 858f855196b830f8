// The command line as a whole: which word stands first, and from then on only what belongs to that word.
import { Command, CommanderError, type Option } from 'commander'
import { exitCodes, meanings } from './exit.ts'
import type { Io } from './io.ts'
import { type Noun, nouns } from './nouns.ts'
import type { Environment } from './run/injection.ts'
import type { Tell } from './supply.ts'

export interface Context {
  environment: Environment
  tell: Tell
  io: Io
}

/** Gives back the code to end with. */
export async function execute(args: readonly string[], context: Context): Promise<number> {
  let code = 0
  const done = (ended: number) => {
    code = ended
  }
  if (args[0] === '--version' || args[0] === '-V') {
    const { ownVersion } = await import('./version.ts')
    context.io.out.write(`${ownVersion()}\n`)
    return 0
  }
  // `rekey help rotation` is typed as often as `rekey rotation --help`.
  const typed = args[0] === 'help' ? [...args.slice(1), '--help'] : args
  const program = new Command('rekey')
    .description(
      'Rotates the credentials of agents and automation, proves that every consumer\nhas moved, and only then retires the old version.',
    )
    .usage('<command> [options]')
    .enablePositionalOptions()
    .helpCommand(false)
    .option('-V, --version', 'which version this is')
    .addHelpText('after', after)
  for (const noun of nouns) {
    const command = noun.name === typed[0] ? await built(noun, context, done) : new Command(noun.name)
    program.addCommand(command.summary(noun.summary).helpGroup(noun.group), {
      hidden: noun.isHidden === true,
    })
  }
  for (const command of all(program)) dress(command, context)
  try {
    await program.parseAsync(typed, { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : exitCodes.usage
  }
}

async function built(noun: Noun, context: Context, done: (code: number) => void): Promise<Command> {
  const { io } = context
  if ('command' in noun) return noun.command(context, done)
  const { commandOf } = await import('./parser.ts')
  if ('verb' in noun) return commandOf(await noun.verb(), { io, done })
  const command = new Command(noun.name)
    .description(`${noun.summary[0]!.toUpperCase()}${noun.summary.slice(1)}.`)
    .usage('<verb> [options]')
    .enablePositionalOptions()
    .helpCommand(false)
    .commandsGroup('Verbs:')
  for (const verb of await noun.verbs()) command.addCommand(commandOf(verb, { io, done }))
  return command.addHelpText('after', `\nWhat a verb takes: rekey ${noun.name} <verb> --help`)
}

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]

const narrowest = 40
const widest = 100

function dress(command: Command, { io, tell }: Context): void {
  const helpWidth = Math.min(Math.max(io.out.width, narrowest), widest)
  command
    .exitOverride()
    .configureHelp({
      helpWidth,
      optionDescription: described,
      subcommandTerm: one => one.name(),
      styleTitle: text => text,
    })
    .configureOutput({
      writeOut: text => io.out.write(text),
      writeErr: text => io.err.write(text),
      outputError: text => tell(text.trim().replace(/^error: /, '')),
    })
    .helpOption('-h, --help', 'what can be typed')
}

const described = ({ description, defaultValue }: Option) =>
  typeof defaultValue === 'string' ? `${description} [${defaultValue}]` : description

const codes = meanings.map(([code, means]) => `  ${String(code).padEnd(4)} ${means}`).join('\n')

const after = `
Examples:
  rekey sign-in https://rekey.example.com
  rekey now --watch
  rekey rotation open orders-db --reason "every month"
  rekey rotation ledger orders-db
  rekey credential list --json

Ends with:
${codes}

Which control plane, and as whom: REKEY_URL and REKEY_TOKEN, or else whoever has
signed in. run and files are agents, and take the settings of the SDK
(docs/run.md). docs/cli.md has all of this at length.`
