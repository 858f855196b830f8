import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { beforeEach, describe, test } from 'node:test'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { orderKey } from '../fixture-orders.ts'
import { issuer, jws, listToken, lstOf, nowMs, nowS, oneByte, passport, uri } from './fixtures.ts'
import { statusAt, unpack } from './list.ts'
import { type StatusOptions, statusVerifier } from './verifier.ts'

const signer = orderKey()
const stranger = orderKey()
const usual = oneByte(0, 1, 2, 0)

let clockMs = nowMs
let answers: (string | Response | Error)[] = []
let asked: URL[] = []
beforeEach(() => {
  clockMs = nowMs
  answers = []
  asked = []
})

/** Gives the next answer, and the last one again when there is no other. */
const fetchFrom: NonNullable<StatusOptions['fetch']> = async url => {
  asked.push(url)
  const answer = answers.length > 1 ? answers.shift() : answers[0]
  if (answer instanceof Error) throw answer
  return typeof answer === 'string' ? new Response(answer) : (answer ?? new Response('', { status: 404 }))
}
const verifier = (more: Partial<StatusOptions> = {}) =>
  statusVerifier({ issuer, keys: [signer.jwk], fetch: fetchFrom, nowMs: () => clockMs, ...more })
const checked = async (text: string, more: Partial<StatusOptions> = {}) => {
  const answer = await verifier(more).check(text)
  return answer.ok ? answer.status : `${answer.about}: ${answer.code}`
}
const atIdx = (idx: number) => passport(signer, { status: { status_list: { idx, uri } } })

describe('the published vectors', () => {
  const unpacked = async (lst: string) => {
    const bytes = await unpack(new Uint8Array(Buffer.from(lst, 'base64url')), 100)
    assert.ok(typeof bytes !== 'string')
    return bytes
  }

  test('of one bit a slot are read', async () => {
    const bytes = await unpacked('eNrbuRgAAhcBXQ')
    assert.equal(Buffer.from(bytes).toString('hex'), 'b9a3')
    const values = Array.from({ length: 16 }, (_, idx) => statusAt({ bits: 1, bytes }, idx))
    assert.deepEqual(values, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1])
  })

  test('of two bits a slot are read', async () => {
    const bytes = await unpacked('eNo76fITAAPfAgc')
    const values = Array.from({ length: 12 }, (_, idx) => statusAt({ bits: 2, bytes }, idx))
    assert.deepEqual(values, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])
    assert.equal(statusAt({ bits: 2, bytes }, 12), null)
  })
})

