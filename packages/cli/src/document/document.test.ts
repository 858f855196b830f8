import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { consumerInput, credentialInput } from '@rekey/wire'
import { type, withPlane } from '../fixture-plane.ts'
import { parseJson } from '../json-file.ts'
import { check } from './check.ts'
import { closest } from './closest.ts'
import { db, inFolder, orders, thereAnswers, web, webThere, writes } from './fixture.ts'
import { completed, consumerSchema, credentialSchema, documentSchema } from './schema.ts'

describe('the schema', () => {
  test('takes the example of the docs, and every field of the API', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/cli.md'), 'utf8')
    const examples = [...page.matchAll(/^```jsonc?\n(\{.*?)^```/gms)].map(found =>
      parseJson(found[1]!, 'the example'),
    )
    assert.ok(examples.some(one => 'credentials' in (one as object)))
    for (const example of examples) assert.deepEqual(check(documentSchema, example), [])
    assert.deepEqual(Object.keys(credentialSchema.properties!), Object.keys(credentialInput.properties))
    assert.deepEqual(Object.keys(consumerSchema.properties!), Object.keys(consumerInput.properties))
  })

  test('asks for nothing that has a default, and fills those in as the API would', () => {
    assert.deepEqual(check(credentialSchema, db), [])
    const whole = completed(credentialSchema, db)
    assert.equal(whole['sensitivity'], 'normal')
    assert.deepEqual(whole['lanes'], [])
    assert.deepEqual(completed(consumerSchema, web)['reload'], { how: 'unknown' })
  })

  const wrong: [string, unknown, { at: string; text: RegExp; how?: RegExp }][] = [
    [
      'a name that is not known',
      { ...db, knid: 'x' },
      { at: 'credentials.db.knid', text: /not known/, how: /Did you mean kind\?/ },
    ],
    [
      'a word that is not known',
      { ...db, kind: 'databse' },
      { at: 'credentials.db.kind', text: /"databse"/, how: /Did you mean database\?/ },
    ],
    ['what is missing', { ...db, target: undefined }, { at: 'credentials.db.target', text: /is missing/ }],
    [
      'another type',
      { ...db, writes: 'yes' },
      { at: 'credentials.db.writes', text: /is a text, and has to be true or false/ },
    ],
    [
      'a number that is too high',
      { ...db, policy: { approvals: 3 } },
      { at: 'credentials.db.policy.approvals', text: /is 3/, how: /0, 1, 2/ },
    ],
    [
      'a field of another form',
      { ...db, consumers: { web: { ...web, reload: { how: 'signal', ttlMs: 4 } } } },
      { at: 'credentials.db.consumers.web.reload.ttlMs', text: /not known/ },
    ],
    [
      'a form that there is not',
      { ...db, consumers: { web: { ...web, reload: { how: 'tll' } } } },
      { at: 'credentials.db.consumers.web.reload.how', text: /"tll"/, how: /Did you mean ttl\?/ },
    ],
    [
      'what a form needs',
      { ...db, consumers: { web: { ...web, reload: { how: 'ttl' } } } },
      { at: 'credentials.db.consumers.web.reload.ttlMs', text: /is missing/ },
    ],
    [
      'a tuple that is too long',
      { ...db, consumers: { web: { ...web, pact: { hoursUtc: [1, 2, 3] } } } },
      { at: 'credentials.db.consumers.web.pact.hoursUtc', text: /more than 2/ },
    ],
    [
      'an id that cannot be one',
      { ...db, consumers: { 'Web Shop': web } },
      { at: 'credentials.db.consumers.Web Shop', text: /cannot be a name/ },
    ],
  ]
  for (const [what, value, says] of wrong) {
    test(`says where ${what} stands, and what was probably meant`, () => {
      const found = check(documentSchema, { credentials: { db: JSON.parse(JSON.stringify(value)) } })
      assert.equal(found.length, 1, JSON.stringify(found))
      assert.equal(found[0]!.at, says.at)
      assert.match(found[0]!.text, says.text)
      if (says.how !== undefined) assert.match(found[0]!.how, says.how)
    })
  }

  test('does not repeat a long text: it may be a value in the wrong place', () => {
    const found = check(documentSchema, { credentials: { db: { ...db, environment: 's3cret '.repeat(10) } } })
    assert.doesNotMatch(JSON.stringify(found), /s3cret/)
  })

  test('what is meant is the nearest, and nothing where none is near', () => {
    assert.equal(closest('behavoir', ['behaviour', 'name']), 'behaviour')
    assert.equal(closest('onwer', ['owner', 'other']), 'owner')
    assert.equal(closest('xyz', ['owner', 'name']), null)
  })
})

