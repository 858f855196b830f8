import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import { keepToken } from '../access/people.ts'
import { mintToken, readToken } from '../access/token-format.ts'
import { callAs, problemIn } from '../api/fixtures.ts'
import { receiverHandlers } from '../api/receivers.ts'
import { firstValue } from '../fixtures.ts'
import { grant } from '../shared-signals/token.ts'
import { admin, gitHub, type Post, post } from './fixtures.ts'

const partner = async (t: Parameters<typeof post>[0]) => {
  const p = await post(t)
  const hub = await gitHub(t)
  const keys = { url: `${hub.url}/meta/public_keys/secret_scanning` }
  assert.equal(await p.source('partner', { kind: 'github-partner', keys }), '')
  return { p, hub }
}
const found = (...tokens: string[]) =>
  JSON.stringify(
    tokens.map(token => ({
      token,
      type: 'rekey_token',
      url: 'https://github.com/octo/app',
      source: 'CONTENT',
    })),
  )
const pat = async ({ plane: { keep, ground } }: Post) => {
  const record = (hash: string) => ({
    hash,
    name: 'a token',
    person: 'alice',
    rights: [],
    environments: ['*'],
    madeMs: 0,
    expiresMs: null,
  })
  const { text, id } = await keepToken(keep, 'token', 'pat', ground.random, record, null)
  return { text: text.reveal(), id }
}

describe('GitHub’s partner programme', () => {
  test('ends a token of ours that was found, and is told which are ours', async t => {
    const { p, hub } = await partner(t)
    const { text, id } = await pat(p)
    const stranger = mintToken('pat', p.b.ground.random).text.reveal()
    const body = found(text, stranger)
    const answer = await p.hook('partner', hub.partner(body), body)
    const hash = (token: string) => createHash('sha256').update(token).digest('hex')
    assert.deepEqual(answer, [
      { token_hash: hash(text), token_type: 'rekey_token', label: 'true_positive' },
      { token_hash: hash(stranger), token_type: 'rekey_token', label: 'false_positive' },
    ])
    await p.work()
    assert.equal(await p.plane.keep.get('token', id), null)
    const incidents = await p.incidents()
    assert.deepEqual(
      incidents.find(one => one.own !== null)?.did.map(one => one.did),
      ['token-ended'],
    )
    const all = JSON.stringify([await p.b.store.events(0, 10_000), await p.plane.keep.all('signal')])
    assert.ok(!all.includes(text) && !all.includes(text.slice(-30)))
  })

  test('signed by a key that is not published, or over other bytes, is refused like a source that is not there', async t => {
    const { p, hub } = await partner(t)
    const { text, id } = await pat(p)
    const body = found(text)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const forged = sign('sha256', Buffer.from(body), privateKey).toString('base64')
    const cases: [Record<string, string>, string][] = [
      [{ ...hub.partner(body), 'github-public-key-signature': forged }, body],
      [{ ...hub.partner(body), 'github-public-key-identifier': 'key-2' }, body],
      [{ ...hub.partner(body), 'github-public-key-signature': '' }, body],
      [hub.partner(body), `${body} `],
      [{}, body],
    ]
    for (const [headers, sent] of cases)
      assert.equal((await problemIn(p.hook('partner', headers, sent))).code, 'bad-proof')
    await p.work()
    assert.notEqual(await p.plane.keep.get('token', id), null)
    assert.ok(hub.asked.length <= 2, 'whoever guesses keys does not make us ask')
  })

  test('is asked to come again while its keys cannot be had', async t => {
    const { p, hub } = await partner(t)
    hub.instead = response => response.destroy()
    const body = found('x')
    assert.equal((await problemIn(p.hook('partner', hub.partner(body), body))).code, 'unavailable')
  })

  test('kills a value that Rekey keeps for somebody as well, and what is no list is refused', async t => {
    const { p, hub } = await partner(t)
    const body = found(firstValue)
    await p.hook('partner', hub.partner(body), body)
    await p.work()
    assert.ok((await p.b.store.versions(p.b.credential))[0]?.compromised)
    for (const bad of [
      '{}',
      '[{"token": 7, "type": "x"}]',
      '[',
      JSON.stringify(Array(1_001).fill({ token: 'a', type: 'b' })),
    ])
      assert.equal((await problemIn(p.hook('partner', hub.partner(bad), bad))).code, 'not-acceptable')
  })
})

