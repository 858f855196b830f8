import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { allRoutes, problem, type Route, routes } from '@rekey/wire'
import { Value } from 'typebox/value'
import { listenTo } from '../feed/ear.ts'
import { ask } from './fixtures.ts'
import { type Before, pathOf, visits } from './visits.ts'
import { type World, world } from './world.ts'

let w: World
before(async () => {
  w = await world()
})
after(() => w.stop())

const typeOf = (of: Headers | string) =>
  ((typeof of === 'string' ? of : of.get('content-type')) ?? '').split(';')[0]
const all = new Map<string, Route>(allRoutes)
/** The first thing that is not as the schema says. */
function fault(schema: Route['answer'], value: unknown): string {
  const [first] = Value.Errors(schema, value)
  return first === undefined ? '' : `${first.instancePath} ${first.message}`
}
const shown = (route: Route) => {
  if (route.who === 'anyone') return null
  return route.who === 'agent'
    ? w.agent
    : route.who === 'source'
      ? w.source
      : route.who === 'receiver'
        ? w.receiver
        : w.admin
}

test('a good request is known for each route of the wire', () => {
  assert.deepEqual(Object.keys(visits).sort(), [...all.keys()].sort())
})

test('each route answers a good request as its schema says', async () => {
  const answers: Before = {}
  for (const [operation, visitOf] of Object.entries(visits)) {
    const route = all.get(operation)!
    const visit = await visitOf(w, answers)
    const path = pathOf(route.path, visit)
    if (route.media === 'text/event-stream') {
      const ear = await listenTo(w.site, path.replace('/api/v1', ''), { as: shown(route) })
      const [first] = await ear.heard(1)
      ear.stop()
      assert.equal(fault(route.answer, first!.data), '', operation)
      continue
    }
    const { status, body, text, headers } = await ask(w.site, route.method, path, {
      as: shown(route),
      ...visit,
    })
    assert.equal(status, visit.status ?? route.status, `${operation}: ${text}`)
    answers[operation] = body
    if (status === 204) assert.equal(text, '')
    else if (visit.status === undefined) {
      const isText = route.media !== undefined
      const media = route.status === 204 ? '' : (route.media ?? 'application/json')
      assert.equal(typeOf(headers), typeOf(media), operation)
      assert.equal(fault(route.answer, isText ? text : body), '', operation)
    } else {
      assert.equal(typeOf(headers), 'application/problem+json', operation)
      assert.equal(fault(problem, body), '', operation)
    }
    assert.equal(headers.get('cache-control'), 'no-store', operation)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', operation)
  }
  // That glass was broken is told by all means, and by this too.
  const trouble = w.b.trouble.filter(one => one.where !== 'break-glass')
  assert.deepEqual(trouble, [])
})

describe('what is asked without the API', () => {
  const plainly = async (path: string) => {
    const answer = await fetch(`${w.site.url}${path}`)
    return { answer, text: await answer.text() }
  }

  test('says that it lives, that it is ready, and what it is', async () => {
    assert.deepEqual(JSON.parse((await plainly('/livez')).text), { status: 'ok' })
    assert.deepEqual(JSON.parse((await plainly('/readyz')).text), {
      status: 'ready',
      store: 'sqlite',
      fenced: false,
    })
    const { name, version } = JSON.parse((await plainly('/version')).text)
    assert.deepEqual([name, version], ['rekey', 'test'])
  })

  test('says so while it is fenced, and is ready all the same', async () => {
    await w.store.setMeta('fenced', 'restored')
    assert.equal(JSON.parse((await plainly('/readyz')).text).fenced, true)
    await w.store.setMeta('fenced', null)
  })

  test('describes each operation on a page that needs nothing from elsewhere', async () => {
    const { answer, text } = await plainly('/docs')
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    for (const [operation, { path, title }] of allRoutes) {
      assert.ok(text.includes(`<details id="${operation}">`), operation)
      assert.ok(text.includes(path.replace(/:(\w+)/g, '{$1}')), path)
      assert.ok(text.includes(title.replaceAll('&', '&amp;')), title)
    }
    assert.doesNotMatch(text, /<(script|img|link|iframe|object|embed)\b|\bsrc=|@import|url\(/i)
    assert.doesNotMatch(text, /(?:href|action)="(?!#|openapi\.json")/)
  })

  test('gives the document that the wire makes', async () => {
    const { answer, text } = await plainly('/openapi.json')
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    const { paths } = JSON.parse(text)
    assert.equal(Object.values(paths).flatMap(one => Object.keys(one as object)).length, allRoutes.length)
  })

  test('counts each operation by its status, also where nothing had changed and where a stream began', async () => {
    const { answer, text } = await plainly('/metrics')
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    for (const [operation] of allRoutes)
      assert.match(
        text,
        new RegExp(`^rekey_http_requests_total\\{operation="${operation}",status="\\d+"\\} \\d+$`, 'm'),
      )
    const { path } = routes.agent.value
    const asked = { as: w.agent, headers: { 'if-none-match': '' } }
    const at = pathOf(path, await visits['agent.value']!(w, {}))
    const first = await ask(w.site, 'GET', at, asked)
    asked.headers['if-none-match'] = first.headers.get('etag') ?? ''
    assert.equal((await ask(w.site, 'GET', at, asked)).status, 304)
    const { text: later } = await plainly('/metrics')
    assert.match(later, /^rekey_http_requests_total\{operation="agent\.value",status="304"\} 1$/m)
    for (const line of later.trim().split('\n'))
      assert.match(
        line,
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+-]+)$/,
      )
  })
})

test('what is nowhere is answered as a problem, however it is written', async () => {
  for (const path of ['//', '//api/v2/credentials', '/none', '/credentials/x/y/z']) {
    const { status, body, headers } = await ask(w.site, 'GET', path)
    assert.deepEqual([status, body?.code], [404, 'not-found'], path)
    assert.equal(typeOf(headers), 'application/problem+json')
  }
  for (const path of ['/credentials/%zz', '/credentials/%ff', `/agents/${'a'.repeat(3_000)}`]) {
    const { status, body, headers } = await ask(w.site, 'GET', path, { as: w.admin })
    assert.deepEqual([status, body?.code], [400, 'invalid-request'], path)
    assert.equal(typeOf(headers), 'application/problem+json')
  }
})
