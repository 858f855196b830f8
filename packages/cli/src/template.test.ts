import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Current, SecretValue } from '@rekey/sdk'
import { Failure } from './exit.ts'
import { readReference, readWanted, type Snapshot } from './reference.ts'
import { readTemplate, render } from './template.ts'

const known = ['docs', 'orders.db']
const current = (value: string, more: Partial<Current> = {}) =>
  ({ value: new SecretValue(value), handle: 'login_2', version: 2, fingerprint: null, ...more }) as Current
const snapshot: Snapshot = new Map([
  ['docs', current(`a'b "c" d&e/é`)],
  ['orders.db', current('plain')],
])
const rendered = (text: string) => render(readTemplate('t', text, known), snapshot)

test('parts stand where they are named, and everything else stays as it is', () => {
  assert.equal(
    rendered('u={{orders.db.handle}}\n\tp={{  orders.db.value }} {x} }} v{{ docs.version }}'),
    'u=login_2\n\tp=plain {x} }} v2',
  )
  assert.equal(rendered('{{ "{{" }} docs.value }}'), '{{ docs.value }}')
})

test('a filter writes a value as the place needs it', () => {
  assert.equal(rendered('{{ docs.value | json }}'), '"a\'b \\"c\\" d&e/é"')
  assert.equal(rendered('{{ docs.version | json }}'), '2')
  assert.equal(rendered('{{ docs.value | url }}'), 'a%27b%20%22c%22%20d%26e%2F%C3%A9')
  assert.equal(Buffer.from(rendered('{{ docs.value | base64 }}'), 'base64').toString(), `a'b "c" d&e/é`)
  assert.equal(rendered('{{ docs.value | shell }}'), `'a'\\''b "c" d&e/é'`)
  assert.equal(
    rendered('{{ docs.value | base64 | json }}'),
    `"${Buffer.from(`a'b "c" d&e/é`).toString('base64')}"`,
  )
})

test('what is not known is told with its line, and all of it at once', () => {
  const text =
    'ok {{ docs.value }}\n{{ dosc.value }}\n{{ docs.secret }} {{ docs.value | jsn }}\n{{ docs }}\n{{ docs.value'
  assert.throws(
    () => readTemplate('the template', text, known),
    (error: Failure) => {
      assert.ok(error instanceof Failure && error.exitCode === 64)
      const lines = error.message.split('\n')
      assert.deepEqual(
        lines.map(one => /^the template, line (\d)/.exec(one)?.[1]),
        ['2', '3', '3', '4', '5'],
      )
      assert.match(lines[0]!, /dosc is not among the credentials \(docs, orders\.db\)/)
      assert.match(lines[2]!, /no filter "jsn"; there are json, url, base64, shell/)
      return true
    },
  )
})

test('a part that this version does not have is an error that names the line, and never an empty text', () => {
  assert.throws(
    () => rendered('a\n{{ docs.fingerprint }}'),
    /t, line 2: this version of docs has no fingerprint/,
  )
})

test('an error never holds a value', () => {
  const text = '{{ docs.value }} {{ docs.fingerprint }}'
  assert.throws(
    () => rendered(text),
    (error: Error) => !error.message.includes("a'b"),
  )
})

test('a credential is named with its consumer where needed, and a name may have dots of its own', () => {
  assert.deepEqual(readWanted('docs:web'), { credential: 'docs', consumer: 'web' })
  assert.deepEqual(readWanted('docs'), { credential: 'docs', consumer: null })
  for (const wrong of ['', ':web', 'docs:', 'a b']) assert.equal(readWanted(wrong), null)
  assert.deepEqual(readReference('orders.db', known), { credential: 'orders.db', part: 'value' })
  assert.deepEqual(readReference('orders.db.handle', known), { credential: 'orders.db', part: 'handle' })
  for (const wrong of ['orders', 'docs.', 'docs.secret', 'other.value'])
    assert.equal(readReference(wrong, known), null)
})
