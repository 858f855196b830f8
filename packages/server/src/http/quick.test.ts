import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Enrolled, proof } from '../access/software-agent.ts'
import { agentOn, ask, codeOf, ok, signedInAs, type Town, town } from './fixtures.ts'

const path = '/agent/credentials/cred-doc'
let home: Town
let admin = ''
let agent: Enrolled
before(async () => {
  home = await town()
  admin = await signedInAs(home.site, 'admin', { '*': 'admin' })
  agent = await agentOn(home.site, admin, 'reader', [{ credential: 'cred-doc', consumer: 'web' }])
  await ok(home.site, 'GET', path, { as: agent })
})
after(() => home.stop())

const both = async () => ({
  quick: await ask(home.site, 'GET', path, { as: agent }),
  // Which consumer it is about is read by the usual way only.
  usual: await ask(home.site, 'GET', `${path}?consumer=web`, { as: agent }),
})

test('what is answered at once is what the usual way answers, to the byte and to the header', async () => {
  const { quick, usual } = await both()
  assert.equal(quick.status, 200)
  assert.equal(quick.text, usual.text)
  const some = ({ headers }: typeof quick) =>
    [...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)).sort()
  assert.deepEqual(some(quick), some(usual))
  const heard = home.site.plane.feed.position()
  for (const query of [`?since=${heard}`, `?consumer=web&since=${heard}`]) {
    const since = await ask(home.site, 'GET', `${path}${query}`, { as: agent })
    assert.deepEqual([since.status, since.text, some(since)], [200, usual.text, some(usual)])
  }
  const etag = quick.headers.get('etag') ?? ''
  const seen = await ask(home.site, 'GET', path, { as: agent, headers: { 'if-none-match': etag } })
  assert.deepEqual([seen.status, seen.text, seen.headers.get('etag')], [304, '', etag])
})

test('a proof is good once, whichever way it goes', async () => {
  const nowMs = home.site.plane.ground.nowMs()
  const headers = proof(agent, { method: 'GET', path: `/api/v1${path}`, nowMs })
  const send = () => fetch(`${home.site.url}/api/v1${path}`, { headers }).then(answer => answer.status)
  assert.deepEqual([await send(), await send()], [200, 401])
})

test('what is not well is judged the usual way: no proof, another credential, an agent that was ended', async () => {
  const { url } = home.site
  const authorization = `Rekey ${agent.token}`
  const bare = await fetch(`${url}/api/v1${path}`, { headers: { authorization } })
  assert.equal(((await bare.json()) as { code: string }).code, 'bad-proof')
  assert.equal(await codeOf(home.site, 'GET', '/agent/credentials/other', { as: agent }), 'out-of-scope')
  const gone = await agentOn(home.site, admin, 'gone', [{ credential: 'cred-doc', consumer: 'web' }])
  await ok(home.site, 'GET', path, { as: gone })
  await ok(home.site, 'DELETE', '/agents/gone', { as: admin })
  assert.equal(await codeOf(home.site, 'GET', path, { as: gone }), 'not-signed-in')
})

test('whoever asks without end is told to wait, and nobody else is', async () => {
  const busy = await agentOn(home.site, admin, 'busy', [{ credential: 'cred-doc', consumer: 'web' }])
  const statuses = new Set<number>()
  for (let round = 0; round < 52; round++) {
    const some = await Promise.all(
      Array.from({ length: 100 }, () => ask(home.site, 'GET', path, { as: busy })),
    )
    for (const { status } of some) statuses.add(status)
  }
  assert.deepEqual([...statuses].sort(), [200, 429])
  await ok(home.site, 'GET', path, { as: agent })
})
