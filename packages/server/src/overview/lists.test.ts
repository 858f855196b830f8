import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Credential, dayMs, Secret } from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import { routes } from '@rekey/wire'
import type { Caller } from '../access/caller.ts'
import {
  type Asked,
  answering,
  callAs,
  fits,
  type OpenPlane,
  personAs,
  planeOn,
  problemIn,
} from '../api/fixtures.ts'
import { type Bench, bench, person } from '../fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'
import { cursorOf, placeOf } from './cursor.ts'
import { overviewHandlers } from './handlers.ts'

let b: Bench
let plane: OpenPlane
let api: ReturnType<typeof answering<ReturnType<typeof overviewHandlers>>>
const admin = personAs('alice', 'admin')
const ofStaging = personAs('erin', 'viewer', 'staging')

const add = (
  id: string,
  more: Partial<Credential> = {},
  ageDays: number | null = null,
  consumers = ['web'],
) =>
  registerCredential(
    b.ground,
    aCredential({ id, name: `Key ${id}`, ...more }),
    consumers.map(one => aConsumer({ id: one, credential: id, name: `the ${one} of ${id}` })),
    ageDays === null
      ? null
      : {
          handle: `h-${id}`,
          secret: new Secret(`value-of-${id}-that-must-never-show`),
          issuedMs: b.clock.nowMs - ageDays * dayMs,
        },
    person,
  )

before(async () => {
  b = await bench()
  plane = await planeOn(b)
  api = answering(overviewHandlers(plane))
  await add('b-mail', { owner: { id: 'team-mail', name: 'Größe & Co' } }, 20, ['smtp', 'web'])
  await add('a-db', { environment: 'staging', kind: 'database' }, 40, [])
  await add('c-new', { provider: 'none' })
  for (const [seenAs, credential] of [
    ['cron-7', 'b-mail'],
    ['cron-8', 'a-db'],
    ['laptop', 'b-mail'],
  ] as const) {
    const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
    await b.say('web', 1, used, { credential, consumer: null, seenAs })
  }
  b.clock.nowMs += 1_000
})
after(async () => {
  await plane.stop()
  await b.store.close()
})

type Lists = 'consumers' | 'ghosts' | 'calendar' | 'readiness'
// biome-ignore lint/suspicious/noExplicitAny: any list's; whoever asks knows which.
type Any = any
const ask = async (list: Lists, query: Asked['query'] = {}, as: Caller = admin): Promise<Any> =>
  fits(routes.overview[list], await (api[list] as Any)(callAs(as, { query })))

/** A page at a time, with the same query, to the end. */
async function all(list: Lists, query: object, as?: Caller): Promise<Any[]> {
  const items: Any[] = []
  for (let after: string | undefined, pages = 0; pages < 50; pages++) {
    const page: Any = await ask(list, { ...query, ...(after !== undefined && { after }) }, as)
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
  }
  throw new Error('it has no end')
}
const names = (items: Any[]) => items.map(one => `${one.credential} ${one.id ?? one.seenAs}`)

describe('consumers of all credentials', () => {
  test('come by credential, page by page, with the environment that they are in', async () => {
    const expected = ['b-mail smtp', 'b-mail web', 'c-new web', 'cred-doc queue', 'cred-doc web']
    for (const limit of [1, 2, 100]) assert.deepEqual(names(await all('consumers', { limit })), expected)
    assert.deepEqual([...new Set((await all('consumers', {})).map(one => one.environment))], ['production'])
  })

  test('are found by id, name, owner or credential, whatever the case', async () => {
    assert.deepEqual(names((await ask('consumers', { text: 'SMTP' })).items), ['b-mail smtp'])
    assert.deepEqual(names((await ask('consumers', { text: 'the web of C-' })).items), ['c-new web'])
    assert.equal((await ask('consumers', { text: 'apps team' })).items.length, 5)
    assert.deepEqual((await ask('consumers', { text: 'nobody' })).items, [])
  })

  test('of an environment that the caller may not read are not there', async () => {
    await add('z-stage', { environment: 'staging' })
    assert.deepEqual(names((await ask('consumers', {}, ofStaging)).items), ['z-stage web'])
    assert.deepEqual(names((await ask('consumers', { environment: 'staging' })).items), ['z-stage web'])
    assert.deepEqual((await ask('consumers', { environment: 'production' }, ofStaging)).items, [])
  })
})

