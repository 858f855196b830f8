// One open stream: server-sent events (WHATWG HTML, 9.2) on a connection that the handler has taken over. Whoever does not
// read is cut off rather than buffered for: the cursor brings back what was missed.
import type { FastifyReply } from 'fastify'

export interface Line {
  readonly open: boolean
  /** false: the reader was too slow, and the line is closed. */
  write(frame: string | Buffer): boolean
  /** Resolves when more can be written, or it is closed; for whoever has much to tell at once. */
  room(): Promise<void>
  end(): void
}

const mostWaitingBytes = 1_048_576
/** A reader who takes nothing for so long is none. */
const patienceMs = 30_000

const head = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that gather before they pass on would hold messages back.
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

export function openLine(reply: FastifyReply, closed: () => void): Line {
  reply.hijack()
  const { raw } = reply
  let open = true
  const close = () => {
    if (!open) return
    open = false
    closed()
  }
  raw.on('close', close)
  raw.on('error', close)
  raw.socket?.setNoDelay(true)
  raw.writeHead(200, head)
  raw.write('retry: 1000\n\n')
  return {
    get open() {
      return open
    },
    write(frame) {
      if (!open) return false
      if (raw.writableLength > mostWaitingBytes) {
        raw.destroy()
        close()
        return false
      }
      raw.write(frame)
      return true
    },
    room() {
      if (!open || !raw.writableNeedDrain) return Promise.resolve()
      return new Promise(resolve => {
        const timer = setTimeout(() => raw.destroy(), patienceMs)
        const go = () => {
          clearTimeout(timer)
          raw.off('drain', go)
          raw.off('close', go)
          resolve()
        }
        raw.on('drain', go)
        raw.on('close', go)
      })
    },
    end() {
      if (!open) return
      raw.end()
      close()
    },
  }
}

export const frameOf = (position: number, message: unknown) =>
  `id: ${position}\ndata: ${JSON.stringify(message)}\n\n`
