// What no well-behaved client sends: broken HTTP, tricks with paths, hosts and lengths, clients that never read or never finish.
// Each connection is bounded; what matters is that the control plane goes on.
import { connect } from 'node:net'
import type { Dice } from './dice.ts'

export async function beRude(address: string, token: string, dice: Dice): Promise<void> {
  const { host, hostname, port } = new URL(address)
  const auth = `authorization: Bearer ${token}\r\n`
  const path = dice.pick([
    '/api/v1/credentials',
    '/api/v1/../../../etc/passwd',
    '/api/v1/credentials/%00',
    '/api/v1/credentials/%ff%fe',
    '//evil.example/api/v1/people',
    `/api/v1/credentials/${'a'.repeat(3_000)}`,
    '/api/v1/credentials?limit=1&limit=2&limit[]=3&__proto__[x]=1',
    'http://evil.example/api/v1/session',
    '*',
    '/api/v1/credentials/x/consumers/../../../people',
    '/openapi.json',
    '/docs',
    '/metrics',
  ])
  const text = dice.pick([
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${auth}\r\n`,
    `GET ${path} HTTP/1.1\r\nhost: evil.example\r\n${auth}\r\n`,
    `GET ${path} HTTP/1.1\r\n${auth}\r\n`,
    `GET ${path} HTTP/1.0\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${auth}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"half`,
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${auth}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${auth}content-type: application/json\r\ncontent-length: 99999999\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n{}`,
    `POST /api/v1/session HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 40000\r\n\r\n${'['.repeat(40_000)}`,
    `TRACE ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    `CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    `GET /api/v1/stream HTTP/1.1\r\nhost: ${host}\r\n${auth}last-event-id: ${dice.pick(['-1', '99999999999999999', 'x', '0'])}\r\n\r\n`,
    '\u0016\u0003\u0001\u0000\u00a5\u0001\u0000',
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Rekey rka1.x.y\r\nrekey-proof: v1.1.2.3\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: ${dice.pick(['Bearer', 'Basic eDp5', 'Bearer rekey_pat_x', '\u00ff'])}\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\ncookie: rekey-session=${dice.pick(['', 'x', ';;;=', token])}\r\n\r\n`,
  ])
  await new Promise<void>(resolve => {
    const socket = connect(Number(port), hostname)
    const timer = setTimeout(() => socket.destroy(), dice.pick([20, 100, 300]))
    socket.on('connect', () => {
      if (dice.chance(0.2)) {
        // Letter by letter.
        let at = 0
        const drip = setInterval(() => {
          if (at >= Math.min(text.length, 200) || socket.destroyed) return clearInterval(drip)
          socket.write(text[at++]!)
        }, 1)
      } else socket.write(text)
    })
    if (dice.chance(0.2)) socket.pause()
    else socket.on('data', () => undefined)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
