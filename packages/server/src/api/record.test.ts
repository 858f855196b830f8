import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { canonicalJson, parsePolicy, verifyProof } from '@rekey/log'
import type { NewEvent } from '@rekey/store'
import { type AnswerOf, type EventView, routes } from '@rekey/wire'
import type { Caller } from '../access/caller.ts'
import { bench } from '../fixtures.ts'
import { logSigner } from '../sealing/key.ts'
import { seal } from '../sealing/seal.ts'
import { answering, callAs, fits, personAs, planeOn, problemIn } from './fixtures.ts'
import { recordHandlers } from './record.ts'

const everywhere = personAs('vera', 'viewer')
const here = personAs('vera', 'viewer', 'production')
const elsewhere = personAs('stan', 'admin', 'staging')
const origin = 'test.rekey.local/log'

type Page = AnswerOf<typeof routes.record.events>

async function begun(t: { after(end: () => Promise<void>): void }) {
  const b = await bench()
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  const raw = recordHandlers(plane)
  const api = answering(raw)
  const read = async (who: Caller, query: object = {}, gone?: AbortSignal): Promise<Page> => {
    const page = await api.events(callAs(who, { query, ...(gone && { gone }) }))
    return fits(routes.record.events, page)
  }
  const note = (stream: string, count: number) => {
    const one: NewEvent = { type: 'signedIn', atMs: b.clock.nowMs, by: 'person:ada', data: { person: 'ada' } }
    const append = { stream, expected: 0, events: Array<NewEvent>(count).fill(one) }
    return b.ground.store.commit({ fence: null, appends: [append], writes: [] })
  }
  const sealed = async () => seal(b.ground, await logSigner(b.store, b.ground.vault, origin, b.ground.random))
  return { b, plane, raw, api, read, note, sealed }
}

const types = ({ items }: Pick<Page, 'items'>) => items.map(one => one.type)

describe('events', () => {
  test('are read in order, page by page, each with its credential and its environment', async t => {
    const { b, read } = await begun(t)
    await b.open()
    const all = await read(here)
    assert.deepEqual(types(all).slice(0, 2), ['credentialRegistered', 'consumerRegistered'])
    assert.deepEqual(types(all).slice(-2), ['rotationOpened', 'rotationBegun'])
    assert.ok(all.items.every(one => one.credential === b.credential && one.environment === 'production'))
    const seen: EventView[] = []
    let page: Page = { items: [], position: 0, more: true }
    while (page.more) {
      page = await read(here, { after: page.position, limit: 2 })
      assert.ok(page.items.length <= 2)
      seen.push(...page.items)
    }
    assert.deepEqual(seen, all.items)
    assert.equal(page.position, all.position)
  })

  test('are filtered by type, credential and environment', async t => {
    const { b, read, note } = await begun(t)
    const { rotation } = await b.open()
    await note('person/ada', 1)
    assert.deepEqual(types(await read(everywhere, { type: 'rotationOpened' })), ['rotationOpened'])
    assert.deepEqual(types(await read(everywhere, { type: 'signedIn' })), ['signedIn'])
    const opened = (await read(everywhere, { credential: b.credential })).items.at(-2)
    assert.equal(opened?.stream, `rotation/${rotation}`)
    assert.ok(!types(await read(everywhere, { credential: b.credential })).includes('signedIn'))
    assert.deepEqual((await read(everywhere, { credential: 'other' })).items, [])
    assert.deepEqual((await read(everywhere, { environment: 'staging' })).items, [])
    assert.ok((await read(everywhere, { environment: 'production' })).items.length > 0)
  })

  test('of an environment are for who may read there, and those of none for who may read everywhere', async t => {
    const { read, note } = await begun(t)
    await note('person/ada', 1)
    assert.ok(types(await read(everywhere)).includes('signedIn'))
    assert.ok(!types(await read(here)).includes('signedIn'))
    const narrow = personAs('vera', 'viewer', '*', { rights: ['read'], environments: ['production'] })
    assert.deepEqual(types(await read(narrow)), types(await read(here)))
    const theirs = await read(elsewhere)
    assert.deepEqual(theirs.items, [])
    // What was left out is not looked at again.
    assert.equal(theirs.position, (await read(everywhere)).position)
  })

  test('that one may not see are looked through a bounded number at a time', async t => {
    const { b, read, note } = await begun(t)
    await note('person/ada', 20_100)
    await b.open()
    const first = await read(here, { after: 100 })
    assert.deepEqual([first.items, first.more], [[], true])
    const next = await read(here, { after: first.position })
    assert.deepEqual([types(next), next.more], [['rotationOpened', 'rotationBegun'], false])
  })
})

