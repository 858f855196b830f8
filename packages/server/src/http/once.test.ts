import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inline, openSqlite, type Store } from '@rekey/store'
import { type Answered, ask, ok, orders, signedInAs, type Town, town } from './fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'rekey-once-'))
/** What the store does when an answer is to be kept. */
const keeping = { fails: false }
const failing = (store: Store): Store => ({
  ...store,
  async commit(commit) {
    const isAnswer = commit.writes.some(
      one => 'row' in one && 'kind' in one.row && one.row.kind === 'idempotency',
    )
    if (isAnswer && keeping.fails) throw Object.assign(new Error('no room'), { code: 'store-full' })
    return store.commit(commit)
  },
})

let w: Town
let admin = ''
before(async () => {
  w = await town({ planes: 2, store: inline(openSqlite(join(folder, 'rekey.db'))), through: failing })
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
})
after(async () => {
  await w.stop()
  rmSync(folder, { recursive: true, force: true })
})

const made = async (id: string) => (await w.store.stream(`credential/${id}`, 0, 10)).length
const register = (id: string, key: string, more: object = {}, site = w.site, as = admin): Promise<Answered> =>
  ask(site, 'POST', '/credentials', {
    as,
    body: { id, credential: { ...orders, ...more } },
    headers: { 'idempotency-key': key },
  })

test('the same key with the same request has the effect of once, and the same answer at any control plane', async () => {
  const key = randomUUID()
  const answers = [
    await register('first', key),
    await register('first', key),
    await register('first', key, {}, w.sites[1]),
  ]
  assert.deepEqual(
    answers.map(one => one.status),
    [201, 201, 201],
  )
  assert.equal(new Set(answers.map(one => one.text)).size, 1)
  assert.equal(await made('first'), 1)
  assert.equal((await register('first', randomUUID())).body.code, 'already-exists')
})

test('of many that come at once one is done, and the others are told to ask again or given its answer', async () => {
  const key = randomUUID()
  const asked = Array.from({ length: 12 }, (_, nth) => register('racing', key, {}, w.sites[nth % 2]))
  const answers = await Promise.all(asked)
  for (const { status, body, headers } of answers) {
    if (status === 201) continue
    assert.deepEqual([status, body.code], [409, 'in-progress'])
    assert.equal(headers.get('retry-after'), '1')
  }
  assert.ok(answers.some(one => one.status === 201))
  assert.equal(await made('racing'), 1)
  assert.equal((await register('racing', key)).status, 201)
})

test('a key that was used for another request is refused, and nothing is done', async () => {
  const key = randomUUID()
  await register('another', key)
  for (const other of [
    await register('another', key, { name: 'Other' }),
    await register('more', key),
    await ask(w.site, 'POST', '/tokens', {
      as: admin,
      body: { name: 'x', rights: ['read'] },
      headers: { 'idempotency-key': key },
    }),
  ])
    assert.deepEqual([other.status, other.body.code], [422, 'key-reused'])
  assert.equal(await made('more'), 0)
})

test('a key is its own for each person', async () => {
  const key = randomUUID()
  const bob = await signedInAs(w.site, 'bob', { '*': 'operator' })
  assert.equal((await register('hers', key)).status, 201)
  assert.equal((await register('his', key, {}, w.site, bob)).status, 201)
})

test('what was refused may be asked again under the same key, and is done then', async () => {
  const key = randomUUID()
  const open = () =>
    ask(w.site, 'POST', '/credentials/later/rotations', {
      as: admin,
      body: { reason: 'the month ends' },
      headers: { 'idempotency-key': key },
    })
  assert.equal((await open()).status, 404)
  assert.equal((await open()).status, 404)
  assert.equal((await register('later', randomUUID())).status, 201)
  const done = await open()
  assert.equal(done.status, 201)
  assert.equal((await open()).body.id, done.body.id)
})

test('what was done is not done again, though its answer could not be kept', async () => {
  const key = randomUUID()
  keeping.fails = true
  const first = await register('unkept', key)
  keeping.fails = false
  assert.equal(first.status, 201)
  assert.deepEqual(
    w.b.trouble.splice(0).map(one => one.where),
    ['once'],
  )
  assert.equal(await made('unkept'), 1)
  const again = await register('unkept', key)
  assert.equal(again.body.code, 'in-progress')
  assert.equal(await made('unkept'), 1)
})

test('an answer with a secret is kept, and stands in the store as no one can read it', async () => {
  const key = randomUUID()
  const make = () =>
    ok(w.site, 'POST', '/tokens', {
      as: admin,
      body: { name: 'for the build', rights: ['read'] },
      headers: { 'idempotency-key': key },
    })
  const [first, second] = [await make(), await make()]
  assert.equal(first.token, second.token)
  assert.equal((await ask(w.site, 'GET', '/session', { as: first.token })).status, 200)
  const revealed = await ok(w.site, 'POST', `/credentials/${w.b.credential}/versions/1/reveal`, {
    as: admin,
    body: { reason: 'to see it' },
    headers: { 'idempotency-key': key.toUpperCase() },
  })
  const files = readdirSync(folder).map(name => readFileSync(join(folder, name)))
  assert.ok(files.some(bytes => bytes.includes('idempotency')))
  for (const secret of [first.token, revealed.value, admin, first.token.slice(12)])
    for (const bytes of files) assert.ok(!bytes.includes(secret))
})

test('a key is kept for a day, and is a new one after it', async () => {
  const key = randomUUID()
  const revoke = () =>
    ask(w.site, 'PUT', '/settings', {
      as: admin,
      body: { twoPerson: {} },
      headers: { 'idempotency-key': key },
    })
  const changes = async () => (await w.store.stream('rules/rules', 0, 100)).length
  await revoke()
  const once = await changes()
  w.b.clock.nowMs += 10 * 3_600_000
  await revoke()
  assert.equal(await changes(), once)
  w.b.clock.nowMs += 14 * 3_600_000
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
  assert.equal((await revoke()).status, 200)
  assert.equal(await changes(), once + 1)
})

test('a key that could be no such thing is refused', async () => {
  for (const key of ['short', 'x'.repeat(101), 'with a space in it', 'é'.repeat(10)])
    assert.equal((await register('never', key)).body.code, 'invalid-request', key)
  assert.equal(await made('never'), 0)
})
