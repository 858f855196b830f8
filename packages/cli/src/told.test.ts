import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flat, problem, type, withPlane } from './fixture-plane.ts'

const at = 'POST /rotations/01a22a69-5cd4-7eeb-85ae-de820a627d28/retire'
const retire = ['rotation', 'retire', '01a22a69-5cd4-7eeb-85ae-de820a627d28', '--yes']

const missing = (gate: string, text: string, how: string) => ({ gate, what: 'x', consumer: null, text, how })
const refused = problem(409, 'refused', {
  detail: 'a gate is closed',
  faults: [
    {
      code: 'gates',
      text: 'a gate is closed',
      how: 'see what is missing',
      missing: [
        missing('moved', 'web has not been moved', 'wait for its wave'),
        missing('quiet', 'web used it at 2026-03-01T11:00:00.000Z', 'wait'),
      ],
    },
    { code: 'other', text: 'it is too early', how: 'come back', at: '/body/startAtMs' },
  ],
})

describe('what does not work', () => {
  test('is told with every fault, what is missing of each, and what to do', () =>
    withPlane({ [at]: () => refused }, async plane => {
      const { code, err, out } = await type([...retire, '--utc'], { plane })
      assert.equal(code, 3)
      assert.equal(out, '')
      assert.equal(
        err,
        [
          'rekey: a gate is closed',
          '  moved web has not been moved',
          '    → wait for its wave',
          '  quiet web used it at 2026-03-01 11:00:00 UTC',
          '    → wait',
          '  startAtMs: it is too early',
          '    → come back',
          '',
        ].join('\n'),
      )
    }))

  test('is with --json the problem as the API gave it, on standard output', () =>
    withPlane({ [at]: () => refused }, async plane => {
      const { code, err, out } = await type([...retire, '--json'], { plane })
      assert.equal(code, 3)
      assert.deepEqual(JSON.parse(out), refused.value)
      assert.match(err, /^rekey: a gate is closed/)
    }))

  test('ends with the code of its kind', async () => {
    const codes: [number, string, number][] = [
      [400, 'invalid-request', 64],
      [401, 'not-signed-in', 77],
      [403, 'no-right', 77],
      [404, 'not-found', 1],
      [409, 'refused', 3],
      [409, 'conflict', 3],
      [409, 'needs-second-person', 4],
      [410, 'version-ended', 1],
      [412, 'stale-etag', 3],
      [422, 'not-acceptable', 64],
      [429, 'too-many', 69],
      [500, 'internal', 69],
      [503, 'unavailable', 69],
    ]
    for (const [status, name, code] of codes) {
      await withPlane({ [at]: () => problem(status, name) }, async plane => {
        assert.equal((await type(retire, { plane })).code, code, name)
      })
    }
  })

  test('is said where nobody signed in, with how to', () =>
    withPlane(
      { [at]: () => problem(401, 'not-signed-in', { detail: 'Nobody is signed in.' }) },
      async plane => {
        assert.match((await type(retire, { plane })).err, /→ Sign in with: rekey sign-in/)
      },
    ))

  test('never shows where in the code it was, nor anything but its kind when it is a mistake of ours', () =>
    withPlane({ 'GET /credentials': { items: 5, next: null } }, async plane => {
      const { code, err } = await type(['credential', 'list'], { plane })
      assert.equal(code, 70)
      assert.equal(err, 'rekey: Something unforeseen: TypeError.\n')
    }))

  test('what answers and is no control plane is called so', () =>
    withPlane({ 'GET /credentials': () => ({ value: '<html>' }) }, async plane => {
      const { code, err } = await type(['credential', 'list'], { plane })
      assert.equal(code, 69)
      assert.match(err, /is no control plane/)
    }))

  test('a hostile control plane cannot reach the terminal by what it says', () =>
    withPlane({ [at]: () => problem(409, 'refused', { detail: 'a\x1b]0;gone\x07 \u202e' }) }, async plane => {
      const { err } = await type(retire, { plane })
      assert.equal(err, 'rekey: a\\e]0;gone\\x07 \\u{202e}\n')
    }))
})

describe('what was typed wrong', () => {
  const cases: [string[], RegExp][] = [
    [['rotaton'], /unknown command 'rotaton'/],
    [['rotation', 'lst'], /unknown command 'lst'\s+\(Did you mean list\?\)/],
    [
      ['rotation', 'move', 'db', 'web', '--to', 'left', '--reason', 'abc'],
      /--to: "left" is none of old, new/,
    ],
    [['rotation', 'move', 'db', 'web', '--reason', 'abc'], /required option '--to <side>' not specified/],
    [['rotation', 'open'], /missing required argument 'credential'/],
    [['rotation', 'list', '--limit', 'many'], /--limit: "many" is no whole number/],
    [['rotation', 'watch', 'db', '--within', '3'], /--within: "3" is no length of time/],
    [['credential', 'uses', 'db', '--from', 'noon'], /--from: "noon" is no moment/],
    [['consumer', 'set', 'db', 'web', '--reload', 'often'], /no way to take up a value/],
    [['credential', 'add', 'db', '--owner', ':'], /names nobody/],
    [['kill', 'order', '--reason', 'abc', '--yes'], /not said what is to be killed/],
    [['kill', 'order', 'db', '--agent', 'a', '--reason', 'abc', '--yes'], /do not go together/],
    [['log', 'verify', 'nothing.json'], /whose signature is trusted/],
    [['diff'], /not said which files/],
    [
      ['rotation', 'retire', '01a22a69-5cd4-7eeb-85ae-de820a627d28'],
      /has to be confirmed, and nobody is there/,
    ],
    [['rotation', 'hold', '01a22a69-5cd4-7eeb-85ae-de820a627d28'], /not said why/],
    [['credential', 'reveal', 'db', '1', '--reason', 'abc', '--yes'], /Standard output is no terminal/],
  ]
  for (const [args, says] of cases) {
    test(`${args.join(' ')} ends with 64, and asks nobody`, () =>
      withPlane({ 'GET /consumers': {}, 'GET /credentials/db/consumers': { items: [] } }, async plane => {
        const { code, err } = await type(args, { plane })
        assert.match(flat(err), says)
        assert.equal(code, 64)
        assert.ok(plane.asked.every(one => one.method === 'GET'))
      }))
  }
})
