// Requests over plain sockets, written before the clock runs: what sends must cost less than what answers, or the bench would
// measure itself.
import { connect, type Socket } from 'node:net'

/** Sends each list on a connection of its own, one request after the other; answers how long all of it took. */
export async function sendAll(address: string, lists: readonly (readonly string[])[]): Promise<number> {
  const made = lists.map(list => list.map(request => Buffer.from(request)))
  const { hostname, port } = new URL(address)
  const sockets = await Promise.all(lists.map(() => opened(hostname, Number(port))))
  // Never asleep: waking a process that sleeps is paid by whoever writes to it, which would charge the slower side for waiting.
  let isOver = false
  const stayAwake = () => {
    if (!isOver) setImmediate(stayAwake)
  }
  stayAwake()
  const beganMs = performance.now()
  await Promise.all(sockets.map((socket, at) => sendEach(socket, made[at]!)))
  const tookMs = performance.now() - beganMs
  isOver = true
  for (const socket of sockets) socket.destroy()
  return tookMs
}

export function opened(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.setNoDelay(true)
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}

function sendEach(socket: Socket, requests: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0
    let missing = 0
    let length = 0
    let seen = ''
    const fail = (why: string) => reject(new Error(`${why}\n${seen.slice(0, 600)}`))
    socket.once('error', reject)
    socket.once('close', () => fail('the connection was closed in between'))
    const next = () => {
      const request = requests[++at]
      if (request !== undefined) {
        missing = length
        socket.write(request)
        return
      }
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      resolve()
    }
    socket.on('data', part => {
      // All answers are alike: the first is read, and of the others the status is looked at and the bytes are counted.
      if (length === 0) {
        seen += part.toString('latin1')
        length = lengthOf(seen)
        if (length === 0 || seen.length < length) {
          length = 0
          return
        }
        if (!seen.startsWith('HTTP/1.1 200')) return fail('an answer was not 200')
        next()
        return
      }
      if (missing === length && part.toString('latin1', 9, 12) !== '200') {
        seen = part.toString('latin1')
        return fail('an answer was not 200')
      }
      missing -= part.length
      if (missing < 0) return fail('an answer was longer than the first')
      if (missing === 0) next()
    })
    socket.write(requests[0] ?? '')
  })
}

/** Head and body; 0: the head is not whole yet. */
function lengthOf(seen: string): number {
  const end = seen.indexOf('\r\n\r\n')
  return end < 0 ? 0 : end + 4 + Number(/content-length: (\d+)/i.exec(seen)?.[1] ?? 0)
}
