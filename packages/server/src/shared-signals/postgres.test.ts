import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgres } from '@rekey/store'
import { dropSchema, freshSchema, postgresIsThere, postgresUrl } from '@rekey/store/fixtures'
import { pause, until } from '../http/fixtures.ts'
import { caep, SignalTown } from './fixtures.ts'

test('two control planes on PostgreSQL bring each kill once, and publish the same places and bits', async context => {
  if (!(await postgresIsThere('shared signals and status lists of two control planes'))) return
  const schema = freshSchema()
  const s = await SignalTown.open(await openPostgres({ connection: postgresUrl, schema }))
  try {
    const { t } = s
    const { receiver } = await s.pushed(context, await s.enrolled('gateway'), {
      events_requested: [`${caep}/credential-change`],
    })
    const as = await s.enrolled('poller')
    const stream = await s.create(as)
    const credentials: string[] = []
    for (let nth = 0; nth < 6; nth++) credentials.push(await s.credentialIn('production'))
    await Promise.all(t.sites.map(({ plane }) => plane.status.settled()))
    await Promise.all(credentials.map((one, nth) => s.kill(one, nth % 2)))
    await until(
      () => receiver.heard.length,
      count => count === 6,
    )
    // Whoever held the lease has gone; the other looks again and finds nothing.
    for (let nth = 0; nth < 5; nth++) {
      t.b.clock.nowMs += 1_000
      await pause(50)
    }
    assert.equal(receiver.requests, 6)
    await t.site.plane.orders.book.catchUp()
    const { sets } = await s.pollAt(as, stream)
    assert.equal((await s.heardIn(sets, stream)).length, 12)
    await Promise.all(t.sites.map(({ plane }) => plane.status.settled()))
    const places = t.sites.map(({ plane }) => credentials.map(one => plane.status.peek(one, 1)?.idx))
    assert.deepEqual(places[0], places[1])
    assert.equal(new Set(places[0]).size, 6)
    const tokens = await Promise.all(t.sites.map(({ plane }) => plane.status.token(1)))
    const lists = tokens.map(one => {
      assert.ok(one !== null && one !== 'behind')
      return JSON.parse(Buffer.from(one.text.split('.')[1]!, 'base64url').toString()).status_list.lst
    })
    assert.equal(lists[0], lists[1])
    assert.deepEqual(t.b.trouble, [])
  } finally {
    await s.stop()
    await dropSchema(schema)
  }
})
