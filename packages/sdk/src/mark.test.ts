import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until, withPlane } from './fixtures.ts'
import { CrossedError, RequeueError } from './index.ts'

test('a mark names credential, version, consumer and fingerprint, and never fails', () =>
  withPlane(async (plane, rekey) => {
    const docs = rekey.credential('docs')
    assert.deepEqual(docs.mark(), { 'rekey.credential.id': 'docs' })
    assert.throws(() => docs.stamp({}), { code: 'not-loaded' })
    plane.assign('docs', 4)
    await docs.current()
    assert.deepEqual(docs.mark(), {
      'rekey.credential.id': 'docs',
      'rekey.credential.version': 4,
      'rekey.consumer.id': 'web',
      'rekey.credential.fingerprint': 'f400000000000000',
    })
  }))

test('stamps of several credentials stand beside each other, and a strange payload has none', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1)
    plane.assign('mail', 7)
    const docs = rekey.credential('docs')
    const mail = rekey.credential('mail')
    await Promise.all([docs.current(), mail.current()])
    const job = JSON.parse(JSON.stringify(mail.stamp(docs.stamp({ id: 3 }))))
    assert.deepEqual(job, { id: 3, rekey: { docs: 1, mail: 7 } })
    assert.deepEqual(docs.crossing(job), { version: 1, crossed: false, rule: 'finish' })
    for (const strange of [
      null,
      5,
      'x',
      {},
      { rekey: 1 },
      { rekey: { docs: 'one' } },
      { rekey: { docs: -1 } },
      [],
    ]) {
      assert.deepEqual(docs.crossing(strange), { version: null, crossed: false, rule: 'finish' })
    }
  }))

test('by the rule "finish", a job ends with the version it was begun with while that is held and accepted, else with the current one', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 1, { ttlMs: 60_000 })
    const docs = rekey.credential('docs')
    await docs.current()
    const job = docs.stamp({ id: 1 })
    await until(() => plane.streams.size === 1)
    plane.assign('docs', 2)
    await until(() => docs.mark()['rekey.credential.version'] === 2)
    assert.equal(docs.crossing(job).crossed, true)
    assert.equal(await docs.useFor(job, ({ version }) => version), 1)
    assert.equal(await docs.useFor({ id: 2 }, ({ version }) => version), 2)
    await rekey.flush()
    assert.deepEqual(plane.held, [1, 2], 'what is kept is reported as held')
    plane.assign('docs', 2, { accepted: [2] })
    await until(() => plane.asked.at(-1)!.path.includes('credentials'))
    await until(() => rekey.readiness().why.some(one => one.code === 'not-accepted'))
    assert.equal(await docs.useFor(job, ({ version }) => version), 2)
    assert.equal(await docs.useFor({ rekey: { docs: 99 } }, ({ version }) => version), 2)
  }))

test('by the rules "fail" and "requeue", a job that crosses is not begun', () =>
  withPlane(async (plane, rekey) => {
    plane.assign('docs', 2, { inFlight: 'fail' })
    plane.assign('mail', 2, { inFlight: 'requeue' })
    let calls = 0
    const call = () => calls++
    const docs = rekey.credential('docs')
    const mail = rekey.credential('mail')
    await assert.rejects(docs.useFor({ rekey: { docs: 1 } }, call), CrossedError)
    await assert.rejects(mail.useFor({ rekey: { mail: 1 } }, call), RequeueError)
    await assert.rejects(mail.useFor({ rekey: { mail: 1 } }, call), { code: 'requeue' })
    assert.equal(calls, 0)
    await docs.useFor({ rekey: { docs: 2 } }, call)
    assert.equal(calls, 1)
  }))
