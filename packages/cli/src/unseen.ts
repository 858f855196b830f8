// One line of a terminal that does not show what is typed: for passwords and values. The terminal sends each key, so the few that edit
// a line are done here.

/** What is pasted may begin and end with a mark of the terminal's own. */
const pasteMarks = ['\x1b[200~', '\x1b[201~'] as const

const keys = {
  interrupt: '\x03',
  end: '\x04',
  backspace: '\x7f',
  back: '\b',
  wipe: '\x15',
  word: '\x17',
} as const

export function readUnseen(
  stream: NodeJS.ReadStream,
  signal: AbortSignal,
  ready: () => void,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const stop = () => {
      stream.off('data', hear)
      signal.removeEventListener('abort', abort)
      stream.setRawMode(false)
      stream.pause()
    }
    const end = (line: string | null) => {
      stop()
      resolve(line)
    }
    const abort = () => {
      stop()
      reject(signal.reason)
    }
    const hear = (part: string) => {
      for (const key of pasteMarks.reduce((text, mark) => text.replaceAll(mark, ''), part)) {
        if (key === '\r' || key === '\n') return end(typed.join(''))
        // The terminal makes no signal of it while it sends each key; what comes of it comes by `signal`, as elsewhere.
        if (key === keys.interrupt) {
          process.kill(process.pid, 'SIGINT')
          return
        }
        if (key === keys.end) return end(typed.length === 0 ? null : typed.join(''))
        if (key === keys.backspace || key === keys.back) typed.pop()
        else if (key === keys.wipe || key === keys.word) typed = []
        else if (key >= ' ') typed.push(key)
      }
    }
    signal.addEventListener('abort', abort, { once: true })
    stream.setEncoding('utf8')
    stream.setRawMode(true)
    stream.on('data', hear).resume()
    // Asked before, somebody quick would see the first letters.
    ready()
  })
}
