// For tests only: receivers on loopback, and a certificate that is made while the test runs, so that none has to be kept.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer as overHttp, type RequestListener } from 'node:http'
import { createServer as overHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import type { TestContext } from 'node:test'

export interface Certificate {
  key: string
  cert: string
}

export async function listening(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  const open = new Set<{ destroy(): void }>()
  server.on('connection', socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  t.after(async () => {
    for (const socket of open) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

export const receiver = (t: TestContext, answer: RequestListener) => listening(t, overHttp(answer))

export const safeReceiver = (t: TestContext, certificate: Certificate, answer: RequestListener) =>
  listening(t, overHttps(certificate, answer))

/** X.509 in DER (RFC 5280), as little of it as TLS asks for: signed by itself, for one name. */
export function certificateFor(name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid('2a8648ce3d040302'))
  const who = sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(name)))))
  const extensions = sequence(
    sequence(oid('551d11'), tagged(0x04, sequence(tagged(0x82, Buffer.from(name))))),
    sequence(
      oid('551d13'),
      tagged(0x01, Buffer.from([0xff])),
      tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))),
    ),
  )
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1])),
    algorithm,
    who,
    sequence(utcTime(-1), utcTime(1)),
    who,
    publicKey.export({ format: 'der', type: 'spki' }),
    tagged(0xa3, extensions),
  )
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toSign, privateKey)]))
  const der = sequence(toSign, algorithm, signature).toString('base64')
  const cert = `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  return { key: pem(privateKey), cert }
}

const pem = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }) as string

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts)
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))

function utcTime(days: number): Buffer {
  const digits = new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, '')
  return tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`))
}
