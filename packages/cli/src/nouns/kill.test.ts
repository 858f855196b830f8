import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Answers, flat, problem, type SmallPlane, type, withPlane } from '../fixture-plane.ts'
import * as values from '../fixture-values.ts'

const confirmed = { ...values.kill, unconfirmed: [] }
const answers: Answers = {
  'POST /kills/preview': values.radius,
  'POST /kills': () => ({ status: 201, value: values.kill }),
  [`GET /kills/${values.kill.id}`]: confirmed,
}
const order = ['kill', 'order', 'orders-db', '3', '--reason', 'found on a paste site']
const bodies = (plane: SmallPlane, path: string) =>
  plane.asked.filter(one => one.path === path && one.method === 'POST').map(one => one.body)

describe('rekey kill order', () => {
  test('at a terminal shows what it would reach, asks, and kills that many versions or none', () =>
    withPlane(answers, async plane => {
      const { code, out } = await type(order, { plane, terminal: true, typed: ['y'] })
      assert.equal(code, 0)
      assert.match(flat(out), /A kill of version 3 of orders-db would reach 1 version of 1 credential/)
      assert.match(flat(out), /Everything is confirmed/)
      const scope = { of: 'version', credential: 'orders-db', version: 3 }
      assert.deepEqual(bodies(plane, '/kills'), [
        { scope, reason: 'found on a paste site', expectVersions: 1 },
      ])
    }))

  test('kills nobody without a yes: neither at a terminal nor elsewhere', () =>
    withPlane(answers, async plane => {
      assert.equal((await type(order, { plane, terminal: true, typed: ['n'] })).code, 1)
      assert.equal((await type(order, { plane, terminal: true, typed: [''] })).code, 1)
      assert.equal((await type(order, { plane })).code, 64)
      assert.deepEqual(bodies(plane, '/kills'), [])
    }))

  test('with --yes asks nobody and looks at nothing first, and waits until everybody has confirmed', () =>
    withPlane(answers, async plane => {
      const { code, out } = await type([...order, '--yes', '--json'], { plane })
      assert.equal(code, 0)
      assert.deepEqual(JSON.parse(out), confirmed)
      assert.deepEqual(bodies(plane, '/kills/preview'), [])
    }))

  test('ends with 4 when somebody has not confirmed in time, and says who', () =>
    withPlane({ ...answers, [`GET /kills/${values.kill.id}`]: values.kill }, async plane => {
      const { code, out } = await type([...order, '--yes', '--wait', '2s'], { plane })
      assert.equal(code, 4)
      assert.match(out, /queue-3/)
    }))

  test('ends with 4 when a second person has to agree', () =>
    withPlane(
      {
        ...answers,
        'POST /kills': () => problem(409, 'needs-second-person', { id: 'p1', how: 'Somebody else agrees.' }),
      },
      async plane => {
        const { code, err } = await type([...order, '--yes'], { plane })
        assert.equal(code, 4)
        assert.match(err, /Somebody else agrees/)
      },
    ))

  test('with --dry-run shows what it would reach, and kills nobody', () =>
    withPlane(answers, async plane => {
      const { code, err } = await type([...order, '--dry-run'], { plane })
      assert.equal(code, 0)
      assert.match(err, /Nobody was killed/)
      assert.deepEqual(plane.lines, ['POST /kills/preview'])
    }))

  const scopes: [string[], object][] = [
    [['orders-db'], { of: 'credential', credential: 'orders-db' }],
    [['--agent', 'a'], { of: 'agent', agent: 'a' }],
    [['--target', 't'], { of: 'target', target: 't' }],
    [['--environment', 'dev'], { of: 'environment', environment: 'dev' }],
    [
      ['--environment', 'dev', '--kind', 'llm-key'],
      { of: 'query', query: { environment: 'dev', kind: 'llm-key' } },
    ],
    [['--issued-before', '2026-01-01'], { of: 'query', query: { issuedBeforeMs: Date.UTC(2026, 0, 1) } }],
  ]
  for (const [typed, scope] of scopes) {
    test(`${typed.join(' ')} is ${JSON.stringify(scope)}`, () =>
      withPlane(answers, async plane => {
        await type(['kill', 'preview', ...typed], { plane })
        assert.deepEqual(bodies(plane, '/kills/preview'), [{ scope }])
      }))
  }

  test('a break-glass code is read from standard input, and asks as nobody would', () =>
    withPlane(
      {
        'POST /kills/break-glass': () => ({ status: 202, value: { orders: 1, kill: 'k', recorded: false } }),
      },
      async plane => {
        const { code, out } = await type(
          ['kill', 'break-glass', 'orders-db', '--reason', 'nobody can sign in', '--yes'],
          { plane, typed: ['the-code'] },
        )
        assert.equal(code, 0)
        assert.match(flat(out), /written down as soon as it can be/)
        assert.equal((bodies(plane, '/kills/break-glass')[0] as { code: string }).code, 'the-code')
        assert.doesNotMatch(out, /the-code/)
      },
    ))
})