describe('a passport', () => {
  test('is answered with what the list says of its slot', async () => {
    answers = [listToken(signer, oneByte(0, 1, 2, 3))]
    const all = []
    for (let idx = 0; idx < 4; idx++) all.push(await checked(atIdx(idx)))
    assert.deepEqual(all, ['valid', 'invalid', 'suspended', 'superseded'])
    assert.deepEqual(await verifier().check(passport(signer)), {
      ok: true,
      status: 'superseded',
      credential: 'payments/eu',
      version: 7,
      fingerprint: 'hmac-sha256:00',
      asOf: nowS,
      pastEnd: false,
    })
  })

  test('that is not what it has to be is refused by name, and no list is asked for', async () => {
    answers = [listToken(signer, usual)]
    const good = passport(signer)
    const [head, body, signature] = good.split('.') as [string, string, string]
    const macHeader = Buffer.from(
      JSON.stringify({ typ: 'rekey-passport+jwt', alg: 'HS256', kid: signer.kid }),
    )
    const macText = `${macHeader.toString('base64url')}.${body}`
    const mac = createHmac('sha256', signer.jwk.x).update(macText).digest('base64url')
    const cases: [string, string][] = [
      ['', 'malformed'],
      ['a.b', 'malformed'],
      [`${head}.${body}`, 'malformed'],
      [good.slice(0, -2), 'bad-signature'],
      [`${good}=`, 'malformed'],
      [`${head}.${body}.${signature}.${signature}`, 'malformed'],
      [`${head}.${Buffer.from('{"iss":"x"}').toString('base64url')}.${signature}`, 'bad-signature'],
      [`${head}.${body}.${passport(stranger).split('.')[2]}`, 'bad-signature'],
      [passport(stranger), 'unknown-key'],
      [passport({ ...stranger, kid: signer.kid }), 'bad-signature'],
      [passport(signer, {}, { jwk: signer.jwk }), 'malformed'],
      [passport(signer, {}, { crit: ['exp'] }), 'malformed'],
      [passport(signer, {}, { alg: 'none' }), 'wrong-algorithm'],
      [passport(signer, {}, { alg: 'EdDSA' }), 'wrong-algorithm'],
      [`${macText}.${mac}`, 'wrong-algorithm'],
      [passport(signer, {}, { typ: 'JWT' }), 'wrong-type'],
      [listToken(signer, usual), 'wrong-type'],
      [passport(signer, { iss: 'https://other.example' }), 'wrong-issuer'],
      [passport(signer, { sub: 'cred/a/v/0' }), 'malformed'],
      [passport(signer, { sub: 'cred/a%zz/v/1' }), 'malformed'],
      [passport(signer, { status: undefined }), 'no-status'],
      [passport(signer, { status: { status_list: { idx: -1, uri } } }), 'no-status'],
      [passport(signer, { status: { status_list: { idx: 0.5, uri } } }), 'no-status'],
      [passport(signer, { status: { status_list: { idx: 0, uri: 'here' } } }), 'no-status'],
      [jws(signer, { typ: 'rekey-passport+jwt' }, [1]), 'malformed'],
      ['x'.repeat(8_193), 'malformed'],
    ]
    for (const [text, code] of cases)
      assert.equal(await checked(text), `passport: ${code}`, text.slice(0, 200))
    assert.equal(asked.length, 0)
  })

  test('signed with the stand-by is taken, if that was pinned', async () => {
    answers = [listToken(stranger, usual)]
    assert.equal(await checked(passport(stranger), { keys: [signer.jwk, stranger.jwk] }), 'valid')
  })

  test('is checked though the set that was pinned holds keys of other kinds', async () => {
    answers = [listToken(signer, usual)]
    const rsa = { kty: 'RSA', n: 'AQ', e: 'AQAB' }
    assert.equal(await checked(passport(signer), { keys: [rsa, signer.jwk] }), 'valid')
  })
})

describe('a list', () => {
  const refusalOf = (answer: string | Response | Error, more: Partial<StatusOptions> = {}) => {
    answers = [answer]
    return checked(passport(signer), more)
  }

  test('that is not what it has to be is refused by name', async () => {
    const good = listToken(signer, usual)
    const packed = deflateSync(Buffer.alloc(4_000, 7))
    const cases: [string, string][] = [
      [listToken(stranger, usual), 'unknown-key'],
      [listToken({ ...stranger, kid: signer.kid }, usual), 'bad-signature'],
      [good.slice(0, -4), 'bad-signature'],
      [listToken(signer, usual, {}, { alg: 'EdDSA' }), 'wrong-algorithm'],
      [listToken(signer, usual, {}, { typ: 'JWT' }), 'wrong-type'],
      [passport(signer), 'wrong-type'],
      [listToken(signer, usual, { sub: `${uri}0` }), 'wrong-subject'],
      [listToken(signer, usual, { exp: nowS }), 'list-expired'],
      [listToken(signer, usual, { exp: undefined }), 'bad-list'],
      [listToken(signer, usual, { iat: undefined }), 'bad-list'],
      [listToken(signer, usual, { ttl: 0 }), 'bad-list'],
      [listToken(signer, usual, { status_list: { bits: 3, lst: lstOf(usual) } }), 'bad-list'],
      [listToken(signer, usual, { status_list: { bits: 2, lst: '=' } }), 'bad-list'],
      [listToken(signer, usual, { status_list: null }), 'bad-list'],
      ...[
        packed.subarray(0, -1),
        packed.subarray(0, 10),
        deflateRawSync(usual),
        gzipSync(usual),
        Buffer.from([0]),
      ].map((bytes): [string, string] => [
        listToken(signer, usual, { status_list: { bits: 2, lst: bytes.toString('base64url') } }),
        'bad-list',
      ]),
    ]
    for (const [text, code] of cases) assert.equal(await refusalOf(text), `list: ${code}`)
  })

  test('in which the slot is not is no proof of anything', async () => {
    answers = [listToken(signer, usual)]
    assert.equal(await checked(atIdx(4)), 'list: out-of-range')
  })

  test('with a status of which nobody knows what it means is no proof of anything', async () => {
    const lst = lstOf(Uint8Array.of(0x50, 0x50))
    answers = [listToken(signer, usual, { status_list: { bits: 4, lst } })]
    assert.equal(await checked(passport(signer)), 'list: unknown-status')
  })

  test('that is small on the way and huge when unpacked is given up long before', async () => {
    const bomb = lstOf(Buffer.alloc(300_000_000))
    const before = process.memoryUsage.rss()
    assert.equal(
      await refusalOf(listToken(signer, usual, { status_list: { bits: 2, lst: bomb } })),
      'list: list-too-large',
    )
    assert.ok(process.memoryUsage.rss() - before < 100_000_000)
  })

  test('that is too long on the way is not read to its end', async () => {
    let sent = 0
    let isOver = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(65))
      },
      cancel() {
        isOver = true
      },
    })
    assert.equal(await refusalOf(new Response(body)), 'list: list-too-large')
    assert.ok(isOver && sent < 3_000_000)
  })

  test('that cannot be had is told apart from a bad one', async () => {
    assert.equal(await refusalOf(new Error('no way')), 'list: list-away')
    assert.equal(await refusalOf(new Response('gone', { status: 503 })), 'list: list-away')
    assert.equal(
      await refusalOf(new Response(null, { status: 302, headers: { location: uri } })),
      'list: list-away',
    )
  })
})

