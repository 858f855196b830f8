// A root key that a program prints. What it says on stderr is thrown away unread, and what it prints is never repeated:
// a program that fails in the middle may have printed the key, or the password to it.
import { spawn } from 'node:child_process'
import { StoreError } from '../contract.ts'

const limitBytes = 1024
const defaultTimeLimitMs = 10_000

type Ending =
  | { how: 'ended'; code: number | null; output: Buffer }
  | { how: 'not-started'; error: unknown }
  | { how: 'too-long' }
  | { how: 'too-late' }

export async function readKeyFromCommand(
  argv: readonly string[],
  timeLimitMs: number = defaultTimeLimitMs,
): Promise<string> {
  const [program, ...args] = argv
  if (program === undefined || program === '') {
    throw new StoreError(
      'root-key-missing',
      'the command for the root key names no program',
      'Give the program and its arguments as a list.',
    )
  }
  const ending = await run(program, args, timeLimitMs)
  switch (ending.how) {
    case 'not-started':
      throw missing(program, 'cannot be started', ending.error)
    case 'too-late':
      throw missing(program, `has not ended within ${timeLimitMs} ms`)
    case 'too-long':
      throw new StoreError(
        'root-key-wrong',
        `${program} printed more than a root key`,
        'It must print 32 bytes in base64 or hex, and nothing besides.',
      )
    case 'ended': {
      const text = ending.output.toString('latin1')
      ending.output.fill(0)
      if (ending.code !== 0) {
        throw missing(program, ending.code === null ? 'was ended by a signal' : `ended with ${ending.code}`)
      }
      if (text.trim() === '') throw missing(program, 'printed nothing')
      return text
    }
  }
}

function run(program: string, args: readonly string[], timeLimitMs: number): Promise<Ending> {
  return new Promise(resolve => {
    // A group of its own, so that the time limit also ends what the program has started.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => stop({ how: 'too-late' }), timeLimitMs)
    const stop = (ending: Ending) => {
      clearTimeout(timer)
      resolve(ending)
      child.stdout.destroy()
      if (child.pid !== undefined) endGroup(child.pid)
    }
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limitBytes) stop({ how: 'too-long' })
      else chunks.push(chunk)
    })
    child.on('error', error => {
      clearTimeout(timer)
      resolve({ how: 'not-started', error })
    })
    child.on('close', code => {
      clearTimeout(timer)
      resolve({ how: 'ended', code, output: Buffer.concat(chunks) })
    })
  })
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}

function missing(program: string, what: string, cause?: unknown): StoreError {
  return new StoreError(
    'root-key-missing',
    `${program}, which should print the root key, ${what}`,
    'Run it by hand as the user that runs Rekey, and see what it says.',
    // Only the system's code: the error itself lists the arguments.
    cause === undefined ? undefined : new Error((cause as NodeJS.ErrnoException).code ?? 'unknown'),
  )
}
