import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { until, withPlane } from './fixtures.ts'
import { connect } from './index.ts'

const portOf = (server: Server) => (server.address() as AddressInfo).port
const isCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code

test('an agent enrols once, gets a token, and proves every request', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    const docs = rekey.credential('docs')
    assert.equal(await docs.use(({ value }) => value), 's3cret-docs-1')
    await rekey.flush()
    assert.equal(plane.count('/agent/enrol'), 1)
    assert.equal(plane.count('/agent/token'), 1)
  }))

test('a clock that is an hour off is corrected by what the control plane answers, and reports are dated by it', () =>
  withPlane(async (plane, rekey) => {
    plane.offsetMs = 3_600_000
    plane.assign('docs', 1)
    await rekey.credential('docs').use(() => null)
    await rekey.flush()
    const [used] = plane.said('used')
    assert.ok(Math.abs(used!.atMs - plane.nowMs()) < 5_000)
    plane.offsetMs = -3_600_000
    await rekey.flush()
    assert.ok(Math.abs(plane.said('present').at(-1)!.atMs - Date.now()) <= 3_605_000)
    assert.equal(rekey.status().connected, true)
  }))

test('a token that the control plane has forgotten is replaced once, and a key that it has forgotten enrolled again', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      await rekey.credential('docs').use(() => null)
      plane.forgetTokens()
      await rekey.flush()
      assert.deepEqual([plane.count('/agent/enrol'), plane.count('/agent/token')], [1, 2])
      plane.forgetKeys()
      await rekey.flush()
      assert.deepEqual([plane.count('/agent/enrol'), plane.count('/agent/token')], [2, 4])
    },
    { changes: 'none' },
  ))

test('a token is renewed at three quarters of its life, once for all who ask', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      plane.tokenLifeMs = 400
      await rekey.credential('docs').use(() => null)
      assert.equal(plane.count('/agent/token'), 1)
      await new Promise(resolve => setTimeout(resolve, 320))
      await Promise.all([
        rekey.flush(),
        rekey.credential('docs', { consumer: 'x' }).use(() => null),
        rekey.flush(),
      ])
      assert.equal(plane.count('/agent/token'), 2)
    },
    { changes: 'none', flushMs: 5_000 },
  ))

test('a key file is made for its owner alone, is used by the next process, and is refused when others may read it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-sdk-'))
  const keyFile = join(folder, 'agent.key')
  try {
    await withPlane(async plane => {
      plane.assign('docs', 1)
      for (let process = 0; process < 2; process++) {
        await using rekey = plane.connect({ keyFile })
        await rekey.credential('docs').use(() => null)
      }
      assert.deepEqual([plane.count('/agent/enrol'), plane.count('/agent/token')], [1, 2])
      assert.equal((await stat(keyFile)).mode & 0o777, 0o600)
      const { d } = JSON.parse(await readFile(keyFile, 'utf8'))
      await chmod(keyFile, 0o644)
      await using rekey = plane.connect({ keyFile })
      await assert.rejects(
        rekey.credential('docs').use(() => null),
        error => {
          assert.ok(!String(error).includes(d))
          return isCode('key-file')(error)
        },
      )
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what is missing or wrong in the settings is said when connecting, with what to do', () => {
  const wrong: [Parameters<typeof connect>[0], RegExp][] = [
    [{}, /REKEY_URL is not set/],
    [{ url: 'nonsense' }, /no address/],
    [{ url: 'http://plane.example' }, /not https/],
    [{ url: 'https://name:word@plane.example' }, /holds a name/],
    [{ url: 'https://plane.example', flushMs: 0 }, /REKEY_FLUSH_MS/],
  ]
  for (const [options, text] of wrong) {
    assert.throws(
      () => connect(options),
      error => isCode('not-configured')(error) && text.test(String(error)),
    )
  }
  connect({ url: 'http://plane.example', allowHttp: true })
})

test('whom nobody vouches for is told which variables to set, and a wrong token is refused by its code', () =>
  withPlane(async plane => {
    const alone = connect({ url: plane.url })
    await assert.rejects(
      alone.credential('docs').use(() => null),
      /REKEY_JOIN_FILE/,
    )
    const wrong = plane.connect({ join: 'rekey_join_wrong' })
    await assert.rejects(
      wrong.credential('docs').use(() => null),
      isCode('not-signed-in'),
    )
    await Promise.all([alone.close(), wrong.close()])
  }))

test('the first fetch fails clearly when the control plane is away, slow, or says no', () =>
  withPlane(async (plane, rekey) => {
    plane.isDown = true
    await assert.rejects(
      rekey.credential('docs').use(() => null),
      isCode('control-plane-away'),
    )
    plane.isDown = false
    plane.slowMs = 300
    const hasty = plane.connect({ timeoutMs: 50 })
    await assert.rejects(
      hasty.credential('docs').use(() => null),
      /did not answer within 50 ms/,
    )
    plane.slowMs = 0
    await assert.rejects(
      plane
        .connect()
        .credential('other')
        .use(() => null),
      isCode('not-assigned'),
    )
    await hasty.close()
  }))

test('a join token that is good for once is enough when the answer to the enrolment is lost', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    plane.joinIsOnce = true
    plane.loseAnswersTo = '/agent/enrol'
    const docs = rekey.credential('docs')
    await assert.rejects(
      docs.use(() => null),
      isCode('control-plane-away'),
    )
    plane.loseAnswersTo = null
    await until(() => rekey.readiness().ready)
    assert.equal(await docs.use(({ version }) => version), 1)
    assert.equal(plane.count('/agent/enrol'), 1)
  }))

test('nothing is sent on to another address', () =>
  withPlane(async plane => {
    let asked = 0
    const other = createServer((_request, response) => {
      asked++
      response.end('{}')
    })
    const first = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(other)}/` })
      response.end()
    })
    for (const server of [other, first]) await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    await using rekey = plane.connect({ url: `http://127.0.0.1:${portOf(first)}` })
    await assert.rejects(
      rekey.credential('docs').use(() => null),
      isCode('refused'),
    )
    assert.equal(asked, 0)
    for (const server of [other, first]) {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    }
  }))

test('whoever has just started waits for a control plane that is away for a moment', () =>
  withPlane(async plane => {
    plane.assign('docs', 1)
    plane.isDown = true
    const early = plane.connect({ startMs: 5_000 })
    const first = early.credential('docs').use(({ version }) => version)
    await new Promise(resolve => setTimeout(resolve, 100))
    plane.isDown = false
    assert.equal(await first, 1)
    await early.close({ graceMs: 0 })
  }))
