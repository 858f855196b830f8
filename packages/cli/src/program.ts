// The commands, and what is typed before them.
import { Command, CommanderError, type Option } from 'commander'
import { apiCommand } from './api-command.ts'
import { demoCommand } from './demo-command.ts'
import { exitCodes } from './exit.ts'
import { filesCommand } from './files-command.ts'
import type { Environment } from './run/injection.ts'
import { runCommand } from './run-command.ts'
import type { Tell } from './supply.ts'

export interface Context {
  environment: Environment
  tell: Tell
}

/** Gives back the code to end with. */
export async function execute(args: readonly string[], context: Context): Promise<number> {
  let code = 0
  const done = (ended: number) => {
    code = ended
  }
  const program = new Command('rekey')
    .description('Gives programs the versions of credentials that they should use.')
    .usage('<command> [options]')
    .enablePositionalOptions()
    .helpCommand(false)
    .addHelpText('after', settings)
  const commands = [runCommand, filesCommand, apiCommand, demoCommand].map(make => make(context, done))
  for (const command of commands) program.addCommand(command)
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureHelp({ helpWidth: 80, optionDescription: described, subcommandTerm: one => one.name() })
      .configureOutput({ outputError: text => context.tell(text.trim().replace(/^error: /, '')) })
      .helpOption('-h, --help', 'what can be typed')
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : exitCodes.usage
  }
}

const described = ({ description, defaultValue }: Option) =>
  typeof defaultValue === 'string' ? `${description} [${defaultValue}]` : description

const settings = `
Settings are those of the SDK: REKEY_URL, and REKEY_JOIN_FILE, REKEY_JOIN or
REKEY_IDENTITY_FILE; REKEY_KEY_FILE and REKEY_INSTANCE where wanted.`
