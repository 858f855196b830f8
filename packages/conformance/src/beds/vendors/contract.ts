// A vendor as its published contract describes it, on loopback: who asks is checked, values are given once, lists come in small
// pages. It writes down every request as an access log would, addresses in full and whatever carries no secret of the headers.
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { Provider } from '@rekey/providers'
import { builtInVendors } from '@rekey/providers/all'
import type { Address, Plot } from '../../bed.ts'
import type { Tried } from '../../tried.ts'

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: a vendor takes whatever it is sent, and looks.
  body: any
  /** As the one who asks knows this server. */
  origin: string
}

export interface Answered {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

export interface World {
  answer(asked: Asked): Answered
  plot(name: string): Plot
}

/** Small, so that even a few keys are more than one page. */
export const pageSize = 2

export const vendorNamed = (kind: string): Provider => builtInVendors().find(one => one.kind === kind)!

/** A vendor's file and its server; neither is read or started before it is asked for. */
export const triedAs = (kind: string, open: (address: Address) => World): Tried => ({
  kind: 'http',
  provider: vendorNamed(kind),
  async openBed() {
    let world: World | null = null
    const { address, log, close } = await openContract(asked => world!.answer(asked))
    const { answer, plot } = open(address)
    world = { answer, plot }
    return {
      provider: vendorNamed(kind),
      against: 'contract',
      plot: async name => plot(name),
      written: async () => log(),
      close,
    }
  },
})

export interface Contract {
  address: Address
  /** What an access log would hold. */
  log(): string
  close(): Promise<void>
}

export async function openContract(answer: (asked: Asked) => Answered): Promise<Contract> {
  const log: string[] = []
  const server = createServer(async (request, response) => {
    const asked = await read(request).catch(() => null)
    if (asked === null) return response.destroy()
    log.push(`${request.method} ${request.url} ${JSON.stringify(harmless(request.headers))}`)
    const { status, body, headers } = answer(asked)
    response.writeHead(status, {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    })
    return response.end(body === undefined ? undefined : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('it does not listen on a port')
  return {
    address: { host: '127.0.0.1', port: bound.port },
    log: () => log.join('\n'),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const text = Buffer.concat(parts).toString('utf8')
  const origin = `http://${request.headers.host}`
  const url = new URL(request.url ?? '/', origin)
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
    origin,
  }
}

const carriesSecret = new Set(['authorization', 'x-api-key'])
const harmless = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, carriesSecret.has(name) ? 'not written' : value]),
  )

/** What comes after the one that is named, a page of it. */
export function pageAfter<T extends { id: string }>(all: readonly T[], after: string | null) {
  const from = after === null ? 0 : all.findIndex(one => one.id === after) + 1
  const data = all.slice(from, from + pageSize)
  return {
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + pageSize < all.length,
  }
}

export const bearer = ({ headers }: Asked): string =>
  /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''

export const random = (bytes: number): string => randomBytes(bytes).toString('hex')

export const urlOf = ({ host, port }: Address) => `http://${host}:${port}`
