import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markOf } from '../naming.ts'
import {
  acme,
  acmeContext,
  acmeFile,
  adminValue,
  answerJson,
  failure,
  listening,
  name,
  operation,
  posts,
  providerOf,
  value,
} from './fixtures.ts'

test('a key is looked for by its name, made once, and its value is given once', async t => {
  const keys: object[] = []
  const a = await acme(t, ({ method, body }, response) => {
    if (method !== 'POST') return answerJson(response, { keys })
    keys.push({ id: 'k1', name: JSON.parse(body).name })
    return answerJson(response, { id: 'k1', secret: value.reveal() })
  })
  const first = await a.provider.mint!(a.context, operation)
  assert.equal(first.handle, 'k1')
  assert.equal(first.secret?.reveal(), value.reveal())
  assert.deepEqual(await a.provider.mint!(a.context, operation), { handle: 'k1', secret: null })
  assert.equal(posts(a), 1)
  assert.deepEqual(await a.provider.find!(a.context, operation), { is: 'done', handle: 'k1' })
  assert.deepEqual(await a.provider.list!(a.context, 'notes'), [{ handle: 'k1', mark: markOf('the-key') }])
})

test('an answer that is lost after the effect is not asked for again: the key is found, and its value is lost', async t => {
  const keys: object[] = []
  const a = await acme(t, ({ method }, response) => {
    if (method !== 'POST') return answerJson(response, { keys })
    keys.push({ id: 'k1', name })
    return response.destroy()
  })
  assert.equal((await failure(a.provider.mint!(a.context, operation))).code, 'unreachable')
  assert.equal(posts(a), 1)
  assert.deepEqual(await a.provider.mint!(a.context, operation), { handle: 'k1', secret: null })
  assert.equal(posts(a), 1)
})

test('a good status with an error inside is an error, whatever is asked', async t => {
  const a = await acme(t, (_, response) => answerJson(response, { keys: [], error: { code: 'not_today' } }))
  const error = await failure(a.provider.find!(a.context, operation))
  assert.equal(error.code, 'unexpected')
  assert.match(error.message, /looks well and holds an error \(200 not_today\)/)
  assert.equal((await failure(a.provider.probe!(a.context, 'k1', value))).code, 'unexpected')
})

test('an answer without the list is no empty list: nothing is made on the strength of it', async t => {
  for (const body of [{}, { keys: null }, { keys: { k1: {} } }, []]) {
    const a = await acme(t, (_, response) => answerJson(response, body))
    assert.equal((await failure(a.provider.mint!(a.context, operation))).code, 'unexpected')
    assert.equal(posts(a), 0)
  }
})

test('a list is read to its end, or not believed', async t => {
  const a = await acme(t, ({ url }, response) => {
    const after = Number(new URL(url, 'http://x').searchParams.get('after') ?? 0)
    answerJson(response, {
      keys: [{ id: after, name: after === 3 ? name : 'x' }],
      more: after < 3,
      next: String(after + 1),
    })
  })
  assert.deepEqual(await a.provider.find!(a.context, operation), { is: 'done', handle: '3' })
  const endless = await acme(t, (_, response) => answerJson(response, { keys: [], more: true, next: '1' }))
  assert.match(
    (await failure(endless.provider.find!(endless.context, operation))).message,
    /more than 200 pages/,
  )
  const open = await acme(t, (_, response) => answerJson(response, { keys: [], more: true }))
  assert.match(
    (await failure(open.provider.find!(open.context, operation))).message,
    /that more keys follow and not where/,
  )
})

test('numbered pages end with the first empty one, where nothing says how many there are', async t => {
  const file = structuredClone(acmeFile) as { verbs: { list: { pages: object } } }
  file.verbs.list.pages = { by: 'page', param: 'page' }
  const pages = [[{ id: 1, name: 'x' }], [{ id: 2, name }], []]
  const a = await acme(
    t,
    ({ url }, response) => {
      const page = Number(new URL(url, 'http://x').searchParams.get('page'))
      answerJson(response, { keys: pages[page - 1] })
    },
    file,
  )
  assert.deepEqual(await a.provider.find!(a.context, operation), { is: 'done', handle: '2' })
  assert.equal(a.heard.length, 3)
})

test('a next page at another address is not asked for: the admin secret would go along', async t => {
  const other = await listening((_, response) => answerJson(response, { keys: [] }))
  t.after(() => other.close())
  const file = structuredClone(acmeFile) as { verbs: { list: { pages: object } } }
  file.verbs.list.pages = { by: 'link' }
  const link = `<${other.baseUrl}/keys>; rel="next"`
  const a = await acme(t, (_, response) => answerJson(response, { keys: [] }, 200, { link }), file)
  const error = await failure(a.provider.find!(a.context, operation))
  assert.deepEqual([error.code, other.heard.length], ['rejected', 0])
})

