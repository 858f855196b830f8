// What can be typed after `rekey demo`.
import { parseArgs } from 'node:util'
import type { ActNumber } from './show/stage.ts'

export interface Options {
  json: boolean
  port: number
  act: ActNumber
}

export const usage = `usage: rekey demo [--json] [--act 1|2|3] [--port N]

A platform of real processes shares one API token of a local provider. It is
rotated the usual way, then with Rekey, and at last it leaks and is killed.
Two minutes; nothing is needed but Node, and nothing is left behind.

  --json    no display and no pauses; one document with what was measured.
            Exit code 1: something was not shown
  --act N   begin with this act
  --port N  where the stage page listens; any free port by default

Keys: space pauses and goes on, 1 2 3 go to an act, n to the next, r begins
anew, q quits.
`

export class UsageError extends Error {}

export function optionsOf(args: readonly string[]): Options | 'help' {
  const { values } = read(args)
  if (values.help === true) return 'help'
  const act = Number(values.act ?? '1')
  if (act !== 1 && act !== 2 && act !== 3) throw new UsageError('--act is 1, 2 or 3')
  const port = Number(values.port ?? '0')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError('--port is a port, 0 to 65535')
  return { json: values.json === true, port, act }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        act: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
