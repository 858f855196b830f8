import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aConsumer } from '@rekey/core/fixtures'
import { allEvents, firstValue } from '../fixtures.ts'
import { ask, codeOf, ok, orders, signedInAs, type Town, town } from '../http/fixtures.ts'

let w: Town
let admin = ''
let path = ''
before(async () => {
  w = await town({ consumers: ['web', 'queue'].map(id => aConsumer({ id, seenAs: ['10.0.0.1'] })) })
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
  path = `/credentials/${w.b.credential}`
})
after(() => w.stop())

describe('a credential', () => {
  test('is registered with its consumers and the value that it has, which is shown nowhere', async () => {
    const existing = { handle: 'login-1', value: 'pasted-value-that-must-never-show' }
    const consumers = [{ id: 'shop', name: 'Shop', behaviour: 'background-job' }]
    const body = { id: 'orders', credential: orders, consumers, existing }
    const made = await ask(w.site, 'POST', '/credentials', { as: admin, body })
    assert.equal(made.status, 201)
    assert.deepEqual([made.body.currentVersion, made.body.lastVersion], [1, 1])
    const again = await ask(w.site, 'POST', '/credentials', { as: admin, body })
    assert.deepEqual([again.status, again.body.code], [409, 'already-exists'])
    for (const at of ['', '/versions', '/map', '/consumers'])
      assert.ok(
        !(await ask(w.site, 'GET', `/credentials/orders${at}`, { as: admin })).text.includes('pasted'),
      )
    assert.ok(!made.text.includes('pasted') && !again.text.includes('pasted'))
    assert.ok(!(await allEvents(w.store)).includes('pasted'))
  })

  test('that cannot work is refused with every reason, before anything is written', async () => {
    const odd = { ...orders, provider: 'none', policy: { everyMs: 1 } }
    const twice = [1, 2].map(() => ({ id: 'shop', name: 'Shop', behaviour: 'background-job' }))
    const body = { id: 'odd', credential: odd, consumers: twice }
    const { status, body: problem } = await ask(w.site, 'POST', '/credentials', { as: admin, body })
    assert.deepEqual([status, problem.code], [422, 'not-acceptable'])
    const codes = problem.faults.map((one: { code: string }) => one.code)
    assert.ok(codes.includes('no-provider') && codes.includes('twice'), codes.join())
    await ok(w.site, 'GET', '/credentials/odd', { as: admin }, 404)
  })

  test('is changed only as it was seen, where whoever changes it says what that was', async () => {
    const { headers } = await ask(w.site, 'GET', path, { as: admin })
    const tag = headers.get('etag') ?? ''
    const seen = await ask(w.site, 'GET', path, { as: admin, headers: { 'if-none-match': tag } })
    assert.equal(seen.status, 304)
    const change = (name: string, headers: Record<string, string>) =>
      ask(w.site, 'PUT', path, { as: admin, body: { ...orders, kind: 'llm-key', name }, headers })
    const first = await change('first', { 'if-match': tag })
    assert.equal(first.status, 200)
    assert.notEqual(first.headers.get('etag'), tag)
    assert.equal((await change('second', { 'if-match': tag })).body.code, 'stale-etag')
    assert.equal((await change('third', { 'if-match': '*' })).body.name, 'third')
    assert.equal((await change('fourth', {})).body.name, 'fourth')
    assert.equal((await ok(w.site, 'GET', path, { as: admin })).name, 'fourth')
  })

  test('is moved into another environment only by whoever may work in both', async () => {
    const pat = await signedInAs(w.site, 'pat', { production: 'operator', staging: 'viewer' })
    const body = { ...orders, environment: 'staging' }
    assert.equal(await codeOf(w.site, 'PUT', '/credentials/orders', { as: pat, body }), 'no-right')
  })

  test('is listed in pages, with those that one may see', async () => {
    const kim = await signedInAs(w.site, 'kim', { staging: 'viewer' })
    for (const environment of ['staging', 'production', 'staging'])
      for (const nth of [1, 2]) {
        const id = `${environment}-${nth}-${Math.random().toString(36).slice(2, 8)}`
        await ok(w.site, 'POST', '/credentials', {
          as: admin,
          body: { id, credential: { ...orders, environment } },
        })
      }
    const all: string[] = []
    for (let after = ''; ; ) {
      const { items, next } = await ok(w.site, 'GET', `/credentials?limit=3${after}`, { as: kim })
      all.push(...items.map((one: { environment: string }) => one.environment))
      if (next === null) break
      after = `&after=${encodeURIComponent(next)}`
    }
    assert.deepEqual(all, Array(4).fill('staging'))
    const asked = await ok(w.site, 'GET', '/credentials?environment=staging', { as: admin })
    assert.equal(asked.items.length, 4)
  })
})

