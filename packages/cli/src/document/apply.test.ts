import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { problem, type, withPlane } from '../fixture-plane.ts'
import * as values from '../fixture-values.ts'
import { db, inFolder, orders, thereAnswers, web, webThere, writes } from './fixture.ts'

describe('rekey apply', () => {
  const document = {
    credentials: {
      'orders-db': {
        ...orders,
        sensitivity: 'critical',
        consumers: { web: { ...webThere, critical: true } },
      },
      fresh: { ...db, consumers: { worker: web } },
    },
  }

  test('does what differs, a credential only if it is still what was seen, each under a key of its own', () =>
    withPlane(thereAnswers(), plane =>
      inFolder({ 'a.json': document }, async folder => {
        const { code, err, out } = await type(['apply', '-f', folder], { plane })
        assert.equal(code, 0, err)
        assert.deepEqual(
          writes(plane).map(one => `${one.method} ${one.path}`),
          ['PUT /credentials/orders-db', 'PUT /credentials/orders-db/consumers/web', 'POST /credentials'],
        )
        const [change, consumer, register] = writes(plane)
        assert.equal(change!.headers['if-match'], '"7"')
        assert.equal((change!.body as { sensitivity: string }).sensitivity, 'critical')
        assert.equal(consumer!.headers['if-match'], '"web"')
        // Names that were claimed for it are not taken away by a file that says nothing of them.
        assert.deepEqual((consumer!.body as { seenAs: string[] }).seenAs, ['10.0.0.7'])
        assert.deepEqual(
          (register!.body as { consumers: { id: string }[] }).consumers.map(one => one.id),
          ['worker'],
        )
        assert.equal(new Set(writes(plane).map(one => one.headers['idempotency-key'])).size, 3)
        assert.match(out, /3 done, 0 failed/)
      }),
    ))

  test('a consumer that somebody else changed since it was compared is left as they left it', () => {
    const now = { ...values.consumers.items[0]!, seenAs: ['10.0.0.7'], cacheMs: 9_000 }
    return withPlane(
      thereAnswers({
        'GET /credentials/orders-db/consumers/web': () => ({ value: now, headers: { etag: '"8"' } }),
      }),
      plane =>
        inFolder({ 'a.json': document }, async folder => {
          const { code, err } = await type(['apply', '-f', folder], { plane })
          assert.equal(code, 3)
          assert.match(err, /web of orders-db was changed by somebody else/)
          assert.deepEqual(
            writes(plane).map(one => one.path),
            ['/credentials/orders-db'],
          )
        }),
    )
  })

  test('the rules are replaced only as they were compared', () =>
    withPlane(
      thereAnswers({ 'GET /settings': () => ({ value: { twoPerson: {} }, headers: { etag: '"rules"' } }) }),
      plane =>
        inFolder({ 'a.json': { policies: { twoPerson: { prod: ['kill'] } } } }, async folder => {
          assert.equal((await type(['apply', '-f', folder], { plane })).code, 0)
          assert.equal(writes(plane)[0]!.headers['if-match'], '"rules"')
        }),
    ))

  test('ends at the first step that fails, with its code, and says what was not begun', () =>
    withPlane(
      thereAnswers({
        'PUT /credentials/orders-db': () => problem(412, 'stale-etag', { detail: 'It changed.' }),
      }),
      plane =>
        inFolder({ 'a.json': document }, async folder => {
          const { code, err } = await type(['apply', '-f', folder], { plane })
          assert.equal(code, 3)
          assert.equal(writes(plane).length, 1)
          assert.match(err, /It changed\./)
          assert.match(err, /2 of 3 were not begun/)
        }),
    ))

  test('goes on behind it with --keep-going, and still ends with its code', () =>
    withPlane(thereAnswers({ 'PUT /credentials/orders-db': () => problem(412, 'stale-etag') }), plane =>
      inFolder({ 'a.json': document }, async folder => {
        const { code, out } = await type(['apply', '-f', folder, '--keep-going', '--json'], { plane })
        assert.equal(code, 3)
        const said = JSON.parse(out) as {
          done: number
          failed: number
          steps: { problem: { code: string } | null }[]
        }
        assert.deepEqual([said.done, said.failed], [2, 1])
        assert.equal(said.steps[0]!.problem!.code, 'stale-etag')
      }),
    ))

  test('takes away only with --prune, only consumers, and only when that is confirmed', () =>
    withPlane(thereAnswers(), plane =>
      inFolder(
        { 'a.json': { credentials: { 'orders-db': { ...orders, consumers: { web: webThere } } } } },
        async folder => {
          const asked = await type(['apply', '-f', folder, '--prune'], { plane })
          assert.equal(asked.code, 64)
          const no = await type(['apply', '-f', folder, '--prune'], { plane, terminal: true, typed: ['n'] })
          assert.equal(no.code, 1)
          assert.match(no.out, /- consumer replay of orders-db/)
          assert.deepEqual(writes(plane), [])
          const yes = await type(['apply', '-f', folder, '--prune'], { plane, terminal: true, typed: ['y'] })
          assert.equal(yes.code, 0, yes.err)
          assert.deepEqual(
            writes(plane).map(one => one.method),
            ['DELETE'],
          )
          assert.match((writes(plane)[0]!.body as { reason: string }).reason, /do not name it/)
        },
      ),
    ))

  test('with --dry-run says what diff says, and ends as it does', () =>
    withPlane(thereAnswers(), plane =>
      inFolder({ 'a.json': document }, async folder => {
        assert.equal((await type(['apply', '-f', folder, '--dry-run'], { plane })).code, 2)
        assert.deepEqual(writes(plane), [])
      }),
    ))
})

describe('rekey export', () => {
  test('writes what diff then finds nothing to say about, without what is usual, and takes no value along', () =>
    withPlane(
      thereAnswers({
        'GET /credentials': { items: [{ ...values.ordersDb, settings: db.settings }], next: null },
        'GET /settings': { twoPerson: { prod: ['kill'] } },
        'GET /signal-policy': { reactions: {}, killsPerHour: {}, groupMs: 3_600_000, usual: {} },
      }),
      plane =>
        inFolder({}, async folder => {
          const { out } = await type(['export'], { plane })
          const written = JSON.parse(out) as {
            credentials: Record<string, Record<string, unknown>>
            policies: object
          }
          assert.deepEqual(Object.keys(written.credentials['orders-db']!).includes('exposure'), false)
          assert.deepEqual(written.policies, { twoPerson: { prod: ['kill'] } })
          writeFileSync(join(folder, 'all.json'), out)
          const { code, out: diff } = await type(['diff', '-f', join(folder, 'all.json')], { plane })
          assert.equal(code, 0, diff)
        }),
    ))
})
