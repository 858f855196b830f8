import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { aContext } from '../fixtures.ts'
import { ProviderError } from '../provider.ts'
import { ask } from './api.ts'

const value = 'hunter2-of-the-admin'

/** An API that gives one answer, and what `ask` makes of it. */
async function asked(answer: (response: ServerResponse, url: string) => void, withinMs = 5_000) {
  const server = createServer((request, response) => answer(response, request.url ?? ''))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const context = aContext({
    settings: {
      api: { host: '127.0.0.1', port },
      admin: 'rekey',
      adminSecret: 'mq-shop',
      tls: 'off',
      ca: '',
    },
    signal: AbortSignal.timeout(withinMs),
    admin: async () => new Secret(value),
  })
  try {
    return await ask(context, 'GET', ['permissions', '/', 'a b'])
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

async function failure(answer: (response: ServerResponse) => void, withinMs?: number) {
  const error: unknown = await asked(answer, withinMs).then(
    () => null,
    thrown => thrown,
  )
  assert.ok(error instanceof ProviderError, String(error))
  assert.ok(!`${error.message}${error.stack}`.includes(value))
  return error
}

const says = (status: number, body: unknown) => (response: ServerResponse) =>
  response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(JSON.stringify(body))

test('a name is one part of the path, whatever stands in it', async () => {
  const { body } = await asked((response, url) => response.end(JSON.stringify({ url })))
  assert.deepEqual(body, { url: '/api/permissions/%2F/a%20b' })
})

const answers: readonly [string, (response: ServerResponse) => void, string, RegExp][] = [
  ['a wrong password', says(401, { reason: 'Login failed' }), 'denied', /admin secret "mq-shop"/],
  [
    'a missing tag',
    says(401, { reason: 'Not administrator user' }),
    'denied',
    /set_user_tags rekey administrator/,
  ],
  ['a redirect', says(302, null), 'rejected', /leads elsewhere.*"api"/],
  ['an older API', says(404, { reason: 'Not Found' }), 'rejected', /3\.10 or newer/],
  ['a broker that starts', says(503, null), 'unreachable', /503/],
  ['too many questions', says(429, null), 'rate-limited', /too often/],
  ['words that quote the request', says(400, { reason: value }), 'unexpected', /status 400/],
  ['a page for people', response => response.end('<html>'), 'rejected', /correct the setting "api"/],
]
for (const [title, answer, code, words] of answers) {
  test(`${title}: ${code}, with what to mend`, async () => {
    const error = await failure(answer)
    assert.equal(error.code, code)
    assert.match(error.message, words)
  })
}

test('an answer without end is left at eight megabytes', async () => {
  const error = await failure(response => {
    const part = Buffer.alloc(256 * 1024, 32)
    const more = () => {
      while (!response.destroyed && response.write(part)) {}
    }
    response.on('drain', more)
    more()
  })
  assert.equal(error.code, 'rejected')
  assert.match(error.message, /more than 8388608 bytes/)
})

test('an answer that breaks off is no answer', async () => {
  const error = await failure(response => {
    response.writeHead(200, { 'content-length': 100 }).write('{"half"')
    setTimeout(() => response.destroy(), 20)
  })
  assert.equal(error.code, 'unreachable')
})

test('an answer that does not come is waited for no longer than the call may take', async () => {
  const error = await failure(() => undefined, 200)
  assert.equal(error.code, 'timeout')
})
