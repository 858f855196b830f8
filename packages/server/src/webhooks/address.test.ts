import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AddressFault, checkAddress, resolveSafely } from './address.ts'

const open = { allowPrivate: false }
const within = { allowPrivate: true }
const codeOf = (checked: { ok: true } | AddressFault) => (checked.ok ? 'ok' : checked.code)
const check = (url: string, rules = open) => codeOf(checkAddress(url, rules))

describe('an address', () => {
  test('is one that is encrypted and out on the internet, on a port of the web or a high one', () => {
    for (const url of [
      'https://hook.example',
      'https://hook.example:8443/a?b=c',
      'https://8.8.8.8',
      'https://[2a00::1]/',
    ]) {
      assert.equal(check(url), 'ok', url)
    }
  })

  test('that is none is refused', () => {
    const long = `https://hook.example/${'a'.repeat(2_048)}`
    for (const url of [
      '',
      'hook.example',
      'ftp://hook.example',
      'file:///etc/hosts',
      'https://',
      'https://a b',
      long,
    ]) {
      assert.equal(check(url, within), 'bad-address', url)
    }
  })

  test('that is not encrypted is for this machine only, and only where private ones are allowed', () => {
    for (const url of [
      'http://localhost',
      'http://127.0.0.1:8080',
      'http://[::1]:8080',
      'http://a.localhost.:8080',
    ]) {
      assert.deepEqual([check(url, open), check(url, within)], ['not-encrypted', 'ok'], url)
    }
    for (const url of [
      'http://hook.example',
      'http://10.0.0.1',
      'http://localhost.example',
      'http://127.example.org',
    ]) {
      assert.equal(check(url, within), 'not-encrypted', url)
    }
  })

  test('with a user or a password in it is refused, and not repeated', () => {
    for (const url of [
      'https://user@hook.example',
      'https://user:4711@hook.example',
      'https://:4711@hook.example',
    ]) {
      const checked = checkAddress(url, within)
      assert.equal(codeOf(checked), 'user-in-address')
      assert.ok(!JSON.stringify(checked).includes('4711'))
    }
  })

  test('on a port where something else listens is refused', () => {
    for (const port of [0, 22, 25, 80, 444, 1_023])
      assert.equal(check(`https://hook.example:${port}`), 'bad-port')
    assert.equal(check('http://localhost:25', within), 'bad-port')
  })

  test('of a private network is refused however it is written, unless it is allowed', () => {
    const written = [
      '10.0.0.1',
      '127.1',
      '0x7f.0.0.1',
      '2130706433',
      '017700000001',
      '[::1]',
      '[::ffff:10.0.0.1]',
      '[fd00::1]',
    ]
    for (const host of [
      ...written,
      'localhost',
      'LOCALHOST',
      'app.localhost',
      'localhost.',
      '１２７.0.0.1',
    ]) {
      assert.deepEqual(
        [check(`https://${host}/`, open), check(`https://${host}/`, within)],
        ['private-address', 'ok'],
        host,
      )
    }
  })

  test('where clouds keep credentials is refused, even if private ones are allowed', () => {
    for (const host of [
      '169.254.169.254',
      '0xa9fea9fe',
      '[::ffff:169.254.169.254]',
      '[fd00:ec2::254]',
      '0.0.0.0',
      '[fe80::1]',
    ]) {
      assert.equal(check(`https://${host}/`, within), 'forbidden-address', host)
    }
  })
})

describe('a name', () => {
  const resolve = async (found: string[], rules = open) => {
    const lookup = async () => found.map(address => ({ address, family: 4 }))
    return resolveSafely('hook.example', lookup, rules)
  }

  test('gives all its addresses, each with the family that it is of', async () => {
    assert.deepEqual(await resolve(['8.8.8.8', '2a00::1']), {
      ok: true,
      addresses: [
        { address: '8.8.8.8', family: 4 },
        { address: '2a00::1', family: 6 },
      ],
    })
  })

  test('is refused for a single address that is not allowed, wherever it stands among the others', async () => {
    for (const found of [
      ['10.0.0.1'],
      ['8.8.8.8', 'fd00::1'],
      ['127.0.0.1', '8.8.8.8'],
      ['::ffff:10.0.0.1'],
    ]) {
      assert.deepEqual(
        [codeOf(await resolve(found)), codeOf(await resolve(found, within))],
        ['private-address', 'ok'],
      )
    }
    assert.equal(codeOf(await resolve(['8.8.8.8', '169.254.169.254'], within)), 'forbidden-address')
    assert.equal(codeOf(await resolve(['8.8.8.8', 'fe80::1%eth0'], within)), 'forbidden-address')
  })

  test('that leads nowhere, or that nobody answers for, is not found', async () => {
    assert.equal(codeOf(await resolve([])), 'not-found')
    assert.equal(
      codeOf(await resolveSafely('hook.example', () => Promise.reject(new Error('no')), open)),
      'not-found',
    )
  })

  test('that is an address itself is not asked for', async () => {
    const never = () => assert.fail('it was asked for')
    assert.equal(codeOf(await resolveSafely('10.0.0.1', never, open)), 'private-address')
    assert.equal(codeOf(await resolveSafely('2a00::1', never, open)), 'ok')
  })
})
