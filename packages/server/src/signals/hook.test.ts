import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minuteMs } from '@rekey/core'
import { problemIn } from '../api/fixtures.ts'
import { firstValue } from '../fixtures.ts'
import {
  alertBody,
  gitGuardianHeaders,
  gitHubHeaders,
  type Post,
  post,
  say,
  shows,
  siemHeaders,
  siemOf,
  standardHeaders,
} from './fixtures.ts'

const refused = async (p: Post, id: string, headers: Record<string, string>, body: string) => {
  const { code, message, more } = await problemIn(p.hook(id, headers, body))
  return { code, message, more }
}
const tasks = ({ plane }: Post) => plane.keep.all('signal-task')

/** Each kind of source with a message of it, signed as its documentation says. */
const ways: Record<
  string,
  {
    body: object
    message: string
    headers(secret: string, body: string, atMs: number): Record<string, string>
  }
> = {
  github: {
    body: { kind: 'github', github: { secret: 'github' } },
    message: alertBody(),
    headers: (secret, body) => gitHubHeaders(secret, body, 'delivery-0001'),
  },
  gitguardian: {
    body: { kind: 'gitguardian' },
    message: JSON.stringify({ action: 'new_incident', incident: { id: 5, secret_hash: 'abc' } }),
    headers: gitGuardianHeaders,
  },
  standard: {
    body: { kind: 'standard' },
    message: JSON.stringify({ type: 'leak', data: { handle: 'v1' } }),
    headers: (secret, body, atMs) => standardHeaders(secret, body, 'msg_1', atMs),
  },
  siem: { body: siemOf(), message: shows('x'), headers: siemHeaders },
}

for (const [kind, way] of Object.entries(ways)) {
  describe(`a message of ${kind}`, () => {
    test('that is signed is taken once, however often it comes', async t => {
      const p = await post(t)
      const secret = await p.source('scanner', way.body)
      const headers = way.headers(secret, way.message, p.b.clock.nowMs)
      const first = await p.hook('scanner', headers, way.message)
      const again = await p.hook('scanner', headers, way.message)
      assert.deepEqual(first, { taken: 1, repeated: false, nowMs: p.b.clock.nowMs })
      assert.deepEqual(again, { taken: 0, repeated: true, nowMs: p.b.clock.nowMs })
      assert.equal((await tasks(p)).length, 1)
      if (kind === 'github') return
      await p.work()
      assert.deepEqual(await p.hook('scanner', headers, way.message), again, 'after it was dealt with too')
      await p.work()
      assert.deepEqual(
        (await p.incidents()).map(one => one.count),
        [1],
      )
    })

    test('that is forged, cut short or signed by somebody else is refused, and all in the same words', async t => {
      const p = await post(t)
      const secret = await p.source('scanner', way.body)
      const other = await p.source('other', way.body)
      const { nowMs } = p.b.clock
      const good = way.headers(secret, way.message, nowMs)
      const unknown = await refused(p, 'nobody', good, way.message)
      const answers = [
        await refused(p, 'scanner', good, `${way.message} `),
        await refused(p, 'scanner', good, way.message.slice(0, -1)),
        await refused(p, 'scanner', good, ''),
        await refused(p, 'scanner', way.headers(other, way.message, nowMs), way.message),
        await refused(p, 'scanner', way.headers('', way.message, nowMs), way.message),
        await refused(p, 'scanner', {}, way.message),
      ]
      for (const answer of answers) assert.deepEqual(answer, unknown)
      assert.equal(unknown.code, 'bad-proof')
      assert.deepEqual(await tasks(p), [])
    })
  })
}

describe('a time that is signed', () => {
  for (const kind of ['gitguardian', 'standard'])
    test(`makes a message of ${kind} good for five minutes`, async t => {
      const p = await post(t)
      const way = ways[kind]!
      const secret = await p.source('scanner', way.body)
      for (const awayMs of [-6 * minuteMs, 6 * minuteMs]) {
        const headers = way.headers(secret, way.message, p.b.clock.nowMs + awayMs)
        assert.equal((await refused(p, 'scanner', headers, way.message)).code, 'bad-proof')
      }
      const headers = way.headers(secret, way.message, p.b.clock.nowMs - 4 * minuteMs)
      await p.hook('scanner', headers, way.message)
    })

  test('cannot be put in the place of another', async t => {
    const p = await post(t)
    const way = ways['gitguardian']!
    const secret = await p.source('scanner', way.body)
    const headers = way.headers(secret, way.message, p.b.clock.nowMs - 60 * minuteMs)
    headers['timestamp'] = String(Math.floor(p.b.clock.nowMs / 1_000))
    assert.equal((await refused(p, 'scanner', headers, way.message)).code, 'bad-proof')
  })
})

