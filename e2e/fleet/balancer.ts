// A load balancer as plain as can be: each connection goes to the next control plane that is there, whichever it was before.
import { connect, createServer, type Socket } from 'node:net'

export interface Balancer {
  address: string
  setBackends(addresses: readonly string[]): void
  close(): Promise<void>
}

export async function startBalancer(): Promise<Balancer> {
  let backends: { host: string; port: number }[] = []
  let turn = 0
  const open = new Set<Socket>()
  const server = createServer(client => {
    open.add(client)
    client.on('close', () => open.delete(client))
    client.on('error', () => client.destroy())
    tryFrom(client, 0)
  })
  const tryFrom = (client: Socket, tried: number): void => {
    const backend = backends[turn++ % Math.max(1, backends.length)]
    if (backend === undefined || tried > backends.length) {
      client.destroy()
      return
    }
    const upstream = connect(backend.port, backend.host)
    let isConnected = false
    upstream.setNoDelay(true)
    client.setNoDelay(true)
    upstream.on('connect', () => {
      isConnected = true
      client.pipe(upstream)
      upstream.pipe(client)
    })
    upstream.on('error', () => {
      // One that is not there is passed over; one that goes away takes its connections with it.
      if (!isConnected) tryFrom(client, tried + 1)
      else client.destroy()
    })
    upstream.on('close', () => isConnected && client.destroy())
    client.on('close', () => upstream.destroy())
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    address: `http://127.0.0.1:${port}`,
    setBackends(addresses) {
      backends = addresses.map(one => ({ host: new URL(one).hostname, port: Number(new URL(one).port) }))
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
