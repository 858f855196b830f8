// The conductor's end of the line to all processes of the platform. A process that loses it ends, so nothing outlives the story.
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Order, Told } from './told.ts'

export interface Caller {
  who: string
  pid: number
  port: number | null
}

export interface Line {
  path: string
  /** Tells all, and whoever comes later. */
  setGoing(isGoing: boolean): void
  tell(who: string, order: Order): void
  close(): Promise<void>
}

export interface Ear {
  came(caller: Caller): void
  heard(caller: Caller, told: Exclude<Told, { says: 'here' }>): void
  left(caller: Caller): void
}

export async function openLine(path: string, ear: Ear): Promise<Line> {
  const sockets = new Map<Socket, Caller | null>()
  let isGoing = true
  const say = (socket: Socket, order: Order) => void socket.write(`${JSON.stringify(order)}\n`)
  const present = (): Order => ({ do: isGoing ? 'go' : 'pause' })
  const server = createServer(socket => {
    let caller: Caller | null = null
    sockets.set(socket, null)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      if (caller !== null) ear.left(caller)
    })
    createInterface({ input: socket }).on('line', text => {
      const told = JSON.parse(text) as Told
      if (told.says === 'here') {
        caller = { who: told.who, pid: told.pid, port: told.port }
        sockets.set(socket, caller)
        ear.came(caller)
        say(socket, present())
      } else if (caller !== null) ear.heard(caller, told)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    path,
    setGoing(going) {
      isGoing = going
      for (const [socket, caller] of sockets) if (caller !== null) say(socket, present())
    },
    tell(who, order) {
      for (const [socket, caller] of sockets) if (caller?.who === who) say(socket, order)
    },
    async close() {
      for (const socket of sockets.keys()) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
