import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matches, type Rule, ruleFaults } from './identity-rule.ts'

const claims = {
  sub: 'x',
  repository: 'acme/payments',
  groups: ['deployers', 'readers', 7],
  run: 42,
  protected: true,
  'kubernetes.io': { namespace: 'payments', pod: { name: 'worker-1' } },
  nested: { deep: { er: 'value' }, list: [['deployers']] },
}
const lets = (rule: Rule, subject = 'x') => matches(rule, { subject, claims })
const byGlob = (glob: string, subject: string) => lets({ subject: glob }, subject)

describe('a rule for outside identities', () => {
  test('that says nothing lets nobody in', () => {
    for (const rule of [{}, { claims: {} }, { subject: '' }, { subject: '', claims: { run: '42' } }])
      assert.equal(lets(rule), false, JSON.stringify(rule))
    assert.match(ruleFaults({})[0] ?? '', /says nothing/)
  })

  test('without a star names one subject, to the letter', () => {
    assert.equal(byGlob('system:serviceaccount:a:b', 'system:serviceaccount:a:b'), true)
    for (const other of [
      'system:serviceaccount:a:bb',
      'System:serviceaccount:a:b',
      'system:serviceaccount:a:b/',
      '',
    ])
      assert.equal(byGlob('system:serviceaccount:a:b', other), false)
    assert.equal(byGlob('a.c', 'abc'), false)
    assert.equal(byGlob('spiffe://td/a', 'spiffe://td/a\n'), false)
  })

  test('with a star as a segment takes exactly one segment', () => {
    const glob = 'spiffe://td/ns/*/sa/web'
    assert.equal(byGlob(glob, 'spiffe://td/ns/payments/sa/web'), true)
    for (const other of [
      'spiffe://td/ns//sa/web',
      'spiffe://td/ns/a/b/sa/web',
      'spiffe://td/ns/sa/web',
      'spiffe://td/ns/a/sa/web2',
    ])
      assert.equal(byGlob(glob, other), false, other)
    assert.equal(byGlob('spiffe://td/ns/*', 'spiffe://td/ns/a'), true)
    assert.equal(byGlob('spiffe://td/ns/*', 'spiffe://td/ns/a/b'), false)
    assert.equal(byGlob('spiffe://td/ns/*', 'spiffe://td/ns/'), false)
  })

  test('with a star at the end of a text takes whatever follows, but not nothing', () => {
    const glob = 'repo:acme/app:*'
    assert.equal(byGlob(glob, 'repo:acme/app:ref:refs/heads/main'), true)
    assert.equal(byGlob(glob, 'repo:acme/app:x'), true)
    for (const other of [
      'repo:acme/app:',
      'repo:acme/app',
      'repo:acme/app2:x',
      'repo:acme/x/app:x',
      'xrepo:acme/app:x',
    ])
      assert.equal(byGlob(glob, other), false, other)
  })

  test('with a star anywhere else, or one for everybody, lets nobody in and says why', () => {
    for (const glob of ['a*b', '*a', 'a/**', 'a/*b/c', 'a*/b', 'repo:*:x', 'a**']) {
      assert.equal(byGlob(glob, glob), false, glob)
      assert.match(ruleFaults({ subject: glob })[0] ?? '', /middle/, glob)
    }
    for (const glob of ['*', '*/*', '/*', '/']) {
      assert.equal(byGlob(glob, glob), false, glob)
      assert.match(ruleFaults({ subject: glob })[0] ?? '', /anybody/, glob)
    }
  })

  test('asks for every one of its claims, and for the subject too', () => {
    const both = { repository: 'acme/payments', run: '42' }
    assert.equal(lets({ claims: both }), true)
    assert.equal(lets({ claims: { ...both, run: '43' } }), false)
    assert.equal(lets({ subject: 'x', claims: both }), true)
    assert.equal(lets({ subject: 'y', claims: both }), false)
  })

  test('finds a claim by its dotted path, also where a name has dots', () => {
    for (const [path, value] of [
      ['nested.deep.er', 'value'],
      ['kubernetes.io.namespace', 'payments'],
      ['kubernetes.io.pod.name', 'worker-1'],
      ['protected', 'true'],
      ['groups', 'deployers'],
      ['groups', '7'],
    ] as const) {
      assert.equal(lets({ claims: { [path]: value } }), true, path)
      assert.equal(lets({ claims: { [path]: `${value}x` } }), false, path)
    }
  })

  test('takes no part of a claim for the whole, nothing inherited, and no pattern', () => {
    for (const [path, value] of [
      ['repository', 'acme'],
      ['repository', 'acme/*'],
      ['repository', '*'],
      ['nested.list', 'deployers'],
      ['nested', '[object Object]'],
      ['constructor.name', 'Object'],
      ['groups.length', '3'],
      ['groups.0', 'deployers'],
      ['missing', 'undefined'],
      ['repository.length', '13'],
    ] as const) {
      assert.equal(lets({ claims: { [path]: value } }), false, `${path} ${value}`)
    }
  })

  test('with a path that is none lets nobody in', () => {
    for (const path of ['', '.', 'a..b', '.a', 'a.', 'x'.repeat(201)]) {
      assert.equal(
        matches({ claims: { [path]: 'v' } }, { subject: 'x', claims: { [path]: 'v' } }),
        false,
        path,
      )
    }
  })
})
