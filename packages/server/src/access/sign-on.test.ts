import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import type { SignOnProvider } from './sign-on.ts'
import { begin, codeOf, finish, realProvider, redirectUri, visit } from './sign-on-trial.ts'

describe('sign-on with a real provider', () => {
  let corp: SignOnProvider
  let open: SignOnProvider
  let close = () => {}

  before(async () => {
    const { issuer, close: end } = await realProvider(redirectUri)
    close = end
    corp = { id: 'corp', issuer, clientId: 'rekey' }
    open = { ...corp, id: 'open', clientId: 'open' }
  })
  after(() => close())

  test('lets a person in by the subject that the provider knows them by', async () => {
    const { url, pending } = await begin(corp)
    const done = await finish(corp, pending, await visit(url, 'mira'))
    assert.ok(done.ok, 'text' in done ? done.text : '')
    const { subject, name, email, claims } = done
    assert.deepEqual([subject, name, email], ['mira', 'Mira Keller', 'mira@corp.example'])
    assert.equal(claims['aud'], 'rekey')
  })

  test('works for a client without a secret too', async () => {
    const { url, pending } = await begin(open)
    const done = await finish(open, pending, await visit(url, 'mira'), { clientSecret: null })
    assert.ok(done.ok)
  })

  test('leaves out an address that is not verified', async () => {
    const { url, pending } = await begin(corp)
    const done = await finish(corp, pending, await visit(url, 'new'))
    assert.ok(done.ok)
    assert.ok(!('email' in done))
  })

  test('takes a code once', async () => {
    const { url, pending } = await begin(corp)
    const query = await visit(url, 'mira')
    assert.equal(await codeOf(finish(corp, pending, query)), 'ok')
    const again = await finish(corp, pending, query)
    assert.ok(!again.ok)
    assert.equal(again.code, 'code-refused')
    assert.match(again.text, /invalid_grant/)
  })

  test('is refused where state, nonce, verifier, issuer or address are not those of the beginning', async () => {
    const { url, pending } = await begin(corp)
    const query = await visit(url, 'mira')
    const other = randomBytes(32).toString('base64url')
    for (const state of [other, undefined, '', `${query.state}x`])
      assert.equal(await codeOf(finish(corp, pending, { ...query, state })), 'wrong-state')
    assert.equal(
      await codeOf(finish(corp, { ...pending, state: '' }, { ...query, state: '' })),
      'wrong-state',
    )
    assert.equal(await codeOf(finish(corp, { ...pending, provider: 'open' }, query)), 'wrong-state')
    for (const iss of ['https://evil.example', undefined, `${query.iss}/`])
      assert.equal(await codeOf(finish(corp, pending, { ...query, iss })), 'wrong-issuer')
    assert.equal(await codeOf(finish(corp, pending, { ...query, code: undefined })), 'no-code')
    assert.equal(await codeOf(finish(corp, pending, { ...query, code: 'x' })), 'code-refused')
    // Each of these costs the code, so each has its own.
    for (const [change, code] of [
      [{ nonce: other }, 'wrong-nonce'],
      [{ nonce: '' }, 'wrong-nonce'],
      [{ verifier: other }, 'code-refused'],
      [{ redirectUri: 'https://evil.example/done' }, 'code-refused'],
    ] as const) {
      const begun = await begin(corp)
      const back = await visit(begun.url, 'mira')
      assert.equal(await codeOf(finish(corp, { ...begun.pending, ...change }, back)), code)
    }
  })

  test('is refused with another client secret, which the refusal does not repeat', async () => {
    const { url, pending } = await begin(corp)
    const query = await visit(url, 'mira')
    const done = await finish(corp, pending, query, { clientSecret: new Secret('hunter2') })
    assert.ok(!done.ok)
    assert.equal(done.code, 'code-refused')
    assert.match(done.text, /invalid_client/)
    assert.ok(!JSON.stringify(done).includes('hunter2'))
  })

  test('takes ten minutes at most', async () => {
    const { url, pending } = await begin(corp)
    const query = await visit(url, 'mira')
    for (const lateMs of [600_001, -600_001])
      assert.equal(
        await codeOf(finish(corp, pending, query, { nowMs: pending.begunMs + lateMs })),
        'too-late',
      )
  })

  test('tells of a refusal of the provider by its code, and of no text of its own', async () => {
    const { pending } = await begin(corp)
    const query = { state: pending.state, iss: corp.issuer, error: 'access_denied' }
    const done = await finish(corp, pending, query)
    assert.ok(!done.ok)
    assert.equal(done.code, 'declined')
    assert.match(done.text, /\(access_denied\)/)
    const odd = await finish(corp, pending, { ...query, error: '<script>hunter2' })
    assert.ok(!odd.ok && !odd.text.includes('hunter2'))
  })

  test('begins with a challenge, and with a state and a nonce that are new each time', async () => {
    const [one, other] = [await begin(corp), await begin(corp)]
    const query = new URL(one.url).searchParams
    assert.equal(query.get('code_challenge_method'), 'S256')
    assert.equal(query.get('state'), one.pending.state)
    assert.ok(!one.url.includes(one.pending.verifier))
    const values = [one, other].flatMap(({ pending }) => [pending.state, pending.nonce, pending.verifier])
    assert.equal(new Set(values).size, 6)
  })
})
