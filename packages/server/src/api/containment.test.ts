import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway } from '@rekey/core'
import { agentOn, codeOf, ok, signedInAs, town, until } from '../http/fixtures.ts'

test('a containment names what can still be trusted, what has to be shown, and by whom; whoever is frozen is given nothing', async t => {
  const w = await town()
  t.after(() => w.stop())
  const { b, site } = w
  const { credential } = b
  const admin = await signedInAs(site, 'alice', { '*': 'admin' })
  const robot = await agentOn(site, admin, 'robot', [{ credential, consumer: 'web' }])
  const { rotation } = await b.open()
  await b.until(rotation, state => isUnderway(state) && state.lastMoveMs !== null)
  const path = `/rotations/${rotation}`
  b.clock.nowMs += 1_000
  await ok(site, 'POST', `${path}/contain`, { as: admin, body: { cause: 'invoices fail' } })
  const seen = () => ok(site, 'GET', `${path}/containment`, { as: admin })

  const before = await seen()
  assert.deepEqual(
    [before.contained, before.cause, before.mayResume, before.trusted],
    [true, 'invoices fail', false, []],
  )
  for (const one of before.consumers) assert.deepEqual([one.trust, typeof one.how], ['unproved', 'string'])

  b.clock.nowMs += 1_000
  await b.say('queue', 2, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
  assert.deepEqual((await seen()).trusted, ['queue'])

  const reason = 'nobody knows what it does'
  await ok(site, 'POST', `${path}/restrict`, { as: admin, body: { consumer: 'web', reason, freeze: true } })
  assert.equal(await codeOf(site, 'GET', `/agent/credentials/${credential}`, { as: robot }), 'frozen')
  const frozen = (await seen()).consumers.find((one: { consumer: string }) => one.consumer === 'web')
  assert.deepEqual([frozen.frozen, frozen.trust, frozen.how], [true, 'set-aside', null])
  assert.ok((await seen()).mayResume)

  await ok(site, 'POST', `${path}/lift`, {
    as: admin,
    body: { consumer: 'web', reason: 'somebody has looked' },
  })
  await until(
    () => ok(site, 'GET', `/agent/credentials/${credential}`, { as: robot }).catch(() => null),
    value => value !== null,
  )
})
