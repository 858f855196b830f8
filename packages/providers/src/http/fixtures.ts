// For tests only: a vendor that was invented, with every verb, and a server on loopback that answers as a test wants it to.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { Secret } from '@rekey/core'
import { aContext } from '../fixtures.ts'
import { nameOf } from '../naming.ts'
import type { Context, Operation, Provider } from '../provider.ts'
import { httpProvider } from './http.ts'
import { readVendor } from './vendor-faults.ts'

const key = '/{{settings.workspace}}/keys/{{handle}}'

export const acmeFile = {
  kind: 'acme-notes',
  title: 'Acme Notes key',
  docs: 'https://docs.acme.example/keys',
  provedAgainst: 'contract',
  baseUrl: 'https://api.acme.example/v1',
  settings: {
    workspace: { type: 'string', pattern: '^ws_[a-z0-9]+$', description: 'The id of the workspace' },
  },
  admin: {
    secrets: { adminSecret: 'the key of the workspace’s owner' },
    headers: { authorization: 'Bearer {{admin.adminSecret}}' },
  },
  value: 'target',
  longestName: 64,
  abilities: { maxLive: 10, usageLagMs: 60_000 },
  errorAt: '$.error.code',
  rateLimit: 1_000,
  verbs: {
    mint: {
      request: 'POST /{{settings.workspace}}/keys',
      body: { name: '{{operation.name}}' },
      handle: '$.id',
      value: '$.secret',
    },
    list: {
      request: 'GET /{{settings.workspace}}/keys',
      items: '$.keys[*]',
      name: '$.name',
      handle: '$.id',
      pages: { by: 'cursor', param: 'after', next: '$.next', more: '$.more' },
    },
    probe: {
      request: 'GET /notes',
      headers: { authorization: 'Bearer {{value}}' },
      accepted: [{ status: 200 }],
      refused: [{ status: 401, at: '$.error.code', is: ['bad_key'] }],
    },
    usage: { lastUsedAt: '$.used' },
    disable: { request: `PATCH ${key}`, body: { on: false } },
    enable: { request: `PATCH ${key}`, body: { on: true } },
    destroy: { request: `DELETE ${key}`, repeatable: true },
  },
}

export interface Heard {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

export interface Listening {
  baseUrl: string
  heard: Heard[]
  close(): Promise<void>
}

export type Answering = (heard: Heard, response: ServerResponse) => void

export async function listening(answer: Answering): Promise<Listening> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(parts).toString('utf8'),
    }
    heard.push(one)
    answer(one, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen on a port')
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    heard,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export function answerJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

export const adminValue = 'the-admin-value-that-must-never-show'

export const acmeContext = (baseUrl: string, overrides: Partial<Context> = {}): Context =>
  aContext({
    settings: { workspace: 'ws_1', adminSecret: 'acme', prefix: 'app', baseUrl },
    admin: async () => new Secret(adminValue),
    ...overrides,
  })

export const anOperation = (overrides: Partial<Operation> = {}): Operation => ({
  key: 'the-key',
  credential: 'notes',
  version: 2,
  secret: null,
  intendedMs: 0,
  ...overrides,
})

export const operation = anOperation()
/** The name that it gives at Acme. */
export const name = nameOf({ prefix: 'app', longest: 64 }, { owner: '0a1b2c3d' }, operation)
export const value = new Secret('the-value-that-must-never-show')

export function providerOf(file: object = acmeFile): Provider {
  const read = readVendor(file)
  assert.ok('vendor' in read, JSON.stringify(read))
  return httpProvider(read.vendor)
}

/** Acme answers; what it has not been told about, it does not list. */
export async function acme(t: TestContext, answer: Answering, file: object = acmeFile) {
  const server = await listening(answer)
  t.after(() => server.close())
  return { ...server, provider: providerOf(file), context: acmeContext(server.baseUrl) }
}

export const posts = ({ heard }: Pick<Listening, 'heard'>) =>
  heard.filter(one => one.method === 'POST').length

/** The error that a call ends in, which repeats no value. */
export async function failure(
  call: Promise<unknown> | undefined,
): Promise<{ code: string; message: string }> {
  const error = (await call?.then(
    () => null,
    thrown => thrown,
  )) as (Error & { code: string }) | null
  assert.ok(error !== null, 'it went well')
  const told = `${error.message} ${error.stack} ${error.cause}`
  for (const one of [value.reveal(), adminValue])
    assert.ok(!told.includes(one), 'a value stands in the error')
  return error
}
