// What a command sees of the process it runs in: two outputs, an input, the clock, and Ctrl-C. Specs have others.
import type { Environment } from './run/injection.ts'

export interface Output {
  readonly isTerminal: boolean
  readonly hasColour: boolean
  readonly width: number
  readonly rows: number
  write(text: string): void
}

export interface Input {
  readonly isTerminal: boolean
  /** One line, without its end; null: there is no more. */
  line(signal: AbortSignal): Promise<string | null>
  /** One line that is not shown while it is typed; `ready`: from now on it is not. */
  secret(signal: AbortSignal, ready: () => void): Promise<string | null>
  /** All that there is. */
  all(): Promise<string>
}

export interface Io {
  environment: Environment
  out: Output
  err: Output
  input: Input
  nowMs(): number
  /** Until the time is over, or Ctrl-C. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** Ctrl-C ends what is under way, from now on; the second one ends the process. */
  interrupts(): AbortSignal
}

const usualWidth = 80
const usualRows = 24

export function outputOf(stream: NodeJS.WriteStream, environment: Environment): Output {
  const isTerminal = stream.isTTY === true
  // A reader that has seen enough, as head(1), is no failure of ours.
  stream.on('error', error => {
    if ((error as { code?: string }).code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    isTerminal,
    hasColour: hasColour(isTerminal, environment),
    get width() {
      return isTerminal && stream.columns > 0 ? stream.columns : usualWidth
    },
    get rows() {
      return isTerminal && stream.rows > 0 ? stream.rows : usualRows
    },
    write: text => void stream.write(text),
  }
}

/** no-color.org, and what has become usual to insist on them. */
function hasColour(isTerminal: boolean, environment: Environment): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0'
  return isTerminal && environment['TERM'] !== 'dumb'
}

/** The stream is made when it is first read from: a program that is run here must find its input as it was. */
export function inputOf(stream: () => NodeJS.ReadStream, isTerminal: boolean): Input {
  return {
    isTerminal,
    line: signal => readLine(stream(), signal),
    async secret(signal, ready) {
      if (!isTerminal) {
        ready()
        return readLine(stream(), signal)
      }
      const { readUnseen } = await import('./unseen.ts')
      return readUnseen(stream(), signal, ready)
    },
    async all() {
      let text = ''
      for await (const part of stream().setEncoding('utf8')) text += part
      return text
    },
  }
}

/** What is read beyond the line is kept for the next one. */
let rest = ''

function readLine(stream: NodeJS.ReadStream, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const end = (line: string | null) => {
      stop()
      resolve(line)
    }
    const take = (): boolean => {
      const at = rest.indexOf('\n')
      if (at < 0) return false
      const line = rest.slice(0, at).replace(/\r$/, '')
      rest = rest.slice(at + 1)
      end(line)
      return true
    }
    const hear = (part: string) => {
      rest += part
      take()
    }
    const over = () => {
      const line = rest
      rest = ''
      end(line === '' ? null : line)
    }
    const abort = () => {
      stop()
      reject(signal.reason)
    }
    const stop = () => {
      stream.off('data', hear).off('end', over).off('error', over).pause()
      signal.removeEventListener('abort', abort)
    }
    signal.addEventListener('abort', abort, { once: true })
    stream.setEncoding('utf8')
    if (take()) return
    stream.on('data', hear).on('end', over).on('error', over).resume()
    if (stream.readableEnded) over()
  })
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
