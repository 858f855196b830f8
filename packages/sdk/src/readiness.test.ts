import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { refused, until, withPlane } from './fixtures.ts'

const codes = (why: { code: string }[]) => why.map(one => one.code)

test('asking for readiness loads what is not loaded, for whoever is not ready is given no work', () =>
  withPlane(async (plane, rekey) => {
    assert.equal(rekey.readiness().ready, true)
    plane.assign('docs', 1)
    rekey.credential('docs')
    assert.deepEqual(codes(rekey.readiness().why), ['not-loaded'])
    await until(() => rekey.readiness().ready)
    const [docs] = rekey.readiness().credentials
    assert.deepEqual([docs!.version, docs!.assigned, docs!.consumer], [1, 1, 'web'])
  }))

test('a version that is no longer accepted, or refused again and again, makes a process not ready, and a success ready again', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { accepted: [2] })
    const docs = rekey.credential('docs')
    await docs.use(() => null)
    assert.deepEqual(codes(rekey.readiness().why), ['not-accepted'])
    plane.assign('mail', 1)
    const mail = rekey.credential('mail')
    for (let n = 0; n < 3; n++) {
      assert.ok(!codes(rekey.readiness().why).includes('refused'))
      await mail.use(() => Promise.reject(refused())).catch(() => undefined)
    }
    assert.deepEqual(codes(rekey.readiness().why), ['not-accepted', 'refused'])
    await mail.use(() => null)
    assert.deepEqual(codes(rekey.readiness().why), ['not-accepted'])
  }))

test('a process that was told of another version and cannot get it for longer than a value may be kept is not ready', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { ttlMs: 100 })
    await rekey.credential('docs').use(() => null)
    await until(() => plane.streams.size === 1)
    plane.refuses = path => (path.includes('/credentials/') ? { code: 'unavailable' } : null)
    plane.assign('docs', 2)
    await until(() => rekey.readiness().credentials[0]!.assigned === 2)
    assert.equal(rekey.readiness().ready, true)
    await until(() => !rekey.readiness().ready)
    assert.deepEqual(codes(rekey.readiness().why), ['behind'])
    plane.refuses = null
    await until(() => rekey.readiness().ready)
    assert.equal(rekey.readiness().credentials[0]!.version, 2)
  }))

test('the handler answers 200 or 503 with the reasons, as a server of Node or as a Response', () =>
  withPlane(async (plane, rekey) => {
    const server = createServer(rekey.readinessHandler())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const ask = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`)
    plane.assign('docs', 1, { expiresMs: plane.nowMs() + 60_000 })
    rekey.credential('docs')
    assert.equal((await ask()).status, 503)
    await until(() => codes(rekey.readiness().why)[0] === 'expiring')
    plane.assign('docs', 2)
    await until(() => rekey.readiness().ready)
    const answer = await ask()
    assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store'])
    const text = await answer.text()
    assert.ok(!text.includes('s3cret'))
    const response = rekey.readinessResponse()
    assert.deepEqual([response.status, await response.json()], [200, JSON.parse(text)])
    await new Promise(resolve => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }))