describe('showing a value', () => {
  const reveal = (as: string, number = 1, body: object = { reason: 'the vendor asks for it' }) =>
    ask(w.site, 'POST', `${path}/versions/${number}/reveal`, { as, body })

  test('takes the right to decide in its environment, and a reason', async () => {
    const roles = { op: 'operator', view: 'viewer' } as const
    for (const [id, role] of Object.entries(roles)) {
      const as = await signedInAs(w.site, id, { production: role })
      assert.equal((await reveal(as)).body.code, 'no-right')
    }
    const far = await signedInAs(w.site, 'far', { staging: 'admin' })
    assert.equal((await reveal(far)).body.code, 'not-found')
    for (const body of [{}, { reason: '' }, { reason: '    ' }])
      assert.equal((await reveal(admin, 1, body)).body.code, 'invalid-request')
    assert.equal((await reveal(admin, 9)).body.code, 'not-found')
    assert.deepEqual(await w.store.stream(`reveal/${w.b.credential}`, 0, 10), [])
  })

  test('is written down before it is done: who saw what, and why', async () => {
    const { ground } = w.site.plane
    const { store } = ground
    const real = store.commit
    const down = async () => {
      throw Object.assign(new Error('away'), { code: 'store-unreachable' })
    }
    const decider = await signedInAs(w.site, 'dee', { production: 'approver' })
    store.commit = down
    const failed = await reveal(decider)
    store.commit = real
    assert.equal(failed.status, 503)
    assert.ok(!failed.text.includes(firstValue))
    w.b.trouble.length = 0
    const { status, body, headers } = await reveal(decider)
    assert.deepEqual([status, body], [200, { value: firstValue }])
    assert.equal(headers.get('cache-control'), 'no-store')
    const [told, ...more] = await w.store.stream(`reveal/${w.b.credential}`, 0, 10)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [told?.type, told?.by, JSON.parse(told?.data ?? '')],
      [
        'valueRevealed',
        'person:dee',
        { credential: w.b.credential, version: 1, reason: 'the vendor asks for it' },
      ],
    )
  })
})

