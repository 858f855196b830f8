import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { flat, problem, type Said, SmallPlane, type, withPlane } from '../fixture-plane.ts'
import { keepSession } from './session-file.ts'

const hold = ['rotation', 'hold', '01a22a69-5cd4-7eeb-85ae-de820a627d28', '--reason', 'wait a moment']
const at = 'POST /rotations/01a22a69-5cd4-7eeb-85ae-de820a627d28/hold'
const rotation = {
  id: 'r',
  credential: 'db',
  phase: 'held',
  ending: null,
  overdueMs: null,
  old: null,
  new: null,
  step: null,
  problem: null,
}

/** Each time another answer. */
const inTurn =
  (...said: (Said | 'lose' | 'hang')[]) =>
  () =>
    said.length > 1 ? said.shift()! : said[0]!

describe('a write', () => {
  test('has a key, and is asked once more under the same one when the connection is lost, which is said', () =>
    withPlane({ [at]: inTurn('lose', { value: rotation }) }, async plane => {
      const { code, err } = await type(hold, { plane })
      assert.equal(code, 0, err)
      const keys = plane.asked.map(one => one.headers['idempotency-key'])
      assert.equal(keys.length, 2)
      assert.ok(keys[0] !== undefined && keys[0] === keys[1])
      assert.match(flat(err), /connection was lost .* asked once more, under the same key/)
    }))

  test('is not asked a third time; then it is said that nobody knows, and how to ask again', () =>
    withPlane({ [at]: () => 'lose' }, async plane => {
      const { code, err } = await type([...hold, '--idempotency-key', 'my-own-key'], { plane })
      assert.equal(code, 69)
      assert.equal(plane.asked.length, 2)
      assert.match(err, /Whether it was done is not known/)
      assert.match(flat(err), /--idempotency-key my-own-key/)
    }))

  test('that is still being worked on when it is asked again is waited for', () =>
    withPlane(
      { [at]: inTurn('lose', problem(409, 'in-progress', { retryAfterMs: 10 }), { value: rotation }) },
      async plane => {
        assert.equal((await type(hold, { plane })).code, 0)
        assert.equal(plane.asked.length, 3)
      },
    ))

  test('that was refused, or never left, is asked once', async () => {
    await withPlane({ [at]: () => problem(409, 'refused') }, async plane => {
      assert.equal((await type(hold, { plane })).code, 3)
      assert.equal(plane.asked.length, 1)
    })
    const gone = await new SmallPlane().start()
    await gone.stop().catch(() => undefined)
    const { code, err } = await type(hold, {
      environment: { REKEY_URL: 'http://127.0.0.1:9', REKEY_TOKEN: 't' },
    })
    assert.equal(code, 69)
    assert.match(err, /cannot be reached/)
  })

  test('that takes too long ends with 124, and says under which key it can be typed again', () =>
    withPlane({ [at]: () => 'hang' }, async plane => {
      const { code, err } = await type([...hold, '--timeout', '100ms'], { plane })
      assert.equal(code, 124)
      assert.match(err, /no answer within 100 ms. Whether it was done is not known/)
      assert.match(flat(err), /--idempotency-key [0-9a-f-]{36}/)
    }))

  test('can be looked at before it is sent, and then nothing is', () =>
    withPlane({}, async plane => {
      const { code, err, out } = await type([...hold, '--dry-run'], { plane })
      assert.equal(code, 0)
      assert.deepEqual(plane.asked, [])
      assert.equal(out, `POST /api/v1${at.slice(5)}\n{\n  "reason": "wait a moment"\n}\n`)
      assert.match(err, /Nothing was sent/)
    }))
})

describe('who asks', () => {
  const session = {
    url: '',
    token: 'rekey_session_kept',
    is: 'session' as const,
    person: 'alice',
    expiresMs: null,
  }
  const person = { person: { id: 'alice', name: 'Alice', roles: {} } }

  async function signedIn(
    url: string,
    run: (environment: Record<string, string>) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-session-'))
    try {
      const environment = { XDG_CONFIG_HOME: folder }
      const path = keepSession(environment, { ...session, url })
      assert.equal(statSync(path).mode & 0o777, 0o600)
      await run(environment)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  test('is whoever signed in here, and is told apart from the environment, which goes first', () =>
    withPlane({ 'GET /session': person }, plane =>
      signedIn(plane.url, async environment => {
        const kept = await type(['whoami'], { environment })
        assert.equal(plane.asked.at(-1)!.headers.authorization, 'Bearer rekey_session_kept')
        assert.match(kept.out, /by +a session/)
        const given = await type(['whoami'], { environment: { ...environment, REKEY_TOKEN: 'rekey_pat_x' } })
        assert.equal(plane.asked.at(-1)!.headers.authorization, 'Bearer rekey_pat_x')
        assert.match(given.out, /by +REKEY_TOKEN/)
      }),
    ))

  test('is not shown to another control plane than the one that gave the session', () =>
    withPlane({ 'GET /session': person }, plane =>
      signedIn('https://rekey.example.com', async environment => {
        const { code, err } = await type(['whoami'], {
          environment: { ...environment, REKEY_URL: plane.url },
        })
        assert.equal(code, 77)
        assert.match(err, /Nobody is signed in at/)
        assert.equal(plane.asked.length, 0)
        await type(['credential', 'list'], { environment: { ...environment, REKEY_URL: plane.url } })
        assert.deepEqual(
          plane.asked.map(one => one.headers.authorization),
          [undefined],
        )
      }),
    ))

  test('is not followed to where an answer points', () =>
    withPlane(
      { 'GET /session': () => ({ status: 302, value: {}, headers: { location: 'http://127.0.0.1:9/' } }) },
      async plane => {
        const { code, err } = await type(['whoami'], { plane })
        assert.equal(code, 69)
        assert.match(flat(err), /answers with another address/)
      },
    ))

  test('a file that is no session, and an address that is none, are said with what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-session-'))
    try {
      const path = keepSession({ XDG_CONFIG_HOME: folder }, { ...session, url: 'http://x.example' })
      writeFileSync(path, '{"url":1}')
      const broken = await type(['whoami'], { environment: { XDG_CONFIG_HOME: folder } })
      assert.equal(broken.code, 64)
      assert.match(broken.err, /is no session.\n→ Sign in again/)
      for (const url of ['rekey.example.com', 'ftp://x', 'https://a:b@x.example'])
        assert.equal((await type(['whoami'], { environment: { REKEY_URL: url } })).code, 64, url)
      const nothing = await type(['whoami'])
      assert.match(nothing.err, /not said which control plane/)
      assert.equal(nothing.code, 64)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
