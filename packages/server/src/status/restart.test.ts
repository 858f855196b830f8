import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { Secret } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import { planeOn } from '../api/fixtures.ts'
import { type Bench, bench, person } from '../fixtures.ts'
import { kill } from '../kill/kill.ts'
import { registerCredential } from '../registry/credentials.ts'
import { type StatusBoard, statusBoardOf } from './board.ts'

async function register(b: Bench, id: string): Promise<void> {
  const existing = { handle: id, secret: new Secret(`the value of ${id}`), issuedMs: b.clock.nowMs }
  assert.ok(await registerCredential(b.ground, aCredential({ id }), [], existing, person))
}

async function valueIn(board: StatusBoard, credential: string): Promise<number> {
  const token = await board.token(1)
  assert.ok(token !== null && token !== 'behind')
  const { status_list: list } = JSON.parse(atob(token.text.split('.')[1]!))
  const bytes = inflateSync(Buffer.from(list.lst, 'base64url'))
  const { idx } = board.peek(credential, 1)!
  return (bytes[idx >> 2]! >> ((idx & 3) * 2)) & 3
}

describe('a control plane that starts', () => {
  test('finds the versions that were there before there were status lists, and what was killed meanwhile', async () => {
    const b = await bench()
    for (let nth = 0; nth < 30; nth++) await register(b, `c-${nth}`)
    const first = await planeOn(b)
    await first.status.settled()
    await first.orders.keys.ring()
    const places = Array.from({ length: 30 }, (_, nth) => first.status.peek(`c-${nth}`, 1)?.idx)
    const scope = { of: 'credential', credential: 'c-7' } as const
    const killed = await kill(first, { scope, reason: 'a test', by: person, cause: { why: 'person' } })
    assert.ok(killed.ok)
    await first.stop()

    const second = await planeOn(b)
    await second.status.settled()
    assert.equal(await valueIn(second.status, 'c-7'), 1)
    assert.equal(await valueIn(second.status, 'c-8'), 0)
    assert.deepEqual(
      places.map((_, nth) => second.status.peek(`c-${nth}`, 1)?.idx),
      places,
    )
    assert.equal(new Set(places).size, 30)
    await second.stop()
    assert.deepEqual(b.trouble, [])
  })

  test('signs nothing before it has seen every version', async () => {
    const b = await bench()
    const plane = await planeOn(b)
    const { promise: held, resolve: go } = Promise.withResolvers<void>()
    const store = {
      ...plane.ground.store,
      credentials: async (page: { after: string | null; limit: number }) => {
        await held
        return plane.ground.store.credentials(page)
      },
    }
    const { feed, orders, assignments } = plane
    const board = await statusBoardOf({ ground: { ...plane.ground, store }, feed, orders, assignments })
    assert.equal(await board.token(1), 'behind')
    go()
    await board.settled()
    assert.equal(await valueIn(board, b.credential), 0)
    await board.stop()
    await plane.stop()
  })

  test('gives no slot while its store was restored and waits for a person', async () => {
    const b = await bench()
    await b.store.setMeta('fenced', 'restored')
    const plane = await planeOn(b)
    await plane.status.settled()
    assert.equal(await plane.status.place(b.credential, 1), null)
    await b.store.setMeta('fenced', null)
    assert.notEqual(await plane.status.place(b.credential, 1), null)
    await plane.stop()
  })
})

describe('a control plane that hears nothing of what is committed', () => {
  test('signs no list that lives longer than ten minutes from when it last did, and then none', async () => {
    const b = await bench()
    const plane = await planeOn(b)
    const { ground, orders, assignments } = plane
    const heardMs = b.clock.nowMs
    const feed = { ...plane.feed, freshMs: () => heardMs }
    const board = await statusBoardOf({ ground, feed, orders, assignments })
    await board.settled()
    b.clock.nowMs += 500_000
    const token = await board.token(1)
    assert.ok(token !== null && token !== 'behind')
    const { iat, exp } = JSON.parse(atob(token.text.split('.')[1]!))
    assert.deepEqual([iat, exp], [Math.floor(b.clock.nowMs / 1_000), Math.floor(heardMs / 1_000) + 600])
    // What is out is out, also where the record cannot be read: it is in the next list.
    board.kill([{ credential: b.credential, version: 1 }])
    assert.equal(await valueIn(board, b.credential), 1)
    b.clock.nowMs += 100_000
    assert.equal(await board.token(1), 'behind')
    await board.stop()
    await plane.stop()
  })
})