describe('waiting for the next event', () => {
  test('ends with the first one that is wanted, and not with another', async t => {
    const { b, read, note } = await begun(t)
    const { position } = await read(everywhere)
    const beganMs = performance.now()
    const waiting = read(here, { after: position, waitMs: 10_000 })
    await new Promise(resolve => setTimeout(resolve, 20))
    await note('person/ada', 1)
    await new Promise(resolve => setTimeout(resolve, 20))
    await b.open()
    const page = await waiting
    assert.deepEqual(types(page), ['rotationOpened', 'rotationBegun'])
    assert.ok(performance.now() - beganMs < 5_000)
  })

  test('has no effect where there is one already', async t => {
    const { read } = await begun(t)
    const beganMs = performance.now()
    assert.ok((await read(here, { waitMs: 10_000 })).items.length > 0)
    assert.ok(performance.now() - beganMs < 5_000)
  })

  test('ends without one when its time is up, with the position moved on', async t => {
    const { read, note } = await begun(t)
    const { position } = await read(everywhere)
    const beganMs = performance.now()
    const waiting = read(here, { after: position, waitMs: 80 })
    await note('person/ada', 3)
    const page = await waiting
    assert.ok(performance.now() - beganMs >= 79)
    assert.deepEqual([page.items, page.more], [[], false])
    assert.equal(page.position, (await read(everywhere)).position)
  })

  test('ends when the client goes', async t => {
    const { plane, read } = await begun(t)
    const { position } = await read(everywhere)
    const gone = new AbortController()
    let listening = 0
    const { listen } = plane.feed
    plane.feed.listen = hear => {
      listening++
      const leave = listen(hear)
      return () => {
        listening--
        leave()
      }
    }
    const waiting = read(here, { after: position, waitMs: 60_000 }, gone.signal)
    await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal(listening, 1)
    gone.abort()
    assert.deepEqual((await waiting).items, [])
    assert.equal(listening, 0)
  })
})

describe('the stream', () => {
  /** Reads frames of a real connection until there are so many. */
  async function open(
    t: { after(end: () => void): void },
    serve: (request: IncomingMessage, response: ServerResponse) => void,
    headers: Record<string, string>,
  ) {
    const server = createServer(serve)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const stop = new AbortController()
    t.after(() => {
      stop.abort()
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}`, { headers, signal: stop.signal })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    return {
      type: response.headers.get('content-type'),
      close: () => stop.abort(),
      async events(count: number): Promise<EventView[]> {
        for (;;) {
          const frames = text.split('\n\n').filter(frame => frame.startsWith('id: '))
          if (frames.length >= count)
            return frames.map(frame => JSON.parse(frame.slice(frame.indexOf('data: ') + 6)))
          const { value, done } = await reader.read()
          if (done) throw new Error('it ended')
          text += value
        }
      },
    }
  }

  test('goes on after the last event that was heard, live, with what one may see, until one goes', async t => {
    const { b, plane, raw, read, note } = await begun(t)
    const all = await read(here)
    const after = all.items.at(-2)!.position
    const line = await open(
      t,
      (request, response) => {
        const call = callAs(here)
        const reply = Object.assign(call.reply, { raw: response, hijack: () => call.reply })
        void raw.stream({ ...call, request, reply } as never)
      },
      { 'last-event-id': String(after) },
    )
    assert.equal(line.type, 'text/event-stream; charset=utf-8')
    assert.deepEqual(await line.events(1), all.items.slice(-1))
    await note('person/bob', 1)
    await b.open()
    const seen = await line.events(3)
    assert.deepEqual(seen.map(one => one.type).slice(1), ['rotationOpened', 'rotationBegun'])
    assert.equal(plane.streams.count().people, 1)
    line.close()
    for (let turn = 0; turn < 100 && plane.streams.count().people > 0; turn++) {
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    assert.equal(plane.streams.count().people, 0)
  })
})

describe('the sealed log', () => {
  test('shows its checkpoint to anyone, with the key to check it', async t => {
    const { b, api, sealed } = await begun(t)
    const nobody = callAs({ is: 'nobody' })
    const empty = fits(routes.record.checkpoint, await api.checkpoint(nobody))
    assert.deepEqual([empty.checkpoint, empty.size], [null, 0])
    const count = await sealed()
    const { checkpoint, key, size } = fits(routes.record.checkpoint, await api.checkpoint(nobody))
    assert.equal(size, count)
    assert.equal(key, empty.key)
    assert.ok(checkpoint?.startsWith(`${origin}\n${size}\n`))
    await b.store.setMeta('log-origin', `${origin}/restored`)
    assert.ok((await api.checkpoint(nobody)).key.startsWith(`${origin}/restored+`))
  })

  test('proves an event offline, once it is sealed', async t => {
    const { b, api, read, sealed } = await begun(t)
    const { items } = await read(here)
    const event = items[1]!
    const ask = (position: number, who: Caller = here) => api.proof(callAs(who, { params: { position } }))
    const early = await problemIn(ask(event.position))
    assert.deepEqual([early.code, early.more.retryAfterMs], ['unavailable', 1_000])
    await sealed()
    const made = fits(routes.record.proof, await ask(event.position))
    const { key } = await api.checkpoint(callAs({ is: 'nobody' }))
    const policy = parsePolicy(`log ${key}\nquorum none\n`)
    const record = Buffer.from(made.data)
    assert.ok(verifyProof(made.proof, { record, policy, origin }).ok)
    assert.ok(!verifyProof(made.proof, { record: Buffer.from(`${made.data} `), policy, origin }).ok)
    // The leaf commits to what the event says.
    const digest = createHash('sha256').update(canonicalJson(event.data)).digest('hex')
    assert.deepEqual(JSON.parse(made.data).evidence, [`sha256:${digest}`])
    assert.equal(made.leaf, (await b.store.events(event.position - 1, 1))[0]?.leaf)
  })

  test('proves nothing to who may not see the event, and nothing that is not there', async t => {
    const { api, note, read, sealed } = await begun(t)
    await note('person/ada', 1)
    await sealed()
    const { position, items } = await read(everywhere)
    const ask = (at: number, who: Caller) => problemIn(api.proof(callAs(who, { params: { position: at } })))
    assert.equal((await ask(position, here)).code, 'not-found')
    assert.equal((await ask(items[0]!.position, elsewhere)).code, 'not-found')
    for (const at of [0, position + 1]) assert.equal((await ask(at, everywhere)).code, 'not-found')
  })
})
