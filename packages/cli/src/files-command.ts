// rekey files: what can be typed.
import { Command } from 'commander'
import type { Context } from './program.ts'

export interface FilesOptions {
  config: string
  once?: boolean
  wait: string
  settle: string
}

export function filesCommand(context: Context, done: (code: number) => void): Command {
  return new Command('files')
    .summary('keep files made of templates fresh')
    .description('Keeps files made of templates fresh, and runs a hook when they have changed.')
    .usage('--config <path> [options]')
    .requiredOption('--config <path>', 'what to write where: see docs/run.md')
    .option('--once', 'write what is assigned now, and end')
    .option('--wait <time>', 'for the control plane, at the start', '30s')
    .option('--settle <time>', 'gather changes for so long', '1s')
    .addHelpText('after', after)
    .action(async (options: FilesOptions) => {
      const { keepFiles } = await import('./files/keep.ts')
      done(await keepFiles(options, context.environment, context.tell))
    })
}

const after = `
Ends with 0, or
  64  what was typed, the configuration or a template is wrong
  69  the control plane cannot be reached, or has no version to give
  73  a file cannot be written (with --once)
  75  a hook failed (with --once); the next round runs it again
  77  the control plane does not allow it`