describe('ghosts of all credentials', () => {
  test('come with the name of their credential, all of them or those of one state', async () => {
    const open = await all('ghosts', { state: 'open', limit: 1 })
    assert.deepEqual(names(open).length, 3)
    assert.deepEqual(
      open.map(one => one.name),
      ['Key a-db', 'Key b-mail', 'Key b-mail'],
    )
    assert.deepEqual((await ask('ghosts', { state: 'claimed' })).items, [])
    assert.equal((await ask('ghosts')).items.length, 3)
  })

  test('are found by how they were seen, and only where the caller may look', async () => {
    assert.deepEqual((await ask('ghosts', { text: 'CRON' })).items.length, 2)
    const [only, ...more] = (await ask('ghosts', {}, ofStaging)).items
    assert.deepEqual([only.seenAs, only.environment, more], ['cron-8', 'staging', []])
  })
})

describe('the calendar', () => {
  test('has what is due first at its beginning, page by page', async () => {
    const expected = ['c-new', 'z-stage', 'a-db', 'b-mail', 'cred-doc']
    for (const limit of [1, 2, 100]) {
      const items = await all('calendar', { limit })
      assert.deepEqual(
        items.map(one => one.credential),
        expected,
      )
    }
  })

  test('says when, by which policy, and who does it', async () => {
    const items = await all('calendar', {})
    const of = (id: string) => items.find(one => one.credential === id)
    const db = of('a-db')
    assert.deepEqual(
      [db.overdue, db.version, db.everyMs, db.policy.everyMs],
      [true, 1, 30 * dayMs, 30 * dayMs],
    )
    assert.equal(db.issuedAtMs, db.dueAtMs - 30 * dayMs)
    assert.match(db.fingerprint, /:/)
    assert.ok(db.reasons.some((one: { code: string }) => one.code === 'overdue'))
    assert.equal(of('c-new').automatedBy, 'nobody: there is no provider none')
    assert.equal(of('b-mail').automatedBy, b.ground.providers.get('fake')!.title)
    assert.deepEqual([of('b-mail').overdue, of('c-new').version], [false, null])
  })

  test('is looked through by environment, text and right', async () => {
    const found = async (query: object, as?: Caller) =>
      (await ask('calendar', query, as)).items.map((one: { credential: string }) => one.credential)
    assert.deepEqual(await found({ environment: 'staging' }), ['z-stage', 'a-db'])
    assert.deepEqual(await found({ text: 'größe' }), ['b-mail'], 'by its owner')
    assert.deepEqual(await found({ text: 'key a' }), ['a-db'])
    assert.deepEqual(await found({}, ofStaging), ['z-stage', 'a-db'])
  })
})

describe('readiness', () => {
  test('has a verdict for each, and what is missing', async () => {
    const items = await all('readiness', { limit: 2 })
    assert.deepEqual(
      items.map(one => [one.credential, one.verdict, one.consumers]),
      [
        ['a-db', 'not-ready', 0],
        ['b-mail', 'ready-with-warnings', 2],
        ['c-new', 'not-ready', 1],
        ['cred-doc', 'ready-with-warnings', 2],
        ['z-stage', 'ready-with-warnings', 1],
      ],
    )
    const [db, mail, fresh] = items
    assert.ok(db.missing.some((one: Any) => one.check === 'consumers-known' && one.blocks && one.how !== ''))
    assert.ok(mail.checks.some((one: Any) => one.check === 'owners-known' && one.ok))
    assert.deepEqual(
      fresh.missing.map((one: Any) => one.check),
      ['provider'],
    )
  })

  test('is looked through by verdict, text and environment', async () => {
    const found = async (query: object, as?: Caller) =>
      (await all('readiness', query, as)).map((one: { credential: string }) => one.credential)
    assert.deepEqual(await found({ verdict: 'not-ready', limit: 1 }), ['a-db', 'c-new'])
    assert.deepEqual(await found({ verdict: 'ready' }), [])
    assert.deepEqual(await found({ text: 'mail' }), ['b-mail'])
    assert.deepEqual(await found({ environment: 'staging' }), ['a-db', 'z-stage'])
    assert.deepEqual(await found({}, ofStaging), ['a-db', 'z-stage'])
  })
})

test('a cursor says where a page goes on, whatever the ids are made of, and one of elsewhere is refused', async () => {
  for (const place of [
    { credential: 'a', id: 'b' },
    { credential: '12.34', id: '5.x y' },
    { credential: 'ä/ö', id: '' },
  ]) {
    assert.deepEqual(placeOf(cursorOf(place)), place)
  }
  assert.equal(placeOf(undefined), null)
  for (const after of ['x', '9.abc', '', '.a', '-1.a']) {
    assert.throws(() => placeOf(after), { code: 'invalid-request' })
  }
  assert.equal((await problemIn(ask('calendar', { after: 'b-mail' }))).code, 'invalid-request')
})
