import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, minuteMs, Secret, secondMs } from '@rekey/core'
import { callAs } from '../api/fixtures.ts'
import { until } from '../http/fixtures.ts'
import {
  admin,
  count,
  doors,
  eventsIn,
  idsOf,
  note,
  numbersIn,
  push,
  receiver,
  types,
  viewOf,
} from '../intake/fixtures.ts'
import { verify } from './standard.ts'

const by = { kind: 'person', id: 'alice' } as const

describe('events that happen', () => {
  test('are sent once, in their order, signed, from the registration on', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    await note(d, 1)
    const secret = await d.webhook('hook', { url, types })
    push(t, d)
    for (const n of [2, 3, 4]) await note(d, n)
    await until(
      () => numbersIn(heard),
      numbers => numbers.length === 3,
    )
    await note(d, 5)
    await until(
      () => numbersIn(heard),
      numbers => numbers.length === 4,
    )
    assert.deepEqual(numbersIn(heard), [2, 3, 4, 5])
    for (const { headers, body } of heard) {
      const keys = [new Secret(secret)]
      const verdict = verify({ headers, body, keys, nowMs: d.b.clock.nowMs })
      assert.ok(verdict.ok, JSON.stringify(verdict))
      const message = JSON.parse(body.toString()) as { type: string; timestamp: string }
      assert.deepEqual(
        [message.type, message.timestamp],
        ['rekey.events', new Date(d.b.clock.nowMs).toISOString()],
      )
      assert.equal(headers['content-type'], 'application/json')
    }
    await until(
      () => viewOf(d),
      ({ position }) => position === d.plane.feed.position(),
    )
    assert.equal(count(d, 'rekey_webhooks_delivered_total'), heard.length)
  })

  test('are sent to whoever wants their type and hears of their environment', async t => {
    const d = await doors(t, { credential: { environment: 'staging' } })
    const { credential } = d.b
    const stagings = await receiver(t)
    const others = await receiver(t)
    const all = await receiver(t)
    await d.webhook('stagings', { url: stagings.url, environments: ['staging'] })
    await d.webhook('others', { url: others.url, environments: ['prod'] })
    await d.webhook('all', { url: all.url, types: ['valueRevealed', 'signedOut'] })
    push(t, d)
    const reason = 'a test'
    const revealed = {
      type: 'valueRevealed',
      credential,
      version: 1,
      reason,
      atMs: d.b.clock.nowMs,
      by,
    } as const
    await d.plane.keep.note(`credential/${credential}`, revealed)
    await note(d, 1)
    await until(
      () => all.heard.flatMap(eventsIn).map(one => one.type),
      told => told.length === 2,
    )
    await until(
      () => stagings.heard.length,
      times => times === 1,
    )
    assert.deepEqual(
      stagings.heard.flatMap(eventsIn).map(one => [one.type, one.environment, one.credential]),
      [['valueRevealed', 'staging', credential]],
    )
    assert.deepEqual(others.heard, [])
  })

  test('go in batches that stay small, and one that is huge goes without what it says', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    await d.webhook('hook', { url, types })
    for (let n = 1; n <= 120; n++) await note(d, n, n > 110 ? ` ${'x'.repeat(4_000)}` : '')
    await note(d, 121, 'x'.repeat(30_000))
    await note(d, 122, 'x'.repeat(300_000))
    push(t, d)
    const all = await until(
      () => heard.flatMap(eventsIn),
      events => events.length === 122,
    )
    assert.deepEqual(
      all.map(one => one.position),
      all.map(one => one.position).sort((a, b) => a - b),
    )
    for (const one of heard) {
      assert.ok(eventsIn(one).length <= 50)
      assert.ok(one.body.length < 20_000 || eventsIn(one).length === 1, `${one.body.length}`)
    }
    assert.equal(all.at(-1)?.data, null)
    assert.equal(new Set(idsOf(heard)).size, heard.length)
  })

  test('are signed with both secrets for a day after another was made', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    const first = await d.webhook('hook', { url, types })
    const second = await d.webhook('hook', { url, types, anew: true })
    push(t, d)
    const isGood = (secret: string) => {
      const { headers, body } = heard.at(-1)!
      return verify({ headers, body, keys: [new Secret(secret)], nowMs: d.b.clock.nowMs }).ok
    }
    for (const expected of [
      [true, true],
      [false, true],
    ]) {
      const times = heard.length
      await note(d, times)
      await until(
        () => heard.length,
        now => now > times,
      )
      assert.deepEqual([isGood(first), isGood(second)], expected)
      d.b.clock.nowMs += 24 * hourMs
    }
  })
})

