// One call of a plugin: one process in a group of its own and a clean environment. What it is asked goes in by its standard input,
// so that no value stands in its command line or its environment; what it says on standard error goes nowhere.
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { codeOf, onAbort } from '../failure.ts'
import { ProviderError } from '../provider.ts'
import { type Plugin, programOf } from './plugin.ts'

export interface Ended {
  output: string
  /** null: it was ended by a signal. */
  exitCode: number | null
  endedBy: string | null
}

const longestOutput = 1024 * 1024
/** What a child of it may take to let go of the output when it has gone itself. */
const letGoMs = 500
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/**
 * The program takes the place of this shell, and beside it one waits that ends the whole group when the other end of its pipe
 * is gone: a control plane that dies leaves nobody behind who goes on with half a change, or stays logged in. The program and
 * its arguments come as words, and are never read by the shell.
 */
const watched = '(read -r _ <&3; kill -9 0) </dev/null >/dev/null 2>&1 & exec "$@" 3<&-'

export function called(plugin: Plugin, folder: string, input: string, signal: AbortSignal): Promise<Ended> {
  const { program, args } = programOf(plugin, folder)
  const say = (code: ProviderError['code'], text: string) =>
    new ProviderError(code, `the plugin ${plugin.kind} ${text}`)
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(say('timeout', 'was not called: its time is over'))
    const child = spawn('/bin/sh', ['-c', watched, 'sh', program, ...args], {
      cwd: folder,
      env: { PATH: path, LANG: 'C.UTF-8', ...plugin.environment },
      // A group of its own, so that whatever it starts can be ended with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    })
    const [stdin, stdout, , alive] = child.stdio as unknown as [Writable, Readable, null, Writable]
    const parts: Buffer[] = []
    let size = 0
    let letGo: NodeJS.Timeout | undefined
    let isSettled = false
    /** Nothing of it is left behind, whichever way it ends. Once only: its number may soon be another's. */
    const settle = (then: () => void) => {
      if (isSettled) return
      isSettled = true
      ignore()
      clearTimeout(letGo)
      endGroup(child.pid)
      for (const end of [stdin, stdout, alive]) end.destroy()
      then()
    }
    const ignore = onAbort(signal, () => {
      settle(() => reject(say('timeout', 'did not answer in time, and was ended')))
    })
    child.on('error', error =>
      settle(() => reject(say('rejected', `cannot be started: ${folder} or /bin/sh (${codeOf(error)})`))),
    )
    // One that does not read what it is asked is judged by what it answers.
    for (const end of [stdin, stdout, alive]) end.on('error', () => undefined)
    stdout.on('data', (part: Buffer) => {
      parts.push(part)
      size += part.length
      if (size > longestOutput) {
        settle(() => reject(say('rejected', `answers with more than ${longestOutput} bytes, and was ended`)))
      }
    })
    child.on('exit', (exitCode, endedBy) => {
      const ended = () =>
        settle(() => {
          const output = Buffer.concat(parts).toString('utf8')
          const fault = output.trim() === '' ? notStarted(exitCode, program) : null
          if (fault !== null) reject(say('rejected', fault))
          else resolve({ output, exitCode, endedBy })
        })
      if (stdout.readableEnded) return ended()
      stdout.on('end', ended)
      letGo = setTimeout(ended, letGoMs)
    })
    stdin.end(input)
  })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

/** How a shell says that it could not start a program. */
function notStarted(exitCode: number | null, program: string): string | null {
  if (exitCode === 127) {
    return `cannot be started: ${program}, or what its first line names, is not there: correct "command"`
  }
  return exitCode === 126 ? `cannot be started: ${program} may not be executed: chmod +x` : null
}