describe('a consumer', () => {
  test('is changed to what is asked for, and keeps what only we know of it', async () => {
    const at = `${path}/consumers/web`
    await ok(w.site, 'POST', `${at}/idle`, { as: admin, body: { idle: true, reason: 'off for the summer' } })
    const body = {
      name: 'Web shop',
      behaviour: 'background-job',
      reload: { how: 'ttl', ttlMs: 5_000 },
      lanes: ['pay'],
    }
    const changed = await ok(w.site, 'PUT', at, { as: admin, body })
    assert.deepEqual([changed.name, changed.reload, changed.lanes], [body.name, body.reload, body.lanes])
    assert.deepEqual(changed.seenAs, ['10.0.0.1'], 'names that it goes by stay its own')
    assert.equal(changed.idle.reason, 'off for the summer')
    assert.equal(changed.lastExercisedAtMs, w.b.consumers[0]?.lastExercisedAtMs)
    const { items } = await ok(w.site, 'GET', `${path}/consumers`, { as: admin })
    assert.deepEqual(
      items.find((one: { id: string }) => one.id === 'web'),
      changed,
    )
    const told = (await w.store.stream(`credential/${w.b.credential}`, 0, 100)).at(-1)
    assert.equal(told?.type, 'consumerChanged')
  })

  test('is changed as it was seen, or not at all: of many at once one is in time', async () => {
    const at = `${path}/consumers/queue`
    const seen = await ask(w.site, 'GET', at, { as: admin })
    const tag = seen.headers.get('etag') ?? ''
    await ok(w.site, 'POST', `${at}/idle`, { as: admin, body: { idle: true, reason: 'off' } })
    const put = (name: string, headers: Record<string, string>) =>
      ask(w.site, 'PUT', at, { as: admin, body: { name, behaviour: 'background-job' }, headers })
    const names = ['ann', 'bob', 'eve', 'kim']
    const answers = await Promise.all(names.map(name => put(name, { 'if-match': tag })))
    const inTime = answers.filter(one => one.status === 200)
    assert.equal(inTime.length, 1, 'to stand idle is no change of what was entered')
    for (const one of answers)
      if (one !== inTime[0]) assert.deepEqual([one.status, one.body.code], [412, 'stale-etag'])
    const now = await ask(w.site, 'GET', at, { as: admin })
    assert.equal(now.body.name, inTime[0]!.body.name)
    assert.equal(now.headers.get('etag'), inTime[0]!.headers.get('etag'))
    for (const match of [tag, '*']) {
      const body = { name: 'New', behaviour: 'agent' }
      const fresh = await ask(w.site, 'PUT', `${path}/consumers/fresh`, {
        as: admin,
        body,
        headers: { 'if-match': match },
      })
      assert.equal(fresh.body.code, 'stale-etag', 'nobody has seen what is not there')
    }
  })

  test('that is not there is not removed, idled or attested', async () => {
    const at = `${path}/consumers/none`
    const reason = 'it is gone'
    await ok(w.site, 'GET', at, { as: admin }, 404)
    const asks: [string, string, object][] = [
      ['DELETE', at, { reason }],
      ['POST', `${at}/idle`, { idle: true, reason }],
      ['POST', `${at}/attest`, { saw: 'stopped', version: 1, note: reason }],
    ]
    for (const [method, one, body] of asks)
      assert.equal(await codeOf(w.site, method, one, { as: admin, body }), 'not-found')
  })
})

test('no value, token or password is in an event, a problem, a log line or a figure, whatever was done', async () => {
  const shown: string[] = []
  const secrets = [firstValue, 'pasted-value-that-must-never-show', admin]
  const body = { name: 'x', rights: ['read'] }
  secrets.push((await ok(w.site, 'POST', '/tokens', { as: admin, body })).token)
  await ok(w.site, 'PUT', '/agents/robot', {
    as: admin,
    body: { name: 'robot', bindings: [{ credential: w.b.credential, consumer: 'web' }] },
  })
  secrets.push((await ok(w.site, 'POST', '/agents/robot/join', { as: admin, body: {} })).join)
  for (const secret of secrets) {
    const asks = [
      ask(w.site, 'GET', `/credentials/${encodeURIComponent(secret.toLowerCase())}`, { as: admin }),
      ask(w.site, 'GET', '/session', { as: `${secret}x` }),
      ask(w.site, 'POST', '/session', { body: { id: 'alice', password: secret, more: secret } }),
      ask(w.site, 'POST', '/agent/enrol', { body: { assertion: secret, join: secret } }),
      ask(w.site, 'POST', '/credentials', { as: admin, raw: `{"id": ${secret}` }),
      ask(w.site, 'POST', '/credentials', {
        as: admin,
        body: { id: secret, credential: { [secret]: secret } },
      }),
    ]
    for (const { text, status } of (await Promise.all(asks)).slice(1)) {
      assert.ok(status >= 400)
      shown.push(text)
    }
  }
  shown.push(...w.lines, await allEvents(w.store), w.site.plane.metrics.text({}), JSON.stringify(w.b.trouble))
  for (const secret of secrets)
    for (const text of shown)
      assert.ok(!text.includes(secret), `${secret.slice(0, 12)} in ${text.slice(0, 200)}`)
  assert.ok(w.lines.length > 10)
})