test('a probe has three answers, and only what the file names is one of them', async t => {
  const said = new Map<string, string>()
  const cases: [string, number, unknown, string?][] = [
    ['accepted', 200, { notes: [] }],
    ['refused', 401, { error: { code: 'bad_key' } }],
    ['unexpected', 401, { error: { code: 'clock_is_wrong' } }],
    ['unexpected', 401, '<html>', 'text/html'],
    ['rejected', 403, { error: { code: 'no_scope' } }],
    ['unexpected', 204, ''],
    ['unexpected', 500, {}],
    ['unreachable', 503, {}],
    ['unexpected', 404, {}],
  ]
  for (const [expected, status, body, type = 'application/json'] of cases) {
    const a = await acme(t, (_, response) => {
      response.writeHead(status, { 'content-type': type }).end(body === '' ? '' : JSON.stringify(body))
    })
    const answer = await a.provider.probe!(a.context, 'k1', value).catch(error => error.code)
    said.set(`${status} ${JSON.stringify(body)}`, answer)
    assert.equal(answer, expected, `${status} ${JSON.stringify(body)}`)
    for (const { headers } of a.heard) {
      assert.equal(headers.authorization, `Bearer ${value.reveal()}`)
      assert.ok(!JSON.stringify(headers).includes(adminValue), 'the admin secret went along')
    }
  }
  assert.equal(said.size, cases.length)
})

test('an admin secret that is refused, or lacks a right, is named', async t => {
  const unknown = await acme(t, (_, response) => answerJson(response, { error: { code: 'bad_key' } }, 401))
  const error = await failure(unknown.provider.mint!(unknown.context, operation))
  assert.equal(error.code, 'denied')
  assert.match(error.message, /the admin secret "acme" is refused \(401 bad_key\): correct it/)
  const weak = await acme(t, (_, response) => answerJson(response, {}, 403))
  assert.match((await failure(weak.provider.list!(weak.context, 'notes'))).message, /"acme" lacks a right/)
})

test('what a vendor says in words is left out: it may repeat a value', async t => {
  const body = { error: { code: `no key ${value.reveal()}`, message: value.reveal() } }
  const a = await acme(t, (_, response) => answerJson(response, body, 422))
  assert.equal((await failure(a.provider.disable!(a.context, 'k1'))).code, 'rejected')
})

test('to destroy what is gone is success; "not there" alone does not prove that it is', async t => {
  let keys: object[] = []
  const a = await acme(t, ({ method }, response) =>
    method === 'DELETE' ? answerJson(response, {}, 404) : answerJson(response, { keys }),
  )
  await a.provider.destroy!(a.context, 'k1')
  keys = [{ id: 'k1', name }]
  assert.equal((await failure(a.provider.destroy!(a.context, 'k1'))).code, 'rejected')
})

test('to disable what is not there is refused', async t => {
  const a = await acme(t, (_, response) => answerJson(response, {}, 404))
  const error = await failure(a.provider.disable!(a.context, 'k1'))
  assert.equal(error.code, 'rejected')
  assert.match(error.message, /not there, or the admin secret "acme" may not see it/)
})

test('a handle is one part of a path, and never a way to another', async t => {
  const a = await acme(t, (_, response) => answerJson(response, {}))
  await a.provider.disable!(a.context, '../k1?x')
  assert.equal(a.heard[0]?.url, '/v1/ws_1/keys/..%2Fk1%3Fx')
  assert.equal((await failure(a.provider.disable!(a.context, '..'))).code, 'rejected')
  assert.equal((await failure(a.provider.disable!(a.context, ''))).code, 'rejected')
  assert.equal(a.heard.length, 1)
})

test('the admin secret’s own key is never disabled or destroyed', async t => {
  const file = structuredClone(acmeFile) as unknown as { admin: Record<string, unknown> }
  file.admin['self'] = { request: 'GET /self', handle: '$.id' }
  const a = await acme(t, (_, response) => answerJson(response, { id: 'k1', keys: [] }), file)
  for (const call of [a.provider.disable!(a.context, 'k1'), a.provider.destroy!(a.context, 'k1')])
    assert.match((await failure(call)).message, /k1 is the admin secret itself/)
  assert.ok(a.heard.every(one => one.method === 'GET'))
  await a.provider.disable!(a.context, 'k2')
  assert.equal(a.heard.at(-1)?.method, 'PATCH')
  const failing = await acme(t, (_, response) => answerJson(response, {}, 503), file)
  assert.equal((await failure(failing.provider.disable!(failing.context, 'k1'))).code, 'unreachable')
  assert.ok(failing.heard.every(one => one.method === 'GET'))
})

test('a person is told to give exactly the name under which the key is found, and asked for the value', () => {
  const file = structuredClone(acmeFile) as unknown as Record<string, unknown> & {
    verbs: Record<string, unknown>
  }
  delete file.verbs['mint']
  file['byHand'] = {
    mint: { steps: ['In {{settings.workspace}} make {{operation.name}}.'], withinMs: 3_600_000 },
  }
  const provider = providerOf(file)
  const context = acmeContext('http://127.0.0.1:1')
  assert.deepEqual(provider.guide?.(context, 'mint', operation, null), {
    steps: [`In ws_1 make ${name}.`],
    asks: ['value'],
    name,
  })
  assert.throws(() => provider.guide?.(context, 'destroy', operation, 'k1'), { code: 'rejected' })
  assert.equal(provider.mint, undefined)
  assert.deepEqual([provider.abilities.byHand, provider.abilities.byHandMs], [['mint'], 3_600_000])
})

test('an address in the clear is refused before anything is sent', async () => {
  const provider = providerOf()
  const context = acmeContext('http://api.acme.example')
  assert.match((await failure(provider.mint!(context, operation))).message, /"baseUrl" is neither https nor/)
})
