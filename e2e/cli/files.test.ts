// The command line against a control plane in a process of its own: signing in, what lies between, and files.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { documents, openPlace, type Place } from './place.ts'
import { shellIn } from './typed.ts'

describe('signing in, and files', { timeout: 300_000 }, () => {
  let place: Place
  before(async () => {
    place = await openPlace()
  })
  after(() => place.end())

  test('one signs in, and everything between here and there is well', async () => {
    const { plane, shell } = place
    assert.equal((await shell.rekey(['credential', 'list'])).code, 64)
    const wrong = await shell.rekey(['sign-in', plane.address, '--as', 'alice'], 'something else\n')
    assert.equal(wrong.code, 77, wrong.err)
    const signed = await place.signIn()
    assert.equal(signed.code, 0, signed.err)
    const doctor = await shell.rekey(['doctor', '--json'])
    const { findings, ok } = doctor.json<{ ok: boolean; findings: { check: string; state: string }[] }>()
    assert.deepEqual([ok, doctor.code], [true, 0], doctor.out)
    for (const { check, state } of findings)
      assert.ok(state === 'ok' || check === 'TLS' || check === 'agent', doctor.out)
  })

  test('what differs is said, done, and then there is nothing to do', async () => {
    const { file, keys, shell } = place
    const wrong = await shell.rekey([
      'diff',
      '-f',
      file('a.jsonc', documents(keys).replace('"kind"', '"knid"')),
    ])
    assert.equal(wrong.code, 64)
    assert.match(wrong.err, /Did you mean kind\?/)
    const path = file('a.jsonc', documents(keys))
    assert.equal((await shell.rekey(['diff', '-f', path])).code, 2)
    const applied = await shell.rekey(['apply', '-f', path])
    assert.equal(applied.code, 0, applied.err)
    assert.match(applied.out, /\+ credential documents {2}done/)
    const again = await shell.rekey(['apply', '-f', path])
    assert.equal(again.code, 0)
    assert.match(again.out, /Everything is as the files say \(2\)/)
    file('a.jsonc', documents(keys, '"critical": true,'))
    assert.match((await shell.rekey(['diff', '-f', path])).out, /~ critical false → true/)
    assert.equal((await shell.rekey(['apply', '-f', path])).code, 0)
    const exported = file('exported.json', (await shell.rekey(['export'])).out)
    const same = await shell.rekey(['diff', '-f', exported])
    assert.equal(same.code, 0, `${same.out}${same.err}`)
  })

  test('consumers that the file does not name stay, and go with --prune', async () => {
    const { file, keys, shell } = place
    const path = file('a.jsonc', documents(keys, '"critical": true,'))
    const named = ['--name', 'Old', '--behaviour', 'admin-tool', '--owner', 'alice:Alice']
    assert.equal((await shell.rekey(['consumer', 'set', 'documents', 'old', ...named])).code, 0)
    assert.match((await shell.rekey(['diff', '-f', path])).out, /not named: consumer old of documents/)
    assert.equal((await shell.rekey(['apply', '-f', path, '--prune'])).code, 64)
    assert.equal((await shell.rekey(['apply', '-f', path, '--prune', '--yes'])).code, 0)
    const left = (await shell.rekey(['consumer', 'list', 'documents', '--json'])).json<{
      items: { id: string }[]
    }>()
    assert.deepEqual(
      left.items.map(one => one.id),
      ['reader'],
    )
  })

  test('what somebody changed in between is not written over', async () => {
    const { shell } = place
    const change = ['credential', 'change', 'documents', '--owner', 'bob:Bob']
    const both = await Promise.all([shell.rekey(change), shell.rekey([...change, '--lane', 'reading'])])
    // Either one came after the other, or one of them was too late and says so.
    for (const { code, err } of both)
      assert.ok(code === 0 || (code === 3 && /Look at it again/.test(err)), err)
    assert.ok(both.some(one => one.code === 0))
  })

  test('a token may do no more than it says, and works from the environment', async () => {
    const { home, plane, shell } = place
    const made = await shell.rekey(['token', 'make', '--name', 'ci', '--right', 'read', '--life', '1h'])
    assert.match(made.out, /^rekey_pat_\S+\n$/)
    const ci = shellIn(`${home}/providers`, { REKEY_URL: plane.address, REKEY_TOKEN: made.out.trim() })
    assert.equal((await ci.rekey(['credential', 'list'])).code, 0)
    const no = await ci.rekey(['kill', 'order', 'documents', '--reason', 'may it?', '--yes'])
    assert.equal(no.code, 77)
    assert.match(no.err, /needs the right to decide/)
  })

  test('signing out ends the session there, too', async () => {
    const { script, shell } = place
    const old = script()
    assert.equal((await old.rekey(['whoami'])).code, 0)
    assert.equal((await shell.rekey(['sign-out'])).code, 0)
    assert.equal((await old.rekey(['whoami'])).code, 77)
  })

  test('what is around it is set, listed and taken away; a secret is shown once', async () => {
    const { shell } = place
    assert.equal((await place.signIn()).code, 0)
    const around: [noun: string, id: string, set: string[], shown: RegExp][] = [
      [
        'issuer',
        'ci',
        [
          '--kind',
          'oidc',
          '--named',
          'https://ci.example',
          '--audience',
          'rekey',
          '--rule',
          'nightly=repo:jobs',
        ],
        /nightly is repo:jobs/,
      ],
      [
        'sign-on',
        'corp',
        ['--name', 'Acme', '--issuer', 'https://id.example', '--client-id', 'rekey'],
        /Acme/,
      ],
      ['receiver', 'gateway', ['--environment', 'dev'], /gateway/],
      ['signal-source', 'scanner', ['--kind', 'standard', '--as', 'public-leak'], /public-leak/],
      ['webhook', 'siem', ['--url', 'https://siem.example/hook'], /siem/],
    ]
    for (const [noun, id, flags, shown] of around) {
      const set = await shell.rekey([noun, 'set', id, ...flags, '--json'])
      assert.equal(set.code, 0, set.err)
      const listed = await shell.rekey([noun, 'list'])
      assert.match(listed.out, shown)
      const { secret } = set.json<{ secret?: string }>()
      if (secret !== undefined) assert.ok(secret.length > 20 && !listed.out.includes(secret))
      assert.equal((await shell.rekey([noun, 'remove', id, '--yes'])).code, 0)
      assert.doesNotMatch((await shell.rekey([noun, 'list'])).out, shown)
    }
    const glass = await shell.rekey(['break-glass', 'make', '--life', '1h', '--json'])
    const { code, id } = glass.json<{ id: string; code: string }>()
    const codes = await shell.rekey(['break-glass', 'list'])
    assert.ok(codes.out.includes(id) && !codes.out.includes(code))
    assert.equal((await shell.rekey(['break-glass', 'remove', id, '--yes'])).code, 0)
    const before = (await shell.rekey(['key', 'list', '--json'])).json<{ keys: { kid: string }[] }>()
    const replaced = await shell.rekey(['key', 'replace', '--reason', 'a rehearsal', '--yes', '--json'])
    const { active } = replaced.json<{ active: string }>()
    assert.ok(
      before.keys.some(one => one.kid === active),
      'its stand-by was known before',
    )
  })
})
