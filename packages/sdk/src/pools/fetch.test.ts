import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { pause, until, withPlane } from '../fixtures.ts'
import { rekeyFetch } from './fetch.ts'
import { Load } from './fixtures.ts'

/** Accepts the values that are in the set, and repeats what it is sent. */
const accepted = new Set<string>()
const seen: Record<string, number> = {}
const server = createServer(async (request, response) => {
  const value = String(request.headers.authorization ?? request.headers['x-key']).replace('Bearer ', '')
  seen[value] = (seen[value] ?? 0) + 1
  const { pathname } = new URL(request.url!, 'http://here')
  if (pathname === '/away') return void response.writeHead(302, { location: '/elsewhere' }).end()
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (!accepted.has(value)) return void response.writeHead(401).end('who are you?')
  if (pathname === '/busy') return void response.writeHead(429).end()
  if (pathname === '/waits') return
  if (pathname !== '/slow') return void response.end(Buffer.concat(chunks))
  response.write('first ')
  setTimeout(() => response.end('last'), 150)
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
after(() => {
  server.closeAllConnections()
  server.close()
})
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
let made = 0
const values = () => {
  const name = ++made
  return (version: number) => `s3cret-${name}-${version}`
}

test('fetch: a request whose version is killed is given up, also while the body of its answer streams on', () =>
  withPlane(async (plane, rekey) => {
    const value = values()
    accepted.add(value(1))
    plane.assign('docs', 1, { value: value(1) })
    const ask = rekeyFetch(rekey.credential('docs'))
    const answer = await ask(`${url}/slow`)
    await until(() => plane.streams.size === 1)
    const waiting = ask(`${url}/waits`)
    waiting.catch(() => undefined)
    const reader = (await ask(`${url}/slow`)).body!.getReader()
    const sent = await ask(`${url}/slow`, {
      method: 'POST',
      body: new Blob(['x']).stream(),
      duplex: 'half',
    } as RequestInit)
    const other = sent.body!.getReader()
    for (const one of [reader, other])
      assert.equal(new TextDecoder().decode((await one.read()).value), 'first ')
    plane.kill('docs', 1)
    for (const one of [reader, other]) await assert.rejects(one.read(), { code: 'version-killed' })
    await assert.rejects(waiting, { code: 'version-killed' })
    await answer.body?.cancel().catch(() => undefined)
    await assert.rejects(ask(url), { code: 'version-killed' })
  }))

test('fetch: under constant load it moves to the new version without one failure, and every request is reported with its own', () =>
  withPlane(async (plane, rekey) => {
    const value = values()
    for (const version of [1, 2]) accepted.add(value(version))
    plane.assign('docs', 1, { value: value(1) })
    const ask = rekeyFetch(rekey.credential('docs'))
    await using load = new Load(8, async loop => {
      const answer = await ask(url, { method: 'POST', body: `hello ${loop}` })
      assert.deepEqual([answer.status, await answer.text()], [200, `hello ${loop}`])
    })
    await until(() => load.done > 100)
    plane.assign('docs', 2, { value: value(2) })
    await until(() => plane.uses('success', 2) > 0)
    // What was begun with the old value has been answered by then.
    await pause(30)
    accepted.delete(value(1))
    const before = load.done
    await until(() => load.done > before + 100)
    await load.stop()
    assert.deepEqual(load.failed, [])
    await rekey.flush()
    for (const version of [1, 2]) assert.equal(plane.uses('success', version), seen[value(version)])
    assert.equal(plane.uses('auth-failure'), 0)
  }))

test('fetch: a refusal is asked again with a newer version, with the same body', () =>
  withPlane(
    async (plane, rekey) => {
      const value = values()
      plane.assign('docs', 1, { value: value(1) })
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      plane.assign('docs', 2, { value: value(2) })
      accepted.add(value(2))
      const body = new FormData()
      body.set('word', 'hello')
      const answer = await rekeyFetch(docs)(url, { method: 'POST', body })
      assert.match(await answer.text(), /hello/)
      await rekey.flush()
      assert.deepEqual([plane.uses('auth-failure', 1), plane.uses('success', 2)], [1, 1])
    },
    { changes: 'none' },
  ))

test('fetch: a body that cannot be sent again is not; the answer is passed on whole, and the next request has the newer version', () =>
  withPlane(
    async (plane, rekey) => {
      const value = values()
      plane.assign('docs', 1, { value: value(1) })
      const docs = rekey.credential('docs')
      await docs.use(() => null)
      plane.assign('docs', 2, { value: value(2) })
      accepted.add(value(2))
      const ask = rekeyFetch(docs)
      const stream = () => new Blob(['hello']).stream()
      const post = (body: ReadableStream) => ({ method: 'POST', body, duplex: 'half' }) as const
      const refused = await ask(url, post(stream()))
      assert.deepEqual([refused.status, await refused.text()], [401, 'who are you?'])
      const answer = await ask(new Request(url, post(stream())))
      assert.ok(answer.body !== null)
      assert.equal(await answer.text(), 'hello')
      await rekey.flush()
      assert.deepEqual([plane.uses('auth-failure', 1), plane.uses('success', 2)], [1, 1])
      assert.equal(plane.uses('outage'), 0)
    },
    { changes: 'none' },
  ))

test('fetch: a use is counted when the headers have come, and the answer streams on through a change', () =>
  withPlane(async (plane, rekey) => {
    const value = values()
    accepted.add(value(1))
    plane.assign('docs', 1, { value: value(1) })
    const answer = await rekeyFetch(rekey.credential('docs'))(`${url}/slow`)
    await rekey.flush()
    assert.equal(plane.uses('success', 1), 1)
    plane.assign('docs', 2, { value: value(2), accepted: [2] })
    await until(() => rekey.readiness().credentials[0]!.version === 2)
    assert.equal(await answer.text(), 'first last')
  }))

test('fetch: whoever asks may give it up, and lane, path and header are as they were told', () =>
  withPlane(async (plane, rekey) => {
    const value = values()
    accepted.add(value(1))
    plane.assign('docs', 1, { value: value(1) })
    const how = {
      header: 'x-key',
      format: (text: string) => text,
      lane: 'replay',
      path: 'exception',
    } as const
    const ask = rekeyFetch(rekey.credential('docs'), how)
    assert.equal((await ask(`${url}/busy`)).status, 429)
    const answer = await ask(`${url}/slow`, { signal: AbortSignal.timeout(60) })
    await assert.rejects(answer.text(), { name: 'TimeoutError' })
    await assert.rejects(ask(url, { signal: AbortSignal.abort() }), { name: 'AbortError' })
    await rekey.flush()
    assert.deepEqual(
      plane.said('used').map(one => [one.lane, one.path, one.outcome]),
      [
        ['replay', 'exception', 'rate-limit'],
        ['replay', 'exception', 'success'],
      ],
    )
  }))

test('fetch: the value goes nowhere but where it is meant to', () =>
  withPlane(async (plane, rekey) => {
    const value = 's3cret\nline'
    plane.assign('docs', 1, { value: 's3cret' })
    const docs = rekey.credential('docs')
    const own = rekeyFetch(docs, { origins: [url] })
    await assert.rejects(own('http://127.0.0.2/'), { code: 'wrong-origin' })
    assert.equal((await own(`${url}/away`)).url, `${url}/elsewhere`)
    const named = await rekeyFetch(docs, { header: 'x-key' })(`${url}/away`)
    assert.equal(named.status, 302, 'another header would be taken along to wherever it leads')
    plane.assign('docs', 2, { value })
    await until(() => rekey.readiness().credentials[0]!.version === 2)
    await assert.rejects(own(url), error => !inspect(error).includes('s3cret'))
  }))
