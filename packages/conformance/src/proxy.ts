// A proxy on loopback between a provider and its target. It stands at each turn of the talk: before what is asked is passed on,
// when it has been passed on, and when the answer is there and has not been given. So a process can be killed at each.
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import type { Address } from './bed.ts'

export type Where = 'before' | 'in' | 'after'
/** drop: nothing more is passed on in either direction. cut: the connection is ended. */
export type Then = 'pass' | 'drop' | 'cut'

export interface Standing {
  address: Address
  /** What the side of the provider has sent, as bytes read one to one. */
  sent(): string
  close(): Promise<void>
}

/** Called at each turn; what it answers is done. */
export type AtTurn = (where: Where) => Then | Promise<Then>

export async function proxy(target: Address, atTurn: AtTurn = () => 'pass'): Promise<Standing> {
  const sent: Buffer[] = []
  const open = new Set<Socket>()
  const server = createServer(inner => {
    const outer = dial(target)
    for (const socket of [inner, outer]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        inner.destroy()
        outer.destroy()
      })
    }
    between(inner, outer, sent, atTurn)
  })
  const address = await listening(server)
  return {
    address,
    sent: () => Buffer.concat(sent).toString('latin1'),
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function between(inner: Socket, outer: Socket, sent: Buffer[], atTurn: AtTurn): void {
  let isAsking = false
  let isDead = false
  /** One after the other: what came first is passed on first. */
  let line = Promise.resolve()
  const turn = async (where: Where) => {
    const then = await atTurn(where)
    if (then === 'pass') return
    isDead = true
    if (then === 'cut') {
      inner.destroy()
      outer.destroy()
    }
  }
  inner.on('data', part => {
    line = line.then(async () => {
      const isFirst = !isAsking
      isAsking = true
      if (isFirst && !isDead) await turn('before')
      if (isDead) return
      sent.push(part)
      outer.write(part)
      if (isFirst) await turn('in')
    })
  })
  outer.on('data', part => {
    line = line.then(async () => {
      const isFirst = isAsking
      isAsking = false
      if (isFirst && !isDead) await turn('after')
      if (!isDead) inner.write(part)
    })
  })
  inner.on('end', () => {
    line = line.then(() => void outer.end())
  })
  outer.on('end', () => {
    line = line.then(() => void (isDead || inner.end()))
  })
}

async function listening(server: Server): Promise<Address> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen on a port')
  return { host: '127.0.0.1', port: address.port }
}

/** A port on which nobody listens. */
export async function deadAddress(): Promise<Address> {
  const { address, close } = await proxy({ host: '127.0.0.1', port: 1 })
  await close()
  return address
}
