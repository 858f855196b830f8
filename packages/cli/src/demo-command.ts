// rekey demo: the story of a rotation, with real processes, in the terminal and the browser. It is a program of its own that is started from here: it
// needs all of Rekey, and a command that is installed on servers needs none of it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { codeOfSignal, exitCodes } from './exit.ts'
import type { Context } from './program.ts'

interface Options {
  json?: true
  act?: string
  port?: string
}

const main = fileURLToPath(new URL('../../demo/src/main.mjs', import.meta.url))

export function demoCommand({ environment, tell }: Context, done: (code: number) => void): Command {
  return new Command('demo')
    .description(
      'A platform of real processes shares one API token of a local provider. It is\nrotated the usual way, then with Rekey, and at last it leaks and is killed.',
    )
    .option('--json', 'no display and no pauses: print what was measured')
    .option('--act <number>', 'begin with act 1, 2 or 3 [1]')
    .option('--port <number>', 'where the stage page listens [any]')
    .addHelpText(
      'after',
      '\nNothing is needed but Node. It works in a folder of its own, on this machine\nonly, and leaves nothing behind. docs/demo.md says what is real in it.',
    )
    .action(async ({ json, act, port }: Options) => {
      if (!existsSync(main)) {
        tell('The demo is not here: it comes with the repository, and not with the command alone.')
        return done(exitCodes.notFound)
      }
      const args = [
        ...(json === true ? ['--json'] : []),
        ...(act === undefined ? [] : ['--act', act]),
        ...(port === undefined ? [] : ['--port', port]),
      ]
      done(await ended([main, ...args], environment))
    })
}

/**
 * It has our terminal, and with it the signals that a terminal sends; those that are sent to us alone are passed on. Where we end without a word, it
 * loses the channel to us, and ends as well.
 */
function ended(args: readonly string[], environment: Context['environment']): Promise<number> {
  const child = spawn(process.execPath, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment,
  })
  const passed = ['SIGTERM', 'SIGHUP'] as const
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  const stay = () => undefined
  for (const signal of passed) process.on(signal, pass)
  process.on('SIGINT', stay)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      for (const one of passed) process.off(one, pass)
      process.off('SIGINT', stay)
      resolve(code ?? codeOfSignal(signal!))
    })
  })
}
