// Signals on their way to the program. Those that a terminal sends to everybody in its foreground have reached it already.
import { isForeground } from './terminal.ts'

const ofTerminal = ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGCONT', 'SIGTSTP'] as const
const always = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** `isKnown`: the program has been sent it already. Gives back how to stop. */
export function passSignals(pass: (signal: NodeJS.Signals, isKnown: boolean) => void): () => void {
  const listeners = new Map<NodeJS.Signals, () => void>()
  for (const signal of always) listeners.set(signal, () => pass(signal, false))
  for (const signal of ofTerminal) {
    listeners.set(signal, () => {
      pass(signal, isForeground())
      // Whoever listens for it is not stopped by it, so that has to be done on purpose.
      if (signal === 'SIGTSTP') process.kill(process.pid, 'SIGSTOP')
    })
  }
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}
