import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type KillScope, killText, scopeOf, wordToType } from './scope.ts'

const asked = (search: string) => scopeOf(new URLSearchParams(search))
const missing = (search: string) => {
  const found = asked(search)
  return 'missing' in found ? found.missing : 'nothing'
}

test('a link says what dies', () => {
  deepEqual(asked('of=version&credential=db&version=3'), {
    scope: { of: 'version', credential: 'db', version: 3 },
  })
  deepEqual(asked('credential=db&version=3'), { scope: { of: 'version', credential: 'db', version: 3 } })
  deepEqual(asked('of=environment&environment=prod'), { scope: { of: 'environment', environment: 'prod' } })
  deepEqual(asked('of=query&owner=ops&issuedBefore=2026-03-01T12:00'), {
    scope: { of: 'query', query: { owner: 'ops', issuedBeforeMs: Date.UTC(2026, 2, 1, 12) } },
  })
})

test('what is not said yet is asked for, and nothing is guessed', () => {
  match(missing(''), /Choose the credential/)
  match(missing('of=version&credential=db'), /Choose the version/)
  match(missing('of=version&credential=db&version=1.5'), /Choose the version/)
  match(missing('of=query'), /would kill everything/)
  match(missing('of=query&text=%20'), /would kill everything/)
  match(missing('of=query&issuedBefore=lately'), /not readable/)
})

test('the button says exactly what dies', () => {
  const version: KillScope = { of: 'version', credential: 'db', version: 3 }
  const target: KillScope = { of: 'target', target: 'db.internal' }
  equal(killText(version, { credentials: 1, versions: 1 }, 'Orders'), 'Kill version 3 of Orders')
  equal(killText(target, { credentials: 1, versions: 2 }, 'Orders'), 'Kill 2 versions of Orders')
  equal(killText(target, { credentials: 2, versions: 3 }, null), 'Kill 3 versions of 2 credentials')
})

test('what is wide has to be typed before it is killed', () => {
  const totals = { credentials: 2, versions: 12 }
  equal(wordToType({ of: 'environment', environment: 'prod' }, totals), 'prod')
  equal(wordToType({ of: 'target', target: 'db.internal' }, totals), 'db.internal')
  equal(wordToType({ of: 'query', query: { owner: 'ops' } }, totals), '12 versions')
  equal(wordToType({ of: 'credential', credential: 'db' }, totals), null)
})
