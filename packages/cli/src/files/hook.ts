// The program that tells another one that its files have changed. It is started without a shell, is given no value, and is ended
// with all that it started when it takes too long.
import { spawn } from 'node:child_process'
import type { Hook } from './config.ts'

const longestKept = 4_096
const longestTold = 300

/** null: it succeeded; else how it failed, with the last line that it wrote about it. */
export async function runHook(
  { program, args, timeoutMs }: Hook,
  environment: Record<string, string>,
): Promise<string | null> {
  const child = spawn(program, args, {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let tail = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    tail = (tail + text).slice(-longestKept)
  })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    endGroup(child.pid)
  }, timeoutMs)
  const how = await new Promise<string | null>(resolve => {
    child.on('error', error => resolve(`cannot be run (${(error as { code?: unknown }).code})`))
    // Not "close": what it left running may hold on to its output.
    child.on('exit', (code, signal) =>
      setImmediate(() => resolve(code === 0 ? null : `ended with ${signal ?? code}`)),
    )
  })
  clearTimeout(timer)
  child.stderr.destroy()
  if (how === null) return null
  const last = tail.trim().split('\n').at(-1) ?? ''
  return `${isLate ? `took longer than ${timeoutMs} ms` : how}${last === '' ? '' : `: ${last.slice(0, longestTold)}`}`
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
