import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, distant, ok, type Site, session, signedInAs, type Town, town, until } from '../http/fixtures.ts'
import { another, shows, siemHeaders, siemOf } from './fixtures.ts'
import { startSignals } from './work.ts'

let w: Town
let here: Site
let there: Site
let admin: string
let secret: string
const loops: { stop(): Promise<void> }[] = []
before(async () => {
  w = await town({ planes: 2, bus: true, through: distant })
  ;[here, there] = w.sites as [Site, Site]
  admin = await signedInAs(here, 'alice', { '*': 'admin' })
  secret = (await ok(here, 'PUT', '/signal-sources/rule', { as: admin, body: siemOf() })).secret
})
after(async () => {
  await Promise.all(loops.map(one => one.stop()))
  await w.stop()
})

const knock = (site: Site, body: string) => {
  w.b.clock.nowMs += 50
  return ask(site, 'POST', '/signal-sources/rule/hook', { raw: body, headers: siemHeaders(secret, body) })
}
const of = async (site: Site, credential: string) => {
  const { items } = await ok(site, 'GET', `/signals?credential=${credential}`, {
    as: await session(site, 'alice'),
  })
  return items as { count: number; reaction: string; state: string; did: { did: string }[] }[]
}

describe('several control planes', () => {
  test('answer an unknown source and a bad signature with the same bytes', async () => {
    const body = shows('x')
    const headers = siemHeaders('whsec_wrong', body)
    const answers = []
    for (const id of ['rule', 'nobody'])
      answers.push(await ask(there, 'POST', `/signal-sources/${id}/hook`, { raw: body, headers }))
    assert.equal(answers[0]?.status, 401)
    assert.equal(answers[0]?.text, answers[1]?.text)
  })

  test('know at once what was registered at another, and one of them does what has to be done', async () => {
    loops.push(startSignals(here.plane), startSignals(there.plane))
    const value = await another(w, 'fresh')
    const { status, body } = await knock(there, shows(value))
    assert.deepEqual([status, body.taken], [200, 1])
    const [incident] = await until(
      () => of(here, 'fresh'),
      some => some[0]?.state === 'done',
    )
    assert.deepEqual([incident?.reaction, incident?.did.map(one => one.did)], ['kill', ['killed']])
  })

  test('take one message once, whichever of them it came to, and make one incident of a storm', async () => {
    const value = await another(w, 'busy')
    const bodies = Array.from({ length: 30 }, (_, n) => shows(value, { n }))
    await Promise.all(bodies.flatMap(body => [knock(here, body), knock(there, body)]))
    const incidents = await until(
      () => of(there, 'busy'),
      some => some.reduce((sum, one) => sum + one.count, 0) >= 30 && some[0]?.state === 'done',
    )
    assert.deepEqual(
      incidents.map(one => one.count),
      [30],
    )
    const kills = await here.plane.keep.all('kill')
    assert.equal(kills.filter(one => JSON.stringify(one.record.scope).includes('"busy"')).length, 1)
    assert.deepEqual(w.b.trouble, [])
  })
})