describe('rekey diff', () => {
  test('ends with 0 when everything is as the files say, and changes nothing', () =>
    withPlane(thereAnswers(), plane =>
      inFolder(
        { 'a.json': { credentials: { 'orders-db': { ...orders, consumers: { web: webThere } } } } },
        async folder => {
          const { code, out } = await type(['diff', '-f', join(folder, 'a.json')], { plane })
          assert.match(out, /Everything is as the files say \(2\)\./)
          assert.match(out, /not named: consumer replay of orders-db \(it stays; --prune takes it away\)/)
          assert.equal(code, 0)
          assert.deepEqual(writes(plane), [])
        },
      ),
    ))

  test('ends with 2, and says field by field what is added, changed and goes', () =>
    withPlane(thereAnswers(), plane =>
      inFolder(
        {
          'a.jsonc': `{ // as a person writes it
            "credentials": {
              "orders-db": ${JSON.stringify({ ...orders, owner: { id: 'bob', name: 'Bob' }, policy: { everyMs: 86_400_000 }, lanes: ['checkout'], consumers: { web: { ...webThere, critical: true } } })},
              "fresh": ${JSON.stringify({ ...db, consumers: { worker: web } })},
            } }`,
          'below/b.json': { policies: { twoPerson: { prod: ['retire'] } } },
          'below/notes.txt': 'no document',
        },
        async folder => {
          const { code, out } = await type(['diff', '-f', folder, '--prune'], { plane })
          assert.equal(code, 2)
          assert.deepEqual(writes(plane), [])
          const lines = out.split('\n')
          for (const line of [
            '~ credential orders-db',
            '  ~ owner.id alice → bob',
            '  ~ policy.everyMs 604800000 → 86400000',
            '  - policy.approvals 1',
            '  ~ lanes ["checkout","refund"] → ["checkout"]',
            '~ consumer web of orders-db',
            '  ~ critical false → true',
            '+ credential fresh',
            '  + kind database',
            '- consumer replay of orders-db',
            '~ policies.twoPerson',
            '  + prod ["retire"]',
            '1 to add, 3 to change, 1 to remove; 0 are as the files say',
          ])
            assert.ok(lines.includes(line), `${line}\nis not in\n${out}`)
          const { out: json } = await type(['diff', '-f', folder, '--json'], { plane })
          const said = JSON.parse(json) as { differs: boolean; steps: { do: string }[]; unnamed: object[] }
          assert.equal(said.differs, true)
          assert.deepEqual(
            said.steps.map(one => one.do),
            ['change', 'change-consumer', 'register', 'two-person'],
          )
          assert.deepEqual(said.unnamed, [{ credential: 'orders-db', consumer: 'replay' }])
        },
      ),
    ))

  test('every fault of every file is said with its file and the way to it, before anything is asked', () =>
    withPlane(thereAnswers(), plane =>
      inFolder(
        {
          'a.json': { credentials: { x: { ...db, knid: 1 } } },
          'b.json': { credentails: {} },
          'c.json': { policies: { twoPerson: { prod: ['retrie'] } } },
        },
        async folder => {
          const { code, err } = await type(['diff', '-f', folder], { plane, width: 200 })
          assert.equal(code, 64)
          assert.deepEqual(plane.asked, [])
          assert.match(err, /a\.json: credentials\.x\.knid: is not known\n +→ Did you mean kind\?/)
          assert.match(err, /b\.json: credentails: is not known\n +→ Did you mean credentials\?/)
          assert.match(err, /c\.json: policies\.twoPerson\.prod\[0\]: .*\n +→ Did you mean retire\?/)
        },
      ),
    ))

  test('settings are held to what the provider takes, and a provider to those that there are', () =>
    withPlane(thereAnswers(), plane =>
      inFolder(
        {
          'a.json': {
            credentials: {
              x: { ...db, settings: { hots: 'db', prefix: 'x' } },
              y: { ...db, provider: 'postgers' },
            },
          },
        },
        async folder => {
          const { code, err } = await type(['diff', '-f', folder], { plane, width: 200 })
          assert.equal(code, 64)
          assert.match(err, /credentials\.x\.settings\.hots: is not known\n +→ Did you mean host\?/)
          assert.match(err, /credentials\.y\.provider: "postgers" is not there\n +→ Did you mean postgres\?/)
        },
      ),
    ))

  test('the same credential in two files is a mistake, and so are no files', () =>
    inFolder(
      {
        'a.json': { credentials: { x: db } },
        'b.json': { credentials: { x: db } },
        'empty/.hidden.json': {},
      },
      async folder => {
        assert.match((await type(['diff', '-f', folder], { width: 200 })).err, /x is in another file already/)
        assert.match((await type(['diff', '-f', join(folder, 'empty')])).err, /There is no document in/)
        assert.match(
          (await type(['diff', '-f', join(folder, 'gone.json')], { width: 200 })).err,
          /gone\.json is not there/,
        )
      },
    ))
})
