import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createServer as plainServer } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import type { Lookup } from './address.ts'
import { certificateFor, listening, receiver, safeReceiver } from './fixtures.ts'
import { type Posted, type PostFault, type Posting, post, retryAfterMs } from './post.ts'

const body = Buffer.from('{"type":"rotation.completed"}')
const forever = () => new AbortController().signal
const secret = 'v1,the-signature-that-must-never-show'

const send = (url: string, more: Partial<Posting> = {}) =>
  post({
    url,
    headers: { 'content-type': 'application/json', 'webhook-signature': secret },
    body,
    signal: forever(),
    allowPrivate: true,
    timeoutMs: 2_000,
    ...more,
  })

/** A name server that gives one answer after the other, and counts. */
function names(...answers: string[][]) {
  const asked: string[] = []
  const lookup: Lookup = async hostname => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    return answer.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { lookup, asked }
}

async function answering(t: TestContext, answer: (response: ServerResponse) => void) {
  const heard: (string | undefined)[] = []
  const port = await receiver(t, ({ url }, response) => {
    heard.push(url)
    answer(response)
  })
  return { url: `http://127.0.0.1:${port}/hook`, port, heard }
}

function failed(posted: Posted, code: PostFault['code']): void {
  assert.ok(!posted.ok, `it was answered ${inspect(posted)}`)
  assert.equal(posted.code, code, posted.text)
  assert.ok(!inspect(posted).includes('never-show'))
  assert.match(posted.how, /\.$/)
}

describe('what is posted', () => {
  test('arrives as it is, once, and the answer is its status', async t => {
    const heard: string[] = []
    const port = await receiver(t, async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      heard.push(
        `${request.method} ${request.url} ${request.headers['webhook-signature']} ${Buffer.concat(parts)}`,
      )
      response.writeHead(503, { 'retry-after': '7' }).end('busy')
    })
    const posted = await send(`http://127.0.0.1:${port}/hook?a=1`)
    assert.deepEqual(posted, { ok: true, status: 503, retryAfterMs: 7_000 })
    assert.deepEqual(heard, [`POST /hook?a=1 ${secret} ${body}`])
  })

  test('goes over TLS to the name that the certificate was made for', async t => {
    const certificate = certificateFor('hook.example')
    const port = await safeReceiver(t, certificate, (_, response) => response.writeHead(204).end())
    const { lookup } = names(['127.0.0.1'])
    const ca = certificate.cert
    assert.deepEqual(await send(`https://hook.example:${port}`, { lookup, ca }), {
      ok: true,
      status: 204,
      retryAfterMs: null,
    })
    failed(await send(`https://other.example:${port}`, { lookup, ca }), 'certificate')
    failed(await send(`https://hook.example:${port}`, { lookup }), 'certificate')
  })

  test('goes to an address that was checked, though the name leads elsewhere a moment later', async t => {
    const certificate = certificateFor('hook.example')
    let came = 0
    const port = await safeReceiver(t, certificate, (_, response) => {
      came++
      response.writeHead(200).end()
    })
    const { lookup, asked } = names(['127.0.0.1'], ['169.254.169.254'])
    const posted = await send(`https://hook.example:${port}`, { lookup, ca: certificate.cert })
    assert.deepEqual([posted.ok, came, asked], [true, 1, ['hook.example']])
  })

  test('finds another address of the name when the first one does not answer', async t => {
    const { port } = await answering(t, response => response.writeHead(200).end())
    const { lookup } = names(['127.0.0.9', '127.0.0.1'])
    assert.ok((await send(`http://localhost:${port}`, { lookup })).ok)
  })
})

