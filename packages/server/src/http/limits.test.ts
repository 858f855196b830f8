import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, signedInAs, type Town, town } from './fixtures.ts'
import { limits } from './limits.ts'

const slow = { perSecond: 1, burst: 3 }
const quick = { perSecond: 100, burst: 200 }

describe('a limit', () => {
  test('lets a burst through, and then one for each time that it takes to refill', () => {
    const some = limits()
    for (let nth = 0; nth < 3; nth++) assert.equal(some.take('a', slow, 0), 0)
    assert.equal(some.take('a', slow, 0), 1_000)
    assert.equal(some.take('a', slow, 400), 600)
    assert.equal(some.take('a', slow, 1_000), 0)
    assert.equal(some.take('a', slow, 1_000), 1_000)
    assert.equal(some.take('b', slow, 1_000), 0)
  })

  test('is full again after a while, and never more than full', () => {
    const some = limits()
    for (let nth = 0; nth < 3; nth++) some.take('a', slow, 0)
    for (let nth = 0; nth < 3; nth++) assert.equal(some.take('a', slow, 86_400_000), 0)
    assert.ok(some.take('a', slow, 86_400_000) > 0)
  })

  test('gives nothing away when the clock is set back', () => {
    const some = limits()
    for (let nth = 0; nth < 3; nth++) some.take('a', slow, 10_000)
    assert.ok(some.take('a', slow, 0) > 0)
    assert.ok(some.take('a', slow, 500) > 0)
  })

  test('is remembered though a hundred thousand others come, each at its own pace', () => {
    const some = limits()
    for (let nth = 0; nth < 3; nth++) some.take('guesser', slow, 0)
    for (let nth = 0; nth < 100_000; nth++) some.take(`stranger-${nth}`, quick, 2_000)
    // Two of its three are back; they would all be, at the pace of the others.
    const left = [some.take('guesser', slow, 2_000), some.take('guesser', slow, 2_000)]
    assert.deepEqual(left, [0, 0])
    assert.ok(some.take('guesser', slow, 2_000) > 0)
  })

  test('costs no more when there is room for nobody', () => {
    const some = limits()
    const beganMs = performance.now()
    for (let nth = 0; nth < 120_000; nth++) some.take(`flood-${nth}`, slow, 0)
    assert.ok(performance.now() - beganMs < 3_000)
  })
})

describe('at the door', () => {
  let w: Town
  let admin = ''
  before(async () => {
    w = await town()
    admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
  })
  after(() => w.stop())
  const body = { id: 'alice', password: 'none of the words that she took' }
  const refused = async (asking: () => ReturnType<typeof ask>, most: number) => {
    for (let nth = 0; nth < most; nth++) {
      const answer = await asking()
      if (answer.status === 429) return { nth, answer }
    }
    return null
  }

  test('a stranger asks two hundred times at once and is told then when to come again', async () => {
    const found = await refused(() => ask(w.site, 'GET', '/setup'), 210)
    assert.equal(found?.nth, 200)
    assert.equal(found?.answer.headers.get('retry-after'), '1')
    assert.equal(found?.answer.body.code, 'too-many')
    assert.equal(found?.answer.body.retryAfterMs, 20)
    w.b.clock.nowMs += 20
    assert.equal((await ask(w.site, 'GET', '/setup')).status, 200)
  })

  test('whoever shows something that nobody looks at is a stranger all the same', async () => {
    for (const headers of [{ authorization: 'Bearer x' }, { cookie: 'rekey-session=x' }])
      assert.equal((await ask(w.site, 'GET', '/setup', { headers })).status, 429)
  })

  test('a stranger does not stand in the way of people who are known', async () => {
    assert.equal((await ask(w.site, 'GET', '/session', { as: admin })).status, 200)
  })

  test('passwords are guessed twenty times, and then once a second, whatever is shown beside', async () => {
    w.b.clock.nowMs += 60_000
    // Too short to be hashed, so that the test is quick; it counts as any other.
    const guess = (headers = {}) =>
      ask(w.site, 'POST', '/session', { body: { ...body, password: 'x'.repeat(300) }, headers })
    const found = await refused(guess, 25)
    assert.equal(found?.nth, 20)
    assert.equal(found?.answer.headers.get('retry-after'), '1')
    for (const headers of [{ cookie: 'a=b' }, { authorization: `Bearer ${admin}` }])
      assert.equal((await guess(headers)).status, 429)
    w.b.clock.nowMs += 1_000
    assert.equal((await guess()).status, 401)
    assert.equal((await guess()).status, 429)
  })

  test('tokens are guessed no more often than a stranger may ask', async () => {
    w.b.clock.nowMs += 60_000
    const found = await refused(() => ask(w.site, 'GET', '/session', { as: 'rekey_pat_x' }), 210)
    assert.equal(found?.nth, 200)
    assert.equal((await ask(w.site, 'GET', '/session', { as: admin })).status, 200)
  })
})
