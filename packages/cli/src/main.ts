// What was typed becomes a command, and what came of it a code to end with. Entered by main.mjs. Only this file knows the process: its
// arguments, its environment and its end.
import { isatty } from 'node:tty'
import { exitCodes, failureOf } from './exit.ts'
import { type Io, inputOf, outputOf, pause } from './io.ts'
import { execute } from './program.ts'

const environment = process.env
const tell = (text: string) => void process.stderr.write(`rekey: ${text}\n`)

let interrupted: AbortController | null = null
const io: Io = {
  environment,
  out: outputOf(process.stdout, environment),
  err: outputOf(process.stderr, environment),
  input: inputOf(() => process.stdin, isatty(0)),
  nowMs: Date.now,
  pause,
  interrupts() {
    if (interrupted !== null) return interrupted.signal
    const controller = new AbortController()
    interrupted = controller
    const end = () => {
      // Whoever asks twice does not want to wait.
      if (controller.signal.aborted) process.exit(exitCodes.interrupted)
      controller.abort()
    }
    process.on('SIGINT', end).on('SIGTERM', end)
    return controller.signal
  },
}

try {
  process.exitCode = await execute(process.argv.slice(2), { environment, tell, io })
} catch (error) {
  const failure = failureOf(error)
  tell(failure.message)
  if (failure.how !== '') tell(failure.how)
  process.exitCode = failure.exitCode
}
// What is left are connections that nobody waits for.
process.exit()