describe('rekey credential reveal', () => {
  const value = 'p\u202e$\x1b[31m"'
  const reveal = ['credential', 'reveal', 'orders-db', '--reason', 'the console asks']
  const shown: Answers = {
    'GET /credentials/orders-db': values.ordersDb,
    'POST /credentials/orders-db/versions/3/reveal': { value },
  }

  test('at a terminal shows it so that it cannot move the cursor, once it is confirmed', () =>
    withPlane(shown, async plane => {
      const { code, err, out } = await type(reveal, { plane, terminal: true, typed: ['y'] })
      assert.equal(code, 0)
      assert.equal(out, 'p\\u{202e}$\\e[31m"\n')
      assert.match(flat(err), /cannot be shown, and stands there as its number/)
      assert.deepEqual(bodies(plane, '/credentials/orders-db/versions/3/reveal'), [
        { reason: 'the console asks' },
      ])
    }))

  test('elsewhere takes --force-print, and then comes byte for byte; without it nothing is asked, and so nothing is recorded', () =>
    withPlane(shown, async plane => {
      assert.equal((await type([...reveal, '--yes'], { plane })).code, 64)
      assert.deepEqual(plane.asked, [])
      const { out } = await type([...reveal, '--yes', '--force-print'], { plane })
      assert.equal(out, value)
    }))

  test('is not shown without a yes', () =>
    withPlane(shown, async plane => {
      assert.equal((await type(reveal, { plane, terminal: true, typed: ['n'] })).code, 1)
      assert.deepEqual(bodies(plane, '/credentials/orders-db/versions/3/reveal'), [])
    }))
})

describe('secrets', () => {
  test('are read from standard input, and in a dry run stand as "…"', () =>
    withPlane({ 'GET /rotations/r': values.rotation }, async plane => {
      const args = ['rotation', 'hand-in', values.rotationId, '--handle', 'v4', '--value', '--dry-run']
      const { out } = await type(args, { plane, typed: ['s3cret'] })
      assert.match(out, /"value": "…"/)
      const added = await type(['credential', 'add', 'x', '--existing', 'v1', '--dry-run'], {
        plane,
        typed: ['s3cret'],
      })
      assert.match(added.out, /"handle": "v1",\n +"value": "…"/)
      const made = await type(['person', 'add', 'bob', '--role', 'dev=viewer', '--password', '--dry-run'], {
        plane,
        typed: ['s3cret'],
      })
      assert.match(made.out, /"password": "…"/)
      assert.doesNotMatch(out + added.out + made.out, /s3cret/)
      assert.deepEqual(plane.asked, [])
    }))

  test('that are shown this once stand alone on standard output', () =>
    withPlane(
      {
        'POST /agents/a/join': () => ({
          status: 201,
          value: { join: 'rekey_join_x', id: 'j1', expiresMs: Date.UTC(2026, 2, 1, 13) },
        }),
      },
      async plane => {
        const { err, out } = await type(['agent', 'join', 'a'], { plane })
        assert.equal(out, 'rekey_join_x\n')
        assert.match(flat(err), /shown this once, and is good until .* taken back as j1/)
      },
    ))
})
