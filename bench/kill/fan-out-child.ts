// The least that there can be: a server that writes the same bytes to every stream and takes bare acknowledgements. What a kill is
// compared with.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const streams = new Set<ServerResponse>()
const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
  if (request.url === '/ack') {
    response.writeHead(204).end()
    return
  }
  if (request.url === '/stream') {
    request.socket.setNoDelay(true)
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
    response.write('retry: 1000\n\n')
    streams.add(response)
    response.on('close', () => streams.delete(response))
    return
  }
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const frame = Buffer.concat(parts)
    for (const stream of streams) stream.write(frame)
    response.writeHead(200).end(String(streams.size))
  })
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
