// A way to the control plane that can be cut: what is on it stands still, as behind a switch that is off; mended, it begins anew.
import { connect, createServer, type Socket } from 'node:net'

export interface Way {
  address: string
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function wayTo(port: number): Promise<Way> {
  const pairs = new Set<Socket>()
  let isCut = false
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      pairs.add(one)
      one.setNoDelay(true)
      one.on('data', part => void (isCut || other.write(part)))
      one.on('error', () => undefined)
      one.on('close', () => {
        pairs.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const at = server.address() as { port: number }
  return {
    address: `http://127.0.0.1:${at.port}`,
    cut() {
      isCut = true
    },
    mend() {
      isCut = false
      // What was lost on the way does not come again by itself.
      for (const one of pairs) one.destroy()
    },
    async close() {
      for (const one of pairs) one.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
