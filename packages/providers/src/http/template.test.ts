import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { filledBody, filledPath, filledText, placeholdersIn, type Scope } from './template.ts'

const scope: Scope = {
  settings: { project: 'a/b?c#d', policies: [{ effect: 'allow' }], up: '..', empty: '', many: { a: 1 } },
  operation: { name: 'app_v7', mark: '1f3a9c04', version: 7, key: 'the-key' },
  handle: 'key 1',
  value: new Secret('the-value'),
  admin: { adminSecret: new Secret('the-admin') },
  current: { result: { name: 'old', condition: null } },
}

test('what is filled into a path is one part of it, whatever it holds', () => {
  assert.equal(filledPath('/p/{{settings.project}}/k/{{ handle }}', scope), '/p/a%2Fb%3Fc%23d/k/key%201')
})

test('a path never gets an empty part and never leads upwards', () => {
  for (const path of [
    '/p/{{settings.up}}/k',
    '/p/{{settings.empty}}',
    '/p/{{settings.empty}}/k',
    '/p/.{{settings.dot}}',
  ])
    assert.throws(
      () => filledPath(path, { settings: { ...scope.settings, dot: '.' } }),
      { code: 'rejected' },
      path,
    )
})

test('a placeholder that stands alone in a body keeps its type; within a text it becomes text', () => {
  const body = {
    name: '{{operation.name}}',
    policies: '{{settings.policies}}',
    at: ['v{{operation.version}}', 2],
  }
  assert.deepEqual(filledBody(body, scope), {
    name: 'app_v7',
    policies: [{ effect: 'allow' }],
    at: ['v7', 2],
  })
  assert.equal(filledBody('{{operation.version}}', scope), 7)
})

test('what is not there leaves no trace in a body, a null of the target included', () => {
  const body = {
    a: '{{current $.result.condition}}',
    b: '{{current $.result.name}}',
    c: '{{settings.none}}',
    d: null,
  }
  assert.deepEqual(filledBody(body, scope), { b: 'old', d: null })
})

test('a text in which something is missing, or is no text, is refused and repeats no value', () => {
  for (const template of ['Bearer {{settings.none}}', 'x{{settings.many}}'])
    assert.throws(
      () => filledText(template, scope),
      (error: Error) => error.message.includes('correct the settings'),
    )
  assert.equal(filledText('Bearer {{admin.adminSecret}} {{value}}', scope), 'Bearer the-admin the-value')
})

test('a value that looks like a placeholder is not filled in again', () => {
  assert.equal(
    filledText('{{settings.a}}', { settings: { a: '{{value}}' }, value: new Secret('s') }),
    '{{value}}',
  )
})

test('placeholders are found wherever they stand, and what is none is given as it is written', () => {
  const template = {
    a: ['{{handle}} {{settings.project}}'],
    b: { c: '{{nothing}}', d: '{{current $.x.y}}' },
    e: 'open {{ x',
  }
  assert.deepEqual(placeholdersIn(template), [
    { source: 'handle', name: '' },
    { source: 'settings', name: 'project' },
    '{{nothing}}',
    { source: 'current', name: '$.x.y' },
    'open {{ x',
  ])
  for (const one of ['{{operation.secret}}', '{{current x}}', '{{admin}}', '{{settings.a.b}}'])
    assert.deepEqual(placeholdersIn(one), [one])
})
