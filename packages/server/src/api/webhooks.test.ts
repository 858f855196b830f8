import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Doors, doors } from '../intake/fixtures.ts'
import { callAs, personAs, problemIn } from './fixtures.ts'

const admin = personAs('alice', 'admin')
const url = 'https://events.example.com/from-rekey'
const put = ({ handlers }: Doors, id: string, body: object, caller = admin) =>
  handlers.webhooks.put(callAs(caller, { params: { id }, body }))
const list = async ({ handlers }: Doors, caller = admin) =>
  ((await handlers.webhooks.list(callAs(caller))) as { items: { id: string }[] }).items

describe('a webhook', () => {
  test('is shown with all that was said of it, begins with what happens now, and shows its secret once', async t => {
    const d = await doors(t)
    const before = await d.b.store.lastPosition()
    const { secret, ...view } = (await put(d, 'hook', { url })) as Record<string, unknown>
    assert.match(String(secret), /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.deepEqual(view, {
      id: 'hook',
      url,
      environments: ['*'],
      types: [],
      position: before,
      failing: null,
      off: null,
      madeMs: d.b.clock.nowMs,
    })
    assert.deepEqual(await list(d), [view])
    const again = (await put(d, 'hook', { url })) as Record<string, unknown>
    assert.deepEqual([again['secret'], again['position']], [null, before])
    const events = await d.events()
    const told = events.find(one => one.type === 'webhookSet')
    assert.deepEqual(JSON.parse(told!.data), { webhook: 'hook', host: 'events.example.com' })
    assert.ok(!JSON.stringify(events).includes('from-rekey'), 'the path may hold a secret')
  })

  test('leads where something may be sent to', async t => {
    const d = await doors(t)
    for (const wrong of [
      'http://events.example.com',
      'https://169.254.169.254/latest',
      'https://a:b@example.com',
      'ftp://a',
    ]) {
      const problem = await problemIn(put(d, 'hook', { url: wrong }))
      assert.deepEqual([problem.code, typeof problem.more.how], ['not-acceptable', 'string'])
    }
    d.plane.allowPrivate = false
    assert.equal((await problemIn(put(d, 'hook', { url: 'https://10.0.0.1' }))).code, 'not-acceptable')
    assert.deepEqual(await list(d), [])
  })

  test('is set, seen and removed by those to whom its environments belong', async t => {
    const d = await doors(t)
    const prod = personAs('bob', 'admin', 'prod')
    assert.equal((await problemIn(put(d, 'all', { url }, prod))).code, 'no-right')
    await put(d, 'all', { url })
    await put(d, 'prods', { url, environments: ['prod'] }, prod)
    const widened = { url, environments: ['prod', 'staging'] }
    assert.equal((await problemIn(put(d, 'prods', widened, prod))).code, 'no-right')
    assert.deepEqual(
      (await list(d, prod)).map(one => one.id),
      ['prods'],
    )
    const remove = (id: string, caller = prod) =>
      d.handlers.webhooks.remove(callAs(caller, { params: { id } }))
    assert.equal((await problemIn(remove('all'))).code, 'not-found')
    const viewer = personAs('eve', 'viewer', 'prod')
    assert.equal((await problemIn(remove('prods', viewer))).code, 'no-right')
    assert.deepEqual(await remove('prods'), { ok: true })
  })
})