describe('a receiver that', () => {
  test('fails is tried again on schedule with the same message, and nothing overtakes it', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t, (_, response, nth) =>
      response.writeHead(nth <= 2 ? 500 : 204).end(),
    )
    await d.webhook('hook', { url, types })
    push(t, d)
    await note(d, 1)
    await until(
      () => viewOf(d),
      ({ failing }) => failing?.attempts === 1,
    )
    await note(d, 2)
    assert.equal((await viewOf(d)).failing?.why, 'it answered 500')
    await new Promise(resolve => setTimeout(resolve, 30))
    assert.equal(heard.length, 1, 'it did not wait')
    d.b.clock.nowMs += 6 * secondMs
    await until(
      () => viewOf(d),
      ({ failing }) => failing?.attempts === 2,
    )
    d.b.clock.nowMs += 6 * minuteMs
    await until(
      () => numbersIn(heard),
      numbers => numbers.includes(2),
    )
    assert.deepEqual(numbersIn(heard), [1, 1, 1, 2])
    const ids = idsOf(heard)
    assert.deepEqual([ids[1], ids[2]], [ids[0], ids[0]])
    assert.notEqual(ids[3], ids[0])
    await until(
      () => viewOf(d),
      ({ failing }) => failing === null,
    )
    assert.equal(count(d, 'rekey_webhooks_failed_total'), 2)
  })

  test('never answers holds up nobody else, and its silence is a failure', async t => {
    const d = await doors(t)
    const silent = await receiver(t, () => undefined)
    const quick = await receiver(t)
    await d.webhook('silent', { url: silent.url, types })
    await d.webhook('quick', { url: quick.url, types })
    push(t, d, { timeoutMs: 150 })
    for (const n of [1, 2, 3]) {
      await note(d, n)
      await until(
        () => numbersIn(quick.heard).length,
        told => told === n,
      )
    }
    assert.equal(count(d, 'rekey_webhooks_failed_total'), 0, 'it was waited for')
    const failing = await until(
      async () => (await d.plane.keep.get('delivery', 'silent'))?.failing ?? null,
      one => one !== null,
    )
    assert.deepEqual([failing?.attempts, silent.heard.length], [1, 1])
    assert.match(failing!.why, /did not answer in time/)
  })

  test('answers 410 is left alone from then on, and that is told', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t, (_, response) => response.writeHead(410).end())
    await d.webhook('hook', { url, types })
    push(t, d)
    await note(d, 1)
    const { off } = await until(
      () => viewOf(d),
      one => one.off !== null,
    )
    assert.equal(off, 'it answered 410')
    await note(d, 2)
    await new Promise(resolve => setTimeout(resolve, 30))
    assert.equal(heard.length, 1)
    const told = (await d.events()).filter(one => one.type === 'webhookOff')
    assert.equal(told.length, 1)
  })

  test('fails for three days is given up, and hears all that it missed once it is set again', async t => {
    const d = await doors(t)
    let isWell = false
    const { url, heard } = await receiver(t, (_, response) => response.writeHead(isWell ? 200 : 503).end())
    await d.webhook('hook', { url, types })
    push(t, d)
    await note(d, 1)
    for (let attempts = 1; attempts < 10; attempts++) {
      await until(
        () => viewOf(d),
        ({ failing }) => failing?.attempts === attempts,
      )
      d.b.clock.nowMs += 27 * hourMs
    }
    const { off } = await until(
      () => viewOf(d),
      one => one.off !== null,
    )
    assert.equal(off, 'it answered 503, 10 times')
    assert.equal(heard.length, 10)
    await note(d, 2)
    isWell = true
    await d.webhook('hook', { url, types })
    await until(
      () => numbersIn(heard.slice(10)),
      numbers => numbers.length === 2,
    )
    assert.deepEqual(numbersIn(heard.slice(10)), [1, 2])
    assert.equal(idsOf(heard)[10], idsOf(heard)[0], 'it is another message')
  })

  test('is removed hears nothing any more', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    await d.webhook('hook', { url, types })
    push(t, d)
    await note(d, 1)
    await until(
      () => heard.length,
      times => times === 1,
    )
    await d.handlers.webhooks.remove(callAs(admin, { params: { id: 'hook' } }))
    await note(d, 2)
    await new Promise(resolve => setTimeout(resolve, 30))
    assert.equal(heard.length, 1)
    assert.deepEqual((await d.handlers.webhooks.list(callAs(admin))) as object, { items: [] })
  })
})
