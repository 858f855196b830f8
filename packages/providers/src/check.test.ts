import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { completeSettings, settingsFaults } from './check.ts'
import { postgres } from './postgres/postgres.ts'

const good = {
  nodes: [{ host: 'db.internal' }],
  database: 'shop',
  admin: 'rekey',
  adminSecret: 'pg-shop',
  group: 'shop_app',
  prefix: 'shop',
}
const faults = (change: Record<string, unknown>) => settingsFaults(postgres, { ...good, ...change })

describe('settings', () => {
  test('are completed with what is usual, and what was given is left as it is', () => {
    const given = structuredClone(good)
    const whole = completeSettings(postgres, given)
    assert.deepEqual(whole['nodes'], [{ host: 'db.internal', port: 5432 }])
    assert.equal(whole['tls'], 'verify')
    assert.deepEqual(given, good)
    assert.deepEqual(settingsFaults(postgres, good), [])
  })

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['a misspelt name', { databse: 'x' }, /^"databse" is not a setting: check its spelling$/],
    ['a misspelt name deep inside', { nodes: [{ host: 'a', prot: 1 }] }, /^"nodes.0.prot" is not a setting/],
    ['a choice that does not exist', { tls: 'maybe' }, /^"tls" is none of the choices: verify, off$/],
    ['a port out of range', { nodes: [{ host: 'a', port: 99_999 }] }, /^"nodes.0.port" must be <= 65535$/],
    [
      'an address with a password in it',
      { nodes: [{ host: 'u:hunter2@db' }] },
      /^"nodes.0.host" is not written/,
    ],
    [
      'a secret that is a path',
      { adminSecret: '../hunter2' },
      /^"adminSecret" is not written as it should be: The name/,
    ],
    ['no node at all', { nodes: [] }, /^"nodes" must not have fewer than 1 items$/],
  ]
  for (const [title, change, expected] of wrong) {
    test(`with ${title} are refused in a sentence that repeats no value`, () => {
      const [said, ...more] = faults(change)
      assert.match(said ?? '', expected)
      assert.deepEqual(more, [])
      assert.ok(!said?.includes('hunter2'))
    })
  }

  test('that are missing are named one by one, each with what it is for', () => {
    const said = settingsFaults(postgres, {})
    for (const name of ['nodes', 'admin', 'adminSecret', 'group', 'prefix']) {
      assert.ok(
        said.some(one => one.startsWith(`"${name}" is missing: `)),
        name,
      )
    }
  })
})
