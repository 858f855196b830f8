import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumerDraft } from '../../consumers/draft.ts'
import { idOf, readRegister, registerDraft, stepOf } from './draft.ts'

const schema = {
  type: 'object',
  required: ['console'],
  properties: { console: { type: 'string', minLength: 1 } },
}
const filled = () => {
  const draft = registerDraft()
  return {
    ...draft,
    provider: 'manual',
    settings: { console: 'room 4' },
    about: { ...draft.about, name: 'Fax Gateway', kind: 'other', target: 'fax', environment: 'staging' },
    handle: 'fax-1',
    consumers: [{ ...consumerDraft(), id: 'web', name: 'Web', behaviour: 'web-request' }],
  }
}

test('an empty form names everything that is needed, each at its step', () => {
  const { faults } = readRegister(registerDraft(), null, '')
  assert.deepEqual([...new Set(Object.keys(faults).map(stepOf))].sort(), ['about', 'provider', 'value'])
  assert.deepEqual(Object.keys(faults).sort(), [
    'environment',
    'existing.handle',
    'existing.value',
    'id',
    'kind',
    'name',
    'provider',
    'target',
  ])
})

test('a filled form is what the API takes', () => {
  const { body, faults } = readRegister(filled(), schema, 'a value')
  assert.deepEqual(faults, {})
  assert.equal(body.id, 'fax-gateway')
  assert.deepEqual(body.credential.settings, { console: 'room 4' })
  assert.deepEqual(body.existing, { handle: 'fax-1', value: 'a value' })
  assert.equal(body.consumers?.[0]?.id, 'web')
})

test('without a value there is nothing to hand over, and nothing is asked for', () => {
  const { body, faults } = readRegister({ ...filled(), hasValue: false, handle: '' }, schema, 'left behind')
  assert.deepEqual(faults, {})
  assert.equal('existing' in body, false)
})

test('the id follows from the name until somebody chooses another', () => {
  assert.equal(idOf(filled()), 'fax-gateway')
  assert.equal(idOf({ ...filled(), id: 'fax' }), 'fax')
  assert.ok(readRegister({ ...filled(), id: 'Fax!' }, schema, 'v').faults['id'])
})

test('two consumers of one id are one too many', () => {
  const { faults } = readRegister(
    { ...filled(), consumers: [...filled().consumers, ...filled().consumers] },
    schema,
    'v',
  )
  assert.deepEqual(Object.keys(faults), ['consumers.1'])
})
