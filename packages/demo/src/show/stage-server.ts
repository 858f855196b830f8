// The stage as a page: the same state as in the terminal, sent as it changes, and buttons that do what its keys do. It listens on this machine only,
// answers nobody who comes by another name (a page elsewhere whose name was pointed here), and takes orders from its own page only.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Commands } from './keyboard.ts'
import type { ActNumber, Stage } from './stage.ts'

export interface StageServer {
  address: string
  close(): Promise<void>
}

const page = (name: string) => readFileSync(join(import.meta.dirname, '../page', name), 'utf8')
const files: Record<string, { name: string; type: string }> = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/stage.css': { name: 'stage.css', type: 'text/css; charset=utf-8' },
  '/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
  '/stage.js': { name: 'stage.js', type: 'text/javascript; charset=utf-8' },
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const sendEveryMs = 150
const stillAliveMs = 15_000
const longestOrder = 200

export async function serveStage(stage: Stage, commands: Commands, port: number): Promise<StageServer> {
  const lookers = new Set<ServerResponse>()
  let timer: NodeJS.Timeout | null = null
  const send = () => {
    timer = null
    const text = `data: ${JSON.stringify(stage.snapshot())}\n\n`
    for (const one of lookers) one.write(text)
  }
  const changed = () => {
    timer ??= setTimeout(send, sendEveryMs)
  }
  const stop = stage.watch({ said: () => undefined, changed })
  const alive = setInterval(() => {
    for (const one of lookers) one.write(': \n\n')
  }, stillAliveMs)

  const look = (response: ServerResponse) => {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
    response.write(`data: ${JSON.stringify(stage.snapshot())}\n\n`)
    lookers.add(response)
    response.on('close', () => lookers.delete(response))
  }

  const server = createServer((request, response) => {
    const end = (status: number, text: string) =>
      void response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(text)
    const { host = '' } = request.headers
    if (!isOurs(host)) return end(403, 'Not by this name.')
    const { method, url = '/' } = request
    if (method === 'GET' && url === '/events') return look(response)
    const file = files[url]
    if (method === 'GET' && file !== undefined) {
      return void response.writeHead(200, { ...headers, 'content-type': file.type }).end(page(file.name))
    }
    if (method !== 'POST' || url !== '/do') return end(404, 'There is nothing here.')
    // A browser says whose page it is that asks.
    if (request.headers.origin !== `http://${host}`) return end(403, 'Not from this page.')
    void orderOf(request).then(order => end(...did(order, commands)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const at = server.address() as { port: number }
  const names = new Set([`127.0.0.1:${at.port}`, `localhost:${at.port}`])
  const isOurs = (host: string) => names.has(host)
  return {
    address: `http://127.0.0.1:${at.port}/`,
    async close() {
      stop()
      clearInterval(alive)
      if (timer !== null) clearTimeout(timer)
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function orderOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const part of request) if (text.length < longestOrder) text += part
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function did(order: unknown, commands: Commands): [number, string] {
  const { do: what, act } = (order ?? {}) as { do?: unknown; act?: unknown }
  if (what === 'pause-or-go') commands.pauseOrGo()
  else if (what === 'next') commands.next()
  else if (what === 'act' && (act === 1 || act === 2 || act === 3)) commands.jump(act as ActNumber)
  else return [400, 'That is no order: pause-or-go, next, or act with 1, 2 or 3.']
  return [200, 'Done.']
}
