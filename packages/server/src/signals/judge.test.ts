import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, minuteMs, Secret } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import { firstValue, person } from '../fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'
import { another, killed, post, say, shows, siemHeaders, siemOf } from './fixtures.ts'

describe('a value that everybody can read, shown by a verified channel', () => {
  test('kills its version at once, by itself, with the reasons in the record', async t => {
    const p = await post(t)
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, firstValue)
    await p.work()
    const [incident] = await p.incidents()
    assert.deepEqual(await killed(p), [1])
    assert.equal(incident?.reaction, 'kill')
    assert.equal(incident?.state, 'done')
    assert.deepEqual(incident?.signal.match, { credential: p.b.credential, version: 1, how: 'value' })
    assert.deepEqual(
      incident?.did.map(one => one.did),
      ['killed'],
    )
    assert.deepEqual(await p.told(), ['signalRaised', 'signalDecided', 'signalPaged', 'signalActed'])
    const [kill] = await p.plane.keep.all('kill')
    assert.deepEqual(kill?.record.cause, { why: 'signal', signal: incident?.id, source: 'rule' })
    assert.equal(kill?.id.startsWith(incident?.did[0]?.kill ?? 'none'), true)
    const raised = JSON.parse((await p.b.store.stream(`signal/${incident?.id}`, 0, 1))[0]!.data).signal
    assert.deepEqual(Object.keys(raised).sort(), [
      'auth',
      'confidence',
      'evidence_hash',
      'locations',
      'match',
      'public',
      'received_at',
      'source',
      'source_event_id',
    ])
  })

  test('does not where the policy says another thing', async t => {
    const p = await post(t)
    await p.policy({ reactions: { production: { 'public-leak': 'page' } } })
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, firstValue)
    await p.work()
    assert.deepEqual(await killed(p), [])
    assert.deepEqual(
      (await p.incidents()).map(one => [one.reaction, one.state]),
      [['page', 'open']],
    )
  })

  test('that is of a version that is dead or killed already is noted, and no more', async t => {
    const p = await post(t)
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, firstValue)
    await p.work()
    p.b.clock.nowMs += 2 * hourMs
    await say(p, 'rule', secret, firstValue)
    await p.work()
    const last = (await p.incidents()).at(-1)
    assert.equal(last?.reaction, 'note')
    assert.equal((await p.plane.keep.all('kill')).length, 1)
  })
})

describe('what is not enough for a kill', () => {
  test('is a channel that does not sign, though the value is right: it suspends', async t => {
    const p = await post(t)
    const body = siemOf()
    await p.source('open', { ...body, siem: { ...body.siem, signed: false } })
    await p.hook('open', {}, shows(firstValue))
    await p.work()
    const [incident] = await p.incidents()
    assert.deepEqual(await killed(p), [])
    assert.deepEqual([incident?.wanted, incident?.reaction], ['kill', 'suspend'])
    assert.ok(incident?.reasons.some(one => one.code === 'not-verified'))
    assert.deepEqual(incident?.signal.auth, { scheme: 'none', key_id: null, verified: false })
    assert.equal(incident?.did[0]?.did, 'rotation-opened')
  })

  test('is a channel that does not sign and only names: it pages', async t => {
    const p = await post(t)
    const fields = { handle: '$.key', credential: '$.credential' }
    await p.source('open', { kind: 'siem', as: 'public-leak', siem: { signed: false, fields } })
    await p.hook('open', {}, JSON.stringify({ key: 'v1' }))
    await p.hook('open', {}, JSON.stringify({ credential: p.b.credential }))
    await p.work()
    assert.deepEqual(await killed(p), [])
    assert.deepEqual(
      (await p.incidents()).map(one => one.reaction),
      ['page', 'page'],
    )
    assert.equal((await p.b.store.credential(p.b.credential))?.openRotation, null)
  })

  test('is a hint, from whomever: it suspends', async t => {
    const p = await post(t)
    const fields = { credential: '$.credential', version: '$.version' }
    const secret = await p.source('rule', { kind: 'siem', as: 'public-leak', siem: { fields } })
    for (const version of [1, 99, null]) {
      const body = JSON.stringify({ credential: p.b.credential, version })
      await p.hook('rule', siemHeaders(secret, body), body)
    }
    await p.work()
    assert.deepEqual(await killed(p), [])
    const incidents = await p.incidents()
    assert.deepEqual(
      incidents.map(one => [one.reaction, one.version, one.count]).sort(),
      [
        ['suspend', 1, 1],
        ['suspend', null, 2],
      ].sort(),
    )
    assert.ok(incidents.every(one => one.reasons.some(reason => reason.code === 'only-a-hint')))
  })

  test('is a name that two targets have for two versions', async t => {
    const p = await post(t)
    await another(p, 'one')
    const secret = await p.source('rule', {
      kind: 'siem',
      as: 'public-leak',
      siem: { fields: { handle: '$.key' } },
    })
    const tell = async (key: string) => {
      const body = JSON.stringify({ key, n: Math.random() })
      await p.hook('rule', siemHeaders(secret, body), body)
      await p.work()
    }
    await tell('one')
    assert.deepEqual(await killed(p, 'one'), [1])
    const { ground } = p.b
    const existing = { handle: 'v1', secret: new Secret('another value'), issuedMs: ground.nowMs() }
    await registerCredential(ground, aCredential({ id: 'two' }), [], existing, person)
    await tell('v1')
    assert.deepEqual([await killed(p), await killed(p, 'two')], [[], []])
  })

  test('is a channel that speaks for another environment', async t => {
    const p = await post(t)
    const secret = await p.source('rule', { ...siemOf(), environments: ['staging'] })
    await say(p, 'rule', secret, firstValue)
    await p.work()
    const [incident] = await p.incidents()
    assert.deepEqual(await killed(p), [])
    assert.equal(incident?.reaction, 'page')
    assert.ok(incident?.reasons.some(one => one.code === 'out-of-scope'))
  })

  test('is a value that nobody knows: a person is told where it was found', async t => {
    const p = await post(t)
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, 'a value of somebody else')
    await p.work()
    const [incident] = await p.incidents()
    assert.deepEqual([incident?.reaction, incident?.credential, incident?.signal.match], ['page', null, null])
    assert.deepEqual(incident?.signal.locations, ['https://paste.example/[value]'])
  })
})

describe('signals about the same', () => {
  test('within the window are one, and what says more decides anew', async t => {
    const p = await post(t)
    const secret = await p.source('rule', { ...siemOf(), as: 'alert' })
    const loud = await p.source('loud', siemOf())
    await say(p, 'rule', secret, firstValue)
    await p.work()
    p.b.clock.nowMs += 10 * minuteMs
    await say(p, 'loud', loud, firstValue)
    await p.work()
    const [incident, ...more] = await p.incidents()
    assert.deepEqual(more, [])
    assert.deepEqual(
      [incident?.count, incident?.kinds, incident?.sources],
      [2, ['alert', 'public-leak'], ['rule', 'loud']],
    )
    assert.equal(incident?.reaction, 'kill')
    assert.deepEqual(await killed(p), [1])
    assert.equal(incident?.seq, (await p.b.store.stream(`signal/${incident?.id}`, 0, 100)).length)
  })

  test('after the window are another', async t => {
    const p = await post(t)
    const secret = await p.source('rule', { ...siemOf(), as: 'alert' })
    await say(p, 'rule', secret, firstValue)
    await p.work()
    p.b.clock.nowMs += hourMs
    await say(p, 'rule', secret, firstValue)
    await p.work()
    assert.deepEqual(
      (await p.incidents()).map(one => one.count),
      [1, 1],
    )
  })
})
