// A person at a shell with a home of their own, who types `rekey`.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Typed {
  code: number | null
  out: string
  err: string
  /** Of --json. */
  json<T>(): T
}

const entry = join(import.meta.dirname, '../../packages/cli/src/main.mjs')
const longestMs = 60_000

export interface Shell {
  /** `input` is what stands on standard input. */
  rekey(args: readonly string[], input?: string): Promise<Typed>
}

export function shellIn(home: string, environment: Record<string, string> = {}): Shell {
  return {
    rekey(args, input = '') {
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_CONFIG_HOME: home, ...environment }
      const child = spawn(process.execPath, [entry, ...args], { env, cwd: home })
      const timer = setTimeout(() => child.kill('SIGKILL'), longestMs)
      let [out, err] = ['', '']
      child.stdout.on('data', part => {
        out += part
      })
      child.stderr.on('data', part => {
        err += part
      })
      child.stdin.end(input)
      return new Promise(resolve =>
        child.on('close', code => {
          clearTimeout(timer)
          resolve({ code, out, err, json: <T>() => JSON.parse(out) as T })
        }),
      )
    },
  }
}