describe('nothing is sent', () => {
  test('into a private network, if that is not allowed, whatever else the name leads to', async t => {
    const { port, heard } = await answering(t, response => response.writeHead(200).end())
    for (const found of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['8.8.8.8', '::1'], ['::ffff:127.0.0.1']]) {
      const { lookup } = names(found)
      failed(await send(`https://hook.example:${port}`, { lookup, allowPrivate: false }), 'private-address')
    }
    assert.deepEqual(heard, [])
  })

  test('to where machines keep their credentials, even if private addresses are allowed', async () => {
    const { lookup } = names(['127.0.0.1', '169.254.169.254'])
    failed(await send('https://hook.example', { lookup }), 'forbidden-address')
  })

  test('unencrypted to another machine that calls itself localhost', async () => {
    const { lookup } = names(['10.0.0.1'])
    failed(await send('http://localhost:8080', { lookup }), 'not-encrypted')
  })

  test('where a redirect leads', async t => {
    const other = await answering(t, response => response.writeHead(200).end())
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await answering(t, response =>
        response.writeHead(status, { location: other.url }).end(),
      )
      assert.deepEqual(await send(url), { ok: true, status, retryAfterMs: null })
    }
    assert.deepEqual(other.heard, [])
  })

  test('with a header that would become two, and the fault does not repeat it', async t => {
    const { url, heard } = await answering(t, response => response.writeHead(200).end())
    failed(await send(url, { headers: { 'webhook-signature': `${secret}\r\nx: y` } }), 'bad-header')
    assert.deepEqual(heard, [])
  })

  test('to a name that leads nowhere', async () => {
    failed(await send('https://hook.example', { lookup: names([]).lookup }), 'not-found')
    const lookup = () => Promise.reject(new Error('ENOTFOUND'))
    failed(await send('https://hook.example', { lookup }), 'not-found')
  })
})

describe('time runs out', () => {
  const soon = { timeoutMs: 60 }

  test('for a name server that does not answer', async () => {
    failed(await send('https://hook.example', { ...soon, lookup: () => new Promise(() => {}) }), 'timeout')
  })

  test('for a receiver that accepts and is silent, and for one that sends its headers letter by letter', async t => {
    const silent = await answering(t, () => {})
    failed(await send(silent.url, soon), 'timeout')
    const port = await listening(
      t,
      plainServer(socket => {
        socket.on('error', () => {})
        const timer = setInterval(() => socket.write('H'), 10)
        socket.write('HTTP/1.1 200 OK\r\nx-')
        socket.on('close', () => clearInterval(timer))
      }),
    )
    failed(await send(`http://127.0.0.1:${port}`, soon), 'timeout')
  })

  test('for an answer that does not end, whose status stands all the same', async t => {
    const { url } = await answering(t, response => response.writeHead(202).write('a'))
    assert.deepEqual(await send(url, soon), { ok: true, status: 202, retryAfterMs: null })
  })

  test('when it is called off, and then nothing is started any more', async t => {
    const { url, heard } = await answering(t, () => {})
    const sending = new AbortController()
    const posted = send(url, { signal: sending.signal })
    setTimeout(() => sending.abort(), 30)
    failed(await posted, 'stopped')
    const never: Lookup = () => assert.fail('it was asked for')
    const name = 'https://hook.example'
    failed(await send(name, { signal: sending.signal, lookup: never }), 'stopped')
    assert.equal(heard.length, 1)
  })
})

describe('an answer that is none', () => {
  test('of endless length is read no further than it could matter', async t => {
    let written = 0
    const { url } = await answering(t, response => {
      const write = (): unknown => {
        while (!response.destroyed) {
          written += 65_536
          if (!response.write(Buffer.alloc(65_536))) return response.once('drain', write)
        }
        return undefined
      }
      response.writeHead(200)
      write()
    })
    const began = performance.now()
    assert.deepEqual(await send(url), { ok: true, status: 200, retryAfterMs: null })
    assert.ok(performance.now() - began < 1_000)
    assert.ok(written < 16 * 1_048_576, `${written} bytes were taken`)
  })

  test('is a fault: a connection that breaks, other languages, endless headers, an offer to speak otherwise', async t => {
    const answers = [
      '',
      'SSH-2.0-OpenSSH_9.9\r\n',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n',
    ]
    for (const answer of answers) {
      const server = plainServer(socket => {
        socket.on('error', () => {})
        socket.once('data', () => socket.end(answer))
      })
      failed(await send(`http://127.0.0.1:${await listening(t, server)}`), 'broken')
    }
  })

  test('is a fault: nobody listens there', async () => {
    failed(await send('http://127.0.0.1:65535'), 'unreachable')
  })
})

test('how long to wait is said in seconds or as a date, and what is neither is nothing', () => {
  const nowMs = Date.UTC(2026, 0, 1)
  assert.equal(retryAfterMs('120', nowMs), 120_000)
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', nowMs), 60_000)
  assert.equal(retryAfterMs('Thu, 01 Jan 2015 00:01:00 GMT', nowMs), 0)
  for (const text of [undefined, '', 'soon', '-5', '1e9']) assert.equal(retryAfterMs(text, nowMs) ?? 0, 0)
})
