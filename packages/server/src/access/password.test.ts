import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import { hashPassword, needsRehash, PasswordError, passwordFaults, verifyPassword } from './password.ts'

const good = new Secret('vine-lamp-otter-9')

describe('a password', () => {
  test('is kept as a PHC string with a salt of its own, and verified by it', async () => {
    const [one, other] = await Promise.all([hashPassword(good), hashPassword(good)])
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.notEqual(one, other)
    assert.equal(await verifyPassword(good, one), true)
    assert.equal(await verifyPassword(good, other), true)
    assert.equal(await verifyPassword(new Secret('vine-lamp-otter-8'), one), false)
  })

  test('is hashed as the reference implementation does it', async () => {
    const phc = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
    assert.equal(await verifyPassword(new Secret('password'), phc), true)
    assert.equal(await verifyPassword(new Secret('Password'), phc), false)
    assert.equal(needsRehash(phc), true)
  })

  test('of nobody is refused, after the same work', async () => {
    await verifyPassword(good, null)
    const phc = await hashPassword(good)
    const spentMs = async (stored: string | null) => {
      const times: number[] = []
      for (let i = 0; i < 3; i++) {
        const began = performance.now()
        assert.equal(await verifyPassword(new Secret('some-other-password'), stored), false)
        times.push(performance.now() - began)
      }
      return Math.min(...times)
    }
    const [somebody, nobody] = [await spentMs(phc), await spentMs(null)]
    assert.ok(nobody > somebody / 5 && nobody < somebody * 5, `${nobody} ms and ${somebody} ms`)
  })

  test('of nobody is refused whatever is typed: no text is the password of nobody', async () => {
    for (const text of ['0', '\0'.repeat(32), 'password1234']) {
      assert.equal(await verifyPassword(new Secret(text), null), false)
    }
  })

  test('is the same, however the keyboard composes its letters', async () => {
    const phc = await hashPassword(new Secret('gr\u00fcn-und-gelb-7'))
    assert.equal(await verifyPassword(new Secret('gru\u0308n-und-gelb-7'), phc), true)
  })

  test('needs no new hash as long as the cost is today’s', async () => {
    const phc = await hashPassword(good)
    assert.equal(needsRehash(phc), false)
    assert.equal(needsRehash(phc.replace('t=2', 't=3')), true)
    assert.equal(needsRehash(phc.replace('m=19456', 'm=9728')), true)
  })

  test('with a stored hash that cannot be read, or costs without bound, is an error that repeats nothing', async () => {
    const phc = await hashPassword(good)
    const bent = [
      '',
      'x',
      phc.replace('argon2id', 'argon2i'),
      phc.replace('v=19', 'v=16'),
      phc.replace('m=19456', 'm=9999999'),
      phc.replace('t=2', 't=900'),
      phc.replace('p=1', 'p=0'),
      `${phc}$`,
      phc.slice(0, 40),
    ]
    for (const stored of bent) {
      await assert.rejects(verifyPassword(good, stored), (error: PasswordError) => {
        assert.ok(error instanceof PasswordError)
        assert.equal(error.code, 'bad-hash')
        assert.ok(!`${error.message} ${error.how}`.includes('otter'))
        return true
      })
    }
  })

  test('that is longer than any can be is refused without work', async () => {
    // What is stored is not even looked at: it would be an error.
    assert.equal(await verifyPassword(new Secret('x'.repeat(257)), 'no hash'), false)
    assert.equal(await verifyPassword(new Secret('lone \ud800 surrogate'), 'no hash'), false)
    await assert.rejects(verifyPassword(new Secret('x'.repeat(256)), 'no hash'), PasswordError)
  })
})

describe('hashings', () => {
  test('stand in a line of 32 behind two, and who comes later hears that it is busy', async () => {
    const asked = Array.from({ length: 40 }, () =>
      verifyPassword(
        new Secret('x'),
        '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu',
      ),
    )
    const ended = await Promise.allSettled(asked)
    const busy = ended.filter(one => one.status === 'rejected')
    assert.equal(busy.length, 40 - 2 - 32)
    for (const { reason } of busy) assert.equal((reason as PasswordError).code, 'busy')
    assert.equal(await verifyPassword(good, await hashPassword(good)), true)
  })
})

describe('a new password', () => {
  const faults = (text: string, id = 'mira.keller@example.org') => passwordFaults(new Secret(text), id)

  test('of twelve to 256 characters is taken, whatever letters it has', () => {
    for (const text of [
      'vine-lamp-otter',
      'öäüßéèñçåøæœ',
      '🦊🐢🦉🐝🐙🦀🐳🦎🐞🦔🦇🐌',
      'a few unrelated words',
    ])
      assert.deepEqual(faults(text), [], text)
    assert.deepEqual(faults('abcde'.repeat(51).slice(0, 256)), [])
  })

  test('that is too short or too long is told its length, counted as a person counts', () => {
    assert.match(faults('vine-lamp')[0] ?? '', /has 9 characters; it needs at least 12/)
    assert.match(faults('🦊🐢🦉🐝🐙🦀')[0] ?? '', /has 6 characters/)
    assert.match(faults('vine-lamp-'.repeat(26))[0] ?? '', /has 260 characters; it can have at most 256/)
  })

  test('that anybody would try is refused, also in capitals or with a mark at its end', () => {
    const tried = [
      'Password1234',
      'password1234!',
      'aaaaaaaaaaaaaa',
      'abababababab',
      '123456789012',
      '890123456789',
      'ABCDEFGHIJKLM',
      'qwertyuiopas',
      '1qaz2wsx3edc',
    ]
    for (const text of tried) assert.match(faults(text)[0] ?? '', /anybody would try/, text)
  })

  test('with the name of the person in it is refused', () => {
    assert.match(faults('I-am-Mira.Keller-77')[0] ?? '', /contains your name/)
    assert.match(faults('xx-otto-lamp-77', 'otto')[0] ?? '', /contains your name/)
    assert.deepEqual(faults('vine-lamp-albatross', 'al'), [])
  })

  test('hears all that speaks against it at once, and never itself', () => {
    const all = faults('mimimi', 'mim')
    assert.equal(all.length, 3)
    assert.ok(!all.join(' ').includes('mimimi'))
  })
})
