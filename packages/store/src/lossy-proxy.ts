// For tests: stands between the store and PostgreSQL and cuts the connection exactly at a COMMIT, before or after the
// server has got it. The client sees the same in both cases: a COMMIT without an answer.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface LossyProxy {
  url: string
  /** How the next COMMITs end. */
  cut: 'no' | 'before' | 'after'
  cuts: number
  close(): Promise<void>
}

export async function lossyProxy(target: string): Promise<LossyProxy> {
  const to = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(Number(to.port || 5432), to.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let answering = true
    client.on('data', bytes => {
      if (proxy.cut === 'no' || !bytes.includes('COMMIT\0')) return void upstream.write(bytes)
      proxy.cuts++
      if (proxy.cut === 'before') return void client.destroy()
      answering = false
      upstream.write(bytes)
    })
    upstream.on('data', bytes => {
      if (answering) client.write(bytes)
      else client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const proxy: LossyProxy = {
    url: url.href,
    cut: 'no',
    cuts: 0,
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
  return proxy
}
