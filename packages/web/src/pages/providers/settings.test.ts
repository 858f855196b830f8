import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingRows } from './settings.ts'

test('each setting stands in the table with what it may be, what is usual, and what it is for', () => {
  const rows = settingRows({
    type: 'object',
    required: ['nodes', 'adminSecret', 'tls', 'mode'],
    properties: {
      nodes: {
        type: 'array',
        description: 'every node',
        items: {
          type: 'object',
          required: ['port'],
          properties: { port: { type: 'integer', minimum: 1, maximum: 65_535, default: 5432 } },
        },
      },
      adminSecret: { type: 'string', description: 'The name of the admin secret that holds it' },
      tls: { anyOf: [{ const: 'verify' }, { const: 'off' }], default: 'verify' },
      mode: { type: 'object', properties: { strict: { type: 'boolean', default: false } } },
      parameters: { type: 'object', patternProperties: {}, default: {} },
    },
  })
  assert.deepEqual(
    rows.map(({ path, what, needed, usual }) => [path, what, needed, usual]),
    [
      ['nodes', 'a list', true, null],
      ['nodes[].port', 'a whole number from 1 to 65535', false, '5432'],
      ['adminSecret', 'the name of an admin secret', true, null],
      ['tls', 'verify or off', false, 'verify'],
      ['mode', 'a group', true, null],
      ['mode.strict', 'yes or no', false, 'no'],
      ['parameters', 'names with values, as JSON', false, '{}'],
    ],
  )
  assert.equal(rows[0]!.help, 'Every node')
})