describe('a delivery of GitHub', () => {
  test('is known again by its id and by its bytes', async t => {
    const p = await post(t)
    const secret = await p.source('hub', ways['github']!.body)
    const [body, other] = [alertBody(), alertBody({ action: 'reopened' })]
    const say = (delivery: string, text: string) =>
      p.hook('hub', gitHubHeaders(secret, text, delivery), text) as Promise<{ repeated: boolean }>
    assert.equal((await say('delivery-0001', body)).repeated, false)
    assert.equal((await say('delivery-0002', body)).repeated, true, 'the id is not signed')
    assert.equal((await say('delivery-0003', other)).repeated, false)
  })

  test('of another event, or of an alert that was closed, is taken and says nothing', async t => {
    const p = await post(t)
    const secret = await p.source('hub', ways['github']!.body)
    const ping = '{"zen":"Speak like a human."}'
    assert.equal(
      ((await p.hook('hub', gitHubHeaders(secret, ping, 'delivery-1', 'ping'), ping)) as { taken: number })
        .taken,
      0,
    )
    const closed = alertBody({ action: 'resolved' })
    assert.equal(
      ((await p.hook('hub', gitHubHeaders(secret, closed, 'delivery-2'), closed)) as { taken: number }).taken,
      0,
    )
    assert.deepEqual(await tasks(p), [])
  })

  test('that names no repository, or a path in the place of one, is refused', async t => {
    const p = await post(t)
    const secret = await p.source('hub', ways['github']!.body)
    for (const name of ['../../user', 'octo/app/../x', 'octo', 'octo/app?x=', 7]) {
      const body = alertBody({ repository: { full_name: name } })
      const problem = await problemIn(p.hook('hub', gitHubHeaders(secret, body, 'delivery-1'), body))
      assert.equal(problem.code, 'not-acceptable', String(name))
    }
  })
})

describe('the secret of a source', () => {
  test('is shown once; made anew, both are good for a day', async t => {
    const p = await post(t)
    const first = await p.source('rule', siemOf())
    assert.match(first, /^whsec_/)
    assert.equal(await p.source('rule', siemOf()), '')
    const second = await p.source('rule', { ...siemOf(), anew: true })
    assert.notEqual(second, first)
    for (const secret of [first, second]) await say(p, 'rule', secret, `${secret}x`)
    p.b.clock.nowMs += 25 * 60 * minuteMs
    const body = shows('later')
    assert.equal((await refused(p, 'rule', siemHeaders(first, body), body)).code, 'bad-proof')
    await p.hook('rule', siemHeaders(second, body), body)
  })
})

test('a value that was sent as a name is kept nowhere either', async t => {
  const p = await post(t)
  const fields = { handle: '$.key', credential: '$.key' }
  const secret = await p.source('rule', { kind: 'siem', siem: { fields } })
  const body = JSON.stringify({ key: firstValue })
  await p.hook('rule', siemHeaders(secret, body), body)
  const before = await tasks(p)
  await p.work()
  const all = JSON.stringify([before, await p.b.store.events(0, 1_000), await p.incidents()])
  assert.ok(before.length === 1 && !all.includes(firstValue))
})

test('nothing is heard while a restored store waits for a person, and nothing is done', async t => {
  const p = await post(t)
  const secret = await p.source('rule', siemOf())
  await say(p, 'rule', secret, firstValue)
  await p.b.store.setMeta('fenced', 'restored')
  const body = shows('another')
  assert.equal((await problemIn(p.hook('rule', siemHeaders(secret, body), body))).code, 'unavailable')
  await p.work()
  assert.deepEqual(await p.incidents(), [])
  await p.b.store.setMeta('fenced', null)
  await p.work()
  assert.equal((await p.incidents()).length, 1)
})

test('the value is in no event, no record, no error and no figure, however it was written', async t => {
  const p = await post(t)
  const value = 'a "quoted" value/with ünusual+signs that must never show'
  const secret = await p.source('rule', siemOf({ id: '$.found.value', handle: '$.found.value' }))
  const text = `seen: ${value} and ${encodeURIComponent(value)}`
  const found = { value, where: `https://paste.example/?q=${encodeURIComponent(value)}` }
  const body = JSON.stringify({ text, found })
  const kept = async () =>
    JSON.stringify([
      await p.b.store.events(0, 10_000),
      await p.plane.keep.all('signal-task'),
      await p.plane.keep.all('signal-seen'),
      await p.plane.keep.all('signal'),
      p.b.trouble.map(one => String(one.error)),
      p.plane.metrics.text({}),
    ])
  await p.hook('rule', siemHeaders(secret, body), body)
  const before = await kept()
  await p.work()
  const after = await kept()
  const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), 'must never show']
  for (const form of forms) for (const all of [before, after]) assert.ok(!all.includes(form), form)
  assert.ok(!after.includes('must%20never%20show'))
  assert.match(after, /seen: \[value\] and \[value\]/)
  assert.equal((await p.incidents()).length, 1)
})
