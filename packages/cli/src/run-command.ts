// rekey run: what can be typed.
import { Command, Option } from 'commander'
import type { Context } from './program.ts'
import type { RunOptions } from './run/plan.ts'

const gather = (value: string, before: string[]) => [...before, value]

export function runCommand(context: Context, done: (code: number) => void): Command {
  const many = (flags: string, text: string) => new Option(flags, text).argParser(gather).default([])
  return new Command('run')
    .summary('run a program with the versions that it should use')
    .description(
      'Runs a program with the versions that it should use, moves it when they change,\nand reports what it holds.',
    )
    .usage('[options] -- <program> [args…]')
    .argument('<program>', 'what to run')
    .argument('[args...]', 'its arguments; no value is ever put among them')
    .passThroughOptions()
    .optionsGroup('What the program is given (each may be repeated):')
    .addOption(many('--credential <id[:consumer]>', 'a credential to give'))
    .addOption(many('--env <name=id[.part]>', 'as a variable'))
    .addOption(many('--file <path=id[.part]>', 'as a file, mode 0600'))
    .addOption(many('--template <from:to>', 'as a file made of a template'))
    .optionsGroup('When a version changes:')
    .option('--on-change <what>', 'restart, signal or nothing', 'restart')
    .option('--signal <name>', 'the signal of --on-change signal', 'SIGHUP')
    .option('--grace <time>', 'from SIGTERM to SIGKILL of the old one', '10s')
    .option('--kill-grace <time>', 'the same when its version was killed', '2s')
    .option('--rolling', 'start the new one before the old one is ended')
    .option('--retry-start <times>', 'try again when the new one ends at once', '3')
    .option('--settle <time>', 'gather changes for so long', '1s')
    .optionsGroup('Copies, and when one is ready:')
    .option('--copies <number>', 'run so many; each has its REKEY_COPY', '1')
    .option('--ready-after <time>', 'when it has lived so long [2s]')
    .option('--ready-url <url>', 'when it answers; {copy} is its number')
    .option('--ready-log <regex>', 'when it has written such a line')
    .option('--ready-within <time>', 'the longest that it may take', '60s')
    .optionsGroup('Other:')
    .option('--covers', 'vouch that the consumer has no other source')
    .option('--wait <time>', 'for the control plane, at the start', '30s')
    .addHelpText('after', after)
    .action(async (program: string, args: string[], options: RunOptions) => {
      const [{ planOf }, { run }] = await Promise.all([import('./run/plan.ts'), import('./run/run.ts')])
      done(await run(planOf(program, args, options), context.environment, context.tell))
    })
}

const after = `
A part is value (the default), handle, version or fingerprint.

Ends with the program's own code, 128 + n when signal n ended it, or
  64  what was typed, or a setting, is wrong
  69  the control plane cannot be reached, or has no version to give
  77  the control plane does not allow it
  126, 127  the program cannot be run, cannot be found

Example:
  rekey run --credential orders-db --env PGUSER=orders-db.handle \\
            --env PGPASSWORD=orders-db -- ./orders --port 8080`
