import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOfSettings, readSettings } from './schema-read.ts'
import { fieldOf, partsOf, type Schema, type TypedGroup, typedOf, wordsOf } from './schema-shape.ts'

const node: Schema = {
  type: 'object',
  required: ['host', 'port'],
  properties: {
    host: { type: 'string', pattern: '^[A-Za-z0-9.:_-]+$', maxLength: 253, description: 'without a port' },
    port: { type: 'integer', minimum: 1, maximum: 65_535, default: 5432 },
  },
}
const settings: Schema = {
  type: 'object',
  required: ['nodes', 'admin', 'adminSecret', 'tls', 'ca', 'holds', 'actAsGroup', 'parameters', 'steps'],
  properties: {
    nodes: { type: 'array', items: node, minItems: 1 },
    admin: { type: 'string', minLength: 1, maxLength: 63, description: 'the login that Rekey itself uses' },
    adminSecret: { type: 'string', description: 'The name of the admin secret that holds its password' },
    tls: { anyOf: [{ const: 'verify' }, { const: 'off' }], default: 'verify' },
    ca: { type: 'string', default: '', description: 'As PEM text' },
    holds: { type: 'string', enum: ['several', 'one'] },
    actAsGroup: { type: 'boolean', default: true },
    parameters: { type: 'object', patternProperties: { '^[a-z]+$': { type: 'string' } }, default: {} },
    steps: {
      type: 'object',
      properties: { mint: { type: 'array', items: { type: 'string', maxLength: 5 }, maxItems: 2 } },
      default: {},
    },
    lifeMs: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
}
const filled = (over: TypedGroup = {}): TypedGroup => ({
  ...(typedOf(settings, {}) as TypedGroup),
  nodes: [{ host: 'db.example', port: '5433' }],
  admin: 'rekey',
  adminSecret: 'db-admin',
  holds: 'one',
  ...over,
})

test('each part of a schema is a field of its shape, and what has none is a field of JSON', () => {
  const shapes = Object.fromEntries(partsOf(settings).map(({ name, schema }) => [name, fieldOf(schema).is]))
  assert.deepEqual(shapes, {
    nodes: 'list',
    admin: 'text',
    adminSecret: 'text',
    tls: 'choice',
    ca: 'text',
    holds: 'choice',
    actAsGroup: 'yes-no',
    parameters: 'json',
    steps: 'group',
    lifeMs: 'whole',
    note: 'text',
  })
  assert.equal(fieldOf({ anyOf: [{ type: 'string' }, { type: 'integer' }] }).is, 'json')
  assert.equal(fieldOf({}).is, 'json')
  assert.equal(fieldOf({ type: 'array', items: { type: 'object' } }).is, 'json')
})

test('a name is said in words, and what is usual is not asked for', () => {
  assert.equal(wordsOf('adminSecret'), 'Admin secret')
  assert.equal(wordsOf('baseUrl'), 'Base URL')
  assert.equal(wordsOf('ca'), 'CA')
  const needed = partsOf(settings).filter(one => one.needed)
  assert.deepEqual(
    needed.map(one => one.name),
    ['nodes', 'admin', 'adminSecret', 'holds'],
  )
  assert.equal(partsOf(settings)[1]!.help, 'The login that Rekey itself uses')
})

test('a setting that names an admin secret is told apart, and a text of many lines too', () => {
  const { adminSecret, ca, admin } = settings.properties!
  assert.deepEqual(fieldOf(adminSecret!), { is: 'text', long: false, namesSecret: true })
  assert.deepEqual(fieldOf(ca!), { is: 'text', long: true, namesSecret: false })
  assert.deepEqual(fieldOf(admin!), { is: 'text', long: false, namesSecret: false })
})

test('the form begins with what is usual, and with as many rows as are needed', () => {
  const typed = typedOf(settings, {}) as TypedGroup
  assert.deepEqual(typed['nodes'], [{ host: '', port: '5432' }])
  assert.equal(typed['tls'], 'verify')
  assert.equal(typed['actAsGroup'], true)
  assert.equal(typed['parameters'], '{}')
  assert.deepEqual(typed['steps'], { mint: '' })
})

test('what was typed becomes the value that the provider takes', () => {
  const { value, faults } = readSettings(settings, filled({ steps: { mint: ' one \n\n two' } }))
  assert.deepEqual(faults, {})
  assert.deepEqual(value, {
    nodes: [{ host: 'db.example', port: 5433 }],
    admin: 'rekey',
    adminSecret: 'db-admin',
    tls: 'verify',
    ca: '',
    holds: 'one',
    actAsGroup: true,
    parameters: {},
    steps: { mint: ['one', 'two'] },
    note: null,
  })
})

test('a value goes into the form and comes out as it was', () => {
  const value = {
    nodes: [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ],
    admin: 'x',
    adminSecret: 'y',
    tls: 'off',
    ca: 'text',
    holds: 'several',
    actAsGroup: false,
    parameters: { search: 'app' },
    steps: { mint: ['go'] },
    lifeMs: 5,
    note: 'n',
  }
  assert.deepEqual(readSettings(settings, typedOf(settings, value) as TypedGroup), { value, faults: {} })
})

test('all faults are said at once, each at its place', () => {
  const { faults } = readSettings(
    settings,
    filled({
      nodes: [
        { host: 'a b', port: '70000' },
        { host: '', port: '1.5' },
      ],
      admin: '',
      holds: '',
      parameters: '{',
      steps: { mint: 'a line that is long' },
      lifeMs: 'soon',
    }),
  )
  assert.deepEqual(faults, {
    'nodes.0.host': 'It is not written as it should be: without a port.',
    'nodes.0.port': 'Give a number from 1 to 65535.',
    'nodes.1.host': 'It is needed.',
    'nodes.1.port': 'Give a whole number.',
    admin: 'It is needed.',
    holds: 'Choose one.',
    parameters: 'This is not JSON. Look for a missing quote or comma.',
    'steps.mint': 'A line is too long: 5 characters at the most.',
    lifeMs: 'Give a whole number.',
  })
  assert.equal(readSettings(settings, filled({ nodes: [] })).faults['nodes'], 'At least one is needed.')
})

test('one of several objects is chosen by the part that is fixed in each', () => {
  const reload: Schema = {
    type: 'object',
    required: ['reload'],
    properties: {
      reload: {
        anyOf: [
          { type: 'object', properties: { how: { const: 'signal' } } },
          {
            type: 'object',
            required: ['ttlMs'],
            properties: { how: { const: 'ttl' }, ttlMs: { type: 'integer', minimum: 1 } },
          },
        ],
      },
    },
  }
  assert.deepEqual(typedOf(reload, {}), { reload: { how: 'signal' } })
  const typed = typedOf(reload, { reload: { how: 'ttl', ttlMs: 3 } }) as TypedGroup
  assert.deepEqual(readSettings(reload, typed), { value: { reload: { how: 'ttl', ttlMs: 3 } }, faults: {} })
  assert.deepEqual(readSettings(reload, { reload: { how: 'ttl', ttlMs: '0' } }).faults, {
    'reload.ttlMs': 'Give 1 or more.',
  })
})

test('what the control plane found wrong stands at the setting that it names', () => {
  const fault = (text: string) => ({ code: 'settings-invalid', text, how: '' })
  const { at, rest } = faultsOfSettings([
    fault('"nodes.0.host" is missing: a name'),
    fault('It is all wrong.'),
  ])
  assert.deepEqual(at, { 'nodes.0.host': 'It is missing: a name.' })
  assert.equal(rest.length, 1)
})