describe('a token of Rekey itself that is out', () => {
  const leaked = async (p: Post, hub: Awaited<ReturnType<typeof gitHub>>, text: string) => {
    const body = found(text)
    await p.hook('partner', hub.partner(body), body)
    await p.work()
    return (await p.incidents()).at(-1)?.did.at(-1)?.text ?? ''
  }

  test('is ended with whatever it opened: a session, a join token, a source', async t => {
    const { p, hub } = await partner(t)
    const { keep, ground } = p.plane
    const session = await keepToken(
      keep,
      'session',
      'session',
      ground.random,
      hash => ({ hash, person: 'bob', madeMs: 0 }),
      null,
    )
    assert.match(await leaked(p, hub, session.text.reveal()), /session of bob/)
    assert.equal(await keep.get('session', session.id), null)
    const join = await keepToken(
      keep,
      'join',
      'join',
      ground.random,
      hash => ({ hash, agent: 'robot', uses: 'many' as const, madeMs: 0 }),
      null,
    )
    assert.match(await leaked(p, hub, join.text.reveal()), /join token .* of the agent robot/)
    assert.equal(await keep.get('join', join.id), null)
    const { id, text, hash } = mintToken('source', ground.random)
    await keep.once('source-token', id, { source: 'otel' }, null)
    await keep.put('source', 'otel', {
      kind: 'telemetry',
      bindings: [],
      lagMs: 0,
      complete: false,
      services: {},
      prometheus: null,
      hash,
      madeMs: 0,
    })
    assert.match(await leaked(p, hub, text.reveal()), /source otel/)
    assert.equal((await keep.get('source', 'otel'))?.hash, null)
  })

  test('is ended with a receiver’s way in: a token that it got alone, its secret with all of them', async t => {
    const { p, hub } = await partner(t)
    const { keep } = p.plane
    const receivers = receiverHandlers(p.plane)
    const body = { name: 'Gateway', environments: ['production'] }
    const put = async (more: object = {}) => {
      const asked = callAs(admin, { params: { id: 'gateway' }, body: { ...body, ...more } })
      return ((await receivers.put(asked)) as { secret: string }).secret
    }
    const granted = async (secret: string) => {
      const form = `grant_type=client_credentials&client_id=gateway&client_secret=${secret}`
      return grant(p.plane, 'application/x-www-form-urlencoded', Buffer.from(form), undefined)
    }
    const secret = await put()
    const tokens = [await granted(secret), await granted(secret)].map(one => (one.ok ? one.token : ''))
    const left = async () => (await keep.all('receiver-token')).map(({ id }) => id).sort()
    assert.equal((await left()).length, 3)
    assert.match(await leaked(p, hub, tokens[0]!), /^A token of the receiver gateway was ended/)
    assert.deepEqual(await left(), [secret, tokens[1]!].map(one => readToken(one)!.id).sort())
    assert.equal((await granted(secret)).ok, true, 'its secret is not out')

    p.b.clock.nowMs += 1_000
    assert.match(await leaked(p, hub, secret), /^The secret of the receiver gateway was ended/)
    assert.deepEqual(await left(), [])
    assert.deepEqual(
      [(await granted(secret)).ok, (await keep.get('receiver', 'gateway'))?.hash],
      [false, null],
    )
    const told = (await p.b.store.stream('receiver/gateway', 0, 10)).at(-1)
    assert.deepEqual([told?.type, told?.by], ['receiverSet', 'system:signals'])
    assert.equal((await granted(await put({ anew: true }))).ok, true)
  })
})
