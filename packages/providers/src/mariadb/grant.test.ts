import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantOf } from './grant.ts'

// Lines as MariaDB 10.11 answers them.
test('rights are told one by one, and columns each for itself', () => {
  assert.deepEqual(grantOf('GRANT SELECT, INSERT (`id`, `a,b`), UPDATE ON `shop`.`docs` TO `app`@`%`'), {
    is: 'rights',
    privileges: ['SELECT', 'INSERT (`id`)', 'INSERT (`a,b`)', 'UPDATE'],
    object: '`shop`.`docs`',
  })
  assert.deepEqual(grantOf('GRANT EXECUTE ON PROCEDURE `shop`.`pay` TO `app`@`%`'), {
    is: 'rights',
    privileges: ['EXECUTE'],
    object: 'PROCEDURE `shop`.`pay`',
  })
})

test('the words GRANT, ON and TO in a name mislead nobody', () => {
  assert.deepEqual(grantOf('GRANT SELECT ON `a TO b`.`c ON d` TO `x TO y`@`%`'), {
    is: 'rights',
    privileges: ['SELECT'],
    object: '`a TO b`.`c ON d`',
  })
  assert.deepEqual(grantOf('GRANT `a ON ``b` TO `x`@`%`'), { is: 'role', role: 'a ON `b', mayGrant: false })
})

test('the right to pass a right on is a right', () => {
  assert.deepEqual(grantOf('GRANT SELECT ON `shop`.* TO `app`@`%` WITH GRANT OPTION'), {
    is: 'rights',
    privileges: ['SELECT', 'GRANT OPTION'],
    object: '`shop`.*',
  })
  assert.deepEqual(grantOf('GRANT `app` TO `x`@`%` WITH ADMIN OPTION'), {
    is: 'role',
    role: 'app',
    mayGrant: true,
  })
})

test('how a login proves itself is no right, and no hash is repeated', () => {
  const hash = '*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9'
  const lines = [
    `GRANT USAGE ON *.* TO \`a\`@\`%\` IDENTIFIED BY PASSWORD '${hash}' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5`,
    'SET DEFAULT ROLE `app` FOR `a`@`%`',
  ]
  for (const line of lines) assert.deepEqual(grantOf(line), { is: 'nothing' })
  assert.ok(!JSON.stringify(grantOf(`SOMETHING ELSE '${hash}'`)).includes(hash))
})
