import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aCredential } from '@rekey/core/fixtures'
import { routes } from '@rekey/wire'
import type { Caller } from '../access/caller.ts'
import { answering, callAs, fits, type OpenPlane, personAs, planeOn } from '../api/fixtures.ts'
import { recordHandlers } from '../api/record.ts'
import { append } from '../append.ts'
import { type Bench, bench, isEnded, person } from '../fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'

let b: Bench
let plane: OpenPlane
let rotation = ''
let last = 0
// biome-ignore lint/suspicious/noExplicitAny: handlers of several routes.
let api: any
const admin = personAs('alice', 'admin')
const ofStaging = personAs('erin', 'viewer', 'staging')

before(async () => {
  b = await bench()
  plane = await planeOn(b)
  api = answering(recordHandlers(plane))
  ;({ rotation } = await b.open())
  await b.until(rotation, isEnded)
  const staging = aCredential({ id: 'stage', environment: 'staging' })
  await registerCredential(b.ground, staging, [], null, person)
  const credential = b.credential
  await plane.keep.note(`reveal/${credential}`, {
    type: 'valueRevealed',
    credential,
    version: 1,
    reason: 'To Compare "both"',
    atMs: b.clock.nowMs,
    by: { kind: 'person', id: 'bob' },
  })
  last = await b.store.lastPosition()
})
after(async () => {
  await plane.stop()
  await b.store.close()
})

const history = async (query: object = {}, as: Caller = admin) =>
  fits(routes.record.history, await api.history(callAs(as, { query })))
const events = async (query: object = {}, as: Caller = admin) =>
  (await api.events(callAs(as, { query: { limit: 1_000, ...query } }))).items
const positions = (items: { position: number }[]) => items.map(one => one.position)

describe('the record from its newest end', () => {
  test('has the same events as from its oldest, the other way round', async () => {
    const { items, more, last: newest } = await history({ limit: 1_000 })
    assert.deepEqual(items, (await events()).reverse())
    assert.deepEqual([more, newest], [false, last])
  })

  test('is read page by page, each before the position of the one before it', async () => {
    const found: number[] = []
    for (let before: number | undefined; ; ) {
      const page = await history({ limit: 7, ...(before !== undefined && { before }) })
      assert.ok(page.items.length <= 7)
      found.push(...positions(page.items))
      if (!page.more) break
      before = page.position
    }
    assert.deepEqual(found, positions((await events()).reverse()))
    assert.deepEqual((await history({ before: 1 })).items, [])
    assert.deepEqual((await history({ before: 0 })).more, false)
  })

  test('has those of a credential: its own, those of its rotations, and those that name it', async () => {
    for (const credential of [b.credential, 'stage', 'none']) {
      const { items } = await history({ credential, limit: 1_000 })
      assert.deepEqual(items, (await events({ credential })).reverse())
    }
    const { items } = await history({ credential: b.credential, limit: 1_000 })
    const streams = new Set(items.map((one: { stream: string }) => one.stream))
    for (const one of [`credential/${b.credential}`, `rotation/${rotation}`, `reveal/${b.credential}`])
      assert.ok(streams.has(one), one)
  })

  test('is looked through by type, actor, environment, time and text', async () => {
    const types = async (query: object, as?: Caller) =>
      (await history({ limit: 1_000, ...query }, as)).items.map((one: { type: string }) => one.type)
    assert.deepEqual(await types({ type: 'rotationOpened' }), ['rotationOpened'])
    assert.deepEqual(await types({ by: 'person:bob' }), ['valueRevealed'])
    assert.deepEqual(await types({ environment: 'staging' }), ['credentialRegistered'])
    assert.deepEqual(await types({ text: 'to compare "BOTH"' }), ['valueRevealed'])
    assert.deepEqual(await types({ text: 'ROTATIONOPENED' }), ['rotationOpened'])
    assert.deepEqual(await types({ text: 'person:BOB' }), ['valueRevealed'])
    assert.deepEqual(await types({ text: 'reveal/', type: 'rotationOpened' }), [])
    assert.deepEqual(await types({ text: 'rotation\0' }), [])
    const [opened] = (await history({ type: 'rotationOpened' })).items
    const within = await history({ fromMs: opened.atMs, toMs: opened.atMs + 1, limit: 1_000 })
    assert.ok(within.items.length > 0)
    assert.ok(within.items.every((one: { atMs: number }) => one.atMs === opened.atMs))
  })

  test('has nothing of an environment that the caller may not read, nor of none where they may not read in all', async () => {
    const { items } = await history({ limit: 1_000 }, ofStaging)
    assert.deepEqual([...new Set(items.map((one: { environment: string }) => one.environment))], ['staging'])
    assert.deepEqual((await history({ credential: b.credential }, ofStaging)).items, [])
  })

  test('is looked through so far and no farther in one request, and goes on from there', async () => {
    const many = Array.from({ length: 5_000 }, () => ({
      type: 'noted',
      atMs: b.clock.nowMs,
      by: 'system:x',
      data: {},
    }))
    for (let turn = 0; turn < 5; turn++) await append(b.ground.store, 'notes', many)
    const first = await history({ text: 'rotationOpened' })
    assert.deepEqual([first.items, first.more], [[], true])
    assert.equal(first.position, first.last + 1 - 20_000)
    const second = await history({ text: 'rotationOpened', before: first.position })
    assert.deepEqual([second.items.length, second.more], [1, false])
    const bound = await history({ type: 'noted', limit: 1_000 })
    assert.deepEqual([bound.items.length, bound.position], [1_000, bound.last - 999])
  })
})
