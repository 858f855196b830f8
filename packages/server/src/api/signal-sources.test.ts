import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { routes } from '@rekey/wire'
import { post, siemOf } from '../signals/fixtures.ts'
import { callAs, fits, personAs, problemIn } from './fixtures.ts'
import { signalSourceHandlers } from './signal-sources.ts'
import { signalHandlers, signalPolicyHandlers } from './signals.ts'

const admin = personAs('alice', 'admin')
const adminOf = (environment: string) => personAs('sam', 'admin', environment)

describe('who may send signals', () => {
  test('is said by an admin of each environment that is touched, before and after', async t => {
    const p = await post(t)
    const { put, remove, list } = signalSourceHandlers(p.plane)
    const as = (who: typeof admin, environments: string[]) =>
      put(callAs(who, { params: { id: 'rule' }, body: { ...siemOf(), environments } }))
    await as(adminOf('staging'), ['staging'])
    assert.equal((await problemIn(as(adminOf('staging'), ['*']))).code, 'no-right')
    assert.equal((await problemIn(as(adminOf('staging'), ['staging', 'production']))).code, 'no-right')
    await as(admin, ['production'])
    assert.equal((await problemIn(as(adminOf('staging'), ['staging']))).code, 'no-right')
    assert.equal(
      (await problemIn(remove(callAs(adminOf('staging'), { params: { id: 'rule' } })))).code,
      'no-right',
    )
    const { items } = fits(
      routes.signalSources.list,
      (await list(callAs(adminOf('staging')))) as { items: unknown[] },
    )
    assert.deepEqual(items, [])
  })

  test('is refused with all that is wrong, in words', async t => {
    const p = await post(t)
    const { put } = signalSourceHandlers(p.plane)
    const cases: [object, RegExp][] = [
      [{ kind: 'github' }, /which admin secret may read alerts/],
      [{ kind: 'github', github: { api: 'http://169.254.169.254', secret: 'x' } }, /Of github\.api/],
      [{ kind: 'siem' }, /where in a message what stands/],
      [{ kind: 'siem', siem: { fields: { value: 'a.b' } } }, /value is no path/],
      [{ kind: 'siem', siem: { fields: { id: '$.a' } } }, /at least one of value, handle and credential/],
      [{ kind: 'siem', siem: { header: 'authorization', fields: { value: '$.a' } } }, /for something else/],
      [{ kind: 'standard', siem: { fields: { value: '$.a' } } }, /Only a SIEM/],
      [{ kind: 'standard', known: { x: { credential: 'y' } } }, /Only GitGuardian/],
    ]
    for (const [body, text] of cases) {
      const problem = await problemIn(put(callAs(admin, { params: { id: 'x' }, body })))
      assert.equal(problem.code, 'not-acceptable')
      assert.match(problem.message, text)
    }
    assert.deepEqual(await p.plane.keep.all('signal-source'), [])
  })

  test('is shown with its secret once, and without it from then on', async t => {
    const p = await post(t)
    const { put, list } = signalSourceHandlers(p.plane)
    const bodies = [
      { kind: 'github', github: { secret: 'github' } },
      { kind: 'github-partner' },
      { kind: 'gitguardian', known: { h: { credential: 'c', version: 1 } } },
      { kind: 'standard', as: 'leak' },
      siemOf(),
      { ...siemOf(), siem: { signed: false, fields: { value: '$.v' } } },
    ]
    const secrets: (string | null)[] = []
    for (const [at, body] of bodies.entries()) {
      const answer = await put(callAs(admin, { params: { id: `s${at}` }, body }))
      secrets.push((fits(routes.signalSources.put, answer) as { secret: string | null }).secret)
    }
    assert.deepEqual(
      secrets.map(one => one !== null),
      [true, false, true, true, true, false],
    )
    const shown = JSON.stringify(fits(routes.signalSources.list, await list(callAs(admin))))
    for (const secret of secrets) assert.ok(secret === null || !shown.includes(secret))
    const kept = JSON.stringify([await p.b.store.events(0, 1_000), await p.plane.keep.all('signing')])
    for (const secret of secrets) assert.ok(secret === null || !kept.includes(secret.slice(6)))
    assert.match(shown, /"url":"https:\/\/api\.github\.com\/meta\/public_keys\/secret_scanning"/)
  })

  test('that is removed is heard no longer, and its secret does not come back with its name', async t => {
    const p = await post(t)
    const { remove } = signalSourceHandlers(p.plane)
    const first = await p.source('rule', siemOf())
    await remove(callAs(admin, { params: { id: 'rule' } }))
    assert.equal((await problemIn(p.hook('rule', {}, '{}'))).code, 'bad-proof')
    assert.notEqual(await p.source('rule', siemOf()), first)
    assert.equal((await problemIn(remove(callAs(admin, { params: { id: 'none' } })))).code, 'not-found')
  })
})

describe('the policy', () => {
  test('is set by who may administer everything, and a detector that kills is refused', async t => {
    const p = await post(t)
    const { put, get } = signalPolicyHandlers(p.plane)
    const body = { reactions: { production: { leak: 'rotate' } }, killsPerHour: { '*': 1 }, groupMs: 60_000 }
    assert.equal((await problemIn(put(callAs(adminOf('production'), { body })))).code, 'no-right')
    fits(routes.signalPolicy.put, await put(callAs(admin, { body })))
    const asked = fits(routes.signalPolicy.get, await get(callAs(adminOf('staging'))))
    assert.deepEqual((asked as { reactions: object }).reactions, {}, 'of other environments nothing is shown')
    const slow = callAs(admin, { body, headers: { 'if-match': '"what it was before"' } })
    assert.equal((await problemIn(put(slow))).code, 'stale-etag')
    const bad = { ...body, reactions: { '*': { 'ghost-use': 'kill' } } }
    const problem = await problemIn(put(callAs(admin, { body: bad })))
    assert.equal(problem.more.faults?.[0]?.at, '/body/reactions/*/ghost-use')
    const [event] = (await p.b.store.events(0, 100)).filter(one => one.type === 'signalPolicySet')
    assert.deepEqual(JSON.parse(event!.data).policy, body)
  })
})

test('a list of signals has pages, the newest first', async t => {
  const p = await post(t)
  const { list } = signalHandlers(p.plane)
  await p.source('open', {
    kind: 'siem',
    siem: { signed: false, fields: { credential: '$.c', version: '$.v' } },
  })
  await p.policy({ groupMs: 60_000 })
  for (let n = 0; n < 5; n++) {
    await p.hook('open', {}, JSON.stringify({ c: p.b.credential, n }))
    await p.work()
    p.b.clock.nowMs += 60_000
  }
  type Page = { items: { firstMs: number }[]; next: string | null }
  const seen: number[] = []
  for (let after: string | null = null; ; ) {
    const query: object = { limit: 2, ...(after !== null && { after }) }
    const page: Page = fits(routes.signals.list, (await list(callAs(admin, { query }))) as Page)
    seen.push(...page.items.map(one => one.firstMs))
    if (page.next === null) break
    after = page.next
  }
  assert.equal(seen.length, 5)
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => b - a),
  )
  const none = (await list(callAs(admin, { query: { state: 'done' } }))) as Page
  assert.deepEqual(none.items, [])
})