describe('what is kept of a list', () => {
  test('is used for as long as the list says, by all who check at once', async () => {
    answers = [
      listToken(signer, usual),
      listToken(signer, oneByte(0, 0, 0, 1), { iat: nowS + 30, exp: nowS + 630 }),
    ]
    const one = verifier()
    const statusNow = async () => {
      const answer = await one.check(passport(signer))
      return answer.ok ? answer.status : answer.code
    }
    assert.deepEqual(await Promise.all(Array.from({ length: 20 }, statusNow)), Array(20).fill('valid'))
    clockMs += 29_999
    assert.equal(await statusNow(), 'valid')
    assert.equal(asked.length, 1)
    clockMs += 1
    assert.equal(await statusNow(), 'invalid')
    assert.equal(asked.length, 2)
  })

  test('is used until its end while no other can be had, and then refused', async () => {
    answers = [listToken(signer, usual), new Error('away')]
    const one = verifier()
    const answerNow = async () => {
      const answer = await one.check(passport(signer))
      return answer.ok ? answer.status : answer.code
    }
    assert.equal(await answerNow(), 'valid')
    clockMs += 599_999
    assert.equal(await answerNow(), 'valid')
    clockMs += 1
    assert.equal(await answerNow(), 'list-expired')
    answers = [listToken(signer, usual, { iat: nowS + 600, exp: nowS + 1_200 })]
    clockMs += 1_000
    assert.equal(await answerNow(), 'valid')
  })

  test('is gone by past its end where that was asked for, and said to be', async () => {
    answers = [listToken(signer, usual), new Error('away')]
    const one = verifier({ pastEnd: 'last-known' })
    await one.check(passport(signer))
    clockMs += 3_600_000
    const answer = await one.check(passport(signer))
    assert.ok(answer.ok && answer.pastEnd && answer.status === 'valid' && answer.asOf === nowS)
  })

  test('is not given up for an older list, though that is still good', async () => {
    answers = [
      listToken(signer, oneByte(0, 0, 0, 1)),
      listToken(signer, usual, { iat: nowS - 60, exp: nowS + 540 }),
    ]
    const one = verifier()
    await one.check(passport(signer))
    clockMs += 30_000
    const answer = await one.check(passport(signer))
    assert.ok(answer.ok && answer.status === 'invalid')
    assert.equal(asked.length, 2)
  })

  test('of who cannot be reached is not asked for at each check', async () => {
    answers = [new Error('away')]
    const one = verifier()
    for (let nth = 0; nth < 50; nth++) await one.check(passport(signer))
    assert.equal(asked.length, 1)
    clockMs += 1_000
    await one.check(passport(signer))
    assert.equal(asked.length, 2)
  })
})
