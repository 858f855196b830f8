import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { routes } from '@rekey/wire'
import { bench } from '../fixtures.ts'
import { answering, callAs, fits, personAs, planeOn, problemIn } from './fixtures.ts'
import { settingHandlers } from './settings.ts'

async function begun(t: { after(end: () => Promise<void>): void }) {
  const b = await bench()
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  return { b, api: answering(settingHandlers(plane)) }
}

const admin = personAs('ada', 'admin')
const body = { twoPerson: { '*': ['kill'], production: ['retire', 'override'] } }

describe('the rules', () => {
  test('are none until somebody sets them, and stand then with who set them', async t => {
    const { b, api } = await begun(t)
    assert.deepEqual(fits(routes.settings.get, await api.get(callAs(admin))), { twoPerson: {} })
    assert.deepEqual(await api.put(callAs(admin, { body })), body)
    assert.deepEqual(await api.get(callAs(admin)), body)
    const [event] = await b.store.stream('rules/rules', 0, 10)
    assert.deepEqual(
      [event?.type, event?.by, JSON.parse(event?.data ?? '')],
      ['rulesChanged', 'person:ada', { rules: body }],
    )
  })

  test('are changed by an admin of all environments only', async t => {
    const { api } = await begun(t)
    for (const who of [personAs('ada', 'admin', 'production'), personAs('bob', 'approver')]) {
      assert.equal((await problemIn(api.put(callAs(who, { body })))).code, 'no-right')
    }
    assert.deepEqual(await api.get(callAs(admin)), { twoPerson: {} })
  })

  test('are changed as they were seen, or not at all: of two admins the slower one is told', async t => {
    const { api } = await begun(t)
    const looks = async () => {
      const call = callAs(admin)
      await api.get(call)
      return call.sent.headers['etag']!
    }
    const [ada, bob] = [await looks(), await looks()]
    const first = callAs(admin, { body, headers: { 'if-match': ada } })
    await api.put(first)
    const other = { twoPerson: { staging: ['kill' as const] } }
    assert.equal(
      (await problemIn(api.put(callAs(admin, { body: other, headers: { 'if-match': bob } })))).code,
      'stale-etag',
    )
    assert.deepEqual(await api.get(callAs(admin)), body)
    const seen = await looks()
    assert.equal(first.sent.headers['etag'], seen, 'whoever changes them has seen what is there then')
    await api.put(callAs(admin, { body: other, headers: { 'if-match': seen } }))
    assert.deepEqual(await api.get(callAs(admin)), other)
  })

  test('of an environment are shown to who may read there; those for all to everybody', async t => {
    const { api } = await begun(t)
    await api.put(callAs(admin, { body }))
    const shown = await api.get(callAs(personAs('stan', 'viewer', 'staging')))
    assert.deepEqual(shown, { twoPerson: { '*': ['kill'] } })
  })
})
