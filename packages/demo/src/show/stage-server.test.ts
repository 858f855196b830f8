import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { Stage } from './stage.ts'
import { serveStage } from './stage-server.ts'

async function open(t: TestContext) {
  const done: string[] = []
  const stage = new Stage()
  const commands = {
    pauseOrGo: () => void done.push('pause'),
    jump: (act: number) => void done.push(`act ${act}`),
    next: () => void done.push('next'),
    quit: () => void done.push('quit'),
  }
  const server = await serveStage(stage, commands, 0)
  t.after(() => server.close())
  const { origin } = new URL(server.address)
  const order = (body: unknown, headers: Record<string, string> = { origin }) =>
    fetch(`${origin}/do`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { done, stage, origin, order }
}

test('every answer forbids whatever is not from the page itself', async t => {
  const { origin } = await open(t)
  for (const path of ['/', '/stage.js', '/stage.css', '/icon.svg', '/nothing']) {
    const answer = await fetch(`${origin}${path}`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
    await answer.body?.cancel()
  }
})

test('the page has no script or style of its own in it, and names nothing outside', async t => {
  const { origin } = await open(t)
  const page = await (await fetch(origin)).text()
  assert.doesNotMatch(page, /<style|style=|<script>|\bon[a-z]+=|https?:\/\//)
})

test('orders are taken from the page itself and from nobody else', async t => {
  const { done, order } = await open(t)
  assert.equal((await order({ do: 'pause-or-go' })).status, 200)
  assert.equal((await order({ do: 'act', act: 2 })).status, 200)
  assert.equal((await order({ do: 'next' })).status, 200)
  const others: Record<string, string>[] = [{}, { origin: 'http://evil.example' }, { origin: 'null' }]
  for (const headers of others) assert.equal((await order({ do: 'next' }, headers)).status, 403)
  for (const body of [{ do: 'act', act: 4 }, { do: 'quit' }, null, 'next'])
    assert.equal((await order(body)).status, 400)
  assert.deepEqual(done, ['pause', 'act 2', 'next'])
})

test('by another name it answers nobody: a page elsewhere may have pointed its own here', async t => {
  const { origin } = await open(t)
  const { port } = new URL(origin)
  const status = await new Promise(resolve => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path: '/events',
      headers: { host: `evil.example:${port}` },
    })
    asked.on('response', answer => {
      resolve(answer.statusCode)
      answer.destroy()
    })
    asked.end()
  })
  assert.equal(status, 403)
})

test('whoever looks is sent the whole state at once, and again when it changes', async t => {
  const { origin, stage } = await open(t)
  const answer = await fetch(`${origin}/events`)
  const reader = answer.body!.getReader()
  const read = async () => new TextDecoder().decode((await reader.read()).value)
  assert.match(await read(), /^data: \{.*"act":0.*\}\n\n$/s)
  stage.begin(2)
  stage.say('Rekey says no', 'rekey')
  assert.match(await read(), /"act":2.*Rekey says no/s)
  await reader.cancel()
})
