import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, type Holdings } from './rights.ts'

const role = ['GRANT USAGE ON *.* TO `app`', 'GRANT SELECT, INSERT ON `shop`.`docs` TO `app`']

function login(more: { own?: string[]; byRole?: string[]; kept?: Record<string, unknown> } = {}): Holdings {
  return {
    account: { defaultRole: 'app', kept: more.kept ?? {} },
    own: ['GRANT `app` TO `x`@`%`', 'GRANT USAGE ON *.* TO `x`@`%`', ...(more.own ?? [])],
    byRole: more.byRole ?? role,
  }
}
const bare: Holdings = { account: { defaultRole: null, kept: {} }, own: [], byRole: [] }

test('whether a right is held by the role or by the login itself makes no difference', () => {
  const byHand = { ...bare, own: ['GRANT INSERT, SELECT ON `shop`.`docs` TO `y`@`%`'] }
  const { missing, extra } = differences(byHand, login())
  assert.deepEqual([missing, extra], [[], []])
})

test('what the new login lacks and what it has beyond the old are told apart', () => {
  const wide = login({ own: ['GRANT SELECT ON `shop`.`salaries` TO `x`@`%`'] })
  assert.deepEqual(differences(login(), wide), { missing: [], extra: ['SELECT on shop.salaries'] })
  assert.deepEqual(differences(wide, login()), { missing: ['SELECT on shop.salaries'], extra: [] })
})

test('a role that was revoked goes on standing as the default, and gives nothing', () => {
  const revoked = { ...login(), own: ['GRANT USAGE ON *.* TO `x`@`%`'] }
  assert.deepEqual(differences(login(), revoked).missing, ['INSERT on shop.docs', 'SELECT on shop.docs'])
})

test('a narrower right is not missing where a wider one is held', () => {
  const one = { ...bare, own: ['GRANT SELECT (`id`) ON `shop`.`docs` TO `x`@`%`'] }
  const lines = [
    'GRANT SELECT ON `shop`.`docs` TO `x`@`%`',
    'GRANT SELECT ON `shop`.* TO `x`@`%`',
    'GRANT ALL PRIVILEGES ON *.* TO `x`@`%`',
  ]
  for (const line of lines) {
    const { missing, extra } = differences(one, { ...bare, own: [line] })
    assert.deepEqual(missing, [], line)
    assert.equal(extra.length, 1, line)
  }
  // All privileges are all but the right to pass them on.
  const passing = { ...bare, own: ['GRANT SELECT ON `shop`.* TO `x`@`%` WITH GRANT OPTION'] }
  assert.deepEqual(differences(passing, { ...bare, own: [lines[2]!] }).missing, ['GRANT OPTION on shop.*'])
})

test('limits and what is demanded of a connection are differences', () => {
  const { missing, extra } = differences(
    login({ kept: { max_user_connections: 5 } }),
    login({ kept: { ssl_type: 1, max_user_connections: 0 } }),
  )
  assert.deepEqual(missing, ['a limit of 5 connections at once'])
  assert.deepEqual(extra, ['the demand for TLS'])
})

test('a role that a login does not begin with is one that it may take up', () => {
  const other = login({ own: ['GRANT `auditor` TO `x`@`%` WITH ADMIN OPTION'] })
  assert.deepEqual(differences(login(), other).extra, [
    'the right to grant the role auditor',
    'the role auditor, after SET ROLE',
  ])
})
